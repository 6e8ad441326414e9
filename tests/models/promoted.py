"""Models that passed the gate on paper: a record in which every rule is met, for tests of what comes after the gate."""

from __future__ import annotations

import datetime
from pathlib import Path

from models.catalogue import CatalogueEntry, LanguagePair
from models.gate import Rule, Thresholds, judge
from models.install import entry_text
from models.metric import Metric
from models.record import DataSet, Environment, Record, Verdict, write_record


def passing_record(entry: CatalogueEntry, thresholds: Thresholds) -> Record:
    metrics = [
        metric
        for rule in thresholds.rules
        for direction in (entry.directions if rule.per == "direction" else (None,))
        for metric in _metrics(rule, direction)
    ]
    data = [DataSet("on paper", "", "CC0-1.0", "0" * 64, thresholds.least_lines, each) for each in entry.directions]
    record = Record(
        id=f"{entry.reference}/on paper",
        kind="internal",
        model=entry.reference,
        model_digest=entry.digest,
        tokenizer_sha256="0" * 64,
        suite=thresholds.suite,
        measured=datetime.date(2026, 11, 22),
        code_version="0",
        thresholds_sha256=thresholds.sha256,
        data=tuple(data),
        metrics=tuple({(each.name, each.direction): each for each in metrics}.values()),
        calibration=(),
        environment=Environment("", 1, "int8", ""),
        verdict=Verdict(True, ()),
    )
    assert judge(record, entry, thresholds).passed
    return record


def _metrics(rule: Rule, direction: LanguagePair | None) -> list[Metric]:
    if rule.above:
        rivals = [Metric(rule.above, direction, 0.0, 1)] if not rule.optional else []
        return [Metric(rule.metric, direction, 50.0, 1), *rivals]
    bound = rule.at_most if rule.at_least is None else rule.at_least
    assert bound is not None
    return [Metric(rule.metric, direction, bound, 1)]


def write_candidate(entry: CatalogueEntry, thresholds: Thresholds, folder: Path) -> None:
    """Entry and record of a model whose files lie in the models folder already."""
    write_record(passing_record(entry, thresholds), entry, folder)
    (folder / f"{entry.id}.toml").write_text(entry_text(entry), encoding="utf-8")
