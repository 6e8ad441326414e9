"""Times of day stay as their source has them: a bus that leaves at 9:30 leaves at 9:30 in every language, and one that
leaves at 9.30 at 9.30; neither at 9:30 in the evening.

Rule-based Catalan, and models that learned from it, turn the one into the other.
"""

import re
from collections.abc import Callable

from accessibility.findings import Finding, Span

_TIME = re.compile(r"(?<![\d:.,/-])(?:[01]?\d|2[0-4])[:.][0-5]\d(?![\d:/-]|[.,]\d)")
_HALF_MARK = re.compile(r"[0-9][ \u00a0\u202f]?[apAP]\.?[ \u00a0\u202f]?[mM]")
_CLOCK = re.compile("[0-9][:.][0-9]{2}")
_HALF_OF_DAY = re.compile(
    r"(?<![\w:.,])([01]?[0-9])(?:[:.]([0-5][0-9]))?[ \u00a0\u202f]?([ap])\.?[ \u00a0\u202f]?m(?!\w)", re.IGNORECASE
)
_FROM_TILL = re.compile(
    r"(?<![\d:.,/-])((?:[01]?\d|2[0-4])[:.][0-5]\d)(?![\d:/]|[.,]\d)[^\d.!?;,]{1,20}?"
    r"((?:[01]?\d|2[0-4])[:.][0-5]\d)(?![\d:/-]|[.,]\d)"
)
_OTHER = str.maketrans(":.", ".:")


def time_keeper(source: str) -> Callable[[str], str] | None:
    """What puts the times of `source` back where its translation writes them with the other mark; None where nothing
    could be a time. What the source writes in both ways is left alone. Time is linear in both texts."""
    times = {time.translate(_OTHER): time for time in _TIME.findall(source)}
    turned = {other: time for other, time in times.items() if other not in source}
    if not turned:
        return None
    written = re.compile(rf"(?<![\d:.,/-])(?:{'|'.join(map(re.escape, turned))})(?![\d:/-]|[.,]\d)")
    return lambda translation: written.sub(lambda found: turned[found[0]], translation)


def mismatches(source: str, target: str) -> tuple[Finding, ...]:
    """A finding per time of the source that the target has in the other half of the day ("9 p.m." as "9 a.m."), and per
    pair of times that change places ("de 9:00 a 14:00" as "14:00 - 9:00"). Both are texts in ASCII digits without links
    and addresses; that the digits are the same is the numbers' matter. Time is linear."""
    found: list[Finding] = []
    if _HALF_MARK.search(source):
        written, given = _halves(source), _halves(target)
        found += [_finding(span) for time, span in written.items() if time not in given and _other_half(time) in given]
    if _CLOCK.search(source) and (ours := _spans(source)):
        theirs = _spans(target)
        found += [_finding(span) for pair, span in ours.items() if pair not in theirs and pair[::-1] in theirs]
    return tuple(found)


def _finding(span: Span) -> Finding:
    return Finding("time_mismatch", "high", span)


_Half = tuple[int, int, str]


def _halves(text: str) -> dict[_Half, Span]:
    return {
        (int(found[1]), int(found[2] or 0), found[3].lower()): found.span() for found in _HALF_OF_DAY.finditer(text)
    }


def _other_half(time: _Half) -> _Half:
    hours, minutes, half = time
    return hours, minutes, "p" if half == "a" else "a"


def _spans(text: str) -> dict[tuple[str, ...], Span]:
    """From when till when: two times with a few letters between them."""
    found = {}
    for one in _FROM_TILL.finditer(text):
        times = tuple(one[group].replace(".", ":").removeprefix("0") for group in (1, 2))
        found[times] = one.span()
    return found
