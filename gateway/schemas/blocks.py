"""Wire types of a text that comes in blocks: what a content system knows of its structure, without markup."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas.common import RequestSchema, Text


class InlineGiven(RequestSchema):
    text: Text
    kind: Literal["text", "strong", "emphasis", "code", "keep", "abbreviation", "link"] = Field(
        "text", description="`keep`: a name or a code that nobody translates or respells."
    )
    lang: str | None = Field(None, description="Language of these words, where it is another one.")
    href: str | None = Field(None, max_length=2048, description="Where a link leads.")
    title: Text | None = Field(None, max_length=500, description="An abbreviation in full.")


Line = Text | list[InlineGiven]
Rank = Annotated[int, Field(ge=1, le=6)]


class HeadingGiven(RequestSchema):
    kind: Literal["heading"]
    level: Rank
    text: Line


class ParagraphGiven(RequestSchema):
    kind: Literal["paragraph", "quote"]
    text: Line
    lang: str | None = None


class CodeGiven(RequestSchema):
    kind: Literal["code"]
    text: Text


class ListGiven(RequestSchema):
    kind: Literal["list"]
    items: Annotated[list[Line], Field(min_length=1)]
    ordered: bool = False


class TableGiven(RequestSchema):
    kind: Literal["table"]
    caption: Text = ""
    header: list[Line] = Field([], description="The cells that name the columns.")
    rows: Annotated[list[list[Line]], Field(min_length=1)]
    row_headers: bool = Field(False, description="The first cell of a row names it.")


class ImageGiven(RequestSchema):
    kind: Literal["image"]
    alt: Text = Field(description="What the image says; empty for one that only decorates.")
    src: str = Field("", max_length=2048)


Block = Annotated[
    HeadingGiven | ParagraphGiven | CodeGiven | ListGiven | TableGiven | ImageGiven, Field(discriminator="kind")
]
