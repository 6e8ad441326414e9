"""`malgil models …`: what models there are, how good they are, and which of them serve."""

from __future__ import annotations

import datetime
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from accessibility.checks import check
from accessibility.faithfulness import faithfulness, tallies
from gateway import engine as engine_process
from gateway import install_cli
from gateway.guard import GUARD, guard_of
from gateway.settings import Settings
from gateway.terminal import fail, known_models, register_of, served_models, settings_of, store_of
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry, LanguagePair
from models.comparison import as_markdown, as_svg, compare
from models.evaluation import Lines
from models.examination import Task, baselines, examine
from models.lifecycle import NothingToRollBack, PromotionRefused, Standing, Waiver, promote, rollback
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

app = typer.Typer(no_args_is_help=True, help="What models there are, how good they are, and which of them serve.")
app.add_typer(install_cli.app)

_Model = Annotated[str, typer.Argument(help="Model id, as `malgil models list` prints it.")]
_Data = Annotated[Path, typer.Option(help="Folder with the evaluation sets (models/evaluation_sets.toml).")]
_Lines = Annotated[int | None, typer.Option(min=1, help="Only the first so many lines of each set, for a quick look.")]


@app.command(name="list")
def list_models() -> None:
    """The models there are, the directions they translate, where they stand and what was waived for them."""
    for standing in served_models(settings_of(log_level="error")).standings:
        entry = standing.entry
        task = "" if entry.task == "translate" else f", {entry.task}"
        commercial = "" if entry.commercial_use else ", non-commercial"
        directions = f"{' '.join(entry.sources)} → {' '.join(entry.targets)}"
        typer.echo(f"{entry.reference}  {directions}  ({entry.licence}{commercial}{task})  {standing.state}")
        for line in _remarks(standing):
            typer.echo(f"    {line}")


def _remarks(standing: Standing) -> list[str]:
    waivers = standing.decision.waivers if standing.decision and standing.state in ("canary", "serving") else ()
    told = [f"{each.metric} waived until {each.until} by {each.by}: {each.reason}" for each in waivers]
    return [*told, *(f"not served: {reason}" for reason in standing.blocked)]


@app.command(name="evaluate")
def evaluate_model(
    model: _Model,
    data: _Data,
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
    entry = _entry(settings, model)
    if write and (candidate or lines):
        fail("--write keeps the record of the catalogue's model on whole sets; not with --candidate or --lines.")
    register = register_of(settings)
    thresholds = register.thresholds_of(entry.task)
    if thresholds is None:
        fail(f"{entry.reference}: nothing says what a model of its task must reach, so it cannot be evaluated.", 1)
    suite_name = suite_name or thresholds.suite
    if write and suite_name != thresholds.suite:
        fail(f"--write: the gate asks for the suite {thresholds.suite}.")
    try:
        task = Task(
            suite=suite_name,
            sets=_sets(suite_name, entry),
            data=data,
            thresholds=thresholds,
            check=summary_outcomes if entry.task == "summarize" else outcomes,
            supports=supports,
            today=_now().date(),
            lines=lines,
            teacher=_apertium if teacher else None,
            unquantised=unquantised,
            baselines=baselines(entry, register, served_models(settings)),
            progress=lambda each: typer.echo(f"{each.source} → {each.target}: {each.name}", err=True),
        )
        directory = ModelDirectory(candidate, "candidate") if candidate else store_of(settings).open(entry)
        load = partial(load_folder, guard=guard_of(entry))
        record = examine(entry, directory, task, engine_process.run_options(settings), load=load)
    except (OSError, EvaluationUnavailable, ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    summaries = measured_summaries(record)
    typer.echo(summary_table(summaries) if summaries else quality_table(list(measured(record).values())))
    typer.echo(_verdict(record.verdict))
    if write:
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
    first: _Model,
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
    ours = _entry(settings, first)
    theirs = ours if Path(second).is_dir() else _entry(settings, second)
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


@app.command(name="promote")
def promote_model(
    model: _Model,
    waive: Annotated[
        list[str] | None, typer.Option(help="Metric that may miss its threshold; repeat it for several.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who waives: a name or a role.")] = "",
    reason: Annotated[str, typer.Option(help="Why the model may serve all the same.")] = "",
    until: Annotated[
        datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the waiver.")
    ] = None,
    canary: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of the texts to try it on beside the model in service.")
    ] = None,
) -> None:
    """Let a model serve, if its evaluation passed; a miss needs a waiver with a name, a reason and a last day."""
    settings = settings_of(log_level="error")
    if waive and not (by.strip() and reason.strip() and until):
        fail("--waive needs --by, --reason and --until.")
    waivers = [Waiver(metric, by, reason, until.date()) for metric in dict.fromkeys(waive or ()) if until]
    try:
        standing = promote(
            _entry(settings, model), known_models(settings), register_of(settings), _now(), waivers, canary
        )
    except PromotionRefused as refusal:
        fail("\n".join([f"{refusal.model} is not promoted:", *(f"  {reason}" for reason in refusal.reasons)]), 1)
    what = "serves" if canary is None else f"gets {canary:.1%} of the texts"
    typer.echo(f"{standing.entry.reference} {what}; a running service follows within seconds.")
    for line in _remarks(standing):
        typer.echo(f"    {line}")


@app.command(name="rollback")
def rollback_model(model: _Model) -> None:
    """Stop a model; those that it replaced serve again."""
    settings = settings_of(log_level="error")
    try:
        done = rollback(model, register_of(settings), _now())
    except NothingToRollBack as error:
        fail(f"{error}. `malgil models list` says where every model stands.", 1)
    typer.echo(f"{done.stopped} stops serving; a running service follows within seconds.")
    standing = {each.entry.reference: each for each in served_models(settings).standings}
    for restored in done.restored:
        serves = restored in standing and standing[restored].serves
        typer.echo(
            f"{restored} serves again." if serves else f"{restored} cannot serve: it is not installed or not sound."
        )


@app.command()
def card(model: _Model) -> None:
    """Print a model's card: what it is for, what it was made of, how good it is, where it fails."""
    settings = settings_of(log_level="error")
    entry = _entry(settings, model)
    path = register_of(settings).card(entry)
    if not path.is_file():
        fail(f"{entry.reference} has no card.", 1)
    sys.stdout.write(path.read_text(encoding="utf-8"))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _entry(settings: Settings, model: str) -> CatalogueEntry:
    try:
        return known_models(settings).entry(model)
    except KeyError:
        fail(f"{model}: no such model. `malgil models list` names them.")
