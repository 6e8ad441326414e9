"""Wire types of glossaries, translation memories, suggestions and reviews."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas.common import RequestSchema, Schema, Text

# No database keeps a NUL.
Kept = Annotated[Text, Field(pattern=r"^[^\x00]*$")]
Wording = Annotated[Text, Field(max_length=10_000)]
Name = Annotated[Kept, Field(max_length=200)]
Who = Annotated[Text, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*[^\x00-\x20][^\x00-\x1f]*$")]
Short = Annotated[Kept, Field(max_length=500)]


class TermGiven(RequestSchema):
    id: str = Field("", max_length=64, description="Name of the entry in reports; empty: one is given.")
    source: Wording
    target: Wording = Field("", description="May be left out where the term is not translated.")
    case_sensitive: bool = Field(False, description="Whether `US` and `us` are two words.")
    whole_word: bool = Field(True, description="Whether it is found only where no letters of a word stand beside it.")
    translate: bool = Field(True, description="False: it stays letter by letter as it is in the source.")
    also: list[Wording] = Field([], max_length=50, description="Other wordings that are right, as inflected forms.")


Terms = Annotated[list[TermGiven], Field(fail_fast=True, max_length=100_000)]


class GlossaryGiven(RequestSchema):
    name: Name = ""
    source: str = Field(examples=["es"])
    target: str = Field(examples=["an"])
    terms: Terms


class GlossaryRevised(RequestSchema):
    name: Name | None = Field(None, description="Null keeps the name.")
    terms: Terms = Field(description="All terms of the new version.")


class Glossary(Schema):
    id: str
    version: int
    reference: str = Field(description="`id@version`: what to write as `glossary` to use exactly this one.")
    name: str
    source: str
    target: str
    count: int = Field(description="How many terms it has.")
    created_s: int = Field(description="When this version was made, in Unix seconds.")


class GlossaryDetail(Glossary):
    versions: list[int] = Field(description="Versions that are kept, newest first.")
    terms: list[TermGiven]


class GlossariesResponse(Schema):
    glossaries: list[Glossary] = Field(description="The newest version of each.")


class Unit(Schema):
    id: str
    source: str
    target: str
    source_lang: str
    target_lang: str
    reviewed: bool
    reviewer: str | None = Field(description="Who answers for it; null where nobody does.")
    created_s: int = Field(description="When it was taken up or reviewed, in Unix seconds.")


class UnitGiven(RequestSchema):
    source: Wording
    target: Wording


class MemoryGiven(RequestSchema):
    source: str = Field(examples=["es"])
    target: str = Field(examples=["an"])
    units: Annotated[list[UnitGiven], Field(fail_fast=True, max_length=100_000)]


class MemoryTaken(Schema):
    given: int = Field(description="Units that were sent.")
    taken: int = Field(description="Units taken up: not those in whose place a reviewed one stands.")


class MemoryPair(Schema):
    source: str
    target: str
    units: int


class MemoryResponse(Schema):
    pairs: list[MemoryPair] = Field(default=[], description="Units of each pair, where none was asked for.")
    units: list[Unit] = Field(default=[], description="Units of the pair that was asked for.")
    next: str | None = Field(default=None, description="What to send as `after` for the next page; null on the last.")


class LookUp(RequestSchema):
    text: Wording
    source: str
    target: str


class LookedUp(Schema):
    unit: Unit | None


class Consent(RequestSchema):
    store: bool = Field(default=False, description="Whether the texts may be kept, before and after a review.")
    publish: bool = Field(default=False, description="Whether they may be given to others.")
    licence: str = Field(
        default="", max_length=64, pattern=r"^[A-Za-z0-9.+-]*$", description="SPDX licence under which they are given."
    )


class FeedbackGiven(RequestSchema):
    source: Wording
    suggested: Wording
    source_lang: str
    target_lang: str
    kind: Literal["wrong", "offensive", "unclear", "culture"]
    consent: Consent = Consent()


FeedbackState = Literal["received", "accepted", "rejected"]


class FeedbackTicket(Schema):
    ticket: str
    state: FeedbackState
    reason: str = ""


class Waiting(Schema):
    ticket: str
    source: str
    suggested: str
    source_lang: str
    target_lang: str
    kind: str
    created_s: int


class ReviewResponse(Schema):
    waiting: list[Waiting] = Field(description="Oldest first.")


class ReviewGiven(RequestSchema):
    decision: Literal["accept", "reject"]
    text: Wording | None = Field(None, description="The suggestion as the reviewer mended it; null takes it as it is.")
    reason: Short = ""
    reviewer: Who | None = Field(None, description="Name or role of who answers for it; null: the API key.")
    despite_checks: bool = Field(False, description="Take it though a check fails, as where a number is written out.")


class CorrectionGiven(RequestSchema):
    source: Wording
    target: Wording
    source_lang: str
    target_lang: str
    reviewer: Who | None = Field(None, description="Name or role of who answers for it; null: the API key.")
    despite_checks: bool = Field(False, description="Take it though a check fails, as where a number is written out.")
