"""The command line: `malgil serve`, `translate`, `speak` and the rest; `malgil --help` lists them."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from accessibility.checks import Report
from accessibility.simple.key_facts import box
from accessibility.simple.simplification import Options
from gateway import accessible_cli, documents_cli, keys_cli, loadtest_cli, models_cli, service_cli
from gateway import engine as engine_process
from gateway.doctor import examine
from gateway.errors import GatewayError
from gateway.guard import guard_of
from gateway.segments import Delivery, DirectSegments
from gateway.settings import PREFIX, Settings
from gateway.simplification import SimplifiedText, SimplifyOrder
from gateway.simplification import simplify as simplify_order
from gateway.summary import Summarisation, Summary, SummaryOrder
from gateway.terminal import fail, reason, served_models, settings_of, store_of
from gateway.terminal import language_tag as _tag
from gateway.terminal import locale as _locale
from gateway.terminal import read_text as _read
from gateway.terminal import write_text as _write
from gateway.terms_cli import guidance_of
from gateway.translation import Limits, Order, Translated, Translation
from locales.messages import message
from locales.normalisation import has_letters, in_one_line, normalise
from locales.segmentation import split
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.extractive import Budget
from models.runtime.load import load_translator
from models.runtime.protocol import Translator
from models.store import ModelDamaged, ModelMissing

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(models_cli.app, name="models")
app.add_typer(keys_cli.app, name="keys")
for command in (
    service_cli.serve,
    service_cli.api,
    service_cli.engine,
    service_cli.admin,
    accessible_cli.speak,
    accessible_cli.braille,
    accessible_cli.accessible,
    loadtest_cli.loadtest,
):
    app.command()(command)
_errors = Console(stderr=True)
_COLUMNS = 2


def main() -> None:
    app()


@app.command()
def translate(
    file: Annotated[
        str,
        typer.Argument(help="Document (docx, odt, pptx, epub, pdf, html …), text file in UTF-8, or - for input."),
    ],
    to: Annotated[list[str], typer.Option("--to", help="Target language; repeat it for several.")],
    source: Annotated[str | None, typer.Option("--from", help="Source language; detected when left out.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; standard output if left out.")
    ] = None,
    glossary: Annotated[
        Path | None, typer.Option(help="Terms the translation must hold: a TBX, CSV or TSV file; for one target.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Full answer with checks, as JSON.")] = False,
    columns: Annotated[
        list[str] | None, typer.Option("--column", help="Column of a CSV, by name or number; repeat it for several.")
    ] = None,
) -> None:
    """Translate a document or a text file without a server."""
    settings = settings_of(log_level="error")
    if output and not output.absolute().parent.is_dir():
        fail(f"{output}: there is no such folder")
    source_tag = _tag(source) if source else None
    targets = tuple(dict.fromkeys(_tag(target) for target in to))
    if glossary and len(targets) > 1:
        fail("--glossary: terms are of one target language. Translate into one language at a time.")
    if not as_json and documents_cli.is_document(file, output):
        if len(targets) > 1:
            fail("A document is translated into one language at a time.")
        document = documents_cli.DocumentFile(
            Path(file), source_tag, targets[0], output, tuple(columns or ()), glossary
        )
        _translate_document(settings, document)
        return
    text = _read(file)
    try:
        results = asyncio.run(_translate(settings, text, source_tag, targets, glossary))
    except GatewayError as error:
        fail(reason(error), 1)
    except (ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    written = _as_json(results) if as_json else "\n".join(result.text for result in results)
    if output:
        _write(output, written)
    else:
        sys.stdout.write(written if written.endswith("\n") else written + "\n")
    for result in results:
        _warn(result.target, result.report)
        if missing := [name for each in result.told.terms for name in each.missing]:
            typer.echo(f"{result.target}: {glossary}: {', '.join(dict.fromkeys(missing))}", err=True)


def _translate_document(settings: Settings, document: documents_cli.DocumentFile) -> None:
    catalogue = served_models(settings).catalogue
    translators = _Loaded(settings, catalogue)
    try:
        translation = Translation(catalogue, DirectSegments(translators), Limits(sys.maxsize, sys.maxsize))
        found = documents_cli.run(settings, document, translation, Delivery(_in_a_week_ms()))
    except GatewayError as error:
        fail(reason(error), 1)
    except (ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    finally:
        for translator in translators.values():
            translator.close()
    for code, count in found.items():
        if count:
            typer.echo(f"{document.target}: {code} ×{count}: {message(f'warning.{code}', _locale())}", err=True)


def _warn(language: LanguageTag, report: Report) -> None:
    for finding in report.findings:
        place = f" {finding.span[0]}–{finding.span[1]}" if finding.span else ""
        sentence = message(f"warning.{finding.code}", _locale())
        typer.echo(f"{language}: {finding.code}{place}: {sentence}", err=True)


@app.command()
def summarize(
    file: Annotated[str, typer.Argument(help="Text file in UTF-8, or - for standard input.")],
    to: Annotated[list[str] | None, typer.Option("--to", help="Language to translate the summary into.")] = None,
    source: Annotated[str | None, typer.Option("--from", help="Source language; detected when left out.")] = None,
    max_sentences: Annotated[int, typer.Option(min=1, max=100, help="Most sentences of the summary.")] = 3,
    max_chars: Annotated[int | None, typer.Option(min=1, help="Most characters of the summary.")] = None,
    domain: Annotated[str | None, typer.Option(help="What the text is, as models name it: official-acts.")] = None,
    extractive: Annotated[bool, typer.Option("--extractive", help="Only sentences of the text.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Full answer with the place of each sentence.")] = False,
) -> None:
    """Shorten a text file to the sentences that say most, without a server."""
    settings = settings_of(log_level="error")
    order = SummaryOrder(
        (_read(file),),
        _tag(source) if source else None,
        tuple(dict.fromkeys(_tag(target) for target in to or ())),
        Budget(max_sentences, max_chars),
        Delivery(_in_a_week_ms()),
        domain,
        rewrite=not extractive,
    )
    try:
        results = asyncio.run(_summarize(settings, order))
    except GatewayError as error:
        fail(reason(error), 1)
    except (ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    for result in results:
        typer.echo(_summary_as_json(result) if as_json else result.text)
        _warn(result.language, result.report)


class Level(StrEnum):
    PLAIN = "plain"
    SIMPLE = "simple"


@app.command()
def simplify(
    file: Annotated[str, typer.Argument(help="Text file in UTF-8, or - for standard input.")],
    source: Annotated[str | None, typer.Option("--from", help="Language of the text; detected when left out.")] = None,
    level: Annotated[Level, typer.Option(help="Plain language for everyone, or simpler.")] = Level.PLAIN,
    strategy: Annotated[
        Literal["rules", "model", "both"],
        typer.Option(help="Rules, a promoted simplifier, or it and the rules after it."),
    ] = "rules",
    guard: Annotated[
        Literal["strict", "normal"], typer.Option(help="What brings a sentence back: any doubt, or a grave one.")
    ] = "strict",
    glossary: Annotated[
        Path | None, typer.Option(help="Terms to explain: a line for each, a tab between term and meaning.")
    ] = None,
    facts: Annotated[bool, typer.Option("--facts", help="The key facts before the text.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Full answer with every change and the guard.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; standard output if left out.")
    ] = None,
) -> None:
    """Say a text file in plainer language, without a server. Automatic: nobody has reviewed the result."""
    if output and not output.absolute().parent.is_dir():
        fail(f"{output}: there is no such folder")
    terms = _meanings(glossary) if glossary else {}
    options = Options(level=level.value, strategy=strategy, glossary=terms, guard=guard)
    text, source_tag = _read(file), _tag(source) if source else None
    try:
        simplified = asyncio.run(_simplify(SimplifyOrder((text,), source_tag, options, Delivery(_in_a_week_ms()))))
    except GatewayError as error:
        fail(reason(error), 1)
    except (ModelDamaged, ModelMissing) as error:
        fail(str(error), 1)
    result = simplified.result
    told = box(result.key_facts, result.language) if facts and not as_json else ""
    written = "\n\n".join([*([told] if told else []), _simplified_as_json(simplified) if as_json else result.text])
    try:
        typer.echo(written) if output is None else output.write_text(f"{written}\n", "utf-8")
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    for notice in ("label.machine_simplification", *(f"warning.{code}" for code in result.warnings)):
        typer.echo(message(notice, _locale()), err=True)


def _meanings(file: Path) -> dict[str, str]:
    """A glossary of meanings, as a spreadsheet saves two columns."""
    rows = [line.split("\t") for line in _read(str(file)).splitlines() if line.strip()]
    found = {in_one_line(row[0]): in_one_line(row[1]) for row in rows if len(row) == _COLUMNS}
    if len(found) != len(rows) or not all(term and meaning for term, meaning in found.items()):
        fail(f"{file}: a line for each term, a tab between term and meaning, and no term twice")
    return found


async def _simplify(order: SimplifyOrder) -> SimplifiedText:
    if order.options.strategy == "rules":  # no model is looked at
        return (await simplify_order(order, Translation(Catalogue(()), DirectSegments({}), Limits(1, sys.maxsize))))[0]
    settings = settings_of(log_level="error")
    catalogue = served_models(settings).catalogue
    translators = _Loaded(settings, catalogue)
    try:
        translation = Translation(catalogue, DirectSegments(translators), Limits(1, sys.maxsize))
        return (await simplify_order(order, translation))[0]
    finally:
        for translator in translators.values():
            translator.close()


def _simplified_as_json(simplified: SimplifiedText) -> str:
    answer = asdict(simplified.result)
    return json.dumps({**answer, "source": simplified.source.tag}, ensure_ascii=False, indent=2)


async def _summarize(settings: Settings, order: SummaryOrder) -> list[Summary]:
    catalogue = served_models(settings).catalogue
    translators = _Loaded(settings, catalogue)
    try:
        translation = Translation(catalogue, DirectSegments(translators), Limits(sys.maxsize, sys.maxsize))
        return await Summarisation(translation).summarise(order)
    finally:
        for translator in translators.values():
            translator.close()


class _Loaded(dict[str, Translator]):
    """Translators by model, loaded when they are first asked for."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._entries = {entry.reference: entry for entry in catalogue.entries}
        self._store = store_of(settings)
        self._options = engine_process.run_options(settings)

    def __missing__(self, reference: str) -> Translator:
        entry = self._entries[reference]
        self[reference] = load_translator(entry, self._store, self._options, guard_of(entry))
        return self[reference]


