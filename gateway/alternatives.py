"""Other translations of a text, of the next best that the model has of its segments.

They combine segment by segment: the n-th alternative of a text takes the n-th of each segment, and the translation
itself of a segment that has no more. Left out is what fails a check that the translation passes, lacks a term that it
holds, or differs from it, from another or from the source in nothing that is read aloud.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from accessibility.checks import Report
from accessibility.terms.application import Demand
from gateway.cache import CachedSegment
from locales.segmentation import Segment, join
from locales.tags import LanguageTag

# Some fail a check: so many more are asked of the model.
SPARE = 2


@dataclass(frozen=True, slots=True)
class Ranked:
    """A segment, its translation, and others of it that are no worse in any check, best first."""

    segment: Segment
    text: str
    others: tuple[str, ...] = ()


def ranked(
    segment: Segment,
    answer: CachedSegment,
    found: CachedSegment,
    target: LanguageTag,
    checked: Callable[..., Report],
    demand: Demand | None,
) -> Ranked:
    """`answer` is the translation, `found` what the model has of this segment, `demand` the terms it must hold."""

    def failed(given: CachedSegment) -> set[str]:
        report = checked(segment.text, given.text, target, complete=given.complete)
        return {name for name, outcome in report.checks.items() if outcome == "fail"}

    def missing(given: CachedSegment) -> set[str]:
        return set(demand.verdict(given.text).missing) if demand else set()

    before, lacked = failed(answer), missing(answer)
    said, others = {_words(segment.text), _words(answer.text)}, []
    for each in (found, *found.others):
        words = _words(each.text)
        if words not in said and failed(each) <= before and missing(each) <= lacked:
            said.add(words)
            others.append(each.text)
    return Ranked(segment, answer.text, tuple(others))


def _words(text: str) -> str:
    """The text without what nobody hears: punctuation, spaces, capitals."""
    return "".join(c for c in text.casefold() if unicodedata.category(c)[0] not in "PZ")


def combined(rows: Sequence[Ranked], most: int) -> tuple[str, ...]:
    """At most so many alternatives of a text, best first."""
    segments = [row.segment for row in rows]
    depth = max((len(row.others) for row in rows), default=0)
    ranks = (
        join(segments, [row.others[rank] if rank < len(row.others) else row.text for row in rows])
        for rank in range(depth)
    )
    itself = join(segments, [row.text for row in rows])
    return tuple(islice((text for text in dict.fromkeys(ranks) if text != itself), most))
