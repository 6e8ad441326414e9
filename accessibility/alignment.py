"""Marks for a translation that lost them: each marked part was translated by itself and is looked for in the whole.

That finds what a reader would call the same words (a name, a link's text, an office), whatever a model did to the
marks, and needs nothing of the model. What is not found stays without its mark.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from accessibility import marks

_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """A text without its marks, and the text between each pair of them, those inside another left out."""

    bare: str
    marked: Mapping[int, str]


def parts(text: str) -> Parts:
    """The pairs of marks of a text, outermost ones only; what stands alone is not looked for."""
    found: dict[int, str] = {}
    end = 0
    for number, start, stop, inside in marks.pairs(text):
        if start >= end:
            found[number] = marks.bare(inside)
            end = stop
    return Parts(marks.bare(text), found)


def realigned(source: Parts, bare: str, translated: Mapping[int, str | None]) -> str:
    """The translation `bare` with the marks around those parts that stand in it once, as words of their own."""
    places: list[tuple[int, int, int]] = []
    for number, original in source.marked.items():
        candidates = [each for each in (translated.get(number), original) if each]
        place = next(filter(None, (_place(bare, each) for each in candidates)), None)
        if place and not any(place[0] < stop and start < place[1] for start, stop, _ in places):
            places.append((*place, number))
    for start, stop, number in sorted(places, reverse=True):
        bare = f"{bare[:start]}<g{number}>{bare[start:stop]}</g{number}>{bare[stop:]}"
    return bare


def _place(text: str, part: str) -> tuple[int, int] | None:
    wanted = part.strip().rstrip(".,;:!?…")
    if len(wanted) < _SHORTEST:
        return None
    found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", text, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None
