"""Finding wordings in a text: longest first, whole words, whole characters, whatever the script."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from accessibility.scripts import UNSPACED, of_letter
from accessibility.verbatim import take_apart
from locales.normalisation import normalise
from locales.segmentation import between_characters

Sought = TypeVar("Sought")

_HEAD = 3
# What goes on after a wording and still looks like a form of it: case endings, plurals, articles written on.
ENDING = 3
_SHORTEST_STEM = 4
# Letters that no script property calls so: Catalan's "l·l", joiners inside Persian and Sinhala words, "snake_case".
_INSIDE = frozenset("·_\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Wording(Generic[Sought]):
    """A text to look for, and what it stands for."""

    text: str
    stands_for: Sought
    case_sensitive: bool = False
    whole_word: bool = True


@dataclass(frozen=True, slots=True)
class Match(Generic[Sought]):
    """Where a wording stands, in code points; `whole` is False where the word goes on behind it."""

    stands_for: Sought
    start: int
    end: int
    whole: bool = True


class Finder(Generic[Sought]):
    """Time grows with the text and the number of lengths that wordings with the same first letters have, not with the
    number of wordings."""

    def __init__(self, wordings: Iterable[Wording[Sought]]) -> None:
        self._wordings: dict[str, list[Wording[Sought]]] = {}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for each in wordings:
            exact = normalise(each.text)
            folded = fold(exact)
            self._wordings.setdefault(folded, []).append(
                Wording(exact, each.stands_for, each.case_sensitive, each.whole_word)
            )
            lengths[folded[:_HEAD]].add(len(folded))
        for same in self._wordings.values():
            same.sort(key=lambda each: not each.case_sensitive)
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}
        self._heads = sorted({len(head) for head in self._lengths}, reverse=True)

    def find(self, text: str) -> tuple[Match[Sought], ...]:
        """Matches from left to right, none in another, none in a link, an address or a placeholder.

        The text is in NFC, as `locales.normalisation.normalise` leaves it.
        """
        return tuple(self._find(take_apart(text).rest))

    def _find(self, text: str) -> Iterator[Match[Sought]]:
        folded = fold(text)
        at = 0
        while at < len(text):
            match = self._at(text, folded, at)
            if match:
                yield match
            at = match.end if match else at + 1

    def _at(self, text: str, folded: str, at: int) -> Match[Sought] | None:
        """The longest at this place; one that the word goes on behind only where no other is."""
        begun = None
        for size in self._heads:
            for length in self._lengths.get(folded[at : at + size], ()) if at + size <= len(text) else ():
                end = at + length
                for each in self._wordings.get(folded[at:end], ()):
                    if each.case_sensitive and each.text != text[at:end]:
                        continue
                    if _stands(text, at, end, whole_word=each.whole_word):
                        return Match(each.stands_for, at, end)
                    begun = begun or self._begun(each, text, at, end)
        return begun

    @staticmethod
    def _begun(each: Wording[Sought], text: str, at: int, end: int) -> Match[Sought] | None:
        if end - at < _SHORTEST_STEM or in_word(text, at) or not _clean(text, end):
            return None
        rest = next((stop for stop in range(end, len(text)) if not in_word(text, stop)), len(text))
        return Match(each.stands_for, at, rest, whole=False) if rest - end <= ENDING else None


def _stands(text: str, start: int, end: int, *, whole_word: bool) -> bool:
    if not (_clean(text, start) and _clean(text, end)):
        return False
    return not whole_word or not (in_word(text, start) or in_word(text, end))


def _clean(text: str, cut: int) -> bool:
    return not 0 < cut < len(text) or between_characters(text, cut)


def in_word(text: str, cut: int) -> bool:
    """Whether the letters before and behind a place belong to one word: never so in scripts without spaces, where a
    word ends wherever a character does."""
    if not 0 < cut < len(text):
        return False
    left, right = text[cut - 1], text[cut]
    return _spaced(left) and _spaced(right)


@lru_cache(maxsize=4096)
def _spaced(character: str) -> bool:
    if character in _INSIDE:
        return True
    return unicodedata.category(character)[0] in "LMN" and of_letter(character) not in UNSPACED


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character in "’ʼ‘":
        return "'"
    small = character.casefold()
    # Places must stay the same: "ß" is not made "ss".
    return small if len(small) == 1 else character


def fold(text: str) -> str:
    """The text without case, and of the same length."""
    return text.casefold() if text.isascii() else "".join(map(_folded, text))
