"""The meaning guard of simplification: what a sentence says must still be said, or the original sentence stays.

Compared, sentence by sentence, in one language: numbers (digits of every script and number words), their order and what
they count, dates, weekdays and months, times, money, telephones, addresses, codes, negation, limits ("at least"), time
relations ("before"), obligation, permission, recommendation, conditions, alternatives, names. Equal texts are never
flagged. It compares words, not understanding: a passing sentence may still be badly simplified.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeVar

from accessibility import dates, spellout
from accessibility.findings import Span
from accessibility.numbers import ascii_digits, mismatches
from accessibility.numbers import find as numbers_in
from accessibility.phrases import PhraseTable
from accessibility.simple.cues import categories, cues_in
from accessibility.simple.profile import CUES, profile
from accessibility.simple.scan import Scan
from accessibility.spans import Kind
from locales.tags import LanguageTag, base

Item = TypeVar("Item", bound=Hashable)

Coverage = Literal["full", "partial"]
Effect = Literal["block", "flag"]
Mode = Literal["strict", "normal"]

# What stops a sentence in either mode; the other checks stop it only in strict mode.
BLOCKING = frozenset({"numbers", "dates", "contacts", "negation", "limit"})
CHECKS = ("numbers", "dates", "units", "contacts", "names", "content", *CUES)

_FEWEST_CONTENT = 0.5  # of the words of a sentence with at least so many:
_CONTENT_WORDS = 10

_ORDERED = re.compile(r"\D")
_SPACES = re.compile(r"\s")
_AMOUNT = re.compile(r"[\s\d.,]")
_COUNTED = re.compile(r"[ \u00a0\u202f]?(%|‰|°|[^\W\d_]++)")


@dataclass(frozen=True, slots=True)
class Flag:
    """A check that a sentence did not pass: `sentence` counts from 0; the text is never in it."""

    check: str
    effect: Effect
    sentence: int = 0


@dataclass(frozen=True, slots=True)
class GuardReport:
    """`checked` sentences were changed and compared; of those, `reverted` stayed as they were."""

    coverage: Coverage
    checked: int
    reverted: int
    flags: tuple[Flag, ...]


def coverage(language: LanguageTag) -> Coverage:
    """Full where every category of cue words has a list; else numbers, dates, contacts and names only, or some more."""
    return "full" if all(categories(language).values()) else "partial"


def compare(before: str, after: str, language: LanguageTag, scan: Scan | None = None) -> tuple[Flag, ...]:
    """What the second text says differently; empty for equal texts."""
    if before == after:
        return ()
    scan = scan or Scan(language)
    old, new = _Said(before, language, scan), _Said(after, language, scan)
    wrong = [check for check, differs in _differences(old, new) if differs]
    wrong += sorted({category for category, _ in _changed(old.cues, new.cues)})
    return tuple(Flag(check, "block" if check in BLOCKING else "flag") for check in dict.fromkeys(wrong))


def passes(flags: Iterable[Flag], mode: Mode) -> bool:
    """Whether a changed sentence may stand."""
    flags = tuple(flags)
    return not flags if mode == "strict" else all(flag.effect != "block" for flag in flags)


def _differences(old: "_Said", new: "_Said") -> Iterable[tuple[str, bool]]:
    yield "numbers", bool(mismatches(old.in_digits, new.in_digits)) or old.order != new.order
    yield "dates", bool(_changed(old.dates(), new.dates()) or _changed(old.calendar(), new.calendar()))
    yield "units", bool(_changed(old.counted(), new.counted()) or _changed(old.money(), new.money()))
    yield "contacts", bool(_changed(old.contacts(), new.contacts()))
    # A name that is gone, or one that was not there. A name that now opens a sentence is still there.
    yield "names", bool(old.names() - new.capitals or new.names() - old.capitals)
    length = len(old.words)
    yield "content", length >= _CONTENT_WORDS and len(new.words) < _FEWEST_CONTENT * length


def _changed(before: Counter[Item], after: Counter[Item]) -> list[Item]:
    return [*(before - after), *(after - before)]


@lru_cache(maxsize=32)
def _number_words(language: str) -> PhraseTable[int]:
    """CLDR's words from two on, with those of the profile. One is an article in too many languages."""
    tag = LanguageTag(language)
    found: dict[str, int] = {}
    if spellout.has_rules(tag) and profile(tag).cues:
        for value in (*range(2, 101), *range(200, 1000, 100), 1000):
            spelled = (
                spellout.counting(Decimal(value), tag),
                spellout.cardinal(Decimal(value), tag, "masculine"),
                spellout.cardinal(Decimal(value), tag, "feminine"),
            )
            found.update(dict.fromkeys(filter(None, spelled), value))
    return PhraseTable({**found, **profile(tag).number_words})


class _Said:
    """One of the two sentences, and what the checks compare."""

    def __init__(self, text: str, language: LanguageTag, scan: Scan) -> None:
        self._text = text
        self._language = language
        self._spans = scan.spans(text)
        self.words = scan.words(text)
        self.cues = cues_in(self.words, language)
        self.in_digits = self._in_digits()
        self._numbers = numbers_in(self.in_digits)
        self.order = [_ORDERED.sub("", each.spelling).lstrip("0") for each in self._numbers if not each.optional]
        self.capitals = Counter(word for (start, _), word in self._placed() if text[start].isupper())

    def _placed(self) -> Iterable[tuple[Span, str]]:
        return zip(self.words.spans, self.words.folded, strict=True)

    def _of(self, *kinds: Kind) -> Iterator[tuple[Kind, str]]:
        return ((each.kind, self._text[each.start : each.end]) for each in self._spans if each.kind in kinds)

    def _in_digits(self) -> str:
        """The text with number words as digits, so that "two" may become "2" and never "3"."""
        pieces: list[str] = []
        end = 0
        for match in _number_words(base(self._language)).find_in(self.words):
            pieces += self._text[end : match.span[0]], str(match.value)
            end = match.span[1]
        return "".join(pieces) + self._text[end:]

    def dates(self) -> Counter[Hashable]:
        return Counter(
            dates.read(written, self._language) if kind == "date" else _SPACES.sub("", ascii_digits(written).casefold())
            for kind, written in self._of("date", "time")
        )

    def calendar(self) -> Counter[Hashable]:
        known = dates.calendar_words(self._language)
        return Counter(known[word] for word in self.words.folded if word in known)

    def counted(self) -> Counter[Hashable]:
        """Each number with the word or sign behind it: "30 days" is not "30 weeks"."""
        found: Counter[Hashable] = Counter()
        for number in self._numbers:
            following = _COUNTED.match(self.in_digits, number.span[1])
            found[number.spelling, following[1].casefold() if following else ""] += 1
        return found

    def money(self) -> Counter[Hashable]:
        return Counter(_AMOUNT.sub("", written).casefold() for _, written in self._of("currency"))

    def contacts(self) -> Counter[Hashable]:
        return Counter(
            _ORDERED.sub("", ascii_digits(written)) if kind == "phone" else written
            for kind, written in self._of("url", "email", "phone", "code")
        )

    def names(self) -> Counter[str]:
        inside = [each.span for each in self._spans if each.kind in {"name", "abbreviation"}]
        return Counter(
            word
            for (start, _), word in (self._placed() if inside else ())
            if self._text[start].isupper() and any(first <= start < last for first, last in inside)
        )
