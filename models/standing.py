"""Where every known model stands today, and the one place that says which of them may serve.

A decision to serve holds only as long as its reasons do: the same weights, a record under the thresholds of today, and
every miss waived by someone, for a reason, until a day that has not passed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from models.catalogue import Catalogue, CatalogueEntry
from models.gate import directions, judge
from models.quality import other_lines
from models.record import Failure, Record
from models.register import Decision, Register, State

# A waiver says "worse than we want", never "not ours to use" or "not looked at".
UNWAIVABLE = frozenset({"licence", "lines"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a model stands today. `missed` failures keep it from serving, `waived` ones do not; `blocked` says why a
    model that was promoted does not serve. `record` is the newest of exactly these weights."""

    entry: CatalogueEntry
    state: State
    record: Record | None
    decision: Decision | None
    missed: tuple[Failure, ...]
    waived: tuple[Failure, ...]
    blocked: tuple[str, ...]
    card: Path

    @property
    def serves(self) -> bool:
        return self.state == "serving"

    @property
    def waived_until(self) -> datetime.date | None:
        """The last day on which it serves, unless it is evaluated and promoted again; None where nothing is waived."""
        metrics = {failure.metric for failure in self.waived}
        signed = self.decision.waivers if self.decision else ()
        return min((each.until for each in signed if each.metric in metrics), default=None)


@dataclass(frozen=True, slots=True)
class Trial:
    """A canary: a model that gets a share of the texts of models in service, since a time that tells trials apart."""

    entry: CatalogueEntry
    share: float
    since: datetime.datetime


@dataclass(frozen=True, slots=True)
class Served:
    """The models that may serve, as a catalogue, those on trial beside them, and where every known model stands.

    Only `served` makes one.
    """

    catalogue: Catalogue
    standings: tuple[Standing, ...]
    trials: tuple[Trial, ...] = ()

    @property
    def loaded(self) -> tuple[CatalogueEntry, ...]:
        """What an engine holds in memory."""
        return (*self.catalogue.entries, *(trial.entry for trial in self.trials))


def served(catalogue: Catalogue, register: Register, today: datetime.date) -> Served:
    """The one filter between what is known and what serves. For a pair the model promoted last comes first."""
    decisions = register.decisions()
    standings = tuple(
        standing_of(entry, register, decisions.get(entry.reference), today) for entry in catalogue.entries
    )
    serving = [(each.decision.since, each.entry) for each in standings if each.serves and each.decision]
    newest_first = sorted(serving, key=lambda pair: pair[0], reverse=True)
    catalogue = Catalogue(tuple(entry for _, entry in newest_first))
    trials = (
        Trial(each.entry, each.decision.share, each.decision.since)
        for each in standings
        if each.state == "canary" and each.decision
    )
    return Served(catalogue, standings, tuple(trial for trial in trials if covered(trial.entry, catalogue)))


def covered(entry: CatalogueEntry, catalogue: Catalogue) -> bool:
    """A canary needs a model in service for each of its directions: to be held against, and to fall back on."""
    return all(catalogue.find(each.source, each.target) for each in directions(entry))


def standing_of(entry: CatalogueEntry, register: Register, decision: Decision | None, today: datetime.date) -> Standing:
    """Where one model would stand if `decision` held; one about other weights counts as none."""
    found = register.record(entry)
    record = found if found and found.model_digest == entry.digest else None
    if decision and decision.digest != entry.digest:
        decision = None
    signed = decision.waivers if decision else ()
    waivers = {each.metric for each in signed if each.until >= today} - UNWAIVABLE
    thresholds = register.thresholds_of(entry.task)
    failures = judge(record, entry, thresholds).failed if record and thresholds else ()
    missed = tuple(each for each in failures if each.metric not in waivers)
    waived = tuple(each for each in failures if each.metric in waivers)
    void = _void(record, entry, register)
    blocked = (*void, *map(str, missed), *_unreadable(entry))
    state: State = "candidate" if void else "evaluated"
    if decision and (decision.state == "retired" or not blocked):
        state = decision.state
    promoted = decision is not None and decision.state != "retired"
    return Standing(entry, state, record, decision, missed, waived, blocked if promoted else (), register.card(entry))


def _unreadable(entry: CatalogueEntry) -> Iterator[str]:
    """Only some models need this library; without it an engine cannot load them, and the others serve."""
    if entry.tokeniser == "tokenizer-json" and find_spec("tokenizers") is None:
        yield "its tokeniser needs the library `tokenizers` on every machine that serves it: pip install tokenizers"


def _void(record: Record | None, entry: CatalogueEntry, register: Register) -> tuple[str, ...]:
    """Why there is no record to judge by."""
    thresholds = register.thresholds_of(entry.task)
    if thresholds is None:
        return ("there are no thresholds for its task",)
    if record is None:
        return ("it was not evaluated, or its record cannot be read",)
    if record.kind != "internal":
        return ("its only evaluation is not our own",)
    if record.suite != thresholds.suite:
        return (f"it was evaluated on {record.suite}; the gate asks for {thresholds.suite}",)
    if record.thresholds_sha256 != thresholds.sha256:
        return ("the thresholds changed after its evaluation; evaluate it again",)
    return tuple(other_lines(record, entry.task, register.pins()))
