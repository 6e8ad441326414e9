"""The checks of meaning in the service of a model, which knows none of them: what to protect, what to look at twice."""

from __future__ import annotations

from accessibility.checks import check
from accessibility.faithfulness import faithfulness
from accessibility.masking import mask
from gateway.judgement import Judged
from models.catalogue import CatalogueEntry
from models.runtime.load import Guard
from models.runtime.protection import Protected
from models.runtime.protocol import Hypothesis, TranslationInput


def faults(given: TranslationInput, hypothesis: Hypothesis) -> Judged:
    """Findings of medium or high severity: a copied text, of low severity, may be right between close languages."""
    report = check(given.text, hypothesis.text, given.target, complete=hypothesis.complete)
    judged = Judged(sum(finding.severity != "low" for finding in report.findings))
    judged.report = report
    return judged


def protect(text: str) -> Protected | None:
    masked = mask(text)
    if not masked.items:
        return None
    return Protected(None if masked.bare else masked.text, masked.restore)


def unfaithful(given: TranslationInput, hypothesis: Hypothesis) -> int:
    """How many checks a summary of the given text fails."""
    outcomes = faithfulness(given.text, hypothesis.text, given.target, complete=hypothesis.complete)
    return sum(outcome == "fail" for outcome in outcomes.values())


GUARD = Guard(faults, protect)
# A summary leaves out most of its source: nothing is put back into it, and a short one is no fault.
SUMMARY_GUARD = Guard(unfaithful)


def guard_of(entry: CatalogueEntry) -> Guard:
    return SUMMARY_GUARD if entry.task == "summarize" else GUARD
