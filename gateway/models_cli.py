"""`malgil models …`: what models there are, where they come from, how good they are."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway import engine as engine_process
from gateway.guard import GUARD
from gateway.terminal import fail, settings_of, store_of
from models.catalogue import Catalogue, CatalogueEntry
from models.evaluation import EvaluationUnavailable, evaluate
from models.quality import CARDS, EvaluationSet, Measured, evaluation_sets, quality_table, write_measured
from models.runtime.load import load_folder, load_translator
from models.runtime.protocol import Translator
from models.store import ModelDamaged, ModelDirectory, ModelMissing
from models.training import teacher as apertium

app = typer.Typer(no_args_is_help=True, help="What models there are, and how good they are.")


@app.command(name="list")
def list_models() -> None:
    """The models of the catalogue and the directions they serve."""
    for entry in Catalogue.load().entries:
        commercial = "" if entry.commercial_use else ", non-commercial"
        typer.echo(
            f"{entry.reference}  {' '.join(entry.sources)} → {' '.join(entry.targets)}  ({entry.licence}{commercial})"
        )


@app.command(name="evaluate")
def evaluate_model(
    model: Annotated[str, typer.Argument(help="Model id, as `malgil models list` prints it.")],
    data: Annotated[Path, typer.Option(help="Folder with the evaluation sets (models/evaluation_sets.toml).")],
    teacher: Annotated[bool, typer.Option(help="Score Apertium on the same lines; needs its Debian packages.")] = False,
    candidate: Annotated[Path | None, typer.Option(help="Measure the weights in this folder instead.")] = None,
    write: Annotated[bool, typer.Option(help="Keep the figures beside the model's card.")] = False,
) -> None:
    """Measure every direction of a model and print the table."""
    settings = settings_of(log_level="error")
    entry = _entry(model)
    if candidate and write:
        fail("--write keeps the figures of the catalogue's model; it does not go with --candidate.")
    options = engine_process.run_options(settings)
    sets = [each for each in evaluation_sets() if each.source in entry.sources and each.target in entry.targets]
    try:
        translator = (
            load_folder(ModelDirectory(candidate, "candidate"), entry, options, GUARD)
            if candidate
            else load_translator(entry, store_of(settings), options, GUARD)
        )
        measured = [_measure(translator, each, data, teacher=teacher) for each in sets]
        translator.close()
    except (OSError, EvaluationUnavailable, ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    typer.echo(quality_table(measured))
    if write:
        typer.echo(f"written to {write_measured(entry, measured)}", err=True)


def _measure(translator: Translator, each: EvaluationSet, data: Path, *, teacher: bool) -> Measured:
    typer.echo(f"{each.source} → {each.target}: {each.name}", err=True)
    sources, references = each.lines(data)
    known = teacher and apertium.chain(each.source, each.target) is not None
    rival = apertium.translate(sources, each.target, each.source) if known else None
    return Measured(
        each.source, each.name, each.note, evaluate(translator, sources, references, each.target, teacher=rival)
    )


@app.command()
def card(model: Annotated[str, typer.Argument(help="Model id.")]) -> None:
    """Print a model's card: what it is for, what it was made of, how good it is, where it fails."""
    sys.stdout.write((CARDS / _entry(model).card).read_text(encoding="utf-8"))


def _entry(model: str) -> CatalogueEntry:
    try:
        return Catalogue.load().entry(model)
    except KeyError:
        fail(f"{model}: no such model. `malgil models list` names them.")
