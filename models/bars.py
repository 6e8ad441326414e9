"""Figures as horizontal bars in SVG, with every value written out; fills differ in lightness, not only in colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH = 480
_LABEL_WIDTH = 170
_BAR_HEIGHT = 17
_FILLS = ("#9aa8b8", "#1f4e79", "#d5dbe1")

Row = tuple[str, Sequence[float | None]]
"""A label and one value for each name, None where there is none."""


def bars(title: str, names: Sequence[str], rows: Sequence[Row], longest: float = 100.0) -> str:
    """A picture of at most three values to a row; `longest` is the value of a bar of full length."""
    row_height = _BAR_HEIGHT * len(names) + 10
    height, width = row_height * len(rows) + 40, _LABEL_WIDTH + _WIDTH + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="t" font-family="sans-serif" font-size="13"><title id="t">{escape(title)}</title>',
        *(_legend(name, place, fill) for place, (name, fill) in enumerate(zip(names, _FILLS, strict=False))),
    ]
    for number, (label, values) in enumerate(rows):
        top = 36 + row_height * number
        parts.append(f'<text x="{_LABEL_WIDTH - 10}" y="{top + 20}" text-anchor="end">{escape(label)}</text>')
        for place, (value, fill) in enumerate(zip(values, _FILLS, strict=False)):
            if value is not None:
                parts += _bar(value, _WIDTH * value / longest, top + _BAR_HEIGHT * place, fill)
    return "\n".join([*parts, "</svg>", ""])


def _bar(value: float, length: float, y: int, fill: str) -> list[str]:
    return [
        f'<rect x="{_LABEL_WIDTH}" y="{y}" width="{length:.1f}" height="{_BAR_HEIGHT - 2}" fill="{fill}"/>',
        f'<text x="{_LABEL_WIDTH + length + 6:.1f}" y="{y + 12}">{value:.1f}</text>',
    ]


def _legend(name: str, place: int, fill: str) -> str:
    x = _LABEL_WIDTH + 180 * place
    return f'<rect x="{x}" y="8" width="12" height="12" fill="{fill}"/><text x="{x + 18}" y="19">{escape(name)}</text>'
