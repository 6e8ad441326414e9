"""How a written number can be read: as a value, and where the spelling allows it, as several.

A reading is a tuple of values: "1.234" reads as 1234 or as 1.234, "9.30" as 9.3 or as 9 and 30. Values stay strings of
digits: nothing overflows, and a code such as "007" keeps its zeros.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

Reading = tuple[str, ...]

FRACTIONS = "¼-¾⅐-⅞↉"  # as a character class, like the next
ETHIOPIC = "፩-፼"
SEPARATORS = re.compile(r"[ .,'٫٬:h]")

_GROUPING = frozenset(" .,'٬")
_DECIMAL = frozenset(".,'٫")  # the apostrophe too: "1'80 m" is how Spanish is often written by hand
_ETHIOPIC_DIGIT = re.compile(f"[{ETHIOPIC}]")


def readings(spelling: str) -> list[Reading]:
    """Every reading of a number in ASCII digits with `SEPARATORS` and a fraction sign, or in Ethiopic numerals."""
    if _ETHIOPIC_DIGIT.match(spelling):
        return [(_ethiopic(spelling),)]
    if not spelling[-1].isdecimal():
        return _with_fraction(spelling[:-1], spelling[-1])
    parts, marks = SEPARATORS.split(spelling), SEPARATORS.findall(spelling)
    if not marks:
        return [(spelling,)]
    found: list[Reading] = [(value,) for value in _values(parts, marks)]
    if " " in marks:
        found.append(tuple(value for piece in spelling.split(" ") for value in readings(piece)[0]))
    elif not found or _is_time(parts, marks):
        pieces = [tuple(parts)]
        if marks[0] in ":h" and set(parts[1:]) == {"00"}:
            pieces.append((parts[0],))  # 7:00 is seven o'clock, as 7.00 is 7
        found.extend((*pieces, *without_leading_zeros(pieces)))
    return found


def without_leading_zeros(spelled: Iterable[Reading]) -> Iterator[Reading]:
    """The day 05 as 5, where that differs; longer codes keep their zeros."""
    for reading in spelled:
        short = tuple(value[1:] if len(value) == 2 and value[0] == "0" else value for value in reading)
        if short != reading:
            yield short


def _values(parts: Sequence[str], marks: Sequence[str]) -> Iterator[str]:
    if _are_groups(parts, marks):
        yield "".join(parts)
    *before, last = marks
    if last in _DECIMAL and (not before or (last not in before and _are_groups(parts[:-1], before))):
        whole, fraction = "".join(parts[:-1]).lstrip("0") or "0", parts[-1]
        # Where the mark may be a thousands mark zeros count: "15.000" is never 15, nor "18.3080" the same as 18.308.
        if whole == "0" or len(fraction) < 3:
            fraction = fraction.rstrip("0")
        yield f"{whole}.{fraction}" if fraction else whole


def _are_groups(parts: Sequence[str], marks: Sequence[str]) -> bool:
    """Whether this is a whole number in groups: by thousands, or 1,00,000 as India writes it."""
    first, *middle, last = parts
    if first.startswith("0") or len(first) > 3 or len(last) != 3 or len(set(marks)) > 1 or marks[0] not in _GROUPING:
        return False
    return all(len(part) == 3 for part in middle) or (len(first) < 3 and all(len(part) == 2 for part in middle))


def _is_time(parts: Sequence[str], marks: Sequence[str]) -> bool:
    return len(parts) == 2 and marks[0] == "." and len(parts[0]) <= 2 and len(parts[1]) == 2 and parts[1] < "60"


def _with_fraction(whole: str, sign: str) -> list[Reading]:
    """ "1½" as 1.5, and as 1, 1 and 2, for it may come back as "1 1/2"."""
    fraction = f"{unicodedata.numeric(sign):.6f}".removeprefix("0.").rstrip("0")
    spelled = unicodedata.normalize("NFKC", sign).split("\u2044")
    return [(f"{whole.lstrip('0') or '0'}.{fraction}",), tuple(part for part in (whole, *spelled) if part)]


def _ethiopic(spelling: str) -> str:
    """Ethiopic numerals have no zero: the signs for 100 and 10,000 multiply what stands before them."""
    total = hundreds = rest = 0
    for character in spelling:
        value = int(unicodedata.numeric(character))
        if value == 100:
            hundreds, rest = hundreds + max(rest, 1) * 100, 0
        elif value == 10_000:
            total, hundreds, rest = max(total + hundreds + rest, 1) * 10_000, 0, 0
        else:
            rest += value
    return str(total + hundreds + rest)
