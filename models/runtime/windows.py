"""Cut what is too long for a model into windows it can translate, so that nothing is lost in silence."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.runtime.tokeniser import SPACE

_CONTINUATION_BYTE = re.compile(r"<0x[89AB][0-9A-F]>")
_SHORT_WORD = 3
_JOINERS = "\u200c\u200d"
_CLAUSE_ENDS = (",", ";", ":", "،", "؛", "፣", "፤", "、", "，", "；", "：")


@dataclass(frozen=True, slots=True)
class Window:
    """`spaced`: a space stood between this window and the one before."""

    pieces: Sequence[str]
    spaced: bool


def windows(pieces: Sequence[str], longest: int, space: str = SPACE) -> Iterator[Window]:
    """Windows of at most `longest` pieces and similar size, cut between clauses where that leaves no short window, else
    before words where there are any. A piece that opens a word begins with `space`."""
    start = 0
    while len(pieces) - start > longest:
        left = len(pieces) - start
        aim = start + math.ceil(left / math.ceil(left / longest))
        cut = _clause(pieces, max(start + 1, aim - longest // 3), start + longest, aim, space) or _cut(
            pieces, start + 1, start + longest, aim, space
        )
        yield Window(pieces[start:cut], pieces[start].startswith(space))
        start = cut
    if start < len(pieces):
        yield Window(pieces[start:], pieces[start].startswith(space))


def _clause(pieces: Sequence[str], first: int, last: int, aim: int, space: str) -> int | None:
    """The place nearest to `aim` where a word follows a comma, semicolon or colon."""
    places = [
        place
        for place in range(first, last + 1)
        if pieces[place].startswith(space) and pieces[place - 1].endswith(_CLAUSE_ENDS)
    ]
    return min(places, key=lambda place: abs(place - aim), default=None)


def _cut(pieces: Sequence[str], first: int, last: int, aim: int, space: str) -> int:
    """The place nearest to `aim` that opens a word, else one that opens a character, else the last place allowed."""
    nearest = sorted(range(first, last + 1), key=lambda place: abs(place - aim))
    for opens in (lambda piece: piece.startswith(space), _opens_character):
        for place in nearest:
            if opens(pieces[place]):
                return place
    return last


def _opens_character(piece: str) -> bool:
    if _CONTINUATION_BYTE.fullmatch(piece):
        return False
    return not (unicodedata.category(piece[0]).startswith("M") or piece[0] in _JOINERS)


def going_on(text: str, source: str) -> str:
    """The translation of a window that is not the first, without a capital that the model gave it as if a sentence
    began there. A capital stays that may be a name's or a noun's: the first word is short or begins like the source's,
    which begins small, and it does not stand in the source as it is."""
    word, first = text.partition(" ")[0], source.partition(" ")[0]
    began = first[:1].islower() and word[:1].isupper() and not word[1:2].isupper() and word not in source.split()
    if began and (len(word) <= _SHORT_WORD or word[:2].casefold() == first[:2].casefold()):
        return text[:1].lower() + text[1:]
    return text


def join(texts: Sequence[str], spaced: Sequence[bool]) -> str:
    """The translations of windows as one text, with a space where the source had one."""
    joined = ""
    for text, space in zip(texts, spaced, strict=True):
        joined += f" {text}" if joined and text and space else text
    return joined
