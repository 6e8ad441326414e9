"""From samples and looks to lines over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from loadtests.charts import Chart, Line
from loadtests.measured import Measured, Result, Sample, percentile
from loadtests.watch import Look

MOST_POINTS = 30
WINDOW_S = 5.0
"""What is drawn from the metrics is taken over so long: in one second too little begins and ends."""


@dataclass(frozen=True, slots=True)
class Slots:
    """The run cut into equal parts of at least a second."""

    width_s: float
    count: int

    @classmethod
    def over(cls, duration_s: float) -> Slots:
        width = max(1.0, duration_s / MOST_POINTS)
        return cls(width, max(1, round(duration_s / width)))

    @property
    def points(self) -> tuple[float, ...]:
        return tuple(round((place + 0.5) * self.width_s, 3) for place in range(self.count))

    def sort(self, samples: Sequence[Sample]) -> list[list[Sample]]:
        parts: list[list[Sample]] = [[] for _ in range(self.count)]
        for sample in samples:
            parts[min(self.count - 1, int(sample.at_s / self.width_s))].append(sample)
        return parts


def charts(measured: Measured, looks: Sequence[Look]) -> list[Chart]:
    """Those that have something to show."""
    slots = Slots.over(measured.duration_s)
    parts = slots.sort(measured.samples)
    drawn = [_latency(slots, parts), _requests(slots, parts), *_inside(looks)]
    return [chart for chart in drawn if chart.drawn]


def _latency(slots: Slots, parts: Sequence[Sequence[Sample]]) -> Chart:
    ordered = [sorted(sample.ms for sample in part if sample.result == "answered") for part in parts]
    lines = tuple(
        Line(name, tuple(percentile(part, share) if part else None for part in ordered))
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    )
    remark = "All kinds of visit together, from the moment a request was due."
    return Chart("Latency of answered requests", "ms", slots.points, lines, remark=remark)


def _requests(slots: Slots, parts: Sequence[Sequence[Sample]]) -> Chart:
    def rate(result: Result | None) -> tuple[float, ...]:
        counted = (sum(result in (None, sample.result) for sample in part) for part in parts)
        return tuple(count / slots.width_s for count in counted)

    lines = (
        Line("due", rate(None)),
        Line("answered", rate("answered")),
        Line("refused", rate("refused")),
        Line("failed", rate("failed")),
    )
    remark = "By the time a request was due. Refused: 429 and 503. Failed: everything else that is no full answer."
    return Chart("Requests", "per second", slots.points, lines, remark=remark)


def _inside(looks: Sequence[Look]) -> list[Chart]:
    windows = _windows([look for look in looks if look.metrics])
    found: list[Chart] = []
    if windows:
        points = tuple(round(window[-1].at_s, 1) for window in windows)

        def line(name: str, value: Callable[[Sequence[Look]], float | None]) -> Line:
            return Line(name, tuple(map(value, windows)))

        waiting = (line("waiting for an engine", _waiting_ms), line("inference of a batch", _inference_ms))
        remark = "Means of the segments and batches that ended in that time, as the engines measured them."
        found = [
            Chart("Waiting and inference", "ms", points, waiting, remark=remark),
            Chart("Segments in the queue", "segments", points, (line("waiting or running", _queued),)),
            Chart("Segments from the cache", "%", points, (line("hit rate", _hit_rate),), remark="Of those asked for."),
        ]
    seen = [look for look in looks if look.memory_mb]
    if seen:
        roles = sorted({role for look in seen for role in look.memory_mb})
        lines = tuple(Line(role, tuple(look.memory_mb.get(role) for look in seen)) for role in roles)
        found.append(Chart("Resident memory", "MB", tuple(round(look.at_s, 1) for look in seen), lines))
    return found


def _windows(looks: Sequence[Look]) -> list[list[Look]]:
    """Looks over at least WINDOW_S each, MOST_POINTS at most; each begins with the last look of the one before."""
    if len(looks) < 2:
        return []
    width = max(WINDOW_S, (looks[-1].at_s - looks[0].at_s) / MOST_POINTS)
    windows = [[looks[0]]]
    for look in looks[1:]:
        windows[-1].append(look)
        if look.at_s - windows[-1][0].at_s >= width:
            windows.append([look])
    return [window for window in windows if len(window) > 1]


def difference(window: Sequence[Look], name: str) -> float:
    """How much a counter grew; one that fell was started anew and counts from 0."""
    values = [look.metrics[name] for look in window]
    return sum(after - before if after >= before else after for before, after in pairwise(values))


def _queued(window: Sequence[Look]) -> float:
    return fmean(look.metrics["queued"] for look in window)


def _inference_ms(window: Sequence[Look]) -> float | None:
    batches = difference(window, "batches")
    return 1000 * difference(window, "batch_seconds") / batches if batches else None


def _waiting_ms(window: Sequence[Look]) -> float | None:
    waits = difference(window, "waits")
    return 1000 * difference(window, "wait_seconds") / waits if waits else None


def _hit_rate(window: Sequence[Look]) -> float | None:
    cached, computed = difference(window, "cached"), difference(window, "computed")
    return 100 * cached / (cached + computed) if cached + computed else None


def hit_rate(looks: Sequence[Look]) -> float | None:
    """In percent over the whole run; None without metrics."""
    return _hit_rate([look for look in looks if look.metrics]) if any(look.metrics for look in looks) else None
