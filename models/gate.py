"""The promotion gate: an evaluation record against the thresholds that were fixed before it was made."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from models.catalogue import CatalogueEntry, LanguagePair, Task
from models.policy import Policy
from models.record import Failure, Record, Verdict

DEFAULT_THRESHOLDS = Path(__file__).with_name("thresholds.toml")
SUMMARY_THRESHOLDS = Path(__file__).with_name("summary_thresholds.toml")
SIMPLIFY_THRESHOLDS = Path(__file__).with_name("simplify_thresholds.toml")
# A file for each task, so that an edit for one voids no record of another.
THRESHOLD_FILES: Mapping[Task, Path] = {
    "translate": DEFAULT_THRESHOLDS,
    "summarize": SUMMARY_THRESHOLDS,
    "simplify": SIMPLIFY_THRESHOLDS,
}


class ThresholdsInvalid(ValueError):
    """The thresholds file cannot be used."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`metric` is at least or at most a number, or above another metric of the same record `by` so much."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None
    above: str | None = None
    by: float = 0.0
    per: Literal["direction", "model"] = "direction"
    optional: bool = False

    def __post_init__(self) -> None:
        if sum(bound is not None for bound in (self.at_least, self.at_most, self.above)) != 1:
            raise ValueError(f"{self.metric}: exactly one of at_least, at_most and above")


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """When a canary is taken back: after so many segments of its own and of the model in service, a share of failures
    or of segments with findings that lies so far above that model's."""

    least_segments: int
    failures_above: float
    findings_above: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    rules: tuple[Rule, ...]
    suite: str
    licences: tuple[str, ...]
    least_lines: int
    sha256: str
    canary: TrialLimits | None = None
    policy: Policy | None = None

    @classmethod
    def load(cls, path: Path = DEFAULT_THRESHOLDS) -> Thresholds:
        """Read a thresholds file; ThresholdsInvalid names what is wrong with it."""
        try:
            raw = path.read_bytes()
            tables = tomllib.loads(raw.decode())
            return msgspec.convert({**tables, "sha256": hashlib.sha256(raw).hexdigest()}, cls)
        except (OSError, ValueError) as error:
            raise ThresholdsInvalid(f"{path.name}: {error}") from error


def thresholds_by_task() -> dict[Task, Thresholds]:
    """Those that ship; ThresholdsInvalid when one cannot be read."""
    return {task: Thresholds.load(path) for task, path in THRESHOLD_FILES.items()}


def judge(record: Record, entry: CatalogueEntry, thresholds: Thresholds) -> Verdict:
    """Every miss, whether or not somebody waives it later."""
    failed = (*_licence(entry, thresholds), *_lines(record, entry, thresholds), *_rules(record, entry, thresholds))
    return Verdict(not failed, failed)


def _licence(entry: CatalogueEntry, thresholds: Thresholds) -> Iterator[Failure]:
    # What ships with the program is for its maintainers to judge, an operator's own models for him.
    own = thresholds.policy if entry.path.startswith("store:") else None
    objection = replace(own or Policy(), usual=thresholds.licences).objection(
        entry.licence, commercial_use=entry.commercial_use
    )
    if objection:
        fix = f". {objection.fix}" if own else ""
        yield Failure("licence", None, entry.licence, f"{objection.needs}{fix}")


def _lines(record: Record, entry: CatalogueEntry, thresholds: Thresholds) -> Iterator[Failure]:
    if not directions(entry):
        yield Failure("directions", None, None, "a direction that the suite can measure")
    for direction in directions(entry):
        data = record.data_of(direction)
        if data is None or data.n < thresholds.least_lines:
            yield Failure("lines", direction, None if data is None else data.n, f"at least {thresholds.least_lines}")


def _rules(record: Record, entry: CatalogueEntry, thresholds: Thresholds) -> Iterator[Failure]:
    # A direction without a set misses `lines`, which nobody can waive: that it misses every rule too says no more.
    known = tuple(each for each in directions(entry) if record.data_of(each))
    for rule in thresholds.rules:
        for direction in known if rule.per == "direction" else (None,):
            yield from _missed(rule, record, direction)


def _missed(rule: Rule, record: Record, direction: LanguagePair | None) -> Iterator[Failure]:
    value = record.value(rule.metric, direction)
    rival = record.value(rule.above, direction) if rule.above else None
    if value is None or (rule.above and rival is None):
        if not rule.optional:
            yield Failure(rule.metric, direction, None, _needs(rule, rival))
        return
    least = rule.at_least if rival is None else rival + rule.by
    # NaN passes neither comparison, so it fails.
    good = value <= rule.at_most if rule.at_most is not None else least is not None and value >= least
    if not good:
        yield Failure(rule.metric, direction, value, _needs(rule, rival))


def _needs(rule: Rule, rival: float | None) -> str:
    if rule.at_most is not None:
        return f"at most {rule.at_most:g}"
    if rule.above is None:
        return f"at least {rule.at_least:g}"
    reached = "" if rival is None else f" = {rival + rule.by:g}"
    return f"at least {rule.above} {rule.by:+g}{reached}"


def directions(entry: CatalogueEntry) -> tuple[LanguagePair, ...]:
    """Every direction a model serves; a summariser serves each language into itself."""
    return entry.directions
