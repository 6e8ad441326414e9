"""Times of day keep the writing of their source: a bus that leaves at 9:30 leaves at 9:30 in every language.

Rule-based Catalan, and models that learned from it, write 9.30, which a reader of the next language takes for a number.
"""

import re
from collections.abc import Callable

_TIME = re.compile(r"(?<![\d:.,/-])(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:/-]|[.,]\d)")


def time_keeper(source: str) -> Callable[[str], str] | None:
    """What puts the times of `source` back where its translation writes them with a full stop; None without a time.
    A number that the source itself writes with a full stop, and a time that stands in the translation, are left
    alone. Time is linear in both texts."""
    dotted = {time.replace(":", "."): time for time in _TIME.findall(source) if time.replace(":", ".") not in source}
    if not dotted:
        return None
    written = re.compile(rf"(?<![\d:.,/-])(?:{'|'.join(map(re.escape, dotted))})(?![\d:/-]|[.,]\d)")
    return lambda translation: written.sub(lambda found: dotted[found[0]], translation)