def _in_a_week_ms() -> int:
    return int((time.time() + 7 * 86_400) * 1000)


def _summary_as_json(result: Summary) -> str:
    return json.dumps(
        {
            "text": result.text,
            "sentences": [
                {
                    "text": each.text,
                    "source_span": each.source_span,
                    "source_spans": each.source_spans,
                    "method": each.method,
                }
                for each in result.sentences
            ],
            "method": result.method,
            "source": result.source,
            "lang": result.language,
            "model": result.model.reference if result.model else None,
            "summarizer": result.writer.reference if result.writer else None,
            "checks": dict(result.report.checks),
            "warnings": _findings(result.report),
        },
        ensure_ascii=False,
        indent=2,
    )


async def _translate(
    settings: Settings,
    text: str,
    source: LanguageTag | None,
    targets: tuple[LanguageTag, ...],
    glossary: Path | None = None,
) -> list[Translated]:
    catalogue = served_models(settings).catalogue
    translators = _Loaded(settings, catalogue)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=_errors, transient=True, disable=not sys.stderr.isatty()) as progress:
            pieces = {
                each.text for each in split(normalise(text), source or LanguageTag("es")) if has_letters(each.text)
            }
            task = progress.add_task("translating", total=max(1, len(pieces) * len(targets)))
            segments = DirectSegments(translators, progress=lambda count: progress.advance(task, count))
            translation = Translation(catalogue, segments, Limits(1, sys.maxsize))
            guidance = None
            if glossary:
                source = source or translation.read(text, None, targets).tag
                guidance = guidance_of(glossary, source, targets[0], settings)
            return await translation.translate(Order((text,), source, targets, Delivery(_in_a_week_ms()), guidance))
    finally:
        for translator in translators.values():
            translator.close()


