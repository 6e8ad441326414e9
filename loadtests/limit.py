"""How much a machine holds: the highest rate at which the budget still holds, and what that means for a population."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from loadtests.profiles import Profile

HEADROOM = 0.7
"""Share of the limit that a machine is planned for: a limit is where the budget breaks, not where one lives."""


@dataclass(frozen=True, slots=True)
class Step:
    """One run at a steady rate of visits."""

    per_s: float
    held: bool


@dataclass(frozen=True, slots=True)
class Found:
    """`holds` is the highest rate that held, `breaks` the lowest that did not; None: not met within the bounds."""

    holds: float | None
    breaks: float | None
    steps: tuple[Step, ...]


def find_limit(
    holds: Callable[[float], bool], start: float, most: float, precision: float = 1.15, steps: int = 16
) -> Found:
    """Doubles (or halves) from `start` until the budget breaks (or holds), then halves the gap geometrically.

    Ends when the gap is at most `precision` wide as a ratio, when `most` holds, or after `steps` runs.
    """
    tried: list[Step] = []
    low: float | None = None
    high: float | None = None
    rate = min(start, most)
    while len(tried) < steps:
        held = holds(rate)
        tried.append(Step(rate, held))
        low, high = (rate, high) if held else (low, rate)
        if low is not None and (low >= most or (high is not None and high / low <= precision)):
            break
        rate = _next(low, high, most)
    return Found(low, high, tuple(tried))


def _next(low: float | None, high: float | None, most: float) -> float:
    if low is None:
        assert high is not None
        return high / 2
    if high is None:
        return min(low * 2, most)
    return math.sqrt(low * high)


def machines(profile: Profile, population: int, limit_per_s: float) -> int:
    """Machines of this kind for the busiest hour of so many people."""
    return max(1, math.ceil(profile.peak_of(population) / (limit_per_s * HEADROOM) - 1e-9))


def assumption(profile: Profile, population: int) -> str:
    return (
        f"{population:,} people, {profile.visits_per_person_per_day:g} visits a person and day, the busiest hour "
        f"{profile.peak_factor:.1f} times the mean: {profile.peak_of(population):.3g} visits per second. Each machine "
        f"is planned for {HEADROOM:.0%} of its limit; none stands by for a failure. "
        "That machines add up was not measured."
    )
