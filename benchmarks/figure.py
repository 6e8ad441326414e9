"""A measured figure: one value per round, reported as median and spread beside its goal."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` is "–" where there is none; values are ratios unless the name says otherwise."""

    name: str
    goal: str
    values: tuple[float, ...]

    def row(self) -> str:
        spread = f"{_short(min(self.values))} – {_short(max(self.values))}" if len(self.values) > 1 else "–"
        return f"| {self.name} | {self.goal} | {_short(statistics.median(self.values))} | {spread} |"


def table(figures: Iterable[Figure]) -> str:
    return "\n".join(
        ["| what | goal | median | lowest – highest |", "|---|---|---|---|", *(each.row() for each in figures)]
    )


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
