"""Times of day stay as their source has them: a bus that leaves at 9:30 leaves at 9:30 in every language, and one that
leaves at 9.30 at 9.30; neither at 9:30 in the evening.

Rule-based Catalan, and models that learned from it, turn the one into the other.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

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
_HOUR_MARK = re.compile(r"[ \u00a0\u202f]?(?:h|hs|hrs?|hor[ae]s?|heures?|uhr|[ap]\.?[ \u00a0\u202f]?m)(?!\w)", re.I)
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
    found = _turned(_halves(source), _halves(target)) if _HALF_MARK.search(source) else []
    if _CLOCK.search(source) and (ours := _spans(source)):
        theirs = _spans(target)
        for pair, span in ours.items():
            other = theirs.get(pair[::-1])
            if other and pair not in theirs and (_on_the_clock(source, span) or _on_the_clock(target, other)):
                found.append(span)
    return tuple(Finding("time_mismatch", "high", span) for span in found)


_Half = tuple[int, int, str]


def _turned(ours: Mapping[_Half, Sequence[Span]], theirs: Mapping[_Half, Sequence[Span]]) -> list[Span]:
    """The last place of each time that stands there in the other half alone, and oftener than here: "9 to 9 p.m." says
    what "9 a.m. to 9 p.m." says."""
    found = []
    for time, spans in ours.items():
        other = _other_half(time)
        if time not in theirs and len(theirs.get(other, ())) > len(ours.get(other, ())):
            found.append(spans[-1])
    return found


def _halves(text: str) -> Mapping[_Half, Sequence[Span]]:
    found: defaultdict[_Half, list[Span]] = defaultdict(list)
    for one in _HALF_OF_DAY.finditer(text):
        found[int(one[1]), int(one[2] or 0), one[3].lower()].append(one.span())
    return found


def _other_half(time: _Half) -> _Half:
    hours, minutes, half = time
    return hours, minutes, "p" if half == "a" else "a"


def _on_the_clock(text: str, span: Span) -> bool:
    """Whether these are hours: "10.30 - 9.30" may be prices."""
    start, end = span
    return ":" in text[start:end] or any(_HOUR_MARK.match(text, at.end()) for at in _CLOCK.finditer(text, start, end))


def _spans(text: str) -> dict[tuple[str, ...], Span]:
    """From when till when: two times with a few letters between them."""
    found = {}
    for one in _FROM_TILL.finditer(text):
        times = tuple(one[group].replace(".", ":").removeprefix("0") for group in (1, 2))
        found[times] = one.span()
    return found
