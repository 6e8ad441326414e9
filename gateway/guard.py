"""The checks of meaning in the service of a model, which knows none of them: what to protect, what to look at twice."""

from __future__ import annotations

from accessibility.capitals import raised, settled
from accessibility.checks import check
from accessibility.faithfulness import faithfulness
from accessibility.masking import mask
from accessibility.times import time_keeper
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


def protect(given: TranslationInput) -> Protected | None:
    """Links, addresses and long numbers, times as they are written, and the capitals of a text that has only those."""
    masked, keep_times = mask(given.text), time_keeper(given.text)
    small = settled(masked.text, given.source)
    if keep_times is None and small is None and not masked.items:
        return None

    def restore(translation: str) -> str | None:
        whole = masked.restore(translation if small is None else raised(translation, given.target))
        return whole if whole is None or keep_times is None else keep_times(whole)

    return Protected(None if masked.bare else small or masked.text, restore)


def unfaithful(given: TranslationInput, hypothesis: Hypothesis) -> int:
    """How many checks a summary of the given text fails."""
    outcomes = faithfulness(given.text, hypothesis.text, given.target, complete=hypothesis.complete)
    return sum(outcome == "fail" for outcome in outcomes.values())


GUARD = Guard(faults, protect)
# A summary leaves out most of its source: nothing is put back into it, and a short one is no fault.
SUMMARY_GUARD = Guard(unfaithful)


def guard_of(entry: CatalogueEntry) -> Guard:
    return SUMMARY_GUARD if entry.task == "summarize" else GUARD
