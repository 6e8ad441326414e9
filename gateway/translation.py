"""One request's way: normalise, detect, segment, translate, join, check."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from accessibility.checks import Finding, Report, check, merge, shift
from gateway.cache import CachedSegment
from gateway.certainty import Bands, Certainty
from gateway.errors import LanguageUncertain, PairNotServed, TextEmpty, TextTooLong, TooManyTexts
from gateway.segments import Delivery, SegmentTranslator
from gateway.telemetry import FINDINGS
from locales.detection import Detection, detect
from locales.normalisation import has_letters, normalise, suspicious
from locales.segmentation import Segment, join, split
from locales.tags import LanguageTag
from models.catalogue import Catalogue, CatalogueEntry
from models.runtime.protocol import TranslationInput

# A detected source is taken when it is this likely and this much likelier than the next; below SURE it is said aloud.
LEAST_CONFIDENCE = 0.4
LEAST_LEAD = 1.5
SURE = 0.7

_NOTHING = Detection(LanguageTag("und"), 0.0)

_Answers = dict[tuple[str, TranslationInput], CachedSegment]


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller asks for, parsed: every text into every target."""

    texts: tuple[str, ...]
    source: LanguageTag | None
    targets: tuple[LanguageTag, ...]
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Translated:
    index: int
    text: str
    source: LanguageTag
    source_confidence: float | None
    target: LanguageTag
    model: CatalogueEntry
    report: Report
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Limits:
    max_texts: int
    max_chars: int


@dataclass(frozen=True, slots=True)
class Source:
    """One text, normalised, in its language, cut into segments."""

    text: str
    tag: LanguageTag
    confidence: float | None
    segments: tuple[Segment, ...]
    suspicious: bool


class Translation:
    def __init__(
        self, catalogue: Catalogue, segments: SegmentTranslator, limits: Limits, bands: Bands | None = None
    ) -> None:
        self._catalogue = catalogue
        self._segments = segments
        self._limits = limits
        self._bands = bands or Bands()

    async def translate(self, order: Order) -> list[Translated]:
        """Texts first, then targets: (0,an) (0,ast) (1,an) (1,ast)."""
        self.admit(order.texts)
        sources = [self.read(text, order.source, order.targets) for text in order.texts]
        models = [[self._model(source.tag, target) for target in order.targets] for source in sources]
        wanted = [
            (source, model, TranslationInput(segment.text, target))
            for source, row in zip(sources, models, strict=True)
            for target, model in zip(order.targets, row, strict=True)
            for segment in source.segments
            if has_letters(segment.text)
        ]
        answers = await self._answers([(model, each) for _, model, each in wanted], order.delivery)
        return [
            self._assemble(index, source, target, model, answers)
            for index, (source, row) in enumerate(zip(sources, models, strict=True))
            for target, model in zip(order.targets, row, strict=True)
        ]

    def admit(self, texts: Sequence[str]) -> None:
        """TooManyTexts, TextTooLong or TextEmpty when these texts are no request."""
        if len(texts) > self._limits.max_texts:
            raise TooManyTexts(limit=self._limits.max_texts)
        if sum(map(len, texts)) > self._limits.max_chars:
            raise TextTooLong(limit=self._limits.max_chars)
        if not texts or all(not text.strip() for text in texts):
            raise TextEmpty

    def read(self, text: str, source: LanguageTag | None, targets: Sequence[LanguageTag]) -> Source:
        """The text as it will be worked on; LanguageUncertain when its language is neither given nor clear."""
        clean = normalise(text)
        tag, confidence = source, None
        if tag is None:
            detection = self._detect(clean, targets)
            tag, confidence = detection.tag, detection.confidence
        return Source(clean, tag, confidence, split(clean, tag), suspicious(text))

    def _detect(self, text: str, targets: Sequence[LanguageTag]) -> Detection:
        """The recognised language; text without letters is taken for any source that serves the targets."""
        if not has_letters(text):
            for source in self._catalogue.sources():
                if all(self._catalogue.find(source, target) for target in targets):
                    return Detection(source, 0.0)
        best, second = (*detect(text), _NOTHING, _NOTHING)[:2]
        if best.confidence < max(LEAST_CONFIDENCE, LEAST_LEAD * second.confidence):
            raise LanguageUncertain
        return best

    def _model(self, source: LanguageTag, target: LanguageTag) -> CatalogueEntry:
        entry = self._catalogue.find(source, target)
        if entry is None:
            raise PairNotServed(source, target, [f"{pair.source} → {pair.target}" for pair in self._catalogue.pairs()])
        return entry

    async def _answers(self, wanted: Sequence[tuple[CatalogueEntry, TranslationInput]], delivery: Delivery) -> _Answers:
        by_model: dict[str, tuple[CatalogueEntry, list[TranslationInput]]] = {}
        for model, each in wanted:
            by_model.setdefault(model.reference, (model, []))[1].append(each)
        answered = await asyncio.gather(
            *(self._segments.translate(model, inputs, delivery) for model, inputs in by_model.values())
        )
        return {
            (model.reference, each): segment
            for (model, inputs), segments in zip(by_model.values(), answered, strict=True)
            for each, segment in zip(inputs, segments, strict=True)
        }

    def _assemble(
        self,
        index: int,
        source: Source,
        target: LanguageTag,
        model: CatalogueEntry,
        answers: _Answers,
    ) -> Translated:
        texts, reports, scores, offset = [], [], [], 0
        for segment in source.segments:
            offset += len(segment.before)
            # What has no letters (numbers, emoji, rules) is copied: no model can improve it.
            wanted = (model.reference, TranslationInput(segment.text, target))
            answer = answers.get(wanted) or CachedSegment(segment.text, complete=True)
            if has_letters(segment.text):
                found = check(segment.text, answer.text, target, complete=answer.complete)
                reports.append(shift(found, offset))
                scores.append(answer.score)
            texts.append(answer.text)
            offset += len(segment.text) + len(segment.after)
        report = _with_source_findings(merge(reports), source)
        for finding in report.findings:
            FINDINGS.labels(model.reference, finding.code).inc()
        return Translated(
            index=index,
            text=join(source.segments, texts),
            source=source.tag,
            source_confidence=source.confidence,
            target=target,
            model=model,
            report=report,
            certainty=self._bands.certainty(model.reference, source.tag, target, scores),
        )


def _with_source_findings(report: Report, source: Source) -> Report:
    return Report(report.checks, (*report.findings, *source_findings(source)))


def source_findings(source: Source) -> tuple[Finding, ...]:
    """What is to be said of a source whatever becomes of it."""
    found = []
    if source.suspicious:
        found.append(Finding("suspicious_characters", "medium", None))
    if source.confidence is not None and 0 < source.confidence < SURE:
        found.append(Finding("source_detected", "low", None))
    return tuple(found)
