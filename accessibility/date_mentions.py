"""Dates of a translation against those of its source, in whatever language either is: "3 de març de 2027" is "March 3,
2027" and "2027-03-03", but neither 3 May nor 5 March, and 12/03 never turns into 03/12.

The names of the months in every language with a profile are known at once: nobody need say what language a text is in.
What is written in no way that is known here is no mention and raises no alarm. Years are the numbers' matter.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from accessibility.findings import Finding, Span
from accessibility.matching import unmatched
from accessibility.phrases import WORD
from locales.months import WORDS_ELSEWHERE, anywhere, months
from locales.tags import LanguageTag

_NUMERIC = re.compile(
    r"(?<![\w/.-])([0-9]{1,2})(?:([/.-])([0-9]{1,2})\2(?:[0-9]{4}|[0-9]{2})|/([0-9]{1,2}))(?![\w/-]|[.,]?[0-9])"
)
_ISO = re.compile(r"(?<![\w/.-])[0-9]{4}([-/.])([0-9]{1,2})\1([0-9]{1,2})(?![\w/-]|[.,]?[0-9])")
_EAST_ASIAN = re.compile(r"(?<![0-9])([0-9]{1,2}) ?[月월](?: ?([0-9]{1,2}) ?[日일])?")
_EAST_ASIAN_MONTH = re.compile("[月월]")
_MARKED = re.compile("[0-9][/.-][0-9]")
_DIGIT = re.compile("[0-9]")
_DAY = re.compile(r"(3[01]|[12][0-9]|0?[1-9])(?:[^\W\d_]{1,4})?")
# "mai 1 000" is "more than a thousand" in Occitan, and "March 3, 2027" is a date.
_MORE_DIGITS = re.compile(r"(?:[ \u00a0\u202f][0-9]{3}|[.,][0-9]{1,3})(?![0-9])|:[0-9]{2}")
_PART_OF_NUMBER = re.compile(r"[0-9][.,:]\Z")
_APOSTROPHE = re.compile("['’]")
# What may stand between the day and its month: "3rd of March", "1.º de mayo", "3 d’abril".
_SMALL_WORDS = "a d da de del der di dia do du día er nd of rd st ta th the º ª"
_BETWEEN = frozenset(_SMALL_WORDS.split())
_GAP = re.compile(r"[ \u00a0\u202f\n.º°ª’'-]{1,3}")
_GAP_AFTER = re.compile(r"[ \u00a0\u202f\n.,-]{1,2}(?:the )?")
_YEAR_BEHIND = re.compile(r"[ \u00a0\u202f.,]{1,2}(?:de )?(?:1[89]|2[01])[0-9]{2}(?![0-9])")
# A number that may be a day of a list; the month and the day of "2027-03-05", "5月" and "10:30" are not.
_BARE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.,:])(?<![0-9]{4}[/.-])(?:3[01]|[12][0-9]|0?[1-9])(?![0-9]|[.,:][0-9]| ?[月월])"
)
_LONGEST_LINK = 24  # code points between two days of a list: "3 y el martes 5 de mayo"
_LINK_WORDS = 3
_LINK_LETTERS = 9
_LINK_ENDS = re.compile(r"[0-9;:!?()\n]")
_FEWEST_LETTERS = 4  # of a month without a day
_MONTHS = range(1, 13)
_MOST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A date as it is written: `day` is None where a month stands alone; `pair` are the numbers of a date that does not
    say which of them is the month; `whole` whether a year stands with them; `sure` is False where the name of the month
    may be another word."""

    span: Span
    day: int | None = None
    months: frozenset[int] = frozenset()
    pair: tuple[int, int] | None = None
    whole: bool = True
    sure: bool = True

    def exact(self) -> list[Hashable]:
        return [("pair", *self.pair)] if self.pair else [(self.day, month) for month in self.months]

    def either_way(self) -> list[Hashable]:
        return [self.pair, self.pair[::-1]] if self.pair else self.exact()


