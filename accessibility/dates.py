"""Dates as people write them in a language: "5 de marzo de 2026", "2026-03-05", "5 मार्च 2026". CLDR names the months.

Calendars are never converted: the day, month and year of a date are those that stand there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from accessibility.lexicon import cldr, lexicon
from accessibility.numbers import ascii_digits
from accessibility.phrases import alternation
from locales.months import spelled
from locales.tags import LanguageTag, base

_YEAR = r"[12][0-9]{3}"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_SPACE = r"[ \u00a0\u202f\t\n]"
# What may stand behind the day in any language: 1.º, 1st, 1er, 1.
_ORDINAL = r"(?:\.?[ºª]|st|nd|rd|th|er|\.)?"

_NUMERIC = (
    rf"(?<![/.-])(?:(?P<y1>{_YEAR})(?P<s1>[-/.])(?P<m1>[01]?[0-9])(?P=s1)(?P<d1>{_DAY})"
    rf"|(?P<a>{_DAY})(?P<s2>[-/.])(?P<b>[0-3]?[0-9])(?P=s2)(?P<y2>{_YEAR}|(?<![.])[0-9]{{2}}))(?![\w/-]|[.,]?[0-9])"
)
_EAST_ASIAN = (
    rf"(?P<y3>{_YEAR}){_SPACE}?[年년]{_SPACE}?(?P<m3>1[0-2]|0?[1-9]){_SPACE}?[月월]"
    rf"(?:{_SPACE}?(?P<d3>{_DAY}){_SPACE}?[日일])?"
)
_ENDS = re.compile(r"\Z|\s*[^\w\s]")
_YEARS = range(1800, 2200)  # of the calendar that HTML means; Hijri, Persian and Buddhist years lie outside
# Years of the Ethiopic and Nepalese calendars look like those of another decade.
_OTHER_CALENDARS = frozenset({"am", "ckb", "fa", "ne", "om", "ps", "th", "ti"})
_EAST_ASIAN_YEAR = re.compile("[年년]")


@dataclass(frozen=True, slots=True)
class Date:
    """What a date says; None for a part it does not say. `ambiguous`: day and month could change places."""

    year: int | None
    month: int
    day: int | None
    ambiguous: bool = False


def find(text: str, tag: LanguageTag) -> Iterator[re.Match[str]]:
    """What may be dates in a text whose digits are ASCII digits."""
    everywhere, elsewhere, _ = _calendar(tag)
    return (everywhere if _EAST_ASIAN_YEAR.search(text) else elsewhere).finditer(text)


def read(text: str, tag: LanguageTag) -> Date | None:
    """What a found date says; None where the numbers are no date ("45/13/2026")."""
    found, _, months = _calendar(tag)
    match = found.fullmatch(ascii_digits(text))
    if match is None:
        return None
    if match["a"]:
        return _numeric(int(match["a"]), int(match["b"]), _full_year(match["y2"]), tag)
    groups = match.groupdict()
    year, day = (next((groups[f"{part}{n}"] for n in "1345" if groups.get(f"{part}{n}")), None) for part in "yd")
    named = next((groups[name] for name in ("n4", "n5") if groups.get(name)), None)
    month = months[named.casefold()] if named else int(match["m1"] or match["m3"])
    if not 1 <= month <= 12:
        return None
    return Date(int(year) if year else None, month, int(day) if day else None)


def machine_readable(text: str, tag: LanguageTag) -> Iterator[tuple[int, int, str]]:
    """The dates of a text that name a year and leave no doubt, as start, end and what HTML's `datetime` says of them:
    "2027-03-05", or "2027-03" where no day is named."""
    if base(tag) in _OTHER_CALENDARS:
        return
    for match in find(ascii_digits(text), tag):
        said = read(match[0], tag)
        if not (said and said.year) or said.year not in _YEARS or said.ambiguous or _in_doubt(match):
            continue
        if written := _iso(said.year, said.month, said.day):
            yield *match.span(), written


def _in_doubt(match: re.Match[str]) -> bool:
    """Two digits are a year of either century, and a number behind a month may count what follows: "en marzo 2000
    personas"."""
    parts = match.groupdict()
    if parts["y2"]:
        return len(parts["y2"]) < 4
    if not parts.get("n5") or parts["d5"] or not parts["y5"]:
        return False
    bare = not any(map(str.isalpha, match.string[match.end("n5") : match.start("y5")]))
    return bare and not _ENDS.match(match.string, match.end())


