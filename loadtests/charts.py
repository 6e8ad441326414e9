"""Line charts as SVG: no script, no library, a name and a description inside for those who do not see them.

Lines differ in dash and marker, not in colour alone; colours follow the page (light or dark).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 76

_DASHES = ("", "8 4", "2 3", "10 3 2 3", "1 5")
_COLOURS = ("#1f6feb", "#b35900", "#1a7f37", "#8250df", "#57606a")
_STEPS = (1, 2, 2.5, 5, 10)
_LABEL = 'font-family="system-ui, sans-serif" font-size="13" fill="currentColor"'


@dataclass(frozen=True, slots=True)
class Line:
    """A value for each point of the chart; None leaves a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`points` are seconds since the start (or what `across` says), one for every value of every line."""

    title: str
    unit: str
    points: tuple[float, ...]
    lines: tuple[Line, ...]
    across: str = "seconds since the start"
    remark: str = ""

    @property
    def drawn(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if any(value is not None for value in line.values))


def description(chart: Chart) -> str:
    """What the chart shows, in one sentence a line: smallest, largest and last value."""
    told = []
    for line in chart.drawn:
        known = [value for value in line.values if value is not None]
        told.append(f"{line.name}: {number(min(known))} to {number(max(known))}, at the end {number(known[-1])}")
    return f"{chart.title} ({chart.unit}). {'; '.join(told)}."


def number(value: float) -> str:
    """Three significant digits, thousands apart."""
    if not value:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def svg(chart: Chart) -> str:
    top = _ceiling(max((value for line in chart.drawn for value in line.values if value is not None), default=0.0))
    first, last = chart.points[0], chart.points[-1]
    inner_w, inner_h = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(point: float) -> float:
        return LEFT + (inner_w * (point - first) / (last - first) if last > first else inner_w / 2)

    def y(value: float) -> float:
        return TOP + inner_h * (1 - value / top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(description(chart))}">',
        f"<title>{escape(chart.title)}</title><desc>{escape(description(chart))}</desc>",
        *_grid(top, y, chart.unit),
        *_times(chart, x),
    ]
    for place, line in enumerate(chart.drawn):
        style = f'stroke="{_COLOURS[place % 5]}" stroke-width="2.5" fill="none" stroke-dasharray="{_DASHES[place % 5]}"'
        for run in _unbroken(chart.points, line.values):
            path = " ".join(f"{x(point):.1f},{y(value):.1f}" for point, value in run)
            if len(run) == 1:
                parts.append(
                    f'<circle cx="{x(run[0][0]):.1f}" cy="{y(run[0][1]):.1f}" r="3" fill="{_COLOURS[place % 5]}"/>'
                )
            else:
                parts.append(f'<polyline points="{path}" {style}/>')
        parts.extend(_legend(place, line.name, style, len(chart.drawn)))
    return "\n".join([*parts, "</svg>\n"])


def _ceiling(most: float) -> float:
    """The next round number, so that the axis ends on a labelled line."""
    if most <= 0:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(most))
    return next(step * scale for step in _STEPS if most <= step * scale * (1 + 1e-9))


def _grid(top: float, y: Callable[[float], float], unit: str) -> list[str]:
    lines = []
    for quarter in range(5):
        value = top * quarter / 4
        at = y(value)
        lines.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="currentColor" opacity="0.25"/>'
            f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end" {_LABEL}>{number(value)}</text>'
        )
    middle = (TOP + HEIGHT - BOTTOM) / 2
    lines.append(
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})" {_LABEL}>'
        f"{escape(unit)}</text>"
    )
    return lines


def _times(chart: Chart, x: Callable[[float], float]) -> list[str]:
    return [
        *(
            f'<text x="{x(at):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" {_LABEL}>{at:,g}</text>'
            for at in _marks(chart.points[0], chart.points[-1])
        ),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - BOTTOM + 38}" text-anchor="middle" {_LABEL}>'
        f"{escape(chart.across)}</text>",
    ]


def _marks(first: float, last: float) -> list[float]:
    """Round numbers within the axis, four to ten of them."""
    if last <= first:
        return [first]
    step = _ceiling((last - first) / 8)
    return [round(place * step, 9) for place in range(math.ceil(first / step), math.floor(last / step) + 1)]


def _unbroken(points: Sequence[float], values: Sequence[float | None]) -> list[list[tuple[float, float]]]:
    """Runs of neighbouring values without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point, value in zip(points, values, strict=True):
        if value is not None:
            runs[-1].append((point, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _legend(place: int, name: str, style: str, count: int) -> list[str]:
    width = (WIDTH - LEFT - RIGHT) / max(1, count)
    left, middle = LEFT + place * width, HEIGHT - 14
    return [
        f'<line x1="{left:.1f}" x2="{left + 28:.1f}" y1="{middle}" y2="{middle}" {style}/>',
        f'<text x="{left + 34:.1f}" y="{middle + 4}" {_LABEL}>{escape(name)}</text>',
    ]
