"""Newly written summary sentences, each checked against its source; one that fails gives way to one of the text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from accessibility.checks import Outcome, Span
from accessibility.faithfulness import faithfulness
from gateway.cache import CachedSegment
from gateway.reading import Source
from gateway.segments import Delivery, SegmentTranslator
from gateway.telemetry import FINDINGS
from models.abstractive import Passage, passages, window_chars, written
from models.catalogue import CatalogueEntry
from models.extractive import Budget, NothingFits, Sentence, choose, speaking, support
from models.runtime.protocol import TranslationInput

Method = Literal["extractive", "abstractive"]


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """`source_spans` count code points of the normalised source: the sentence itself, or those that account best for a
    newly written one, best first. `place` orders a summary; `outcomes` are the checks of a written sentence."""

    text: str
    source_spans: tuple[Span, ...]
    method: Method
    place: tuple[int, int]
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    @property
    def source_span(self) -> Span:
        return self.source_spans[0]


def quoted(sentence: Sentence) -> SummarySentence:
    """A sentence of the text, word for word."""
    return SummarySentence(sentence.text, (sentence.span,), "extractive", sentence.span)


async def rewrite(
    model: CatalogueEntry, source: Source, budget: Budget, segments: SegmentTranslator, delivery: Delivery
) -> list[SummarySentence]:
    """Sentences on every section of a text, the first of each section before the second of any; SegmentFailed when the
    model fails, empty when it wrote nothing and the text has nothing that fits."""
    # Out of the event loop, as everything that grows with the text.
    sections = await asyncio.to_thread(_sections, model, source, budget)
    said = source.tag if model.names_source else None
    inputs = [TranslationInput(section.text, source.tag, said) for section in sections]
    answers = await segments.translate(model, inputs, delivery)
    return await asyncio.to_thread(_checked, model, source, sections, answers, budget)


def _sections(model: CatalogueEntry, source: Source, budget: Budget) -> tuple[Passage, ...]:
    return passages(speaking(source.text, source.tag), window_chars(model), budget.max_sentences)


def _checked(
    model: CatalogueEntry,
    source: Source,
    sections: Sequence[Passage],
    answers: Sequence[CachedSegment],
    budget: Budget,
) -> list[SummarySentence]:
    ranked: list[tuple[int, SummarySentence]] = []
    seen: set[str] = set()
    start = 0
    for number, (section, answer) in enumerate(zip(sections, answers, strict=True), 1):
        # With the headings around it, where names and dates often stand.
        end = len(source.text) if number == len(sections) else section.sentences[-1].span[1]
        for order, sentence in enumerate(_of_section(model, source, (start, end), section, answer, budget)):
            if sentence.text not in seen:
                seen.add(sentence.text)
                ranked.append((order, sentence))
        start = end
    ranked.sort(key=lambda pair: (pair[0], pair[1].place))
    return [sentence for _, sentence in ranked[: budget.max_sentences]]


def _of_section(
    model: CatalogueEntry, source: Source, span: Span, section: Passage, answer: CachedSegment, budget: Budget
) -> list[SummarySentence]:
    """What the model wrote about a section and the checks let pass, in the order it wrote it; in place of what they did
    not, once, the sentence that says most of the section."""
    found: list[SummarySentence] = []
    texts = [each.text for each in section.sentences]
    sentences = written(answer.text, source.tag)
    fell_back = not sentences
    for order, text in enumerate(sentences):
        complete = answer.complete or order < len(sentences) - 1
        outcomes = faithfulness(source.text[slice(*span)], text, source.tag, complete=complete)
        spans = tuple(section.sentences[place].span for place in support(text, texts))
        failed = [name for name, outcome in outcomes.items() if outcome == "fail"] + ([] if spans else ["support"])
        for name in failed:
            FINDINGS.labels(model.reference, f"unfaithful_{name}").inc()
        if failed:
            fell_back = True
        else:
            found.append(SummarySentence(text, spans, "abstractive", (span[0], order), outcomes))
    if fell_back:
        try:
            [best] = choose(texts, Budget(1, budget.max_chars))
        except NothingFits:
            return found
        found.append(SummarySentence(texts[best], (section.sentences[best].span,), "extractive", (span[0], len(found))))
    return found
