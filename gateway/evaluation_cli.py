"""`malgil models evaluate|compare`: how good models are, on lines that none of them was trained on."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from accessibility.checks import check
from accessibility.faithfulness import faithfulness, tallies
from gateway import engine as engine_process
from gateway.guard import GUARD, guard_of
from gateway.settings import Settings
from gateway.terminal import entry_of, fail, known_models, register_of, served_models, settings_of, store_of
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry, LanguagePair
from models.comparison import as_markdown, as_svg, compare
from models.evaluation import Lines
from models.examination import Task, baselines, examine
from models.metric import EvaluationUnavailable
from models.quality import (
    STANDARD,
    EvaluationSet,
    measured,
    measured_summaries,
    quality_table,
    suite,
    summary_table,
)
from models.record import Verdict, write_record
from models.runtime.load import load_folder
from models.store import ModelDamaged, ModelDirectory, ModelMissing
from models.training import teacher as apertium

app = typer.Typer()

Model = Annotated[str, typer.Argument(help="Model id, as `malgil models list` prints it.")]
_Data = Annotated[Path, typer.Option(help="Folder with the evaluation sets (models/evaluation_sets.toml).")]
_Lines = Annotated[int | None, typer.Option(min=1, help="Only the first so many lines of each set, for a quick look.")]


@app.command(name="evaluate")
def evaluate_model(
    data: _Data,
    model: Annotated[str | None, typer.Argument(help="Model id, as `malgil models list` prints it.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every model there is, one after the other.")] = False,
    suite_name: Annotated[
        str | None, typer.Option("--suite", help="Suite of models/evaluation_sets.toml; that of the gate if left out.")
    ] = None,
    teacher: Annotated[bool, typer.Option(help="Score Apertium on the same lines; needs its Debian packages.")] = False,
    candidate: Annotated[Path | None, typer.Option(help="Measure the weights in this folder instead.")] = None,
    unquantised: Annotated[
        Path | None, typer.Option("--float", help="Folder with the float weights of the same model, to compare with.")
    ] = None,
    lines: _Lines = None,
    write: Annotated[bool, typer.Option(help="Keep the record beside the model's card.")] = False,
) -> None:
    """Measure every direction of a model and print the table and the gate's verdict."""
    settings = settings_of(log_level="error")
    if (model is None) != every or (every and (candidate or unquantised)):
        fail("Name one model, or say --all; --candidate and --float go with one.")
    if write and (candidate or lines):
        fail("--write keeps the record of the catalogue's model on whole sets; not with --candidate or --lines.")
    wish = _Wish(data, suite_name, teacher, candidate, unquantised, lines, write)
    if model is not None:
        _evaluate(entry_of(settings, model), wish, settings)
        return
    status = 0
    for entry in known_models(settings).entries:
        typer.echo(f"\n## {entry.reference}\n")
        try:
            _evaluate(entry, wish, settings)
        except SystemExit as ended:  # it was said why; the others are measured all the same
            status = int(ended.code or 0)
    raise SystemExit(status)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked of an evaluation."""

    data: Path
    suite: str | None
    teacher: bool
    candidate: Path | None
    unquantised: Path | None
    lines: int | None
    write: bool


def _evaluate(entry: CatalogueEntry, wish: _Wish, settings: Settings) -> None:
    register = register_of(settings)
    thresholds = register.thresholds_of(entry.task)
    if thresholds is None:
        fail(f"{entry.reference}: nothing says what a model of its task must reach, so it cannot be evaluated.", 1)
    suite_name = wish.suite or thresholds.suite
    if wish.write and suite_name != thresholds.suite:
        fail(f"--write: the gate asks for the suite {thresholds.suite}.")
    try:
        task = Task(
            suite=suite_name,
            sets=_sets(suite_name, entry),
            data=wish.data,
            thresholds=thresholds,
            check=summary_outcomes if entry.task == "summarize" else outcomes,
            supports=supports,
            today=datetime.datetime.now(datetime.UTC).date(),
            lines=wish.lines,
            teacher=_apertium if wish.teacher else None,
            unquantised=wish.unquantised,
            baselines=baselines(entry, register, served_models(settings)),
            progress=lambda each: typer.echo(f"{each.source} → {each.target}: {each.name}", err=True),
        )
        directory = ModelDirectory(wish.candidate, "candidate") if wish.candidate else store_of(settings).open(entry)
        load = partial(load_folder, guard=guard_of(entry))
        record = examine(entry, directory, task, engine_process.run_options(settings), load=load)
    except (OSError, EvaluationUnavailable, ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    summaries = measured_summaries(record)
    typer.echo(summary_table(summaries) if summaries else quality_table(list(measured(record).values())))
    typer.echo(_verdict(record.verdict))
    if wish.write:
        typer.echo(f"written to {write_record(record, entry, register.writable())}", err=True)


def _apertium(lines: Lines) -> list[str] | None:
    """None where Apertium has no way between the two languages."""
    pair = lines.direction
    if apertium.chain(pair.source, pair.target) is None:
        return None
    return list(apertium.translate(lines.sources, pair.target, pair.source))


def outcomes(source: str, text: str, target: LanguageTag, complete: bool) -> dict[str, str]:
    """The meaning guard as `models` asks for it: the outcome of each check."""
    return dict(check(source, text, target, complete=complete).checks)


def summary_outcomes(source: str, text: str, target: LanguageTag, complete: bool) -> dict[str, str]:
    """The same of a summary."""
    return dict(faithfulness(source, text, target, complete=complete))


def supports(source: str, text: str, tag: LanguageTag) -> dict[str, tuple[int, int] | None]:
    """What a summary says and its source holds, by kind."""
    return {
        kind: None if tally is None else (tally.supported, tally.found)
        for kind, tally in tallies(source, text, tag).items()
    }


def _verdict(verdict: Verdict) -> str:
    if verdict.passed:
        return "The gate would let it pass."
    return "\n".join(["The gate would refuse it:", *(f"  {failure}" for failure in verdict.failed)])


@app.command(name="compare")
def compare_models(
    first: Model,
    second: Annotated[str, typer.Argument(help="Another model id, or a folder with weights of the first model.")],
    data: _Data,
    suite_name: Annotated[str, typer.Option("--suite", help="Suite of models/evaluation_sets.toml.")] = STANDARD,
    lines: _Lines = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Markdown file to write; bars as .svg beside it.")
    ] = None,
) -> None:
    """Two models on the same lines, with a paired bootstrap of the difference."""
    settings = settings_of(log_level="error")
    ours = entry_of(settings, first)
    theirs = ours if Path(second).is_dir() else entry_of(settings, second)
    if {ours.task, theirs.task} != {"translate"}:
        fail("Only translators are compared; `malgil models evaluate` holds a summariser against its rivals.")
    options, store = engine_process.run_options(settings), store_of(settings)
    shared = [each for each in _sets(suite_name, ours) if each in _sets(suite_name, theirs)]
    names = (ours.reference, Path(second).name if Path(second).is_dir() else theirs.reference)
    try:
        one = load_folder(store.open(ours), ours, options, GUARD)
        other = load_folder(
            ModelDirectory(Path(second), "candidate") if Path(second).is_dir() else store.open(theirs),
            theirs,
            options,
            GUARD,
        )
        rows = [compare(one, other, _lines(each, data, lines), each.name) for each in shared]
        one.close()
        other.close()
    except (OSError, EvaluationUnavailable, ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    report = as_markdown(names, rows)
    typer.echo(report)
    if output:
        plot = output.with_suffix(".svg")
        plot.write_text(as_svg(names, rows), encoding="utf-8")
        output.write_text(f"# {names[0]} and {names[1]}\n\n![chrF++ by direction]({plot.name})\n\n{report}", "utf-8")


def _lines(each: EvaluationSet, data: Path, first: int | None) -> Lines:
    sources, references = each.lines(data)
    return Lines(LanguagePair(each.source, each.target), sources[:first], references[:first])


def _sets(name: str, entry: CatalogueEntry) -> tuple[EvaluationSet, ...]:
    try:
        return suite(name, entry)
    except LookupError as error:
        fail(f"--suite: {error.args[0]}")
