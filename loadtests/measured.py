"""What came of the requests: one sample each, and the figures drawn from them. No sample holds text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from loadtests.profiles import KindName

Result = Literal["answered", "refused", "failed", "unsent"]


class Sample(Struct, frozen=True):
    """One request. `ms` runs from the moment it was due to the last byte; `late_ms` is the generator's own delay.

    `why` is the code of a problem answer, the name of a connection error, or empty. `resent`: the service closed a kept
    connection just as the request was sent on it, so it was sent once more. A document is one request, from the moment
    it was due until its translation was fetched; `polls` is how often it was asked about in between.
    """

    at_s: float
    kind: KindName
    result: Result
    ms: float
    late_ms: float
    status: int
    chars: int
    results: int
    why: str = ""
    retry_after: bool = False
    resent: bool = False
    polls: int = 0


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least `share` of all do not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def answers_needed(share: float) -> int:
    """Below so many answers a percentile is another name for the longest one: 2 for p50, 20 for p95, 100 for p99."""
    return math.ceil(1 / (1 - share) - 1e-9)


def read_samples(path: Path) -> tuple[Sample, ...]:
    decoder = msgspec.json.Decoder(Sample)
    return tuple(decoder.decode_lines(path.read_bytes())) if path.exists() else ()


@dataclass(frozen=True)
class Measured:
    """A run in figures; `memory_mb` is the most that was seen, None where nothing could be seen."""

    samples: tuple[Sample, ...]
    duration_s: float
    memory_mb: float | None = None

    @cached_property
    def _ordered(self) -> dict[KindName, list[float]]:
        found: dict[KindName, list[float]] = {}
        for sample in self.samples:
            if sample.result == "answered":
                found.setdefault(sample.kind, []).append(sample.ms)
        return {kind: sorted(times) for kind, times in found.items()}

    def latencies(self, kind: KindName) -> Sequence[float]:
        """Milliseconds of the answered requests, ascending."""
        return self._ordered.get(kind, [])

    def count(self, result: Result, kind: KindName | None = None) -> int:
        return sum(sample.result == result and kind in (None, sample.kind) for sample in self.samples)

    @property
    def due(self) -> int:
        return len(self.samples)

    @property
    def failed(self) -> int:
        return self.count("failed")

    @property
    def refused(self) -> int:
        return self.count("refused")

    @property
    def unsent(self) -> int:
        return self.count("unsent")

    @cached_property
    def late_p99_ms(self) -> float:
        """How late the generator itself sent; what it adds is inside every latency."""
        late = sorted(sample.late_ms for sample in self.samples if sample.result != "unsent")
        return percentile(late, 0.99) if late else 0.0

    def reasons(self) -> dict[tuple[Result, str], int]:
        """(result, why) → how often, without the answered ones, most frequent first."""
        found: dict[tuple[Result, str], int] = {}
        for sample in self.samples:
            if sample.result != "answered":
                key = (sample.result, f"{sample.status or ''} {sample.why}".strip())
                found[key] = found.get(key, 0) + 1
        return dict(sorted(found.items(), key=lambda each: -each[1]))
