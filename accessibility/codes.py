"""Codes: what letters and digits spell together and no language changes: "ES91 2100 …", "12345678Z", "38/2003"."""

import re
from collections.abc import Iterator

from accessibility.findings import Finding, Span

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
_CODE = re.compile(r"(?<![\w/-])[A-Z0-9]++(?:[-/.][A-Z0-9]++)*+(?![\w/-])")
_QUANTITY = re.compile(r"[0-9]{1,4}[A-Z]{1,2}")
_REFERENCE = re.compile(r"[0-9]{1,6}/(?:19|20)[0-9]{2}")
_MARKS = re.compile(r"[^A-Z0-9]+")
# No code without: a digit beside a capital or a mark, or an act with its year.
_MAY_HOLD = re.compile(r"[0-9][-/.]?[A-Z]|[A-Z][-/.]?[0-9]|/(?:19|20)[0-9]{2}")


def find(text: str) -> Iterator[Span]:
    """The codes of a text in ASCII digits, in order; of two that overlap, the first and longest. Time is linear."""
    if not _MAY_HOLD.search(text):
        return
    found = [match.span() for match in _IBAN.finditer(text)]
    found += [match.span() for match in _CODE.finditer(text) if _is_code(match[0])]
    end = 0
    for start, stop in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= end:
            yield start, stop
            end = stop


def _is_code(token: str) -> bool:
    if _REFERENCE.fullmatch(token):
        return True
    has_digit = any(map(str.isdecimal, token))
    return has_digit and any(map(str.isalpha, token)) and not _QUANTITY.fullmatch(token)


def mismatches(source: str, target: str) -> tuple[Finding, ...]:
    """A finding per code of the source in whose place the target has another; both in ASCII digits, without links and
    addresses. How a code is grouped is free, and one that is left out altogether is no alarm: where it was a number, it
    is one there."""
    if not _MAY_HOLD.search(source) or source == target:
        return ()
    lost = _unseen(source, target)
    if not lost or not _unseen(target, source):
        return ()
    return tuple(Finding("code_mismatch", "high", span) for span in lost)


def _unseen(text: str, other: str) -> list[Span]:
    """The codes of a text whose letters and digits do not stand in the other in one run, whatever groups them."""
    joined = _joined(other)
    return [span for span in find(text) if _joined(text[slice(*span)]) not in joined]


def _joined(text: str) -> str:
    return _MARKS.sub("", text.upper())
