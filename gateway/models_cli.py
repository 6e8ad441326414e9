"""`malgil models …`: what models there are, where they come from, how good they are."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway import engine as engine_process
from gateway import install_cli
from gateway.judge import faults
from gateway.settings import Settings
from gateway.terminal import fail, known_models, settings_of, store_of
from models.catalogue import CatalogueEntry
from models.evaluation import EvaluationUnavailable, evaluate
from models.quality import CARDS, EvaluationSet, Measured, evaluation_sets, quality_table, write_measured
from models.runtime.load import load_folder, load_translator
from models.runtime.protocol import Translator
from models.store import ModelDamaged, ModelDirectory, ModelMissing
from models.training import teacher as apertium

app = typer.Typer(no_args_is_help=True, help="What models there are, and how good they are.")
app.add_typer(install_cli.app)


@app.command(name="list")
def list_models() -> None:
    """The models of the catalogue and the directions they serve."""
    for entry in known_models(settings_of(log_level="error")).entries:
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
    entry = _entry(settings, model)
    if candidate and write:
        fail("--write keeps the figures of the catalogue's model; it does not go with --candidate.")
    options = engine_process.run_options(settings)
    sets = [each for each in evaluation_sets() if each.source in entry.sources and each.target in entry.targets]
    if entry.task != "translate" or not sets:
        fail(f"{model}: no set of models/evaluation_sets.toml covers what it does.", 1)
    try:
        translator = (
            load_folder(ModelDirectory(candidate, "candidate"), entry, options, faults)
            if candidate
            else load_translator(entry, store_of(settings), options, faults)
        )
        measured = [_measure(translator, each, data, teacher=teacher) for each in sets]
        translator.close()
    except (OSError, EvaluationUnavailable, ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    typer.echo(quality_table(measured))
    if write:
        typer.echo(f"written to {write_measured(entry, measured, _cards(settings, entry))}", err=True)


def _measure(translator: Translator, each: EvaluationSet, data: Path, *, teacher: bool) -> Measured:
    typer.echo(f"{each.source} → {each.target}: {each.name}", err=True)
    sources, references = each.lines(data)
    known = teacher and apertium.chain(each.source, each.target) is not None
    rival = apertium.translate(sources, each.target, each.source) if known else None
    evaluation = evaluate(translator, sources, references, each.target, teacher=rival, source=each.source)
    return Measured(each.source, each.name, each.note, evaluation)


@app.command()
def card(model: Annotated[str, typer.Argument(help="Model id.")]) -> None:
    """Print a model's card: what it is for, what it was made of, how good it is, where it fails."""
    settings = settings_of(log_level="error")
    entry = _entry(settings, model)
    sys.stdout.write((_cards(settings, entry) / entry.card).read_text(encoding="utf-8"))


def _cards(settings: Settings, entry: CatalogueEntry) -> Path:
    """Where the card of a model lies: with the bundled ones, or beside what the operator installed."""
    if entry.path.startswith("bundled:") or settings.models_folder is None:
        return CARDS
    return settings.models_folder


def _entry(settings: Settings, model: str) -> CatalogueEntry:
    try:
        return known_models(settings).entry(model)
    except KeyError:
        fail(f"{model}: no such model. `malgil models list` names them.")
