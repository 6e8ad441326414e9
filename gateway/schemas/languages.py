"""Wire types of languages: which are served, and which a text is in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.schemas.common import RequestSchema, Schema, Text, Texts

Tier = Literal["good", "fair", "basic", "unknown"]
TIERS = (
    "Measured chrF++, as a share of the way from copying the source to the teacher: good from 0.9, fair from 0.6, else "
    "basic. Without a teacher: fair from 10 points above copying, never good. Unknown when it was not measured."
)


class DetectRequest(RequestSchema):
    text: Text | Texts


class Candidate(Schema):
    lang: str
    confidence: float = Field(description="0 to 1.")


class DetectResult(Schema):
    index: int
    candidates: list[Candidate] = Field(description="Best first, at most three; empty when nothing can be said.")


class DetectResponse(Schema):
    results: list[DetectResult]


class Quality(Schema):
    chrf: float = Field(description="chrF++ of this model on `test_set`.")
    copy_chrf: float = Field(description="chrF++ of copying the source: what no translation scores.")
    test_set: str


class TargetLanguage(Schema):
    lang: str
    name: str
    autonym: str
    dir: Literal["ltr", "rtl"]
    model: str
    licence: str
    commercial_use: bool
    tier: Tier = Field(description=TIERS)
    quality: Quality | None = Field(description="Measured quality of the direction; null when it was not measured.")


class SourceLanguage(Schema):
    lang: str
    name: str
    autonym: str
    dir: Literal["ltr", "rtl"]
    targets: list[TargetLanguage]


class ManyPairs(Schema):
    model: str
    licence: str
    commercial_use: bool
    sources: list[str]
    targets: list[str] = Field(description="Each source goes into each of these but itself.")


class LanguagesResponse(Schema):
    languages: list[SourceLanguage]
    many: list[ManyPairs] = Field(
        description="Models of very many pairs, which `languages` leaves out unless `source` or `target` is given."
    )
