"""`malgil models evaluate|compare`: how good models are, on lines that none of them was trained on."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from accessibility.checks import check
from accessibility.faithfulness import faithfulness, tallies
from accessibility.simple.cues import categories, count
from accessibility.simple.guard import compare as compare_meaning
from accessibility.simple.guard import passes
from accessibility.simple.readability import figures, sentences
from gateway import engine as engine_process
from gateway.guard import GUARD, guard_of
from gateway.settings import Settings
from gateway.terminal import (
    entry_of,
    fail,
    known_models,
    register_of,
    served_models,
    settings_of,
    store_of,
    write_text,
)
from locales.tags import LanguageTag
from models import report
from models.catalogue import OWN_SETS, CatalogueEntry, LanguagePair
from models.comparison import as_markdown, as_svg, compare
from models.evaluation import Lines
from models.examination import Task, baselines, examine
from models.footprint import footprint
from models.quality import STANDARD, EvaluationSet, SetsInvalid, suite
from models.record import Record, write_record
from models.runtime.load import load_folder
from models.runtime.protocol import Translator
from models.simplification_evaluation import Reading
from models.store import ModelDirectory, ModelMissing
from models.training import teacher as apertium

app = typer.Typer()

Model = Annotated[str, typer.Argument(help="Model id, as `malgil models list` prints it.")]
_Data = Annotated[Path, typer.Option(help="Folder with the files of the evaluation sets.")]
_Sets = Annotated[
    Path | None,
    typer.Option(
        "--sets",
        help="Evaluation sets of your own, a file like models/evaluation_sets.toml; one of that name in the models "
        "folder need not be named.",
    ),
]
_Output = Annotated[Path | None, typer.Option("--output", "-o", help="Markdown file to write; bars as .svg beside it.")]
# What keeps one model from being measured or compared: it is told, and says nothing of the others.
_FAULTS = (OSError, RuntimeError, ValueError, MemoryError, ModelMissing)
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
    sets: _Sets = None,
    output: _Output = None,
    signed_by: Annotated[str, typer.Option("--by", help="Who answers for the measuring; stands in the record.")] = "",
) -> None:
    """Measure every direction of a model and print the table and the gate's verdict."""
    settings = settings_of(log_level="error")
    if (model is None) != every or (every and (candidate or unquantised or output)):
        fail("Name one model, or say --all; --candidate, --float and --output go with one.")
    if write and (candidate or lines):
        fail("--write keeps the record of the catalogue's model on whole sets; not with --candidate or --lines.")
    wish = _Wish(data, suite_name, teacher, candidate, unquantised, lines, write, sets, output, signed_by.strip())
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
    sets: Path | None
    output: Path | None
    signed_by: str


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
            sets=_measuring(suite_name, entry, wish.sets, settings, asked=wish.suite is not None),
            data=wish.data,
            thresholds=thresholds,
            check=summary_outcomes if entry.task == "summarize" else outcomes,
            supports=supports,
            negates=negates,
            reading=READING,
            # Another process must load the model anew: too slow for a quick look.
            weigh=None if wish.lines else footprint,
            today=datetime.datetime.now(datetime.UTC).date(),
            lines=wish.lines,
            teacher=_apertium if wish.teacher else None,
            unquantised=wish.unquantised,
            baselines=baselines(entry, register, served_models(settings)),
            signed_by=wish.signed_by,
            progress=lambda each: typer.echo(f"{each.source} → {each.target}: {each.name}", err=True),
        )
        directory = ModelDirectory(wish.candidate, "candidate") if wish.candidate else store_of(settings).open(entry)
        load = partial(load_folder, guard=guard_of(entry))
        record = examine(entry, directory, task, engine_process.run_options(settings), load=load)
    except _FAULTS as error:
        fail(f"{entry.reference}: {_said(error)}", 1)
    typer.echo(report.scores(record))
    typer.echo("\n".join(report.verdict_lines(record.verdict)))
    if wish.write:
        typer.echo(f"written to {_written(record, entry, register.writable())}", err=True)
    if wish.output:
        plot = wish.output.with_suffix(".svg")
        write_text(plot, report.as_svg(record))
        write_text(wish.output, report.as_markdown(record, plot.name))


