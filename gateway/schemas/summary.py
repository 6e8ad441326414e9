"""Wire types of summaries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas.common import PRIORITY, Label, Priority, RequestSchema, Schema, Tags, Text, Texts, Warning
from gateway.schemas.outputs import DEFAULTS, SPEECH, Output, OutputName, OutputOptions, Outputs, Speech


class SummarizeRequest(RequestSchema):
    text: Text | Texts = Field(description="One text or several.")
    source: str | None = Field(None, description="Language of the texts; null detects it for each text.")
    target: str | Tags | None = Field(
        None, description="One language or several to translate the summary into; null keeps that of the text."
    )
    max_sentences: int = Field(3, ge=1, le=100, description="Most sentences of a summary.")
    max_chars: int | None = Field(None, ge=1, description="Most characters of a summary; null sets no limit.")
    method: Literal["auto", "extractive"] = Field(
        "auto",
        description="`auto`: newly written sentences where a promoted model covers language and domain, else sentences "
        "of the text; `extractive`: only sentences of the text.",
    )
    domain: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$", max_length=64)] | None = Field(
        None, description="What the texts are, as models name it: `official-acts`. Null: nothing in particular."
    )
    format: Literal["text", "html", "markdown"] = Field(
        "text",
        description="How the text is written. Of a page its words are read; `text` of the answer is plain "
        "text, and `outputs` has other forms.",
    )
    priority: Priority | None = PRIORITY
    outputs: Outputs = Field(default_factory=list)
    options: OutputOptions = Field(default_factory=lambda: DEFAULTS)


class SummarySentence(Schema):
    text: str
    source_span: tuple[int, int] = Field(
        description="The sentence it is or translates, or that best accounts for a newly written one, in code points "
        "of the normalised source text."
    )
    source_spans: list[tuple[int, int]] = Field(description="All sentences that account for it, best first.")
    method: Literal["extractive", "abstractive"]


class Summary(Schema):
    index: int = Field(description="Which of the request's texts this is.")
    text: str = Field(description="The summary, one sentence a line, in the order of the source.")
    sentences: list[SummarySentence]
    method: Literal["extractive", "abstractive", "mixed"] = Field(
        description="`extractive`: sentences of the text; `abstractive`: newly written and checked against it."
    )
    original: str | None = Field(
        default=None,
        exclude_if=lambda given: given is None,
        description="What was read of a page, which `source_span` counts in; only where `format` is not `text`.",
    )
    source: str = Field(description="Language of the source, as given or detected.")
    source_confidence: float | None = Field(description="0 to 1 when the source was detected, else null.")
    lang: str = Field(description="Language of `text`.")
    dir: Literal["ltr", "rtl"]
    model: str | None = Field(description="Model and version that translated; null where nothing was translated.")
    licence: str | None = Field(description="SPDX licence of that model's weights.")
    summarizer: str | None = Field(description="Model and version that wrote sentences; null where none did.")
    summarizer_licence: str | None = Field(description="SPDX licence of that model's weights.")
    label: Label = Field(description="Visible label, in the language of `text`: a machine made this.")
    checks: dict[str, Literal["pass", "fail", "not_available"]] = Field(
        description="Checks and their outcome. `verbatim`: every sentence stands in the source at its span; not "
        "available where one was newly written."
    )
    warnings: list[Warning]
    outputs: dict[OutputName, Output] = Field(default={}, description="The summary in the forms asked for.")
    speech: Speech | None = SPEECH


class SummarizeResponse(Schema):
    results: list[Summary]
