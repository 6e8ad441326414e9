"""What the meaning guard says about a translation: which checks ran, how each ended, and where to look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["low", "medium", "high"]
Outcome = Literal["pass", "fail", "not_available"]
Span = tuple[int, int]

# Negation, names and added toxicity are missing: no reviewed word lists exist for the languages served.
CHECKS = (
    *("numbers", "dates", "times", "codes", "links", "emails", "placeholders"),
    *("length", "repetition", "script", "copy", "cut_off"),
)

_WEIGHT: Mapping[Outcome, int] = {"pass": 0, "not_available": 1, "fail": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `span` counts code points of the source: the place itself, the whole segment for what has
    no place of its own in it, None for what concerns a whole text. The text is never in it."""

    code: str
    severity: Severity
    span: Span | None


@dataclass(frozen=True, slots=True)
class Report:
    """Each check with its outcome: empty `findings` mean nothing unless `checks` says what was looked at."""

    checks: Mapping[str, Outcome]
    findings: tuple[Finding, ...]


def shift(report: Report, offset: int) -> Report:
    """The report with its spans counted from the start of a text in which the segment stands at `offset`."""
    if not (offset and report.findings):
        return report
    moved = (
        replace(finding, span=finding.span and (finding.span[0] + offset, finding.span[1] + offset))
        for finding in report.findings
    )
    return Report(report.checks, tuple(moved))


def worst(outcomes: Iterable[Mapping[str, Outcome]]) -> dict[str, Outcome]:
    """Of each check the gravest outcome, where it was made at all."""
    found: dict[str, Outcome] = {}
    for each in outcomes:
        for name, outcome in each.items():
            found[name] = max(found.get(name, outcome), outcome, key=_WEIGHT.__getitem__)
    return found


def merge(reports: Iterable[Report]) -> Report:
    """One report for a whole text: a failure anywhere fails it, and what was not looked at everywhere did not pass."""
    reports = tuple(reports)
    if len(reports) == 1:
        return reports[0]
    checks: dict[str, Outcome] = {
        name: max((report.checks[name] for report in reports), key=_WEIGHT.__getitem__, default="not_available")
        for name in CHECKS
    }
    return Report(checks, tuple(finding for report in reports for finding in report.findings))
