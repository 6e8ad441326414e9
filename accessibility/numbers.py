"""Numbers of a text, compared by value: in any digit system, however grouped, with either decimal mark.

Order is free and multiplicity counts, so a date survives any order of its parts; that day and month do not change
places `date_mentions` sees.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accessibility.findings import Finding, Severity, Span
from accessibility.matching import unmatched
from accessibility.readings import ETHIOPIC, FRACTIONS, SEPARATORS, Reading, readings, without_leading_zeros

_SPACE = " \u00a0\u2009\u202f"
_MARK = ".,'’·٫٬．，"
ONE_SPELLING = str.maketrans("\u00a0\u2009\u202f’·．，", "   '..,")

# Possessive throughout, and no alternative can fail after a long match: linear on "1.1.1.1…" and "1 234 234 …".
_NUMBER = re.compile(
    r"[0-9]{1,2}(?:[:h][0-9]{2}){1,2}+(?![0-9])"
    r"|(?P<exponent>(?<=[0-9 \u00a0ckdm]m)[23](?![0-9]))"
    rf"|[0-9]{{1,3}}(?:[{_SPACE}][0-9]{{3}}(?![0-9]))++(?:[{_MARK}][0-9]++)*+"
    rf"|[0-9]++(?:[{_MARK}][0-9]++)*+[{FRACTIONS}]?"
    rf"|[{FRACTIONS}]|[{ETHIOPIC}]{{1,12}}"
    r"|(?P<sign>[⁰¹²³⁴-⁹]++|[₀-₉]++|[①-⑨])"
)
# What every match of it begins with.
_OPENS_NUMBER = re.compile(rf"[0-9{FRACTIONS}{ETHIOPIC}⁰¹²³⁴-⁹₀-₉①-⑨]")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
# A dash is a minus after nothing, white space or an opening bracket: not in "COVID-19", "9-14" or "9 -14".
_DASHES = "-−–"
_MINUS = re.compile(rf"(?:^|(?<![0-9])[\s(\[«“\"\u200e\u200f\u061c])[{_DASHES}]\Z")
_PHONE_GAP = re.compile(r"[ \u00a0\u2009\u202f\-–/().]{1,3}")
_PHONE_DIGITS = 7
_DATE_OR_TIME = ":/-–.h"
_SPELLED_OUT = 12


@dataclass(frozen=True, slots=True)
class Number:
    """One written number. `digits` is empty where they cannot be part of a regrouped phone number; an `optional`
    number ("m²", "m2", "①") may be missing on either side, because models rewrite such signs."""

    span: Span
    spelling: str
    digits: str
    dated: bool = False
    optional: bool = False

    def readings(self) -> list[Reading]:
        """The values it can have; beside a date's or a time's separator 05 is 5 as well."""
        minus = "-" if self.spelling[0] == "-" else ""
        found = readings(self.spelling[len(minus) :])
        if self.dated:
            found.extend(without_leading_zeros(found[:]))
        return [(minus + head, *tail) for head, *tail in found]


def mismatches(source: str, target: str) -> tuple[Finding, ...]:
    """A finding per number of the source that the target lost or changed; where none, one for all it made up."""
    missing, added = _differences(source, target)
    # Small whole numbers are often rightly written out ("2" → "dos"), and no word list of a low-resource language is
    # at hand to tell: worth a look, no alarm. With another number in its place it was changed, not written out.
    if missing:
        return tuple(
            Finding("number_mismatch", "high" if added or not _is_small(number) else "medium", number.span)
            for number in missing
        )
    severity: Severity = "medium" if all(map(_is_small, added)) else "high"
    return (Finding("number_mismatch", severity, (0, len(source))),) if added else ()


def supported(source: str, text: str) -> tuple[int, int]:
    """How many of a text's numbers the source holds as often, and how many numbers the text has."""
    written = sum(not number.optional for number in find(text))
    return written - len(_differences(source, text)[1]), written


def ascii_digits(text: str) -> str:
    """The text with every decimal digit as 0 to 9, code point for code point."""
    if text.isascii():
        return text
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def find(text: str) -> list[Number]:
    """Every number of a text, in order."""
    text = ascii_digits(text)
    numbers: list[Number] = []
    # Most places of a text open no number: to look for one that does is ten times as fast as to try them all.
    opening = _OPENS_NUMBER.search(text)
    while opening:
        found = _NUMBER.match(text, opening.start())
        if found:
            numbers.append(_number(text, found))
        opening = _OPENS_NUMBER.search(text, (found or opening).end())
    return numbers


