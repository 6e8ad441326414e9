"""A report of the checks in few bytes, so that an engine's judgement travels and is kept with the translation.

Whoever gets one made by other code (a release that is being rolled out) checks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import msgspec

from accessibility.checks import CHECKS, Finding, Outcome, Report, Severity, Span, version

_LETTERS: Mapping[Outcome, str] = {"pass": "p", "fail": "f", "not_available": "n"}
_OUTCOMES: Mapping[str, Outcome] = {letter: outcome for outcome, letter in _LETTERS.items()}


class PackedReport(msgspec.Struct, frozen=True, array_like=True):
    """`outcomes` has a letter for each of CHECKS, `findings` count from the start of the segment."""

    version: str
    outcomes: str
    findings: tuple[tuple[str, Severity, Span | None], ...] = ()


def packed(report: Report) -> PackedReport:
    return PackedReport(
        version(),
        "".join(_LETTERS[report.checks[name]] for name in CHECKS),
        tuple((found.code, found.severity, found.span) for found in report.findings),
    )


def unpacked(report: PackedReport | None) -> Report | None:
    """The report, or None where there is none by our own code."""
    if report is None or report.version != version():
        return None
    return Report(_checks(report.outcomes), tuple(Finding(*found) for found in report.findings))


@lru_cache(maxsize=256)
def _checks(outcomes: str) -> Mapping[str, Outcome]:
    return MappingProxyType({name: _OUTCOMES[letter] for name, letter in zip(CHECKS, outcomes, strict=True)})
