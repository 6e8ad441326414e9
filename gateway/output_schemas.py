"""Wire types of outputs: what a caller may ask of each adapter, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from accessibility.adapters.audio import AudioOptions
from accessibility.adapters.braille import BrailleOptions
from accessibility.adapters.html import HtmlOptions
from accessibility.adapters.markdown import MarkdownOptions
from accessibility.adapters.messages import MessageOptions
from accessibility.adapters.plain import PlainOptions
from accessibility.adapters.ssml import SsmlOptions
from accessibility.document import Document
from accessibility.spans import Kind, find
from accessibility.verbalise import verbalise
from gateway import schemas
from gateway.block_schemas import Block
from gateway.outputs import Wanted
from gateway.schemas import Output, OutputName, Schema, Text
from locales.tags import LanguageTag

# About ten minutes and 30 MB: what is longer is no answer to wait for.
SPOKEN_CHARS = 10_000
_PHONES: tuple[Kind, ...] = ("phone",)
# What a part of a message must not cut; names may be.
UNBROKEN: tuple[Kind, ...] = ("number", "date", "time", "currency", "phone", "url", "email", "code", "abbreviation")

Tables = Literal["rows", "cells"]
Numbers = Annotated[
    Literal["digits", "words"],
    Field(description="`words`: numbers, dates, money … as they are spoken, where the language has exact words."),
]


class HtmlOutput(Schema):
    heading_base: int | None = Field(
        default=None, ge=1, le=6, description="Level of the highest heading; null keeps levels."
    )
    id_prefix: str = Field(default="text-", max_length=32, pattern=r"^[A-Za-z][\w-]*$|^$")
    notice: bool = Field(default=False, description="Say first, in the caller's locale, that a machine translated.")
    status: bool = Field(default=False, description="Add a status message that the translation is ready.")
    landmark: bool = False
    keep_source: bool = Field(default=False, description="Add the text it was translated from.")


class PlainOutput(Schema):
    sentence_per_line: bool = True
    width: int = Field(default=0, ge=0, le=1000, description="Longest line in characters; 0 for any.")
    tables: Tables = "rows"
    addresses: bool = True
    numbers: Numbers = "digits"


class SsmlOutput(Schema):
    dialect: str = Field(default="w3c11", max_length=16, examples=["w3c11", "espeak", "polly", "google", "azure"])
    voices: dict[str, str] = Field(default={}, max_length=16, description="Voice by language, where voices have names.")
    languages: list[str] | None = Field(
        default=None, max_length=64, description="Languages the engine switches to; null: any."
    )
    rate: int = Field(default=100, ge=20, le=300, description="Percent of the normal speed.")
    max_chars: int = Field(default=0, ge=0, description="What the engine accepts; 0 for any.")
    tables: Tables = "rows"
    numbers: Numbers = "digits"


class BrailleOutput(Schema):
    grade: Literal[1, 2] = 1
    form: Literal["unicode", "brf"] = "unicode"
    width: int | None = Field(default=None, ge=0, le=200)
    height: int | None = Field(default=None, ge=0, le=200)
    allow_undefined: bool = False
    fallback: Literal["deny", "nearest"] = "deny"
    tables: Tables = "rows"


class AudioOutput(Schema):
    rate_wpm: int = Field(default=175, ge=80, le=450, description="Words a minute.")
    sample_rate: Literal[0, 8000, 16000, 22050] = Field(default=0, description="Hz; 0: as the voice has it.")
    voice: str = Field(default="", max_length=32, pattern=r"^[A-Za-z0-9-]*$")
    fallback: Literal["deny", "nearest"] = "deny"
    tables: Tables = "rows"
    numbers: Numbers = "digits"


class MessageOutput(Schema):
    label: Text = Field(default="", max_length=80)
    link: str = Field(default="", max_length=80)
    national: bool = Field(
        default=False, description="The network and the phones know the national tables of GSM 7-bit."
    )
    max_parts: int = Field(default=0, ge=0, le=255)
    tables: Tables = "rows"


class MarkdownOutput(Schema): ...


class OutputOptions(Schema):
    """Options by output; what is left out has its defaults."""

    html: HtmlOutput = Field(default_factory=HtmlOutput)
    markdown: MarkdownOutput = Field(default_factory=MarkdownOutput)
    plain: PlainOutput = Field(default_factory=PlainOutput)
    ssml: SsmlOutput = Field(default_factory=SsmlOutput)
    braille: BrailleOutput = Field(default_factory=BrailleOutput)
    audio: AudioOutput = Field(default_factory=AudioOutput)
    sms: MessageOutput = Field(default_factory=MessageOutput)
    ussd: MessageOutput = Field(default_factory=MessageOutput)


# One for all requests without options: frozen, and nine objects to make.
_PLAIN = OutputOptions()

Outputs = Annotated[list[OutputName], Field(max_length=8, description="Forms in which the text is wanted besides.")]


class TranslateRequest(schemas.TranslateRequest):
    outputs: Outputs = Field(default_factory=list)
    options: OutputOptions = Field(default_factory=lambda: _PLAIN)


class SummarizeRequest(schemas.SummarizeRequest):
    outputs: Outputs = Field(default=[])
    options: OutputOptions = Field(default_factory=OutputOptions)


class AccessibleRequest(Schema):
    text: Text | None = Field(default=None, description="The text; null where `blocks` are given.")
    blocks: Annotated[list[Block], Field(min_length=1, max_length=5000)] | None = Field(
        default=None, description="The text as blocks instead: headings, paragraphs, lists, tables, images."
    )
    lang: str = Field(description="Language of the text.", examples=["es"])
    format: Literal["text", "html", "markdown"] = Field(default="text", description="How the text is written.")
    outputs: Outputs = Field(min_length=1)
    options: OutputOptions = Field(default_factory=OutputOptions)


class Speech(Schema):
    supported: bool
    nearest: str | None = Field(description="Language whose voice may be asked for instead.")


class AccessibleResponse(Schema):
    lang: str
    dir: Literal["ltr", "rtl"]
    outputs: dict[OutputName, Output]
    speech: Speech


class OutputCapability(Schema):
    available: bool
    exact: bool
    used: str | None = Field(description="Voice or table that would be used.")
    nearest: str | None = Field(description="Language whose voice or table may be asked for with `fallback`.")
    missing_tool: str | None = Field(description="Program that is not installed.")


class LanguageCapabilities(Schema):
    lang: str
    outputs: dict[OutputName, OutputCapability]


class CapabilitiesResponse(Schema):
    languages: list[LanguageCapabilities]


def wanted(
    names: list[OutputName],
    options: OutputOptions,
    locale: LanguageTag,
    deadline_s: float,
    source: Document | None = None,
    *,
    lang: LanguageTag,
) -> list[Wanted]:
    """The adapters asked for, once each and in order, with their own options; `lang` is the language of the text."""
    html, ssml = options.html.model_dump(), options.ssml
    plain, audio = options.plain.model_dump(), options.audio.model_dump()
    words = {"digits": None, "words": verbalise}
    keep_source = html.pop("keep_source")
    built: Mapping[OutputName, Callable[[], object]] = {
        "html": lambda: HtmlOptions(
            **html,
            phones=partial(_places, lang=lang, kinds=_PHONES),
            ui_lang=locale,
            source=source if keep_source else None,
        ),
        "markdown": MarkdownOptions,
        "plain": lambda: PlainOptions(verbalise=words[plain.pop("numbers")], **plain),
        "ssml": lambda: SsmlOptions(
            dialect=ssml.dialect,
            voices=tuple((LanguageTag(lang), voice) for lang, voice in ssml.voices.items()),
            languages=None if ssml.languages is None else frozenset(map(LanguageTag, ssml.languages)),
            rate=ssml.rate,
            max_chars=ssml.max_chars,
            tables=ssml.tables,
            verbalise=words[ssml.numbers],
        ),
        "braille": lambda: BrailleOptions(**options.braille.model_dump(), deadline_s=deadline_s),
        "audio": lambda: AudioOptions(
            verbalise=words[audio.pop("numbers")], **audio, max_chars=SPOKEN_CHARS, deadline_s=deadline_s
        ),
        "sms": lambda: MessageOptions(**options.sms.model_dump(), protected=partial(_places, lang=lang)),
        "ussd": lambda: MessageOptions(**options.ussd.model_dump(), protected=partial(_places, lang=lang)),
    }
    return [Wanted(name, built[name]()) for name in dict.fromkeys(names)]


def _places(text: str, lang: LanguageTag, kinds: Collection[Kind] = UNBROKEN) -> list[tuple[int, int]]:
    """Where the typed spans of these kinds stand."""
    return [(span.start, span.end) for span in find(text, lang) if span.kind in kinds]