def _number(text: str, found: re.Match[str]) -> Number:
    span = start, end = found.span()
    if found.lastgroup:  # the sign or the exponent, and nothing beside it
        return Number(span, "".join(str(unicodedata.digit(character)) for character in found[0]), "", optional=True)
    spelling = digits = found[0]
    if not spelling.isdecimal():
        spelling = spelling.translate(ONE_SPELLING)
        marks = SEPARATORS.findall(spelling)
        joins = spelling[-1].isdecimal() and (set(marks) <= {" "} or (set(marks) == {"."} and len(marks) > 2))
        digits = SEPARATORS.sub("", spelling) if joins else ""
    if start and text[start - 1] in _DASHES and _MINUS.search(text, max(0, start - 2), start):
        return Number(span, "-" + spelling, "")
    dated = len(spelling) == 2 and spelling[0] == "0" and _touches_date_or_time(text, start, end)
    return Number(span, spelling, digits, dated)


def _touches_date_or_time(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return any(len(edge) == 2 and edge[0].isdecimal() and edge[1] in _DATE_OR_TIME for edge in (before, after[::-1]))


def _is_small(number: Number) -> bool:
    return any(
        len(reading) == 1 and len(reading[0]) <= 2 and reading[0].isdecimal() and int(reading[0]) <= _SPELLED_OUT
        for reading in number.readings()
    )


def _differences(source: str, target: str) -> tuple[list[Number], list[Number]]:
    """Pair off from the surest to the loosest: phone numbers, same spelling, same reading, same pieces."""
    ours, theirs = find(source), find(target)
    if sorted(number.spelling for number in ours) == sorted(number.spelling for number in theirs):
        return [], []
    left = unmatched(_chained(source, ours), _chained(target, theirs), _phone_key)
    missing, added = ([number for chain in side for number in chain] for side in left)
    missing, added = unmatched(missing, added, lambda number: (number.spelling,))
    missing.sort(key=lambda number: (number.optional, len(number.readings())))
    added.sort(key=lambda number: not number.optional)  # pairing takes the last first: required before optional
    missing, added = unmatched(missing, added, Number.readings)
    missing, added = _pieced_together(missing, added)
    added, missing = _pieced_together(added, missing)
    missing.sort(key=lambda number: number.span)
    return [number for number in missing if not number.optional], [n for n in added if not n.optional]


def chains(text: str) -> list[list[Number]]:
    """Numbers in order, those together that could be one phone number: "(+34) 971 17 89 00"."""
    return _chained(text, find(text))


def _chained(text: str, numbers: Iterable[Number]) -> list[list[Number]]:
    found: list[list[Number]] = []
    for number in numbers:
        last = found[-1][-1] if found else None
        if last and last.digits and number.digits and _PHONE_GAP.fullmatch(text, last.span[1], number.span[0]):
            found[-1].append(number)
        else:
            found.append([number])
    return found


def _phone_key(chain: list[Number]) -> tuple[str, ...]:
    digits = "".join(number.digits for number in chain)
    return (digits,) if len(digits) >= _PHONE_DIGITS else ()


def _pieced_together(wholes: list[Number], pieces: list[Number]) -> tuple[list[Number], list[Number]]:
    """What is left after each whole has taken its pieces from the other side: "14.03.2026" from "14/03/2026"."""
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    for index, piece in enumerate(pieces):
        for reading in piece.readings():
            if len(reading) == 1:
                waiting[reading[0]].append(index)
    taken: set[int] = set()

    def take(parts: Reading) -> bool:
        mine: list[tuple[str, int]] = []
        for part in parts:
            indices = waiting.get(part, [])
            while indices and indices[-1] in taken:
                indices.pop()
            if not indices:
                for key, index in mine:
                    waiting[key].append(index)
                    taken.discard(index)
                return False
            mine.append((part, indices.pop()))
            taken.add(mine[-1][1])
        return True

    left = [whole for whole in wholes if not any(take(reading) for reading in whole.readings() if len(reading) > 1)]
    return left, [piece for index, piece in enumerate(pieces) if index not in taken]
