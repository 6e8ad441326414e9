"""Fixed phrases found in a text word by word, whatever their case: one pass, the longest phrase wins.

Time is linear in the text for a given table: no regular expression is built from the phrases.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar, overload

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


@dataclass(frozen=True, slots=True)
class Match(Generic[Value]):
    """A phrase where it stands, with what the table says of it."""

    span: Span
    value: Value


class Words(Sequence[Word]):
    """The words of a text in order, by Unicode letters and digits; apostrophes and hyphens part words.

    They are folded at once, and their places looked up when a phrase may begin at one: most texts hold few.
    """

    __slots__ = ("_spans", "folded", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        # Folding makes no letter of what is none, so a folded text has the same words.
        self.folded = WORD.findall(text.casefold())
        self._spans: list[Span] | None = None

    @property
    def spans(self) -> list[Span]:
        if self._spans is None:
            self._spans = [match.span() for match in WORD.finditer(self.text)]
        return self._spans

    def gap(self, index: int) -> str:
        """What stands between a word and the one before it; every white space is one blank."""
        spans = self.spans
        gap = self.text[spans[index - 1][1] if index else 0 : spans[index][0]]
        if gap == " " or _SPACE.fullmatch(gap):
            return " "
        return gap.replace("’", "'").replace("ʼ", "'")

    def gaps(self, first: int, last: int) -> list[str]:
        """What stands between the words from one to another."""
        return [self.gap(index) for index in range(first + 1, last + 1)]

    def __len__(self) -> int:
        return len(self.folded)

    @overload
    def __getitem__(self, index: int) -> Word: ...
    @overload
    def __getitem__(self, index: slice) -> list[Word]: ...
    def __getitem__(self, index: int | slice) -> Word | list[Word]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = index if index >= 0 else len(self) + index
        return Word(self.spans[place], self.folded[place], self.gap(place))


def words(text: str) -> Words:
    """The words of a text."""
    return Words(text)


def alternation(phrases: Iterable[str]) -> str:
    """The phrases as alternatives of a regular expression, the longest first; empty where there are none.

    Those with one first letter stand together, so that most places of a text are left after a look at it.
    """
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    for phrase in sorted(set(phrases), key=lambda each: (-len(each), each)):
        by_letter[phrase[:1]].append(phrase)
    return "|".join(_with_one_letter(each) for each in by_letter.values())


def _with_one_letter(phrases: list[str]) -> str:
    first = phrases[0][:1]
    if len(phrases) == 1 or not first:
        return "|".join(map(re.escape, phrases))
    return rf"{re.escape(first)}(?:{'|'.join(re.escape(phrase[1:]) for phrase in phrases)})"


class PhraseTable(Generic[Value]):
    """Phrases with a value each. A phrase of one word may end in `*`: any word that starts so."""

    def __init__(self, phrases: Mapping[str, Value]) -> None:
        self._single: dict[str, Value] = {}
        self._by_prefix: dict[str, Value] = {}
        # By the first two words: the words behind them, the gaps between them all, and the value; the longest first.
        self._longer: defaultdict[tuple[str, str], list[tuple[list[str], list[str], Value]]] = defaultdict(list)
        for phrase, value in phrases.items():
            listed = words(phrase)
            if phrase.endswith("*"):
                self._by_prefix[phrase[:-1].casefold()] = value
            elif len(listed) == 1:
                self._single.setdefault(listed.folded[0], value)
            elif listed:
                first, second, *rest = listed.folded
                self._longer[first, second].append((rest, listed.gaps(0, len(rest) + 1), value))
        for options in self._longer.values():
            options.sort(key=lambda option: -len(option[0]))
        self._first = frozenset([*self._single, *(first for first, _ in self._longer)])
        self._shortest_prefix = min(map(len, self._by_prefix), default=0)
        self._heads = frozenset(prefix[: self._shortest_prefix] for prefix in self._by_prefix)

    def find(self, text: str) -> Iterator[Match[Value]]:
        """The phrases of a text in order; of two that overlap, the first, and of those the longest."""
        return self.find_in(words(text))

    def find_in(self, found: Words) -> Iterator[Match[Value]]:
        """The same over words found before."""
        end = 0  # behind the phrase found last
        for index in self._places(found.folded):
            if index >= end and (matched := self._at(found, index)):
                length, value = matched
                end = index + length + 1
                yield Match((found.spans[index][0], found.spans[index + length][1]), value)

    def _places(self, folded: Sequence[str]) -> list[int]:
        """Where a phrase may begin."""
        first = self._first
        if not self._by_prefix:
            return [index for index, word in enumerate(folded) if word in first]
        heads, length = self._heads, self._shortest_prefix
        return [index for index, word in enumerate(folded) if word in first or word[:length] in heads]

    def _at(self, found: Words, index: int) -> tuple[int, Value] | None:
        first, second = found.folded[index], found.folded[index + 1 : index + 2]
        for rest, gaps, value in self._longer.get((first, second[0]), ()) if second else ():
            last = index + 1 + len(rest)
            if found.folded[index + 2 : last + 1] == rest and found.gaps(index, last) == gaps:
                return len(rest) + 1, value
        if first in self._single:
            return 0, self._single[first]
        for length in range(self._shortest_prefix, len(first) + 1) if self._by_prefix else ():
            if (prefix := first[:length]) in self._by_prefix:
                return 0, self._by_prefix[prefix]
        return None