def _iso(year: int, month: int, day: int | None) -> str:
    try:
        return date(year, month, day or 1).isoformat()[: 10 if day else 7]
    except ValueError:
        return ""


def _numeric(first: int, second: int, year: int, tag: LanguageTag) -> Date | None:
    if first <= 12 and 1 <= second <= 12:
        month_first = _month_first(tag)
        day, month = (second, first) if month_first else (first, second)
        return Date(year, month, day, ambiguous=first != second and (tag == "en" or month_first))
    day, month = max(first, second), min(first, second)
    return Date(year, month, day) if 1 <= month <= 12 and day <= 31 else None


def _full_year(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


@lru_cache(maxsize=64)
def _month_first(tag: LanguageTag) -> bool:
    locale = cldr(tag)
    short = locale.date_formats["short"].pattern if locale else "d/M"
    return short.find("M") < short.find("d") and not short.startswith("y")


@lru_cache(maxsize=64)
def _calendar(tag: LanguageTag) -> tuple[re.Pattern[str], re.Pattern[str], Mapping[str, int]]:
    """The pattern of a language, the same without East Asian dates, and its month names, folded, with their numbers."""
    months = spelled(tag)
    alternatives = [_NUMERIC]
    if months:
        links = alternation(lexicon(tag).date_links).replace("'", "['’]")
        gap = rf"(?:{_SPACE}{{1,2}}(?:(?:{links}){_SPACE}?)?|{_SPACE}?[-,]{_SPACE}?)" if links else rf"{_SPACE}{{1,2}}"
        days = alternation(_spellings(_weekdays(tag)))
        weekday = rf"(?:(?:{days})[,،]?{_SPACE}{{1,2}})?" if days else ""
        month = alternation(_spellings(months))
        day_first = (
            rf"(?<![/.,-]){weekday}(?P<d4>{_DAY}){_ORDINAL}(?:{gap}|{_SPACE})(?P<n4>{month})(?!\w)"
            rf"(?:\.?,?(?:{gap}|{_SPACE})(?P<y4>{_YEAR})(?![\w]))?"
        )
        month_first = (
            rf"{weekday}(?P<n5>{month})\.?(?!\w)(?:{_SPACE}(?P<d5>{_DAY}){_ORDINAL}(?![\w:]|[.,]?[0-9]))?"
            rf"(?:,?(?:{gap}|{_SPACE})(?P<y5>{_YEAR})(?!\w))?(?<=[0-9ºª,])"
        )
        alternatives += [day_first, month_first]
    # One look back for all of them: most places of a text are inside a word.
    western = rf"(?<!\w)(?:{'|'.join(alternatives)})"
    folded = {name.casefold(): number for name, number in months.items()}
    return re.compile(f"{western}|{_EAST_ASIAN}"), re.compile(western), folded


def _spellings(names: Iterable[str]) -> set[str]:
    """As CLDR writes them, and at the start of a sentence or a heading. Never in lower case where CLDR has a capital:
    "5 may apply" is no date."""
    return {spelling for name in names for spelling in (name, name[:1].upper() + name[1:], name.upper())}


def _weekdays(tag: LanguageTag) -> tuple[str, ...]:
    locale = cldr(tag)
    return tuple(locale.days["format"]["wide"].values()) if locale else ()


@lru_cache(maxsize=64)
def calendar_words(tag: LanguageTag) -> Mapping[str, str]:
    """Month and weekday names, folded: what is never a name of a person or place, and never to be changed."""
    months = {name.casefold(): f"month {number}" for name, number in spelled(tag).items() if len(name) > 3}
    weekdays = {name.casefold(): f"weekday {number}" for number, name in enumerate(_weekdays(tag))}
    # "segunda-feira" is two words to who reads words, and "segunda" alone is Monday too.
    return months | {name.partition("-")[0]: number for name, number in weekdays.items()} | weekdays