def _findings(report: Report) -> list[dict[str, object]]:
    return [
        {"code": finding.code, "severity": finding.severity, "source_span": finding.span} for finding in report.findings
    ]


def _terms(result: Translated) -> dict[str, object]:
    told = result.told
    return {"glossary": [{**asdict(each), "outcome": each.outcome} for each in told.terms]} if told.glossary else {}


def _as_json(results: list[Translated]) -> str:
    return json.dumps(
        [
            {
                "text": result.text,
                "source": result.source,
                "lang": result.target,
                "model": result.model.reference,
                "licence": result.model.licence,
                "checks": dict(result.report.checks),
                "warnings": _findings(result.report),
            }
            | _terms(result)
            for result in results
        ],
        ensure_ascii=False,
        indent=2,
    )


@app.command()
def check() -> None:
    """Examine this machine and installation: settings, models, Valkey, languages."""
    settings = settings_of(log_level="error")
    findings = examine(settings, served_models(settings), store_of(settings))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.good else 'BAD '} {finding.subject}: {finding.detail}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


@app.command(name="settings")
def showsettings_of() -> None:
    """List every setting with its default and meaning."""
    for name, field in Settings.model_fields.items():
        typer.echo(f"{PREFIX}{name.upper()}  (default: {field.default})\n    {field.description}")


@app.command(name="version")
def show_version() -> None:
    """Print the version."""
    typer.echo(f"malgil {version('malgil')}")
