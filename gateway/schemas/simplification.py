"""Wire types of texts said in plainer language."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas.common import Label, RequestSchema, Schema, Text, Texts, Warning
from gateway.schemas.outputs import DEFAULTS, SPEECH, Output, OutputName, OutputOptions, Outputs, Speech

Term = Annotated[Text, Field(min_length=1, max_length=100, pattern=r"\w")]
Meaning = Annotated[Text, Field(min_length=1, max_length=500)]


class SimplifyRequest(RequestSchema):
    text: Text | Texts = Field(description="One text or several.")
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
    guard: Literal["strict", "normal"] = Field(
        "strict",
        description="`strict`: any doubt brings the original sentence back; `normal`: doubts about numbers, dates, "
        "contacts, negation and limits do, the rest is only flagged.",
    )
    glossary: dict[Term, Meaning] = Field({}, max_length=200, description="Terms to explain at their first use.")
    format: Literal["text", "html", "markdown"] = Field(
        "text",
        description="How the text is written. Of a page its words are read; `text` of the answer is plain "
        "text, and `outputs` has other forms.",
    )
    outputs: Outputs = Field(default_factory=list)
    options: OutputOptions = Field(default_factory=lambda: DEFAULTS)


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
    original: str = Field(description="The normalised source; of a page, what was read of it.")
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
    outputs: dict[OutputName, Output] = Field(default={}, description="The result in the forms asked for.")
    speech: Speech | None = SPEECH


class SimplifyResponse(Schema):
    results: list[Simplification]
