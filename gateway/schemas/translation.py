"""Wire types of translations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas.common import PRIORITY, Label, Priority, RequestSchema, Schema, Text, Texts, Warning
from gateway.schemas.outputs import DEFAULTS, SPEECH, Output, OutputName, OutputOptions, Outputs, Speech

Phrase = Annotated[Text, Field(min_length=1, max_length=200, pattern=r"\w")]


class TranslateRequest(RequestSchema):
    text: Text | Texts = Field(description="One text or several.", examples=["La biblioteca abre a las nueve."])
    source: str | None = Field(
        None, description="Language of the texts; null detects it for each text.", examples=["es"]
    )
    target: str | Annotated[list[str], Field(min_length=1, fail_fast=True)] = Field(
        description="One target language or several.", examples=["an", ["an", "ast"]]
    )
    format: Literal["text", "html", "markdown"] = Field(
        "text", description="How the text is written, and the translation with it."
    )
    glossary: Annotated[str, Field(max_length=64)] | None = Field(
        None, description="Glossary whose terms the translation must hold: `id@version`, or `id` for the newest."
    )
    protect: Annotated[list[Phrase], Field(max_length=100, fail_fast=True)] = Field(
        default_factory=list,
        description="Words and phrases that stay as they are, letter by letter; as whole words, in the same case. What "
        "the memory knows of a plain text comes first.",
        examples=[["Plaza Mayor"]],
    )
    memory: bool = Field(True, description="Whether what was translated before, and corrections, answer first.")
    alternatives: int = Field(
        0, ge=0, description="How many other translations of each text, at most; the answer may hold fewer."
    )
    priority: Priority | None = PRIORITY
    outputs: Outputs = Field(default_factory=list)
    options: OutputOptions = Field(default_factory=lambda: DEFAULTS)


class AnswerQuality(Schema):
    band: Literal["high", "medium", "low", "unknown"] = Field(
        description="How sure the model was, in bands measured for this direction; unknown where none were."
    )
    score: float | None = Field(description="Mean probability of a token, 0 to 1; null when the band is unknown.")
    calibration: str | None = Field(description="The evaluation that the band rests on.")


class RecalledSegment(Schema):
    """A part that came from the translation memory."""

    id: str = Field(description="The unit; with this id it can be taken back.")
    source_span: tuple[int, int] | None = Field(description="Where, in code points of the normalised source text.")
    reviewed: bool
    reviewer: str | None = Field(description="Who answers for it; null where nobody does.")


class SegmentGlossary(Schema):
    source_span: tuple[int, int] | None = Field(description="Where, in code points of the normalised source text.")
    outcome: Literal["pass", "fail", "not_available"]
    terms: list[str] = Field(description="Ids of the entries whose terms stand in this part of the source.")
    missing: list[str] = Field(description="Of these, those the translation does not hold as often as the source.")
    inflected: list[str] = Field(description="Held only as the beginning of a longer word: perhaps a form of it.")
    unsure: list[str] = Field(
        description="Entries whose term a word of the source begins with: perhaps a form that the glossary lacks."
    )


class GlossaryReport(Schema):
    glossary: str = Field(description="`id@version` of the glossary that was used.")
    outcome: Literal["pass", "fail", "not_available"] = Field(
        description="`not_available` where no term of it stands in the text."
    )
    segments: list[SegmentGlossary] = Field(description="The parts in which terms stand.")


class Translation(Schema):
    index: int = Field(description="Which of the request's texts this is.")
    text: str
    source: str = Field(description="Language of the source, as given or detected.")
    source_confidence: float | None = Field(description="0 to 1 when the source was detected, else null.")
    lang: str = Field(description="Language of `text`.")
    dir: Literal["ltr", "rtl"]
    model: str | None = Field(description="Model and version; null where the memory knew all of it.")
    licence: str | None = Field(description="SPDX licence of the model's weights.")
    label: Label = Field(description="Visible label, in the language of `text`: who wrote this.")
    checks: dict[str, Literal["pass", "fail", "not_available"]] = Field(description="Checks and their outcome.")
    warnings: list[Warning]
    quality: AnswerQuality
    alternatives: list[str] | None = Field(
        default=None,
        exclude_if=lambda given: given is None,
        description="Other translations, best first; only where the request asks for some. They combine sentence by "
        "sentence, and none fails a check that `text` passes.",
    )
    origin: Literal["machine", "memory", "mixed"] = Field(
        default="machine", description="Whether a model wrote it, or the memory of the organisation knew it."
    )
    reviewed: bool = Field(default=False, description="Whether people answer for all of it.")
    reviewer: str | None = Field(default=None, description="Who does, where it is one person or role.")
    memory: list[RecalledSegment] = Field(default=[], description="The parts that came from the memory.")
    glossary: GlossaryReport | None = Field(default=None, description="What became of the glossary's terms.")
    outputs: dict[OutputName, Output] = Field(default={}, description="The translation in the forms asked for.")
    speech: Speech | None = SPEECH


class TranslateResponse(Schema):
    results: list[Translation]
