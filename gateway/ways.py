"""One text on its way into one target: which model is asked, what the memory knows of it, what a trial counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from accessibility.checks import Finding, Report
from accessibility.terms.memory import Kept, Pair
from gateway.cache import CachedSegment
from gateway.canary import Observed, Side
from gateway.guidance import Guidance, Recalled, Told, recall, terms_of
from gateway.reading import OF_SOURCE, Source
from locales.normalisation import has_letters
from locales.segmentation import Segment, spans
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.runtime.protocol import TranslationInput
from models.standing import Trial

Answers = dict[tuple[str, TranslationInput], CachedSegment]


@dataclass(frozen=True, slots=True)
class Way:
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

    def lost(self, answers: Answers) -> bool:
        """Whether its canary failed."""
        return self.side == "canary" and any((self.model.reference, each) not in answers for each in self.inputs)


def answer_of(way: Way, segment: Segment, answers: Answers) -> tuple[CachedSegment, Kept | None]:
    """Out of the memory, which is told, or of the model; what has no letters (numbers, emoji, rules) is copied: no
    model can improve it."""
    if kept := way.kept.get(segment.text):
        return CachedSegment(kept.target, complete=True), kept
    wanted = (way.model.reference, TranslationInput(segment.text, way.target, way.said))
    return answers.get(wanted) or CachedSegment(segment.text, complete=True), None


def told_of(way: Way, texts: Sequence[str], guidance: Guidance) -> Told:
    recalled, terms = [], []
    for segment, text, span in zip(way.source.segments, texts, spans(way.source.segments), strict=True):
        if kept := way.kept.get(segment.text):
            recalled.append(Recalled(span, kept))
        if demand := guidance.demand(segment.text):
            terms.append(terms_of(demand, text, span))
    return Told(tuple(recalled), tuple(terms), guidance.glossary)


async def guided(way: Way, guidance: Guidance) -> Way:
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


def without_time(ways: Sequence[Way], side: Side) -> list[Observed]:
    """That a model had no time is one failure of the request, however many segments it holds: load makes it so."""
    trials = {way.trial.entry.reference: way.trial for way in ways if way.trial and way.inputs and way.side == side}
    return [Observed(trial, side, segments=1, failed=1, findings=0) for trial in trials.values()]


def observed(ways: Sequence[Way], reports: Sequence[Report], lost: Sequence[bool], late: set[str]) -> list[Observed]:
    """What the trials count; where a canary failed, the findings are the other model's and not counted."""
    out_of_time = [way.side == "canary" and way.model.reference in late for way in ways]
    told = without_time([way for way, gone in zip(ways, out_of_time, strict=True) if gone], "canary")
    return told + [
        Observed(
            trial=way.trial,
            side=way.side,
            segments=len(way.inputs),
            failed=len(way.inputs) if gone else 0,
            findings=0 if gone else sum(map(_of_model, report.findings)),
        )
        for way, report, gone, tried in zip(ways, reports, lost, out_of_time, strict=True)
        if way.trial and way.inputs and not tried
    ]


def _of_model(finding: Finding) -> bool:
    return finding.severity != "low" and finding.code not in OF_SOURCE
