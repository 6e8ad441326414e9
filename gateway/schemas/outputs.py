"""Wire types of outputs: what a caller may ask of each adapter, and what comes back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas.common import Schema, Text, Warning

OutputName = Literal["html", "markdown", "plain", "ssml", "braille", "audio", "sms", "ussd"]
Tables = Literal["rows", "cells"]
Numbers = Annotated[
    Literal["digits", "words"],
    Field(description="`words`: numbers, dates, money … as they are spoken, where the language has exact words."),
]


VoiceName = Annotated[str, Field(max_length=100, pattern=r"^[\w .:()/-]+$")]


class Output(Schema):
    content: str
    encoding: Literal["utf-8", "base64"] = Field(description="`base64` where the content is no text.")
    content_type: str
    lang: str
    dir: Literal["ltr", "rtl"]
    exact: bool = Field(description="Nothing stands in for the language's own voice, table or alphabet.")
    used: dict[str, str] = Field(description="Voice, table, dialect or encoding.")
    parts: list[str] = Field(description="Parts of a message or pages, in order; else empty.")
    warnings: list[Warning]


class Speech(Schema):
    """Whether espeak-ng has a voice of the language; a screen reader may have others."""

    supported: bool
    nearest: str | None = Field(description="Language whose voice may be asked for instead.")


SPEECH: Speech | None = Field(
    default=None,
    exclude_if=lambda given: given is None,
    description="Whether the language can be spoken aloud; only where `outputs` are asked for.",
)


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
    voices: dict[str, VoiceName] = Field(
        default={}, max_length=16, description="Voice by language, where voices have names."
    )
    languages: list[str] | None = Field(
        default=None, max_length=64, description="Languages the engine switches to; null: any."
    )
    rate: int = Field(
        default=100, ge=20, le=300, description="Percent of the normal speed; Polly knows 20 to 200, Azure 50 to 200."
    )
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
    link: Text = Field(default="", max_length=80)
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
DEFAULTS = OutputOptions()

Outputs = Annotated[list[OutputName], Field(max_length=8, description="Forms in which the text is wanted besides.")]
