"""Fixed phrases found in a text word by word, whatever their case: one pass, the longest phrase wins.

Time is linear in the text for a given table: no regular expression is built from the phrases.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from accessibility.findings import Span

Value = TypeVar("Value")

# Letters, digits, and the marks and joiners that belong to the letter before them: `\w` alone cuts Hindi to pieces.
_MARKS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06ed\u0900-\u0963"
    r"\u0966-\u0dff\u0e30-\u0e4e\u0eb0-\u0ece\u0f71-\u0f84\u102b-\u103e\u135d-\u135f\u17b4-\u17d3\u200c\u200d"
)
WORD = re.compile(rf"[\w{_MARKS}]++")
_SPACE = re.compile(r"[ \t\n\u00a0\u202f]{1,3}")


class Word(NamedTuple):
    """One word of a text, folded, with the folded text between it and the word before."""

    span: Span
    folded: str
    gap: str


_NO_WORD = Word((0, 0), "", "")  # stands in no text, so a phrase without words is never found


@dataclass(frozen=True, slots=True)
class Match(Generic[Value]):
    """A phrase where it stands, with what the table says of it."""

    span: Span
    value: Value


def words(text: str) -> list[Word]:
    """The words of a text in order, by Unicode letters and digits; apostrophes and hyphens part words."""
    found: list[Word] = []
    end = 0
    for match in WORD.finditer(text):
        gap = text[end : match.start()]
        found.append(Word(match.span(), match[0].casefold(), _folded_gap(gap)))
        end = match.end()
    return found


def _folded_gap(gap: str) -> str:
    if gap == " " or _SPACE.fullmatch(gap):
        return " "
    return gap.replace("’", "'").replace("ʼ", "'")


def alternation(phrases: Iterable[str]) -> str:
    """The phrases as alternatives of a regular expression, the longest first; empty where there are none."""
    return "|".join(re.escape(each) for each in sorted(set(phrases), key=lambda each: (-len(each), each)))


class PhraseTable(Generic[Value]):
    """Phrases with a value each. A phrase of one word may end in `*`: any word that starts so."""

    def __init__(self, phrases: Mapping[str, Value]) -> None:
        self._by_first: defaultdict[str, list[tuple[tuple[tuple[str, str], ...], Value]]] = defaultdict(list)
        self._by_prefix: dict[str, Value] = {}
        for phrase, value in phrases.items():
            if phrase.endswith("*"):
                self._by_prefix[phrase[:-1].casefold()] = value
                continue
            first, *rest = words(phrase) or [_NO_WORD]
            self._by_first[first.folded].append((tuple((word.gap, word.folded) for word in rest), value))
        for options in self._by_first.values():
            options.sort(key=lambda option: -len(option[0]))
        self._shortest_prefix = min(map(len, self._by_prefix), default=0)

    def find(self, text: str) -> Iterator[Match[Value]]:
        """The phrases of a text in order; of two that overlap, the first, and of those the longest."""
        yield from self.find_in(words(text))

    def find_in(self, found: list[Word]) -> Iterator[Match[Value]]:
        """The same over words found before."""
        index = 0
        while index < len(found):
            if matched := self._at(found, index):
                length, value = matched
                yield Match((found[index].span[0], found[index + length].span[1]), value)
                index += length
            index += 1

    def _at(self, found: list[Word], index: int) -> tuple[int, Value] | None:
        first = found[index].folded
        for rest, value in self._by_first.get(first, ()):
            following = found[index + 1 : index + 1 + len(rest)]
            if len(following) == len(rest) and all(
                (word.gap, word.folded) == wanted for word, wanted in zip(following, rest, strict=True)
            ):
                return len(rest), value
        if self._by_prefix:
            for length in range(self._shortest_prefix, len(first) + 1):
                if (prefix := first[:length]) in self._by_prefix:
                    return 0, self._by_prefix[prefix]
        return None
