"""Cut what is too long for a model into windows it can translate, so that nothing is lost in silence."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.runtime.tokeniser import SPACE

_CONTINUATION_BYTE = re.compile(r"<0x[89AB][0-9A-F]>")
_JOINERS = "\u200c\u200d"
_CLAUSE_ENDS = (",", ";", ":", "،", "؛", "፣", "፤", "、", "，", "；", "：")


@dataclass(frozen=True, slots=True)
class Window:
    """`spaced`: a space stood between this window and the one before."""

    pieces: Sequence[str]
    spaced: bool


def windows(pieces: Sequence[str], longest: int) -> Iterator[Window]:
    """Windows of at most `longest` pieces and similar size, cut between clauses where that leaves no short window, else
    before words where there are any."""
    start = 0
    while len(pieces) - start > longest:
        left = len(pieces) - start
        aim = start + math.ceil(left / math.ceil(left / longest))
        cut = _clause(pieces, max(start + 1, aim - longest // 3), start + longest, aim) or _cut(
            pieces, start + 1, start + longest, aim
        )
        yield Window(pieces[start:cut], pieces[start].startswith(SPACE))
        start = cut
    if start < len(pieces):
        yield Window(pieces[start:], pieces[start].startswith(SPACE))


def _clause(pieces: Sequence[str], first: int, last: int, aim: int) -> int | None:
    """The place nearest to `aim` where a word follows a comma, semicolon or colon."""
    places = [
        place for place in range(first, last + 1) if _opens_word(pieces[place]) and _ends_clause(pieces[place - 1])
    ]
    return min(places, key=lambda place: abs(place - aim), default=None)


def _ends_clause(piece: str) -> bool:
    return piece.endswith(_CLAUSE_ENDS)


def _cut(pieces: Sequence[str], first: int, last: int, aim: int) -> int:
    """The place nearest to `aim` that opens a word, else one that opens a character, else the last place allowed."""
    nearest = sorted(range(first, last + 1), key=lambda place: abs(place - aim))
    for opens in (_opens_word, _opens_character):
        for place in nearest:
            if opens(pieces[place]):
                return place
    return last


def _opens_word(piece: str) -> bool:
    return piece.startswith(SPACE)


def _opens_character(piece: str) -> bool:
    if _CONTINUATION_BYTE.fullmatch(piece):
        return False
    return not (unicodedata.category(piece[0]).startswith("M") or piece[0] in _JOINERS)


def join(texts: Sequence[str], spaced: Sequence[bool]) -> str:
    """The translations of windows as one text, with a space where the source had one."""
    joined = ""
    for text, space in zip(texts, spaced, strict=True):
        joined += f" {text}" if joined and text and space else text
    return joined
