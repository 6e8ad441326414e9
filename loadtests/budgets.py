"""Budgets: the figures a load test must hold, and the judgement of what was measured against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec import Struct

from loadtests.measured import Measured, answers_needed, percentile
from loadtests.profiles import KINDS, KindName, Positive, Share, bundled
from loadtests.refusal import LoadTestRefused, suggestion
from loadtests.tables import read_table

BUDGETS = Path(__file__).parent / "budgets.toml"
ANY = "any"

QUANTILES: Mapping[str, float] = MappingProxyType({"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99})

Outcome = Literal["held", "broken", "too few", "not asked"]


class Budget(Struct, frozen=True, forbid_unknown_fields=True):
    failed_share: Share
    refused_share: Share
    memory_mb: Positive | None = None
    p50_ms: dict[KindName, Positive] = msgspec.field(default_factory=dict)
    p95_ms: dict[KindName, Positive] = msgspec.field(default_factory=dict)
    p99_ms: dict[KindName, Positive] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the judgement. `measured` is None where there was nothing or too little to measure."""

    name: str
    limit: float
    measured: float | None
    outcome: Outcome
    unit: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    figures: tuple[Figure, ...]

    @property
    def held(self) -> bool:
        """A figure that was not measured is not proven; one of a kind that the profile never sends does not count."""
        return all(figure.outcome in ("held", "not asked") for figure in self.figures)

    @property
    def broken(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if figure.outcome == "broken")

    @property
    def judged_latencies(self) -> bool:
        return any(figure.unit == "ms" and figure.outcome in ("held", "broken") for figure in self.figures)

    @property
    def word(self) -> str:
        return "broken" if self.broken else "held" if self.held else "not proven"


def load_budget(path: Path, profile: str) -> Budget:
    """The table of the profile, else `any`. Raises LoadTestRefused at the first thing that cannot be meant."""
    names = (*(field.name for field in msgspec.structs.fields(Budget)), *KINDS)
    budgets = read_table(path, dict[str, Budget], names)
    known = {ANY, profile, *bundled()}
    for name in budgets:
        if name not in known:
            raise LoadTestRefused(f"{path}: [{name}] is the name of no profile. {suggestion(name, known)}")
    budget = budgets.get(profile) or budgets.get(ANY)
    if budget is None:
        raise LoadTestRefused(f"{path}: there is neither [{profile}] nor [{ANY}]")
    return budget


def answers_for(budget: Budget) -> dict[KindName, int]:
    """How many answers of each kind the budget can be judged with."""
    needed: dict[KindName, int] = {}
    for name, share in QUANTILES.items():
        limits: dict[KindName, float] = getattr(budget, name)
        for kind in limits:
            needed[kind] = max(needed.get(kind, 0), answers_needed(share))
    return needed


def judge(budget: Budget, measured: Measured, sent: frozenset[KindName]) -> Verdict:
    """`sent` are the kinds of visit that the profile has."""
    total = measured.due
    return Verdict(
        (
            _share("requests not sent (too many in flight)", measured.unsent, total, 0),
            _share("failed requests", measured.failed, total, budget.failed_share),
            _share("refused requests (429, 503)", measured.refused, total, budget.refused_share),
            *_memory(budget, measured),
            *_latencies(budget, measured, sent),
        )
    )


def _share(name: str, count: int, total: int, limit: float) -> Figure:
    if not total:
        return Figure(name, limit, None, "too few", "share", "nothing was asked")
    share = count / total
    return Figure(name, limit, share, "held" if share <= limit else "broken", "share", f"{count} of {total}")


def _memory(budget: Budget, measured: Measured) -> Iterator[Figure]:
    if budget.memory_mb is None:
        return
    name = "resident memory, all processes"
    most = measured.memory_mb
    if most is None:
        yield Figure(name, budget.memory_mb, None, "too few", "MB", "the processes could not be seen")
    else:
        yield Figure(name, budget.memory_mb, most, "held" if most <= budget.memory_mb else "broken", "MB")


def _latencies(budget: Budget, measured: Measured, sent: frozenset[KindName]) -> Iterator[Figure]:
    for name, share in QUANTILES.items():
        limits: dict[KindName, float] = getattr(budget, name)
        for kind, limit in limits.items():
            label = f"{name.removesuffix('_ms')} of {kind}"
            if kind in sent:
                yield _latency(label, limit, measured.latencies(kind), share)
            else:
                yield Figure(label, limit, None, "not asked", "ms", "no visit of this kind in the load")


def _latency(label: str, limit: float, answered: Sequence[float], share: float) -> Figure:
    needed = answers_needed(share)
    if len(answered) < needed:
        return Figure(label, limit, None, "too few", "ms", f"{len(answered)} answers, at least {needed} are needed")
    reached = percentile(answered, share)
    return Figure(label, limit, reached, "held" if reached <= limit else "broken", "ms", f"{len(answered)} answers")
