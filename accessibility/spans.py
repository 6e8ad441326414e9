"""Typed spans: the places of a text that must stay right, each with what it is; in order and never overlapping.

Addresses first, then dates, codes, telephones, money, times, other numbers, abbreviations and names. Digits of every
script count. Scripts without capital letters have no names here, and languages without a lexicon (`lexicons/`) know
telephones only by "+" and dates and money only as CLDR names them. Time is linear in the text.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from operator import attrgetter
from typing import Literal, NamedTuple

from accessibility import codes, dates
from accessibility.findings import Span
from accessibility.numbers import Number, ascii_digits, chains
from accessibility.phrases import WORD
from accessibility.shapes import Shapes
from accessibility.shapes import shapes as shapes_of
from accessibility.verbatim import FILLER, take_apart
from locales.tags import LanguageTag, base

Kind = Literal["number", "date", "time", "currency", "phone", "url", "email", "code", "abbreviation", "name"]

_PHONE_DIGITS = range(7, 16)  # E.164 allows fifteen
_SHORT_PHONE_DIGITS = range(3, 16)  # behind a word that announces a telephone: 112, 016, 1800 123
_CUE_REACH = 24

_DIGIT = re.compile(r"[0-9]")
_CLOCK = re.compile(r"([0-9]{1,2})(?:([:h.])([0-9]{2})(?::[0-9]{2})?)?")
_STOP = re.compile(r"\.\s")
_LINE = re.compile(r"[^\n]+")
_ROMAN = re.compile(r"[IVXLCDM]+")

# Where nouns are capitalised a capital says nothing.
_CAPITAL_NOUNS = frozenset({"de", "lb", "nds", "stq", "gsw"})
_SENTENCE_START = re.compile(r"(?:\A|[.!?…:;¿¡«»“”\"(\[\n\u2022•*–—-]|\A[0-9]+[.)])\s*\Z")


class TypedSpan(NamedTuple):
    """What stands where, in code points: `text[start:end]`."""

    kind: Kind
    start: int
    end: int

    @property
    def span(self) -> Span:
        return self.start, self.end


def find(text: str, language: LanguageTag) -> tuple[TypedSpan, ...]:
    """The typed spans of a text in a language, in order."""
    parts = take_apart(text)
    found = [TypedSpan("url", *part.span) for part in parts.links]
    found += [TypedSpan("email", *part.span) for part in parts.emails]
    found += [TypedSpan("code", *part.span) for part in parts.placeholders]
    rest = ascii_digits(parts.rest)
    for step in _STEPS if _DIGIT.search(rest) else _STEPS_WITHOUT_DIGITS:
        if typed := list(step(rest, language)):
            rest = _without(rest, typed)
            found += typed
    return tuple(sorted(found, key=_START))


_START = attrgetter("start")


def _without(rest: str, found: list[TypedSpan]) -> str:
    """As long as before, with filler where something was found."""
    kept: list[str] = []
    end = 0
    for _, start, stop in found:
        kept += rest[end:start], FILLER * (stop - start)
        end = stop
    return "".join(kept) + rest[end:]


def _dates(rest: str, language: LanguageTag) -> Iterator[TypedSpan]:
    for match in dates.find(rest, language):
        if dates.read(match[0], language) is not None:
            yield TypedSpan("date", *match.span())


def _codes(rest: str, _: LanguageTag) -> Iterator[TypedSpan]:
    yield from (TypedSpan("code", *span) for span in codes.find(rest))


def _numeric(rest: str, language: LanguageTag) -> Iterator[TypedSpan]:
    shapes = shapes_of(language)
    end = 0  # behind what was found last: "3 millones de euros" takes more than the number
    for chain in (part for whole in chains(rest) for part in _unbroken(rest, whole)):
        if chain[0].span[0] < end:
            continue
        if span := _phone(rest, chain, shapes):
            yield TypedSpan("phone", *span)
            end = span[1]
            continue
        for number in chain:
            typed = _number(rest, number, shapes, end)
            yield typed
            end = typed.end


def _unbroken(rest: str, chain: list[Number]) -> Iterator[list[Number]]:
    """A full stop and a space end a sentence, never a group of a telephone number."""
    start = 0
    for index, (left, right) in enumerate(pairwise(chain), 1):
        if _STOP.search(rest, left.span[1], right.span[0]):
            yield chain[start:index]
            start = index
    yield chain[start:]


def _phone(rest: str, chain: list[Number], shapes: Shapes) -> Span | None:
    digits = chain[0].digits if len(chain) == 1 else "".join(number.digits for number in chain)
    if len(digits) < _SHORT_PHONE_DIGITS.start:
        return None
    start, end = chain[0].span[0], chain[-1].span[1]
    for opening in ("(", "+", "("):  # "(+34) 971 …", "+(34) …", "(971) …"
        if rest[start - 1 : start] == opening and (opening == "+" or ")" in rest[start:end]):
            start -= 1
    international = "+" in rest[start : start + 2] or (digits.startswith("00") and len(digits) >= 10)
    if international and len(digits) in _PHONE_DIGITS:
        return start, end
    if shapes.national.fullmatch(digits) and not _is_grouped_amount(rest, end, shapes):
        return start, end
    if len(digits) in _SHORT_PHONE_DIGITS and shapes.announces_phone(rest[max(0, start - _CUE_REACH) : start]):
        return start, end
    return None


def _is_grouped_amount(rest: str, end: int, shapes: Shapes) -> bool:
    return shapes.money_after.match(rest, end) is not None


def _number(rest: str, number: Number, shapes: Shapes, end: int) -> TypedSpan:
    start, stop = number.span
    if before := shapes.money_before(rest, max(end, start - 6), start):
        tail = shapes.scale_after.match(rest, stop)
        return TypedSpan("currency", before.start(), tail.end() if tail else stop)
    if after := shapes.money_after.match(rest, stop):
        return TypedSpan("currency", _with_minus(number, end), after.end())
    if time := _time(rest, number, shapes):
        return TypedSpan("time", start, time)
    if (mark := shapes.ordinal_after.match(rest, stop)) and number.spelling.isdecimal():
        return TypedSpan("number", start, mark.end())
    return TypedSpan("number", _with_minus(number, end), stop)


def _with_minus(number: Number, end: int) -> int:
    start = number.span[0]
    return start - 1 if number.spelling[0] == "-" and start > end else start


def _time(rest: str, number: Number, shapes: Shapes) -> int | None:
    """Where a time ends: "9:30", "9h30", and with a word that says so "9.30 horas", "las 9", "9 am"."""
    start, stop = number.span
    hours, mark, minutes = _clock(number.spelling)
    if hours is None or hours > 24 or minutes > 59:
        return None
    unit = shapes.time_unit.match(rest, stop)
    halves = shapes.half_of_day.match(rest, stop)
    if not (mark in (":", "h") or halves or (mark == "." and unit and shapes.bare_times)):
        before = rest[max(0, start - _CUE_REACH) : start]
        if not (unit or shapes.bare_times) or not shapes.announces_time(before):
            return None
    found = halves or unit
    return (shapes.minutes_after.match(rest, found.end()) or found).end() if found else stop


def _clock(spelling: str) -> tuple[int | None, str, int]:
    match = _CLOCK.fullmatch(spelling)
    return (int(match[1]), match[2] or "", int(match[3] or 0)) if match else (None, "", 0)


def _abbreviations(rest: str, language: LanguageTag) -> Iterator[TypedSpan]:
    shapes = shapes_of(language)
    for line in _LINE.finditer(rest):
        shouting = line[0].isupper()  # a heading in capitals holds words, not acronyms
        for match in shapes.abbreviation.finditer(rest, line.start(), line.end()):
            known = match[0] in shapes.known
            if known or not (shouting or _ROMAN.fullmatch(match[0])):
                yield TypedSpan("abbreviation", *match.span())


def _names(rest: str, language: LanguageTag) -> Iterator[TypedSpan]:
    """Words with a capital inside a sentence, with the small words that join them: "Ministerio de Sanidad"."""
    shapes = shapes_of(language)
    if base(language) in _CAPITAL_NOUNS or shapes.lexicon.no_names:
        return
    capitals = [match.span() for match in _CAPITALISED.finditer(rest) if _may_be_name(match[0], shapes)]
    for first, last in _joined(rest, capitals, shapes):
        if first != last or not _SENTENCE_START.search(rest[max(0, first[0] - 8) : first[0]]):
            yield TypedSpan("name", first[0], last[1])


# A capital letter and at least one more letter. The set is that of the bicameral scripts in use.
_CAPITALISED = re.compile(rf"(?<![\w{FILLER}])(?=[A-ZÀ-ÖØ-ÞĀ-ɏΆ-ΫЀ-ЯԱ-ՖḀ-ỿ]){WORD.pattern}(?:['’·-]{WORD.pattern})*+")


def _may_be_name(token: str, shapes: Shapes) -> bool:
    if not token[0].isupper() or len(token) < 2 or not any(map(str.islower, token)):
        return False
    folded = token.casefold()
    return folded not in shapes.lexicon.never_names and folded not in shapes.calendar


def _joined(rest: str, capitals: list[Span], shapes: Shapes) -> Iterator[tuple[Span, Span]]:
    if not capitals:
        return
    first = capitals[0]
    for left, right in pairwise(capitals):
        if not shapes.name_gap.fullmatch(rest, left[1], right[0]):
            yield first, left
            first = right
    yield first, capitals[-1]


_STEPS = (_dates, _codes, _numeric, _abbreviations, _names)
_STEPS_WITHOUT_DIGITS = _STEPS[2:]  # "½" is a number
