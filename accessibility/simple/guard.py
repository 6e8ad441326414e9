"""The meaning guard of simplification: what a sentence says must still be said, or the original sentence stays.

Compared, sentence by sentence, in one language: numbers (digits of every script and number words), their order and what
they count, dates, weekdays and months, times, money, telephones, addresses, codes, negation, limits ("at least"), time
relations ("before"), obligation, permission, recommendation, conditions, alternatives, names. Equal texts are never
flagged. It compares words, not understanding: a passing sentence may still be badly simplified.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeVar

from accessibility import dates, spellout
from accessibility.numbers import ascii_digits, mismatches
from accessibility.numbers import find as numbers_in
from accessibility.phrases import WORD, PhraseTable, words
from accessibility.simple.cues import categories, cues
from accessibility.simple.profile import CUES, profile
from accessibility.spans import TypedSpan, find
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
_CONTACTS = frozenset({"url", "email", "phone", "code"})


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


def compare(before: str, after: str, language: LanguageTag) -> tuple[Flag, ...]:
    """What the second text says differently; empty for equal texts."""
    if before == after:
        return ()
    old, new = find(before, language), find(after, language)
    wrong = [check for check, differs in _differences(before, after, old, new, language) if differs]
    wrong += sorted({category for category, _ in _changed(cues(before, language), cues(after, language))})
    return tuple(Flag(check, "block" if check in BLOCKING else "flag") for check in dict.fromkeys(wrong))


def passes(flags: Iterable[Flag], mode: Mode) -> bool:
    """Whether a changed sentence may stand."""
    flags = tuple(flags)
    return not flags if mode == "strict" else all(flag.effect != "block" for flag in flags)


def _differences(
    before: str, after: str, old: tuple[TypedSpan, ...], new: tuple[TypedSpan, ...], language: LanguageTag
) -> Iterable[tuple[str, bool]]:
    first, second = _in_digits(before, language), _in_digits(after, language)
    yield "numbers", bool(mismatches(first, second)) or _order(first) != _order(second)
    yield (
        "dates",
        bool(
            _changed(_dates(before, old, language), _dates(after, new, language))
            or _changed(_calendar(before, language), _calendar(after, language))
        ),
    )
    yield (
        "units",
        bool(_changed(_counted(first), _counted(second)) or _changed(_money(before, old), _money(after, new))),
    )
    yield "contacts", bool(_changed(_contacts(before, old), _contacts(after, new)))
    yield "names", _names_differ(before, after, old, new)
    length = len(WORD.findall(before))
    yield "content", length >= _CONTENT_WORDS and len(WORD.findall(after)) < _FEWEST_CONTENT * length


def _changed(before: Counter[Item], after: Counter[Item]) -> list[Item]:
    return [*(before - after), *(after - before)]


def _in_digits(text: str, language: LanguageTag) -> str:
    """The text with number words as digits, so that "two" may become "2" and never "3"."""
    pieces: list[str] = []
    end = 0
    for match in _number_words(base(language)).find(text):
        pieces += text[end : match.span[0]], str(match.value)
        end = match.span[1]
    return "".join(pieces) + text[end:]


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


def _order(text: str) -> list[str]:
    return [re.sub(r"\D", "", number.spelling).lstrip("0") for number in numbers_in(text) if not number.optional]


def _dates(text: str, spans: tuple[TypedSpan, ...], language: LanguageTag) -> Counter[Hashable]:
    return Counter(
        dates.read(text[span.start : span.end], language)
        if span.kind == "date"
        else re.sub(r"\s", "", ascii_digits(text[span.start : span.end]).casefold())
        for span in spans
        if span.kind in {"date", "time"}
    )


def _calendar(text: str, language: LanguageTag) -> Counter[Hashable]:
    known = dates.calendar_words(language)
    return Counter(known[word.folded] for word in words(text) if word.folded in known)


def _counted(text: str) -> Counter[Hashable]:
    """Each number with the word or sign behind it: "30 days" is not "30 weeks"."""
    found: Counter[Hashable] = Counter()
    for number in numbers_in(text):
        following = re.compile(r"[ \u00a0\u202f]?(%|‰|°|[^\W\d_]++)").match(text, number.span[1])
        found[number.spelling, following[1].casefold() if following else ""] += 1
    return found


def _money(text: str, spans: tuple[TypedSpan, ...]) -> Counter[Hashable]:
    return Counter(
        re.sub(r"[\s\d.,]", "", text[span.start : span.end]).casefold() for span in spans if span.kind == "currency"
    )


def _contacts(text: str, spans: tuple[TypedSpan, ...]) -> Counter[Hashable]:
    return Counter(
        re.sub(r"\D", "", ascii_digits(text[span.start : span.end]))
        if span.kind == "phone"
        else text[span.start : span.end]
        for span in spans
        if span.kind in _CONTACTS
    )


def _names_differ(before: str, after: str, old: tuple[TypedSpan, ...], new: tuple[TypedSpan, ...]) -> bool:
    """A name that is gone, or one that was not there. A name that now opens a sentence is still there."""
    return bool(_names(before, old) - _capitals(after) or _names(after, new) - _capitals(before))


def _names(text: str, spans: tuple[TypedSpan, ...]) -> Counter[str]:
    inside = [range(span.start, span.end) for span in spans if span.kind in {"name", "abbreviation"}]
    return Counter(
        word.folded
        for word in (words(text) if inside else ())
        if text[word.span[0]].isupper() and any(word.span[0] in each for each in inside)
    )


def _capitals(text: str) -> Counter[str]:
    return Counter(word.folded for word in words(text) if text[word.span[0]].isupper())