def mismatches(source: str, target: str, tag: LanguageTag) -> tuple[Finding, ...] | None:
    """A finding per date of the source that is another in the target; None where the target's cannot be told. Both are
    texts in ASCII digits without links and addresses; time is linear. That 12/03 turns into 03/12 is no more than
    worth a look without a year: a language may write the month first."""
    ours = mentions(source)
    if not ours:
        return ()
    theirs = mentions(target)
    missing, added = unmatched(ours, theirs, Mention.exact)
    if not missing:
        return ()
    missing, added = _across(missing, added)
    missing, added = _unlisted(missing, target, theirs), _unlisted(added, source, ours)
    missing, added = _likely(missing, added), _likely(added, missing)
    missing, added = _unsaid(missing, theirs), _unsaid(added, ours)
    turned = {each.pair[::-1] for each in added if each.pair}
    replaced = any(each.whole for each in added)
    changed = [each for each in missing if each.whole and replaced]
    if changed:
        return tuple(Finding("date_mismatch", "high", each.span) for each in sorted(changed, key=lambda one: one.span))
    if not (theirs or months(tag)) and any(each.months for each in ours):
        return None
    return tuple(Finding("date_mismatch", "medium", each.span) for each in missing if each.day or each.pair in turned)


def _unlisted(mentions: Sequence[Mention], other: str, others: Sequence[Mention]) -> list[Mention]:
    """Those whose day stands in no list or range of the same month on the other side: "del 3 al 5 de mayo" is "from
    May 3 to 5", and only the day next to the month is seen."""
    if not mentions:
        return []
    listed = _listed(other, others)
    return [each for each in mentions if listed.isdisjoint(each.either_way())]


def _listed(text: str, mentions: Iterable[Mention]) -> frozenset[Hashable]:
    """Each day with each month of its list, of all lists of a text with two or more days."""
    lists: dict[int, list[int]] = {}
    last: re.Match[str] | None = None
    for number in _BARE.finditer(text):
        days = lists[last.start()] if last and _linked(text[last.end() : number.start()]) else []
        days.append(int(number[0]))
        lists[number.start()] = days
        last = number
    return frozenset(
        (day, month)
        for each in mentions
        for place in range(*each.span)
        for day in lists.get(place, ())
        for month in each.months
        if len(lists[place]) > 1
    )


def _linked(gap: str) -> bool:
    """Whether only a mark or a few short words stand between two days, and no month: ", ", " y el ", "日から"."""
    if len(gap) > _LONGEST_LINK or not gap.strip() or _LINK_ENDS.search(gap):
        return False
    words = WORD.findall(gap)
    return (
        len(words) <= _LINK_WORDS
        and all(len(word) <= _LINK_LETTERS for word in words)
        and anywhere().keys().isdisjoint(words)
    )


def _likely(mentions: Sequence[Mention], others: Sequence[Mention]) -> list[Mention]:
    """Those that are dates beyond doubt, or share their day or month with one that is left on the other side."""
    days = {day for each in others for day in each.pair or (each.day,)}
    named = {month for each in others for month in each.months}
    return [each for each in mentions if each.sure or each.day in days or not named.isdisjoint(each.months)]


def _unsaid(mentions: Sequence[Mention], others: Sequence[Mention]) -> list[Mention]:
    """Those whose month the other side names neither alone, with the day in words ("el set d'octubre"), nor, where it
    is a month without a day, at all."""
    alone = {month for each in others if each.day is None for month in each.months}
    named = {month for each in others for month in each.months}
    return [each for each in mentions if each.months.isdisjoint(alone if each.day else named)]


