"""What an engine judged of a translation, on its way into the segment that is kept and sent."""

from __future__ import annotations

from accessibility.checks import Report
from gateway.cache import CachedSegment
from gateway.reports import packed
from models.runtime.protocol import Hypothesis


class Judged(int):
    """A number of faults, with the report that they were counted in."""

    report: Report


def segment_of(hypothesis: Hypothesis) -> CachedSegment:
    """A hypothesis as it is kept and sent, with what the checks say where they were made of exactly its text."""
    report = packed(hypothesis.judged.report) if isinstance(hypothesis.judged, Judged) else None
    others = tuple(map(segment_of, hypothesis.others))
    return CachedSegment(hypothesis.text, hypothesis.complete, hypothesis.score, report, others)
