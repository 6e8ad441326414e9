"""One summary's way: read, choose sentences, translate the chosen ones when asked to, say where each came from.

Summarising comes before translating: fewer segments to translate, and each sentence still points at its source.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from accessibility.checks import Outcome, Report, Span, merge, shift
from gateway.errors import NoSentenceFits
from gateway.segments import Delivery
from gateway.translation import Order, Source, Translated, Translation, source_findings
from locales.normalisation import has_letters
from locales.segmentation import split
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.extractive import Budget, NothingFits, choose

# A summary quotes whole sentences; only the model needs them short.
_LONGEST_SENTENCE = 2000
_FEWEST_CHARS = 20  # headings, dates and signatures speak for no text


@dataclass(frozen=True, slots=True)
class SummaryOrder:
    """What a caller asks for, parsed; without targets the summary stays in the language of the text."""

    texts: tuple[str, ...]
    source: LanguageTag | None
    targets: tuple[LanguageTag, ...]
    budget: Budget
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """`source_span` counts code points of the normalised source."""

    text: str
    source_span: Span


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences in the order of the source; `model` is None where nothing was translated."""

    index: int
    sentences: tuple[SummarySentence, ...]
    source: LanguageTag
    source_confidence: float | None
    language: LanguageTag
    model: CatalogueEntry | None
    report: Report

    @property
    def text(self) -> str:
        """A line per sentence: they did not stand side by side, and a reader should hear the pause."""
        return "\n".join(sentence.text for sentence in self.sentences)


class Summarisation:
    def __init__(self, translation: Translation) -> None:
        self._translation = translation

    async def summarise(self, order: SummaryOrder) -> list[Summary]:
        """Texts first, then targets."""
        self._translation.admit(order.texts)
        sources = [self._translation.read(text, order.source, order.targets) for text in order.texts]
        # Out of the event loop: a long text takes a good part of a second.
        ranked = [await asyncio.to_thread(_chosen, source, order.budget) for source in sources]
        read = list(enumerate(zip(sources, ranked, strict=True)))
        if not order.targets:
            return [_verbatim(index, source, chosen) for index, (source, chosen) in read]
        return await asyncio.gather(
            *(
                self._translated(index, source, chosen, target, order)
                for index, (source, chosen) in read
                for target in order.targets
            )
        )

    async def _translated(
        self, index: int, source: Source, ranked: Sequence[SummarySentence], target: LanguageTag, order: SummaryOrder
    ) -> Summary:
        if not ranked:
            # A blank text beside others, as without a target: nothing to say, nothing to translate.
            return replace(_verbatim(index, source, ranked), language=target)
        texts = tuple(sentence.text for sentence in ranked)
        results = await self._translation.translate(Order(texts, source.tag, (target,), order.delivery))
        kept = _within(list(zip(ranked, results, strict=True)), order.budget)
        merged = merge(shift(result.report, sentence.source_span[0]) for sentence, result in kept)
        return Summary(
            index=index,
            sentences=tuple(SummarySentence(result.text, sentence.source_span) for sentence, result in kept),
            source=source.tag,
            source_confidence=source.confidence,
            language=target,
            model=kept[0][1].model,
            report=Report(
                {"verbatim": _quotes(source, [sentence for sentence, _ in kept]), **merged.checks},
                (*merged.findings, *source_findings(source)),
            ),
        )


def _chosen(source: Source, budget: Budget) -> list[SummarySentence]:
    """The chosen sentences, the one that speaks most for the text first."""
    sentences, offset = [], 0
    for segment in split(source.text, source.tag, _LONGEST_SENTENCE):
        start = offset + len(segment.before)
        sentences.append(SummarySentence(segment.text, (start, start + len(segment.text))))
        offset = start + len(segment.text) + len(segment.after)
    lettered = [sentence for sentence in sentences if has_letters(sentence.text)]
    # A blank text is one blank segment.
    lettered = lettered or [sentence for sentence in sentences if sentence.text]
    speaking = [sentence for sentence in lettered if len(sentence.text) >= _FEWEST_CHARS] or lettered
    try:
        return [speaking[place] for place in choose([sentence.text for sentence in speaking], budget)]
    except NothingFits as error:
        raise NoSentenceFits(limit=budget.max_chars or 0, shortest=error.shortest) from None


def _verbatim(index: int, source: Source, ranked: Sequence[SummarySentence]) -> Summary:
    sentences = tuple(sorted(ranked, key=lambda sentence: sentence.source_span))
    return Summary(
        index=index,
        sentences=sentences,
        source=source.tag,
        source_confidence=source.confidence,
        language=source.tag,
        model=None,
        report=Report({"verbatim": _quotes(source, sentences)}, source_findings(source)),
    )


def _quotes(source: Source, sentences: Sequence[SummarySentence]) -> Outcome:
    """Whether each sentence stands in the source where it says it does."""
    return "pass" if all(source.text[slice(*each.source_span)] == each.text for each in sentences) else "fail"


def _within(
    ranked: list[tuple[SummarySentence, Translated]], budget: Budget
) -> list[tuple[SummarySentence, Translated]]:
    """In the order of the source, without the last ranked where translations grew too long."""
    limit = budget.max_chars
    while ranked and limit is not None and sum(len(result.text) + 1 for _, result in ranked) - 1 > limit:
        if len(ranked) == 1:
            raise NoSentenceFits(limit=limit, shortest=len(ranked[0][1].text))
        ranked = ranked[:-1]
    return sorted(ranked, key=lambda pair: pair[0].source_span)
