"""One request's way: normalise, detect, segment, translate, join, check."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from accessibility.checks import Finding, Report, check, merge, shift
from accessibility.terms.memory import Kept, Pair
from gateway.alternatives import SPARE, combined, ranked
from gateway.batch_queue import now_ms
from gateway.cache import CachedSegment
from gateway.canary import Canaries, Observed, Side
from gateway.certainty import Bands, Certainty
from gateway.errors import (
    LanguageUncertain,
    Overloaded,
    PairNotServed,
    QueueUnavailable,
    SegmentFailed,
    TextEmpty,
    TextTooLong,
    TimedOut,
    TooManyTexts,
)
from gateway.guidance import NOTHING_TOLD, Guidance, Recalled, Retry, Told, recall, retry, terms_of, with_terms
from gateway.reports import unpacked
from gateway.segments import Delivery, SegmentTranslator
from gateway.telemetry import FINDINGS
from locales.detection import Detection, detect
from locales.normalisation import has_letters, normalise, suspicious
from locales.segmentation import Segment, join, spans, split
from locales.tags import LanguageTag, base
from models.catalogue import Catalogue, CatalogueEntry, LanguagePair
from models.runtime.protocol import NBestInput, TranslationInput
from models.standing import Trial

# A detected source is taken when it is this likely and this much likelier than the next; below SURE it is said aloud.
LEAST_CONFIDENCE = 0.4
LEAST_LEAD = 1.5
SURE = 0.7

MOST_NAMED = 50

# Checks take longer than all else that a cached segment needs; nothing is kept here of a request that forbids it.
_KEPT_REPORTS = 4096
_checked_before = lru_cache(maxsize=_KEPT_REPORTS)(check)

_NOTHING = Detection(LanguageTag("und"), 0.0)

_Answers = dict[tuple[str, TranslationInput], CachedSegment]


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller asks for, parsed: every text into every target; `guidance` is what its organisation says of it,
    `alternatives` how many other translations of each text it would like."""

    texts: tuple[str, ...]
    source: LanguageTag | None
    targets: tuple[LanguageTag, ...]
    delivery: Delivery
    guidance: Guidance | None = None
    alternatives: int = 0


@dataclass(frozen=True, slots=True)
class Translated:
    """`alternatives` is None where nobody asked for any."""

    index: int
    text: str
    source: LanguageTag
    source_confidence: float | None
    target: LanguageTag
    model: CatalogueEntry
    report: Report
    certainty: Certainty
    segments: int
    told: Told = NOTHING_TOLD
    alternatives: tuple[str, ...] | None = None

    @property
    def by_model(self) -> bool:
        """Whether a model wrote any of it."""
        return bool(self.segments) or not self.told.recalled

    @property
    def reviewed(self) -> bool:
        """Whether people answer for all of it."""
        return not self.by_model and all(each.kept.reviewed for each in self.told.recalled)


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


@dataclass(frozen=True, slots=True)
class _Way:
    """One text on its way into one target: by the model in service, or by the canary of a trial that it is part of.

    `said`: the source language, where one of the two models must be told. `kept`: what the memory knows, by segment.
    """

    index: int
    source: Source
    target: LanguageTag
    said: LanguageTag | None
    inputs: tuple[TranslationInput, ...]
    serving: CatalogueEntry
    trial: Trial | None = None
    side: Side = "serving"
    kept: Mapping[str, Kept] = field(default_factory=dict)

    @property
    def model(self) -> CatalogueEntry:
        return self.trial.entry if self.trial and self.side == "canary" else self.serving

    def lost(self, answers: _Answers) -> bool:
        """Whether its canary failed."""
        return self.side == "canary" and any((self.model.reference, each) not in answers for each in self.inputs)


