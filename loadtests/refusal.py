"""The one error of the load test: it cannot run as asked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LoadTestRefused(ValueError):
    """A load test cannot run as asked; the text says why and what to do. Nothing was sent."""


def suggestion(given: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(given, names, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(names)}."
