"""What an organisation gives a translation: the terms of a glossary, and what was translated before.

Segments, lines and whole texts that stand in the memory need no model. Where a term of the glossary is missing in what
the model wrote, it is asked again with marks in place of terms (accessibility.terms.application); an attempt is taken
when it holds more terms and fails no more checks than the first answer. What is missing is said: docs/decisions/0025.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from accessibility.checks import Finding, Report
from accessibility.findings import Outcome, Span
from accessibility.terms.application import Attempt, Demand, Terminology
from accessibility.terms.files import same
from accessibility.terms.memory import Kept, Pair
from gateway.errors import GlossaryPair
from locales.normalisation import has_letters
from locales.segmentation import Segment
from locales.tags import LanguageTag

Check = Callable[..., Report]


class Memory(Protocol):
    async def look_up(self, pair: Pair, sources: Sequence[str]) -> Mapping[str, Kept]:
        """The units of these texts, by text."""
        ...


@dataclass(frozen=True, slots=True)
class Guidance:
    """`key` names all of it for good: two requests with the same key and texts have the same answer."""

    key: str
    terminology: Terminology | None = None
    memory: Memory | None = None

    def admit(self, source: LanguageTag, target: LanguageTag) -> None:
        """GlossaryPair where the glossary is of other languages."""
        if self.terminology is None:
            return
        given = self.terminology.glossary
        if not (same(given.source, source) and same(given.target, target)):
            raise GlossaryPair(given.source, given.target)

    @property
    def glossary(self) -> str | None:
        return self.terminology.glossary.reference if self.terminology else None

    def demand(self, segment: str) -> Demand | None:
        return self.terminology.demand(segment) if self.terminology else None


@dataclass(frozen=True, slots=True)
class Known:
    """A text's segments, those joined that the memory knows as one; and what it knows, by segment."""

    segments: tuple[Segment, ...]
    kept: Mapping[str, Kept]


@dataclass(frozen=True, slots=True)
class Recalled:
    """A segment that came from the memory; `span` counts code points of the normalised source."""

    span: Span | None
    kept: Kept


@dataclass(frozen=True, slots=True)
class SegmentTerms:
    """What became of a segment's terms, by their ids; `unsure` are those that a word only begins with."""

    span: Span | None
    terms: tuple[str, ...]
    missing: tuple[str, ...]
    inflected: tuple[str, ...]
    unsure: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        if not self.terms:
            return "not_available"
        return "fail" if self.missing else "pass"

    @property
    def findings(self) -> tuple[Finding, ...]:
        missing = (Finding("term_missing", "medium", self.span),) if self.missing else ()
        unsure = (Finding("term_form", "low", self.span),) if self.unsure else ()
        return (*missing, *unsure)


@dataclass(frozen=True, slots=True)
class Told:
    """What a result says of its guidance; `glossary` is the reference of the one that was used."""

    recalled: tuple[Recalled, ...] = ()
    terms: tuple[SegmentTerms, ...] = ()
    glossary: str | None = None

    def without_spans(self) -> Told:
        """For a text in which the places mean nothing."""
        return self.moved(lambda _: None)

    def moved(self, place: Callable[[Span], Span | None]) -> Told:
        """For a text in which the places are others."""
        if not (self.recalled or self.terms):
            return self
        return replace(
            self,
            recalled=tuple(replace(each, span=each.span and place(each.span)) for each in self.recalled),
            terms=tuple(replace(each, span=each.span and place(each.span)) for each in self.terms),
        )


NOTHING_TOLD = Told()


async def recall(memory: Memory, pair: Pair, segments: tuple[Segment, ...]) -> Known:
    """The most that the memory knows as one: the whole text, else its lines, else its segments."""
    if not segments:
        return Known((), {})
    whole = _joined(segments)
    lines = _lines(segments)
    joined = [_joined(line) for line in lines]
    wanted = {each.text for each in (whole, *joined, *segments) if has_letters(each.text)}
    kept = await memory.look_up(pair, list(wanted)) if wanted else {}
    if whole.text in kept:
        return Known((whole,), kept)
    found = [(one,) if one.text in kept else line for one, line in zip(joined, lines, strict=True)]
    return Known(tuple(segment for line in found for segment in line), kept)


def _lines(segments: tuple[Segment, ...]) -> list[tuple[Segment, ...]]:
    lines: list[list[Segment]] = [[]]
    for segment in segments:
        lines[-1].append(segment)
        if "\n" in segment.after:
            lines.append([])
    return [tuple(line) for line in lines if line]


def _joined(segments: Sequence[Segment]) -> Segment:
    """One segment of several that follow each other."""
    first, last = segments[0], segments[-1]
    text = "".join(each.before + each.text + each.after for each in segments)
    end = len(text) - len(last.after)
    return Segment(first.before, text[len(first.before) : max(end, len(first.before))], last.after)


@dataclass(frozen=True, slots=True)
class Retry:
    """A segment whose translation lacks terms, and the texts to ask the model for instead."""

    demand: Demand
    plain: str
    attempts: tuple[Attempt, ...]

    def best(self, answers: Sequence[str | None], checked: Check) -> str | None:
        """The answer that holds most terms, the first among equals; None where none is better than the plain one."""
        before = len(self.demand.verdict(self.plain).missing), _grave(self._check(self.plain, checked))
        best, fewest = None, before[0]
        for attempt, answer in zip(self.attempts, answers, strict=True):
            text = None if answer is None else attempt.restore(answer)
            if text is None:
                continue
            missing = len(self.demand.verdict(text).missing)
            if missing < fewest and _grave(self._check(text, checked)) <= before[1]:
                best, fewest = text, missing
        return best

    def _check(self, text: str, checked: Check) -> Report:
        return checked(self.demand.segment, text, self.demand.target, complete=True)


def retry(demand: Demand | None, plain: str) -> Retry | None:
    """None where nothing is missing. Marks in place of the missing terms only leave most of a text to the model; where
    that makes it lose another term, marks for all."""
    missing = demand.verdict(plain).missing if demand else ()
    if demand is None or not missing:
        return None
    every = {term.id for term in demand.terms}
    wanted = (missing, every) if every - set(missing) else (missing,)
    return Retry(demand, plain, tuple(demand.masked(ids) for ids in wanted))


def terms_of(demand: Demand, translation: str, span: Span) -> SegmentTerms:
    verdict = demand.verdict(translation)
    terms = tuple(dict.fromkeys(term.id for term in demand.terms))
    return SegmentTerms(span, terms, verdict.missing, verdict.inflected, demand.unsure)


def with_terms(report: Report, terms: Sequence[SegmentTerms]) -> Report:
    """The report with a check named `glossary`, which passes only where a term was looked for and found."""
    outcomes = {each.outcome for each in terms}
    outcome: Outcome = "fail" if "fail" in outcomes else "pass" if "pass" in outcomes else "not_available"
    return replace(
        report,
        checks={**report.checks, "glossary": outcome},
        findings=(*report.findings, *(finding for each in terms for finding in each.findings)),
    )


def _grave(report: Report) -> int:
    return sum(finding.severity != "low" for finding in report.findings)