class Translation:
    def __init__(
        self,
        catalogue: Catalogue,
        segments: SegmentTranslator,
        limits: Limits,
        bands: Bands | None = None,
        canaries: Canaries | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.segments = segments
        self._limits = limits
        self._bands = bands or Bands()
        self._canaries = canaries

    @property
    def on_trial(self) -> bool:
        """Whether any model is tried beside the one in service."""
        return self._canaries is not None

    async def translate(self, order: Order) -> list[Translated]:
        """Texts first, then targets: (0,an) (0,ast) (1,an) (1,ast)."""
        self.admit(order.texts)
        sources = [self.read(text, order.source, order.targets) for text in order.texts]
        return await self.carry(sources, order.targets, order.delivery, order.guidance, order.alternatives)

    async def carry(
        self,
        sources: Sequence[Source],
        targets: Sequence[LanguageTag],
        delivery: Delivery,
        guidance: Guidance | None = None,
        alternatives: int = 0,
    ) -> list[Translated]:
        """What was read already, into every target: parts of an admitted text are not admitted again."""
        ways = [self._way(index, source, target) for index, source in enumerate(sources) for target in targets]
        if guidance:
            ways = [await _guided(way, guidance) for way in ways]
        late: set[str] = set()
        try:
            answers = await self._answers(ways, delivery, late)
        except (Overloaded, TimedOut):
            if self._canaries:
                await self._canaries.tell(_late(ways, "serving"))
            raise
        lost = [way.lost(answers) for way in ways]
        taken = [replace(way, side="serving") if gone else way for way, gone in zip(ways, lost, strict=True)]
        if any(lost):
            # The model in service takes over what a canary failed on, and no caller notices.
            answers |= await self._answers([way for way, gone in zip(taken, lost, strict=True) if gone], delivery)
        looked = _checked_before if delivery.store else check
        if guidance and guidance.terminology:
            answers |= await self._held(taken, answers, delivery, guidance, looked)
        results = [self._assemble(way, answers, looked, guidance) for way in taken]
        if alternatives:
            more = await self._others(taken, delivery, alternatives)
            results = [
                replace(result, alternatives=_alternatives(way, answers, more, looked, guidance, alternatives))
                for way, result in zip(taken, results, strict=True)
            ]
        if self._canaries:
            await self._canaries.tell(_observed(ways, results, lost, late))
        return results

    def admit(self, texts: Sequence[str]) -> None:
        """TooManyTexts, TextTooLong or TextEmpty when these texts are no request."""
        if len(texts) > self._limits.max_texts:
            raise TooManyTexts(limit=self._limits.max_texts)
        if sum(map(len, texts)) > self._limits.max_chars:
            raise TextTooLong(limit=self._limits.max_chars)
        if not texts or all(not text.strip() for text in texts):
            raise TextEmpty

    def admit_pairs(self, sources: Iterable[Source], targets: Sequence[LanguageTag]) -> None:
        """PairNotServed for the first source and target that no model translates."""
        for source in sources:
            for target in targets:
                self._model(source.tag, target)

    def admit_pair(self, source: LanguageTag, target: LanguageTag) -> None:
        """PairNotServed when no model translates from the one into the other."""
        self._model(source, target)

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
            for source in self.catalogue.sources():
                if all(self.catalogue.find(source, target) for target in targets):
                    return Detection(source, 0.0)
        found = detect(text)
        served = {tag for tag in self.catalogue.sources() if all(self.catalogue.find(tag, each) for each in targets)}
        if targets and found and not (_sure(found) and found[0].tag in served):
            # Languages that nobody translates from here do not make one that is served less likely; nor does one of
            # these win over a likelier one that is not.
            among = detect(text, served)
            if _sure(among) and base(among[0].tag) == base(found[0].tag):
                return among[0]
        if not _sure(found):
            raise LanguageUncertain
        return found[0]

    def _model(self, source: LanguageTag, target: LanguageTag) -> CatalogueEntry:
        entry = self.catalogue.find(source, target)
        if entry is None:
            raise PairNotServed(
                source, target, [f"{pair.source} → {pair.target}" for pair in self._near(source, target)]
            )
        return entry

    def _near(self, source: LanguageTag, target: LanguageTag) -> Sequence[LanguagePair]:
        """What is served; of very many pairs only some, those with the same source or target before others."""
        pairs = self.catalogue.pairs()
        if len(pairs) <= MOST_NAMED:
            return pairs
        return sorted(pairs, key=lambda pair: pair.source != source and pair.target != target)[:MOST_NAMED]

    def _way(self, index: int, source: Source, target: LanguageTag) -> _Way:
        serving = self._model(source.tag, target)
        trial = self._canaries.trial(source.tag, target) if self._canaries else None
        # Only where it changes an answer: one cached segment serves every source otherwise.
        named = serving.names_source or (trial is not None and trial.entry.names_source)
        said = source.tag if named else None
        inputs = tuple(TranslationInput(each.text, target, said) for each in source.segments if has_letters(each.text))
        if self._canaries is None or trial is None:
            return _Way(index, source, target, said, inputs, serving)
        side: Side = "canary" if self._canaries.takes(trial, target, source.text) else "serving"
        return _Way(index, source, target, said, inputs, serving, trial, side)

    async def _answers(self, ways: Sequence[_Way], delivery: Delivery, late: set[str] | None = None) -> _Answers:
        """The segments by model; those of a canary that failed are not in it. To `late` goes one that had no time."""
        by_model: dict[str, tuple[_Way, list[TranslationInput]]] = {}
        for way in ways:
            if way.inputs:
                by_model.setdefault(way.model.reference, (way, []))[1].extend(way.inputs)
        answered = await asyncio.gather(
            *(self._asked(way, inputs, delivery, late) for way, inputs in by_model.values())
        )
        return {
            (way.model.reference, each): segment
            for (way, inputs), segments in zip(by_model.values(), answered, strict=True)
            if segments is not None
            for each, segment in zip(inputs, segments, strict=True)
        }

    async def _asked(
        self, way: _Way, inputs: Sequence[TranslationInput], delivery: Delivery, late: set[str] | None
    ) -> Sequence[CachedSegment] | None:
        """None when a canary failed; it gets half of the time, so that there is time left for the other."""
        if way.side == "serving":
            return await self.segments.translate(way.model, inputs, delivery)
        now = now_ms()
        sooner = replace(delivery, deadline_ms=now + (delivery.deadline_ms - now) // 2)
        try:
            return await self.segments.translate(way.model, inputs, sooner)
        except SegmentFailed:
            return None
        except (Overloaded, TimedOut):
            if late is not None:
                late.add(way.model.reference)
            return None

    async def _others(self, ways: Sequence[_Way], delivery: Delivery, alternatives: int) -> _Answers:
        """The next best translations of the segments; none where the model cannot be asked for them in time."""
        wanted = alternatives + SPARE
        asked = [replace(way, inputs=tuple(_more(each, wanted) for each in way.inputs)) for way in ways]
        try:
            return await self._answers(asked, delivery)
        except (Overloaded, QueueUnavailable, SegmentFailed, TimedOut):
            return {}

    async def _held(
        self,
        ways: Sequence[_Way],
        answers: _Answers,
        delivery: Delivery,
        guidance: Guidance,
        checked: Callable[..., Report],
    ) -> _Answers:
        """Better answers for the segments that lack terms; none where the model cannot be asked again in time."""
        retries: list[tuple[_Way, TranslationInput, Retry]] = []
        for way in ways:
            for each in dict.fromkeys(way.inputs):
                plain = answers[way.model.reference, each].text
                if found := retry(guidance.demand(each.text), plain):
                    retries.append((way, each, found))
        asked = [
            replace(way, inputs=tuple(replace(each, text=attempt.text) for attempt in found.attempts))
            for way, each, found in retries
        ]
        try:
            told = await self._answers(asked, delivery)
        except (Overloaded, QueueUnavailable, SegmentFailed, TimedOut):
            return {}
        better: _Answers = {}
        for (way, each, found), ask in zip(retries, asked, strict=True):
            reference = way.model.reference
            given = [told.get((reference, attempt)) for attempt in ask.inputs]
            text = found.best([answer.text if answer and answer.complete else None for answer in given], checked)
            if text is not None:
                better[reference, each] = CachedSegment(text, complete=True, score=answers[reference, each].score)
        return better

    def _assemble(
        self, way: _Way, answers: _Answers, checked: Callable[..., Report], guidance: Guidance | None
    ) -> Translated:
        source, target, model = way.source, way.target, way.model
        texts, reports, scores = [], [], []
        for segment, (start, _) in zip(source.segments, spans(source.segments), strict=True):
            answer, kept = _answer(way, segment, answers)
            # What a person answers for is not doubted.
            if has_letters(segment.text) and not (kept and kept.reviewed):
                found = unpacked(answer.report) or checked(segment.text, answer.text, target, complete=answer.complete)
                reports.append(shift(found, start))
                scores.append(answer.score)
            texts.append(answer.text)
        report = _with_source_findings(merge(reports), source)
        told = _told(way, texts, guidance) if guidance else NOTHING_TOLD
        if told.glossary:
            report = with_terms(report, told.terms)
        for finding in report.findings:
            FINDINGS.labels(model.reference, finding.code).inc()
        return Translated(
            index=way.index,
            text=join(source.segments, texts),
            source=source.tag,
            source_confidence=source.confidence,
            target=target,
            model=model,
            report=report,
            certainty=self._bands.certainty(model.reference, source.tag, target, scores),
            segments=len(way.inputs),
            told=told,
        )


def _sure(found: Sequence[Detection]) -> bool:
    best, second = (*found, _NOTHING, _NOTHING)[:2]
    return best.confidence >= max(LEAST_CONFIDENCE, LEAST_LEAD * second.confidence)


def _answer(way: _Way, segment: Segment, answers: _Answers) -> tuple[CachedSegment, Kept | None]:
    """Out of the memory, which is told, or of the model; what has no letters (numbers, emoji, rules) is copied: no
    model can improve it."""
    if kept := way.kept.get(segment.text):
        return CachedSegment(kept.target, complete=True), kept
    wanted = (way.model.reference, TranslationInput(segment.text, way.target, way.said))
    return answers.get(wanted) or CachedSegment(segment.text, complete=True), None


def _more(each: TranslationInput, wanted: int) -> NBestInput:
    return NBestInput(each.text, each.target, each.source, wanted)


def _alternatives(
    way: _Way,
    answers: _Answers,
    more: _Answers,
    checked: Callable[..., Report],
    guidance: Guidance | None,
    most: int,
) -> tuple[str, ...]:
    rows = []
    for segment in way.source.segments:
        answer, _ = _answer(way, segment, answers)
        wanted = _more(TranslationInput(segment.text, way.target, way.said), most + SPARE)
        # What the memory knows and what was copied have no other.
        found = None if segment.text in way.kept else more.get((way.model.reference, wanted))
        demand = guidance.demand(segment.text) if guidance else None
        rows.append(ranked(segment, answer, found or answer, way.target, checked, demand))
    return combined(rows, most)


def _told(way: _Way, texts: Sequence[str], guidance: Guidance) -> Told:
    recalled, terms = [], []
    for segment, text, span in zip(way.source.segments, texts, spans(way.source.segments), strict=True):
        if kept := way.kept.get(segment.text):
            recalled.append(Recalled(span, kept))
        if demand := guidance.demand(segment.text):
            terms.append(terms_of(demand, text, span))
    return Told(tuple(recalled), tuple(terms), guidance.glossary)


async def _guided(way: _Way, guidance: Guidance) -> _Way:
    """The way without the segments that the memory knows."""
    guidance.admit(way.source.tag, way.target)
    if guidance.memory is None:
        return way
    known = await recall(guidance.memory, Pair(way.source.tag, way.target), way.source.segments)
    if not known.kept:
        return way
    inputs = tuple(
        TranslationInput(each.text, way.target, way.said)
        for each in known.segments
        if has_letters(each.text) and each.text not in known.kept
    )
    return replace(way, source=replace(way.source, segments=known.segments), inputs=inputs, kept=known.kept)


def _late(ways: Sequence[_Way], side: Side) -> list[Observed]:
    """That a model had no time is one failure of the request, however many segments it holds: load makes it so."""
    trials = {way.trial.entry.reference: way.trial for way in ways if way.trial and way.inputs and way.side == side}
    return [Observed(trial, side, segments=1, failed=1, findings=0) for trial in trials.values()]


def _observed(
    ways: Sequence[_Way], results: Sequence[Translated], lost: Sequence[bool], late: set[str]
) -> list[Observed]:
    """What the trials count; where a canary failed, the findings are the other model's and not counted."""
    out_of_time = [way.side == "canary" and way.model.reference in late for way in ways]
    told = _late([way for way, gone in zip(ways, out_of_time, strict=True) if gone], "canary")
    return told + [
        Observed(
            trial=way.trial,
            side=way.side,
            segments=len(way.inputs),
            failed=len(way.inputs) if gone else 0,
            findings=0 if gone else sum(finding.severity != "low" for finding in result.report.findings),
        )
        for way, result, gone, tried in zip(ways, results, lost, out_of_time, strict=True)
        if way.trial and way.inputs and not tried
    ]


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
