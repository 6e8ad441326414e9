"""Times of day keep the writing of their source: a bus that leaves at 9:30 leaves at 9:30 in every language, and one
that leaves at 9.30 at 9.30.

Rule-based Catalan, and models that learned from it, turn the one into the other.
"""

import re
from collections.abc import Callable

_TIME = re.compile(r"(?<![\d:.,/-])(?:[01]?\d|2[0-4])[:.][0-5]\d(?![\d:/-]|[.,]\d)")
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
