"""Wire types of the REST API, the only ones."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


class Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RequestSchema(Schema):
    """What a caller sends. Of very many mistakes the first is enough: to list 100,000 of them takes seconds."""

    @model_validator(mode="before")
    @classmethod
    def _first_unknown(cls, given: Any) -> Any:
        if not isinstance(given, dict) or len(given) <= len(cls.model_fields):
            return given
        known = {name: value for name, value in given.items() if name in cls.model_fields}
        unknown = next(name for name in given if name not in known)
        return {**known, unknown: None}


def _well_formed(text: str) -> str:
    """Half of a surrogate pair is no character: JSON can spell it, UTF-8 cannot carry it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("lone surrogate") from None
    return text


Text = Annotated[str, AfterValidator(_well_formed)]
Texts = Annotated[list[Text], Field(fail_fast=True)]
Tags = Annotated[list[str], Field(fail_fast=True)]
Priority = Literal["interactive", "bulk"]
PRIORITY: Priority | None = Field(
    None,
    description="`interactive`: a person waits for it; `bulk`: it may wait longer; null: its size decides.",
)
Term = Annotated[str, AfterValidator(_well_formed), Field(min_length=1, max_length=100, pattern=r"\w")]
Meaning = Annotated[str, AfterValidator(_well_formed), Field(min_length=1, max_length=500)]


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
    memory: bool = Field(True, description="Whether what was translated before, and corrections, answer first.")
    alternatives: int = Field(
        0, ge=0, description="How many other translations of each text, at most; the answer may hold fewer."
    )
    priority: Priority | None = PRIORITY


class Warning(Schema):
    code: str = Field(description="Stable name of the finding.")
    severity: Literal["low", "medium", "high"]
    message: str = Field(description="One sentence in the caller's locale.")
    source_span: tuple[int, int] | None = Field(
        None, description="Where, in code points of the normalised source text."
    )


OutputName = Literal["html", "markdown", "plain", "ssml", "braille", "audio", "sms", "ussd"]


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


class Label(Schema):
    text: str
    lang: str


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


class TranslateResponse(Schema):
    results: list[Translation]


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
    format: Literal["text"] = Field("text", description="How the text is written.")
    priority: Priority | None = PRIORITY


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


class SummarizeResponse(Schema):
    results: list[Summary]


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
    directions: list[CardDirection]
    summaries: list[CardSummaries] = Field(description="What was measured of a model that writes summaries.")
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


class SimplifyRequest(Schema):
    text: Text | list[Text] = Field(description="One text or several.")
    source: str | None = Field(None, description="Language of the texts; null detects it for each text.")
    level: Literal["plain", "simple"] = Field(
        "plain", description="Plain language for everyone, or simpler: a sentence to a line, more lists, definitions."
    )
    strategy: Literal["rules", "model", "both"] = Field(
        "rules",
        description="`model`: a promoted simplifier rewrites, `both`: and the rules after it; behind the guard.",
    )
    max_words: int | None = Field(
        None, ge=5, le=100, description="Longer sentences count as hard; null takes 20 (plain) or 15 (simple)."
    )
    glossary: dict[Term, Meaning] = Field({}, max_length=200, description="Terms to explain at their first use.")
    format: Literal["text"] = Field("text", description="How the text is written.")


class Change(Schema):
    kind: Literal["phrase", "split", "list", "abbreviation", "definition", "model"]
    before: str
    after: str
    rule: str = Field(description="What made the change.")
    sentence: int = Field(description="Which sentence of the source, from 0.")


class Definition(Schema):
    term: str
    meaning: str
    sentence: int


class KeyFact(Schema):
    kind: Literal["action", "deadline", "date", "time", "money", "phone", "address"]
    text: str = Field(description="Quoted from the result.")
    sentence: int


class Readability(Schema):
    words: int
    sentences: int
    words_per_sentence: float
    long_sentences: float = Field(description="Share of sentences with more than 20 words, 0 to 1.")
    scores: dict[str, float] = Field(description="By the language's own formulas; higher is easier.")
    baseline_ratio: float | None = Field(
        description="LIX divided by that of the Universal Declaration of Human Rights in the same language."
    )


class BeforeAndAfter(Schema):
    before: Readability
    after: Readability


class GuardFlag(Schema):
    check: str
    effect: Literal["block", "flag"]
    sentence: int


class Guard(Schema):
    coverage: Literal["full", "partial"] = Field(description="Partial where the language has no lists of cue words.")
    checked: int = Field(description="Sentences that were changed and compared with the source.")
    reverted: int = Field(description="Of those, sentences that stayed as they were.")
    flags: list[GuardFlag]


class Simplification(Schema):
    index: int = Field(description="Which of the request's texts this is.")
    text: str
    original: str = Field(description="The normalised source.")
    source: str = Field(description="Language of the source, as given or detected.")
    source_confidence: float | None = Field(description="0 to 1 when the source was detected, else null.")
    lang: str = Field(description="Language of `text`.")
    dir: Literal["ltr", "rtl"]
    level: Literal["plain", "simple"]
    strategy: Literal["rules", "model", "both"]
    model: str | None = Field(description="Model and version that rewrote sentences; null where none did.")
    licence: str | None = Field(description="SPDX licence of that model's weights.")
    label: Label = Field(description="Visible label, in the language of `text`: automatic, not reviewed.")
    reviewed: Literal[False] = Field(description="No person has checked the result.")
    changes: list[Change]
    definitions: list[Definition]
    key_facts: list[KeyFact]
    key_fact_box: str = Field(description="The key facts as headed lists in the language of `text`.")
    readability: BeforeAndAfter
    guard: Guard
    warnings: list[Warning]


class SimplifyResponse(Schema):
    results: list[Simplification]
