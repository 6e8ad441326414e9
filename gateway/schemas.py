"""Wire types of the REST API, the only ones."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _well_formed(text: str) -> str:
    """Half of a surrogate pair is no character: JSON can spell it, UTF-8 cannot carry it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("lone surrogate") from None
    return text


Text = Annotated[str, AfterValidator(_well_formed)]


class TranslateRequest(Schema):
    text: Text | list[Text] = Field(description="One text or several.", examples=["La biblioteca abre a las nueve."])
    source: str | None = Field(
        None, description="Language of the texts; null detects it for each text.", examples=["es"]
    )
    target: str | Annotated[list[str], Field(min_length=1)] = Field(
        description="One target language or several.", examples=["an", ["an", "ast"]]
    )
    format: Literal["text", "html", "markdown"] = Field(
        "text", description="How the text is written, and the translation with it."
    )


class Warning(Schema):
    code: str = Field(description="Stable name of the finding.")
    severity: Literal["low", "medium", "high"]
    message: str = Field(description="One sentence in the caller's locale.")
    source_span: tuple[int, int] | None = Field(
        None, description="Where, in code points of the normalised source text."
    )


class Label(Schema):
    text: str
    lang: str


class AnswerQuality(Schema):
    band: Literal["high", "medium", "low", "unknown"] = Field(
        description="How sure the model was, in bands measured for this direction; unknown where none were."
    )
    score: float | None = Field(description="Mean probability of a token, 0 to 1; null when the band is unknown.")
    calibration: str | None = Field(description="The evaluation that the band rests on.")


class Translation(Schema):
    index: int = Field(description="Which of the request's texts this is.")
    text: str
    source: str = Field(description="Language of the source, as given or detected.")
    source_confidence: float | None = Field(description="0 to 1 when the source was detected, else null.")
    lang: str = Field(description="Language of `text`.")
    dir: Literal["ltr", "rtl"]
    model: str = Field(description="Model and version.")
    licence: str = Field(description="SPDX licence of the model's weights.")
    label: Label = Field(description="Visible label, in the language of `text`: a machine wrote this.")
    checks: dict[str, Literal["pass", "fail", "not_available"]] = Field(description="Checks and their outcome.")
    warnings: list[Warning]
    quality: AnswerQuality


class TranslateResponse(Schema):
    results: list[Translation]


class SummarizeRequest(Schema):
    text: Text | list[Text] = Field(description="One text or several.")
    source: str | None = Field(None, description="Language of the texts; null detects it for each text.")
    target: str | list[str] | None = Field(
        None, description="One language or several to translate the summary into; null keeps that of the text."
    )
    max_sentences: int = Field(3, ge=1, le=100, description="Most sentences of a summary.")
    max_chars: int | None = Field(None, ge=1, description="Most characters of a summary; null sets no limit.")
    format: Literal["text"] = Field("text", description="How the text is written.")


class SummarySentence(Schema):
    text: str
    source_span: tuple[int, int] = Field(
        description="The sentence it is or translates, in code points of the normalised source text."
    )


class Summary(Schema):
    index: int = Field(description="Which of the request's texts this is.")
    text: str = Field(description="The summary, one sentence a line, in the order of the source.")
    sentences: list[SummarySentence]
    method: Literal["extractive"] = Field(description="`extractive`: sentences of the text, none newly written.")
    source: str = Field(description="Language of the source, as given or detected.")
    source_confidence: float | None = Field(description="0 to 1 when the source was detected, else null.")
    lang: str = Field(description="Language of `text`.")
    dir: Literal["ltr", "rtl"]
    model: str | None = Field(description="Model and version that translated; null where nothing was translated.")
    licence: str | None = Field(description="SPDX licence of that model's weights.")
    label: Label = Field(description="Visible label, in the language of `text`: a machine made this.")
    checks: dict[str, Literal["pass", "fail", "not_available"]] = Field(
        description="Checks and their outcome. `verbatim`: every sentence stands in the source at its span."
    )
    warnings: list[Warning]


class SummarizeResponse(Schema):
    results: list[Summary]


class DetectRequest(Schema):
    text: Text | list[Text]


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


Tier = Literal["good", "fair", "basic", "unknown"]
TIERS = (
    "Measured chrF++, as a share of the way from copying the source to the teacher: good from 0.9, fair from 0.6, else "
    "basic. Without a teacher: fair from 10 points above copying, never good. Unknown when it was not measured."
)


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


class LanguagesResponse(Schema):
    languages: list[SourceLanguage]


class ModelListed(Schema):
    id: str
    version: str
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
    directions: list[CardDirection]
    misses: list[CardMiss] = Field(description="Thresholds the model does not reach, waived or not.")
    waivers: list[CardWaiver]
    not_served: list[str] = Field(description="Why a promoted model does not serve.")
    note: str = Field(description="Remark on the evaluation.")
    about: str = Field(description="The model card in English, as Markdown: data, licence, limits.")


class Problem(BaseModel):
    """RFC 9457 problem details; never quotes the request's text."""

    type: str = Field(examples=["urn:malgil:problem:pair_not_served"])
    title: str
    status: int
    code: str = Field(description="Stable name of the error.")
    message: str = Field(description="What happened, in the caller's locale.")
    help: str = Field(description="What to do about it, in plain language.")
    lang: str
    dir: Literal["ltr", "rtl"]
    request_id: str
    field: str | None = None
    available: list[str] | None = None


class Health(Schema):
    status: Literal["ok"]


class Readiness(Schema):
    status: Literal["ready", "not_ready"]
    redis: bool
    models: dict[str, bool] = Field(description="Model → has a live engine.")
