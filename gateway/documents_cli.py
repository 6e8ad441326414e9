"""`malgil translate letter.docx`: a document without a server, with the same formats and the same care."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from accessibility.files.formats import FORMATS, ending_of, open_file
from accessibility.files.opened import OpenFile, Options
from accessibility.files.refusals import FileRefused
from gateway.documents.parsing import limits_of, refusal
from gateway.documents.texts import length, of_file, source_of, translate
from gateway.segments import Delivery
from gateway.settings import Settings
from gateway.terminal import fail
from gateway.terms_cli import guidance_of
from gateway.translation import Translation
from locales.tags import LanguageTag

# Read as one text, as they always were, unless a file is to be written.
_TEXTS = frozenset({".txt", ".text", ""})


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """What to translate and where to; `columns` of a table; `glossary`: a file of terms."""

    path: Path
    source: LanguageTag | None
    target: LanguageTag
    output: Path | None
    columns: tuple[str, ...] = ()
    glossary: Path | None = None


def is_document(file: str, output: Path | None) -> bool:
    """Whether a file is one of a format that keeps its structure."""
    ending = ending_of(file)
    known = any(ending in each.endings for each in FORMATS)
    return file != "-" and (known if output else known and ending not in _TEXTS)


def run(settings: Settings, file: DocumentFile, translation: Translation, delivery: Delivery) -> Mapping[str, int]:
    """Writes the translated document; answers how often each check failed. Raises GatewayError."""
    opened = _opened(settings, file)
    texts = [slot.text for slot in opened.slots]
    source = file.source or source_of(translation, texts, opened.said, file.target)
    translation.admit_pair(source, file.target)
    guidance = guidance_of(file.glossary, source, file.target, settings) if file.glossary else None
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("translating", total=max(1, sum(map(length, texts))))

        async def progress(more: Mapping[int, str], _: Mapping[str, int]) -> None:
            bar.advance(task, sum(length(texts[place]) for place in more))

        way = source, file.target, lambda: delivery, progress
        done = asyncio.run(translate(lambda: translation, texts, *way, guidance=guidance))
    lost = [slot.put(text) for slot, text in zip(opened.slots, done.texts, strict=True)].count(False)
    _write(file.output, opened.save(source, file.target))
    return Counter(done.warnings) + of_file(lost, opened.pictures)


def _opened(settings: Settings, file: DocumentFile) -> OpenFile:
    try:
        content = file.path.read_bytes()
        options = Options(file.columns, _wanted(file.output), limits_of(settings))
        form, opened = open_file(content, file.path.name, options)
    except OSError as error:
        fail(f"{file.path}: {error.strerror}")
    except FileRefused as refused:
        raise refusal(type(refused).__name__, refused.values) from None
    if form.binary and not form.outputs and file.output is None:
        fail(f"{file.path.name}: say with -o which file to write.")
    return opened


def _wanted(output: Path | None) -> str:
    """The format that a file's name promises, if any."""
    ending = ending_of(output.name) if output is not None else ""
    return next((each.endings[0][1:] for each in FORMATS if ending in each.endings), "")


def _write(output: Path | None, content: bytes) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        return
    beside = output.with_name(f".{output.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(output)
    except OSError as error:
        fail(f"{output}: {error.strerror}")
