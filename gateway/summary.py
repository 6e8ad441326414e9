"""One summary's way: read, choose sentences or have them written, translate them if asked, say where each came from.

Summarising comes before translating: fewer segments to translate, and each sentence still points at its source.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from accessibility.checks import Outcome, Report, merge, shift
from accessibility.findings import worst
from gateway.errors import NoSentenceFits, SegmentFailed
from gateway.reading import Source, source_findings
from gateway.rewriting import SummarySentence, quoted, rewrite
from gateway.segments import Delivery
from gateway.translation import Translated, Translation
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.extractive import Budget, NothingFits, choose, speaking

_Said = TypeVar("_Said", SummarySentence, Translated)


@dataclass(frozen=True, slots=True)
class SummaryOrder:
    """What a caller asks for, parsed; without targets the summary stays in the language of the text. `domain` is what
    the texts are about, where it is known; without `rewrite` every sentence stands in the text."""

    texts: tuple[str, ...]
    source: LanguageTag | None
    targets: tuple[LanguageTag, ...]
    budget: Budget
    delivery: Delivery
    domain: str | None = None
    rewrite: bool = True


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences in the order of the source. `writer` is the model that wrote the abstractive ones, `model` the one
    that translated; None where there is none."""

    index: int
    sentences: tuple[SummarySentence, ...]
    source: LanguageTag
    source_confidence: float | None
    language: LanguageTag
    writer: CatalogueEntry | None
    model: CatalogueEntry | None
    report: Report

    @property
    def text(self) -> str:
        """A line per sentence: they did not stand side by side, and a reader should hear the pause."""
        return "\n".join(sentence.text for sentence in self.sentences)

    @property
    def method(self) -> Literal["extractive", "abstractive", "mixed"]:
        methods = {sentence.method for sentence in self.sentences}
        if len(methods) > 1:
            return "mixed"
        return "abstractive" if methods == {"abstractive"} else "extractive"


@dataclass(frozen=True, slots=True)
class _Ranked:
    """One text and the sentences on it, the one that speaks most for it first."""

    index: int
    source: Source
    sentences: Sequence[SummarySentence]
    writer: CatalogueEntry | None


class Summarisation:
    """Its models stand in the catalogue of the translation, behind the same queue and cache."""

    def __init__(self, translation: Translation) -> None:
        self._translation = translation
        self._catalogue = translation.catalogue
        self._segments = translation.segments

    async def summarise(self, order: SummaryOrder) -> list[Summary]:
        """Texts first, then targets."""
        self._translation.admit(order.texts)
        sources = [self._translation.read(text, order.source, order.targets) for text in order.texts]
        self._translation.admit_pairs(sources, order.targets)
        ranked = await asyncio.gather(*(self._ranked(index, source, order) for index, source in enumerate(sources)))
        if not order.targets:
            return [_untranslated(each, order.budget) for each in ranked]
        return await asyncio.gather(
            *(self._translated(each, target, order) for each in ranked for target in order.targets)
        )

    async def _ranked(self, index: int, source: Source, order: SummaryOrder) -> _Ranked:
        writer = self._catalogue.summariser(source.tag, order.domain) if order.rewrite else None
        if writer and source.text.strip():
            try:
                found = await rewrite(writer, source, order.budget, self._segments, order.delivery)
            except SegmentFailed:
                found = []
            if _fits(found, order.budget):
                wrote = any(sentence.method == "abstractive" for sentence in found)
                return _Ranked(index, source, found, writer if wrote else None)
        # Out of the event loop: a long text takes a good part of a second.
        return _Ranked(index, source, await asyncio.to_thread(_chosen, source, order.budget), None)

    async def _translated(self, ranked: _Ranked, target: LanguageTag, order: SummaryOrder) -> Summary:
        source = ranked.source
        if not ranked.sentences:
            # A blank text beside others, as without a target: nothing to say, nothing to translate.
            return replace(_untranslated(ranked, order.budget), language=target)
        parts = [self._translation.read(each.text, source.tag, (target,)) for each in ranked.sentences]
        results = await self._translation.carry(parts, (target,), order.delivery)
        kept = _within(list(zip(ranked.sentences, results, strict=True)), order.budget)
        merged = merge(_placed(result.report, sentence) for sentence, result in kept)
        sentences = [sentence for sentence, _ in kept]
        return Summary(
            index=ranked.index,
            sentences=tuple(replace(sentence, text=result.text) for sentence, result in kept),
            source=source.tag,
            source_confidence=source.confidence,
            language=target,
            writer=_writer(ranked, sentences),
            model=kept[0][1].model,
            report=Report(
                worst([_checks(source, sentences), merged.checks]), (*merged.findings, *source_findings(source))
            ),
        )


def _chosen(source: Source, budget: Budget) -> list[SummarySentence]:
    """The chosen sentences, the one that speaks most for the text first."""
    sentences = speaking(source.text, source.tag)
    try:
        return [quoted(sentences[place]) for place in choose([each.text for each in sentences], budget)]
    except NothingFits as error:
        raise NoSentenceFits(limit=budget.max_chars or 0, shortest=error.shortest) from None


def _untranslated(ranked: _Ranked, budget: Budget) -> Summary:
    source = ranked.source
    kept = [sentence for sentence, _ in _within([(each, each) for each in ranked.sentences], budget)]
    return Summary(
        index=ranked.index,
        sentences=tuple(kept),
        source=source.tag,
        source_confidence=source.confidence,
        language=source.tag,
        writer=_writer(ranked, kept),
        model=None,
        report=Report(_checks(source, kept), source_findings(source)),
    )


def _writer(ranked: _Ranked, kept: Iterable[SummarySentence]) -> CatalogueEntry | None:
    return ranked.writer if any(sentence.method == "abstractive" for sentence in kept) else None


def _checks(source: Source, sentences: Sequence[SummarySentence]) -> Mapping[str, Outcome]:
    """`verbatim`: whether each sentence stands in the source where it says it does. Beside it the checks of what was
    newly written."""
    written = [sentence.outcomes for sentence in sentences if sentence.method == "abstractive"]
    quotes = all(source.text[slice(*each.source_span)] == each.text for each in sentences)
    verbatim: Outcome = "not_available" if written else "pass" if quotes else "fail"
    return {"verbatim": verbatim, **worst(written)}


def _placed(report: Report, sentence: SummarySentence) -> Report:
    """A translation's findings in the source; those of a newly written sentence where what accounts for it stands."""
    if sentence.method == "extractive":
        return shift(report, sentence.source_span[0])
    return Report(report.checks, tuple(replace(each, span=sentence.source_span) for each in report.findings))


def _fits(ranked: Sequence[SummarySentence], budget: Budget) -> bool:
    return bool(ranked) and (budget.max_chars is None or len(ranked[0].text) <= budget.max_chars)


def _within(ranked: Sequence[tuple[SummarySentence, _Said]], budget: Budget) -> list[tuple[SummarySentence, _Said]]:
    """In the order of the source, without the last ranked where what is said of them grew too long."""
    limit = budget.max_chars
    while ranked and limit is not None and sum(len(said.text) + 1 for _, said in ranked) - 1 > limit:
        if len(ranked) == 1:
            raise NoSentenceFits(limit=limit, shortest=len(ranked[0][1].text))
        ranked = ranked[:-1]
    return sorted(ranked, key=lambda pair: pair[0].place)
