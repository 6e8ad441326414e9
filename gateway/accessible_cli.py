"""`malgil speak | braille | accessible`: a text in another form, without a server and without a model."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from accessibility.adapters.audio import AudioOptions
from accessibility.adapters.braille import BrailleOptions
from accessibility.adapters.html import HtmlOptions
from accessibility.adapters.messages import MessageOptions
from accessibility.adapters.ssml import SsmlOptions
from accessibility.parse import Format
from accessibility.registry import ADAPTERS
from accessibility.rendering import AdapterName, Rendered
from accessibility.verbalise import verbalise
from gateway import outputs
from gateway.errors import GatewayError
from gateway.outputs import Outputs, Wanted
from gateway.terminal import fail, language_tag, locale, read_text, reason
from locales.messages import message
from locales.tags import LanguageTag

DEADLINE_S = 600.0  # a person waits for it, and can stop it

File = Annotated[str, typer.Argument(help="Text file in UTF-8, or - for standard input.")]
Lang = Annotated[str, typer.Option("--lang", help="Language of the text.")]
Form = Annotated[Format, typer.Option("--format", help="How the text is written.")]
Nearest = Annotated[bool, typer.Option("--nearest", help="Take the nearest language where this one has none.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; standard output if left out.")]


def speak(
    file: File,
    lang: Lang,
    output: Output = None,
    form: Form = "text",
    nearest: Nearest = False,
    rate: Annotated[int, typer.Option(min=80, max=450, help="Words a minute.")] = 175,
    numbers: Annotated[Literal["digits", "words"], typer.Option(help="Numbers, dates, money … as words.")] = "digits",
) -> None:
    """Speak a text: a WAV file by a voice of its language. Needs espeak-ng."""
    options = AudioOptions(
        rate_wpm=rate, fallback="nearest" if nearest else "deny", verbalise=verbalise if numbers == "words" else None
    )
    _deliver(file, lang, form, "audio", lambda _: options, output)


def braille(
    file: File,
    lang: Lang,
    output: Output = None,
    form: Form = "text",
    nearest: Nearest = False,
    brf: Annotated[bool, typer.Option("--brf", help="Pages of 40 by 25 for embossers, not Unicode cells.")] = False,
    grade: Annotated[Literal["1", "2"], typer.Option(help="1: uncontracted, 2: contracted.")] = "1",
) -> None:
    """Write a text in braille. Needs liblouis."""
    options = BrailleOptions(
        grade=1 if grade == "1" else 2,
        form="brf" if brf else "unicode",
        fallback="nearest" if nearest else "deny",
    )
    _deliver(file, lang, form, "braille", lambda _: options, output)


def accessible(
    file: File,
    lang: Lang,
    to: Annotated[AdapterName, typer.Option("--to", help="Form of the result.")] = "plain",
    output: Output = None,
    form: Form = "text",
    dialect: Annotated[str, typer.Option(help="Dialect of SSML.")] = "w3c11",
) -> None:
    """Write a text as HTML, Markdown, plain text, SSML, braille, audio, SMS parts or USSD pages."""
    own: Mapping[AdapterName, Callable[[LanguageTag], Any]] = {
        "ssml": lambda _: SsmlOptions(dialect=dialect),
        "html": lambda tag: HtmlOptions(
            heading_base=1, ui_lang=locale(), phones=outputs.phones(tag), dates=outputs.dates(tag)
        ),
        "sms": lambda tag: MessageOptions(protected=outputs.unbroken(tag)),
        "ussd": lambda tag: MessageOptions(protected=outputs.unbroken(tag)),
    }
    _deliver(file, lang, form, to, own.get(to) or (lambda _: ADAPTERS[to].options()), output)


def _deliver(
    file: str,
    lang: str,
    form: Format,
    to: AdapterName,
    options: Callable[[LanguageTag], Any],
    output: Path | None,
) -> None:
    if output and not output.absolute().parent.is_dir():
        fail(f"{output}: there is no such folder")
    tag = language_tag(lang)
    text = read_text(file)

    async def rendered() -> Rendered:
        made = await Outputs().render(await outputs.read(text, form, tag), [Wanted(to, options(tag))], DEADLINE_S)
        return made[to]

    try:
        result = asyncio.run(rendered())
    except GatewayError as error:
        fail(reason(error), 1)
    messages = to in ("sms", "ussd")
    # Parts stand apart by an empty line, since a part may hold several lines.
    content: str | bytes = "\n\n".join(result.parts) + "\n" if messages else result.content
    raw = content if isinstance(content, bytes) else (content if content.endswith("\n") else content + "\n").encode()
    try:
        sys.stdout.buffer.write(raw) if output is None else output.write_bytes(raw)
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    for code in result.warnings:
        typer.echo(f"{tag}: {code}: {message(f'warning.{code}', locale())}", err=True)
