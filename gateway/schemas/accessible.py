"""Wire types of texts that need no model: they come in the forms asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas.blocks import Block
from gateway.schemas.common import Schema, Text
from gateway.schemas.outputs import Output, OutputName, OutputOptions, Outputs, Speech


class AccessibleRequest(Schema):
    text: Text | None = Field(default=None, description="The text; null where `blocks` are given.")
    blocks: Annotated[list[Block], Field(min_length=1, max_length=5000)] | None = Field(
        default=None, description="The text as blocks instead: headings, paragraphs, lists, tables, images."
    )
    lang: str = Field(description="Language of the text.", examples=["es"])
    format: Literal["text", "html", "markdown"] = Field(default="text", description="How the text is written.")
    outputs: Outputs = Field(min_length=1)
    options: OutputOptions = Field(default_factory=OutputOptions)


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
    missing_tool: str | None = Field(description="Program that is not installed, or does not run.")


class SimpleCapability(Schema):
    rules: bool = Field(description="`/v1/simplify` has rules for the language; without them it takes a model.")
    guard: Literal["full", "partial"] = Field(description="Partial where the language has no lists of cue words.")


class InWords(Schema):
    """What `numbers: words` puts into words; the rest stays as it is written."""

    numbers: bool
    ordinals: bool
    dates: bool
    times: bool
    money: bool
    phones: bool
    addresses: bool


class LanguageCapabilities(Schema):
    lang: str
    outputs: dict[OutputName, OutputCapability]
    simple: SimpleCapability
    in_words: InWords


class CapabilitiesResponse(Schema):
    languages: list[LanguageCapabilities]
