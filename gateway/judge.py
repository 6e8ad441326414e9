"""The run-time checks as the judge of a translator: a hypothesis that fails one is worth a second look."""

from __future__ import annotations

from accessibility.checks import check
from models.runtime.protocol import Hypothesis, TranslationInput


def faults(given: TranslationInput, hypothesis: Hypothesis) -> int:
    """Findings of medium or high severity: a copied text, of low severity, may be right between close languages."""
    report = check(given.text, hypothesis.text, given.target, complete=hypothesis.complete)
    return sum(finding.severity != "low" for finding in report.findings)
