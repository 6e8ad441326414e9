"""Wire types of models and their cards."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from gateway.schemas.common import Schema
from gateway.schemas.languages import TIERS, Tier


class ModelListed(Schema):
    id: str
    version: str
    task: Literal["translate", "summarize", "simplify"]
    domains: list[str] = Field(description="Texts it is made for; `general` or none: any.")
    state: Literal["candidate", "evaluated", "canary", "serving", "retired"] = Field(
        description="`serving` translates, `canary` a share of the texts, the others nothing."
    )
    licence: str = Field(description="SPDX licence of the weights.")
    commercial_use: bool
    sources: list[str]
    targets: list[str]
    card: str = Field(description="Where its model card is.")


class ModelsResponse(Schema):
    models: list[ModelListed]


class CardMetric(Schema):
    name: str
    value: float
    n: int = Field(description="How many lines or items the value was taken from.")
    signature: str = Field(description="sacreBLEU's signature of the metric; empty for our own counts.")
    ci95: tuple[float, float] | None


class CardCalibration(Schema):
    low_below: float = Field(description="Mean log-probability of a token below which an answer's band is `low`.")
    high_from: float = Field(description="From here on it is `high`, between the two `medium`.")
    low_chrf: float = Field(description="Mean chrF++ of the sentences measured in that band.")
    medium_chrf: float
    high_chrf: float
    rank_correlation: float = Field(description="Of the score with sentence chrF++, by ranks.")
    n: int = Field(description="How many sentences the bands were measured on.")


class CardDirection(Schema):
    source: str
    target: str
    tier: Tier = Field(description=TIERS)
    test_set: str
    test_set_licence: str
    test_set_sha256: str
    lines: int
    chrf: float
    copy_chrf: float = Field(description="chrF++ of copying the source: what no translation scores.")
    teacher_chrf: float | None
    numbers_kept: float | None = Field(description="Share of the source's numbers that the translation holds.")
    calibration: CardCalibration | None = Field(
        description="What the model's own score is worth; null where it says too little, and every band is `unknown`."
    )
    metrics: list[CardMetric]


class CardSummaries(Schema):
    language: str
    test_set: str
    test_set_licence: str
    test_set_sha256: str
    documents: int
    rouge_l: float = Field(description="ROUGE-L F1 against summaries that people wrote.")
    lead_rouge_l: float = Field(description="The same of the first sentence.")
    extractive_rouge_l: float = Field(description="The same of the sentence that says most.")
    supported: float | None = Field(description="Of numbers, dates, names and links, those that stand in the source.")
    metrics: list[CardMetric]


class CardMiss(Schema):
    metric: str
    source: str | None
    target: str | None
    value: float | str | None = Field(description="Null when it was not measured.")
    needs: str
    waived: bool


class CardWaiver(Schema):
    metric: str
    by: str
    reason: str
    until: date = Field(description="Last day on which the model may miss the threshold.")


class ModelCard(ModelListed):
    digest: str = Field(description="Stands for the weights and all that decides what they answer.")
    parameters: int
    evaluation: str | None = Field(description="Name of the evaluation; null when there was none.")
    evaluated_on: date | None
    evaluated_by: str = Field(description="Who answers for the evaluation, as they named themselves; empty: nobody.")
    directions: list[CardDirection]
    summaries: list[CardSummaries] = Field(description="What was measured of a model that writes summaries.")
    costs: list[CardMetric] = Field(
        description="`size_mb` on disk, `load_s` to load, `resident_mib` of memory; on the machine that measured."
    )
    misses: list[CardMiss] = Field(description="Thresholds the model does not reach, waived or not.")
    waivers: list[CardWaiver]
    not_served: list[str] = Field(description="Why a promoted model does not serve.")
    note: str = Field(description="Remark on the evaluation.")
    about: str = Field(description="The model card in English, as Markdown: data, licence, limits.")