def _written(record: Record, entry: CatalogueEntry, folder: Path) -> Path:
    try:
        return write_record(record, entry, folder)
    except OSError as error:
        fail(f"{folder}: {_said(error)}", 1)


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__


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


def _same(before: str, after: str, tag: LanguageTag) -> bool:
    return passes(compare_meaning(before, after, tag), "strict")


def _lix(texts: Sequence[str], tag: LanguageTag) -> float:
    return figures([found for text in texts for found in sentences(text, tag)], tag).lix


READING = Reading(_same, _lix)


def negates(text: str, tag: LanguageTag) -> bool | None:
    """Whether a word of denial stands in a text, in the languages whose words of denial are known."""
    return bool(count(text, tag, ("negation",))) if categories(tag)["negation"] else None


@app.command(name="compare")
def compare_models(
    first: Model,
    second: Annotated[str, typer.Argument(help="Another model id, or a folder with weights of the first model.")],
    data: _Data,
    suite_name: Annotated[str, typer.Option("--suite", help="Suite of models/evaluation_sets.toml.")] = STANDARD,
    lines: _Lines = None,
    output: _Output = None,
    sets: _Sets = None,
) -> None:
    """Two models on the same lines, with a paired bootstrap of the difference."""
    settings = settings_of(log_level="error")
    ours = entry_of(settings, first)
    theirs = ours if Path(second).is_dir() else entry_of(settings, second)
    if {ours.task, theirs.task} != {"translate"}:
        fail("Only translators are compared; `malgil models evaluate` holds a summariser against its rivals.")
    options, store = engine_process.run_options(settings), store_of(settings)
    names = (ours.reference, Path(second).name if Path(second).is_dir() else theirs.reference)
    with contextlib.ExitStack() as loaded:

        def load(directory: ModelDirectory, entry: CatalogueEntry) -> Translator:
            return loaded.enter_context(contextlib.closing(load_folder(directory, entry, options, GUARD)))

        try:
            both = [_sets(suite_name, each, sets, settings) for each in (ours, theirs)]
            shared = [each for each in both[0] if each in both[1]]
            if not shared:
                fail(f"{names[0]} and {names[1]}: no set of the suite {suite_name} measures both.", 1)
            one = load(store.open(ours), ours)
            folder = ModelDirectory(Path(second), "candidate") if Path(second).is_dir() else store.open(theirs)
            other = load(folder, theirs)
            rows = [compare(one, other, _lines(each, data, lines), each.name) for each in shared]
        except _FAULTS as error:
            fail(_said(error), 1)
    told = as_markdown(names, rows)
    typer.echo(told)
    if output:
        plot = output.with_suffix(".svg")
        write_text(plot, as_svg(names, rows))
        write_text(output, f"# {names[0]} and {names[1]}\n\n![chrF++ by direction]({plot.name})\n\n{told}")


def _lines(each: EvaluationSet, data: Path, first: int | None) -> Lines:
    sources, references = each.lines(data)
    return Lines(LanguagePair(each.source, each.target), sources[:first], references[:first])


def _measuring(
    name: str, entry: CatalogueEntry, own: Path | None, settings: Settings, *, asked: bool
) -> tuple[EvaluationSet, ...]:
    """The sets for a model; ends the command where there is none."""
    found = _sets(name, entry, own, settings, asked=asked)
    if not found:
        pair = entry.directions[0]
        fail(
            f"{entry.reference}: no set of the suite {name} measures it (task {entry.task}, for example "
            f"{pair.source} → {pair.target}). Describe your own test set and name the file with --sets "
            "(docs/howto/evaluate-and-promote.md).",
            1,
        )
    return found


def _sets(
    name: str, entry: CatalogueEntry, own: Path | None, settings: Settings, *, asked: bool = True
) -> tuple[EvaluationSet, ...]:
    """Those that ship, those of the models folder, then those that were named; `asked`: a person named the suite."""
    kept = settings.models_folder / OWN_SETS if settings.models_folder else None
    files = [kept] if kept and kept.is_file() else []
    try:
        return suite(name, entry, *files, *([own] if own else []))
    except SetsInvalid as error:
        fail(str(error), 1)
    except LookupError as error:
        if not asked:
            return ()
        fail(f"--suite: {error.args[0]}")