def _across(missing: Sequence[Mention], added: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    """What is left after numbers took written dates, "12/03/2027" the 12th of March, and months alone took dates in
    which no day was seen on the other side."""
    bare, full = [each for each in missing if each.pair], [each for each in missing if not each.pair]
    their_bare, theirs = [each for each in added if each.pair], [each for each in added if not each.pair]
    bare, theirs = unmatched(bare, theirs, Mention.either_way)
    full, their_bare = unmatched(full, their_bare, Mention.either_way)
    return bare + full, their_bare + theirs


def mentions(text: str) -> list[Mention]:
    """The dates of a text in ASCII digits, in order."""
    if not _DIGIT.search(text):
        return _alone(text)
    found: list[Mention] = []
    if _MARKED.search(text):
        found += _in_numbers(text)
    if _EAST_ASIAN_MONTH.search(text):
        found += _east_asian(text)
    return sorted((*found, *_written(text)), key=lambda each: each.span)


def _alone(text: str) -> list[Mention]:
    # Most texts name no month, and to see that costs next to nothing.
    if _with_marks().isdisjoint(_APOSTROPHE.sub(" ", text).split()):
        return []
    return list(_written(text))


@cache
def _with_marks() -> frozenset[str]:
    names = [name for name in anywhere() if len(name) >= _FEWEST_LETTERS]
    return frozenset(name + mark for name in names for mark in ("", ",", ".", ";", ":", "?", "!", ")"))


def _in_numbers(text: str) -> Iterator[Mention]:
    for found in _NUMERIC.finditer(text):
        pair = int(found[1]), int(found[3] or found[4])
        if max(pair) <= 31 and min(pair) in _MONTHS:
            yield Mention(found.span(), pair=pair, whole=found[3] is not None)
    for found in _ISO.finditer(text):
        if int(found[2]) in _MONTHS:
            yield Mention(found.span(), int(found[3]), frozenset([int(found[2])]))


def _east_asian(text: str) -> Iterator[Mention]:
    for found in _EAST_ASIAN.finditer(text):
        if int(found[1]) in _MONTHS:
            yield Mention(found.span(), int(found[2]) if found[2] else None, frozenset([int(found[1])]))


def _written(text: str) -> Iterator[Mention]:
    words = list(WORD.finditer(text))
    for place, word in enumerate(words):
        named = anywhere().get(word[0])
        if named is None:
            continue
        other = _day_before(text, words, place) or _day_after(text, words, place)
        if other:
            span = min(word.start(), other.start()), max(word.end(), other.end())
            yield Mention(span, _day_of(text, other), named, sure=_is_sure(text, words[place - 1], word, other))
        elif len(word[0]) >= _FEWEST_LETTERS:
            yield Mention(word.span(), None, named, sure=word[0].casefold() not in WORDS_ELSEWHERE)


def _is_sure(text: str, before: re.Match[str], name: re.Match[str], day: re.Match[str]) -> bool:
    """Whether the name of the month is one: no word elsewhere, or linked to its day ("3 de mai", "1er mai"), or before
    a year."""
    if name[0].casefold() not in WORDS_ELSEWHERE:
        return True
    linked = day.start() < name.start() and (day is not before or not day[0].isdecimal())
    return linked or _YEAR_BEHIND.match(text, max(name.end(), day.end())) is not None


def _day_before(text: str, words: Sequence[re.Match[str]], place: int) -> re.Match[str] | None:
    right = words[place]
    for back in range(1, _MOST_WORDS + 2):
        if place < back:
            return None
        left = words[place - back]
        if not _GAP.fullmatch(text, left.end(), right.start()):
            return None
        if _day_of(text, left):
            return left
        if left[0].casefold() not in _BETWEEN:
            return None
        right = left
    return None


def _day_after(text: str, words: Sequence[re.Match[str]], place: int) -> re.Match[str] | None:
    if place + 1 == len(words):
        return None
    right = words[place + 1]
    if right[0] == "the" and place + 2 < len(words) and not words[place + 2][0].isdecimal():  # "May the 3rd"
        right = words[place + 2]
    if not _GAP_AFTER.fullmatch(text, words[place].end(), right.start()) or _MORE_DIGITS.match(text, right.end()):
        return None
    return right if _day_of(text, right) else None


def _day_of(text: str, word: re.Match[str]) -> int | None:
    found = _DAY.fullmatch(word[0])
    if not found or _PART_OF_NUMBER.search(text, max(0, word.start() - 2), word.start()):
        return None
    return int(found[1])
