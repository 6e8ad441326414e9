"""A model's way: candidate → evaluated → canary → serving → retired. And the one place that says which may serve.

`candidate` and `evaluated` are facts, read from the evaluation record. `canary`, `serving` and `retired` are decisions,
kept in `lifecycle.json`: one ships beside the cards, an operator's lies in the models folder and wins. A decision to
serve holds only as long as its reasons do: the same weights, a record under the thresholds of today, and every miss
waived by someone, for a reason, until a day that has not passed.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgspec

try:
    import fcntl
except ImportError:  # not on Windows, where nothing but one process decides
    fcntl = None  # type: ignore[assignment]

from models.catalogue import ANY_DOMAIN, Catalogue, CatalogueEntry, Task
from models.gate import Thresholds, directions, judge
from models.record import CARDS, Failure, Record, RecordUnreadable, read_record, write_json

LIFECYCLE = "lifecycle.json"
# A waiver says "worse than we want", never "not ours to use" or "not looked at".
UNWAIVABLE = frozenset({"licence", "lines"})

State = Literal["candidate", "evaluated", "canary", "serving", "retired"]


class LifecycleUnreadable(ValueError):
    """The file of decisions cannot be read; nothing is served on a guess."""


class PromotionRefused(RuntimeError):
    """The gate stays shut; `reasons` says why, one sentence each."""

    def __init__(self, model: str, reasons: Sequence[str]) -> None:
        super().__init__(f"{model} is not promoted: {'; '.join(reasons)}")
        self.model = model
        self.reasons = tuple(reasons)


class NothingToRollBack(LookupError):
    def __init__(self, model_id: str) -> None:
        super().__init__(f"{model_id} does not serve")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A metric that may miss its threshold: who says so, why, and until which day (that day included)."""

    metric: str
    by: str
    reason: str
    until: datetime.date


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one version of a model, named like `es-ibero@0.1.0`, with exactly these weights.

    `share` is that of the texts a canary gets, above 0 and below 1.
    """

    model: str
    digest: str
    state: Literal["canary", "serving", "retired"]
    since: datetime.datetime
    share: float = 0.0
    waivers: tuple[Waiver, ...] = ()
    replaced: tuple[str, ...] = ()
    reason: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    decisions: tuple[Decision, ...] = ()


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


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The model that stopped serving and those that serve again in its place."""

    stopped: str
    restored: tuple[str, ...]


class Register:
    """Records and decisions: those that ship in `shipped`, and an operator's in `installed` (None: there is none).

    `thresholds` are those of translators, `others` those of other tasks.
    """

    def __init__(
        self,
        thresholds: Thresholds,
        shipped: Path = CARDS,
        installed: Path | None = None,
        others: Mapping[Task, Thresholds] | None = None,
    ) -> None:
        self.thresholds = thresholds
        self._by_task: Mapping[Task, Thresholds] = {**(others or {}), "translate": thresholds}
        self._shipped = shipped
        self._installed = installed

    def thresholds_of(self, task: Task) -> Thresholds | None:
        """What a model of this task must reach; None where nobody said, so that none of them serves."""
        return self._by_task.get(task)

    def card(self, entry: CatalogueEntry) -> Path:
        """The model card, which may be missing for an operator's model."""
        bundled = entry.path.startswith("bundled:")
        return (self._shipped if bundled else self.writable()) / entry.card

    def writable(self) -> Path:
        """Where new records and decisions go: what ships with the program is changed only where it is made."""
        return self._installed or self._shipped

    def record(self, entry: CatalogueEntry) -> Record | None:
        """An operator's own record goes before the one that ships, and one of these weights before any other.

        A file that holds no record counts as none: the model does not serve, and a new evaluation mends it.
        """
        found = []
        for folder in filter(None, (self._installed, self._shipped)):
            with contextlib.suppress(RecordUnreadable):
                found.append(read_record(entry, folder))
        known = [record for record in found if record]
        return next((record for record in known if record.model_digest == entry.digest), known[0] if known else None)

    def decisions(self) -> dict[str, Decision]:
        """By model and version; the operator's word is the last one."""
        folders = [self._shipped, *([self._installed] if self._installed else [])]
        return {each.model: each for folder in folders for each in _read(folder / LIFECYCLE)}

    def stamp(self) -> tuple[tuple[str, int, int, int], ...]:
        """Differs when a decision, a record or an installed model's entry was written: files are replaced whole."""
        folders = [self._shipped, *([self._installed] if self._installed else [])]
        paths = sorted(path for folder in folders for kind in ("*.json", "*.toml") for path in folder.glob(kind))
        return tuple(_stamp(path) for path in paths)

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Write these over what was decided before, whole or not at all."""
        with self.alone():
            self.write(decisions)

    def write(self, decisions: Iterable[Decision]) -> None:
        """The same for who is `alone` already."""
        path = self.writable() / LIFECYCLE
        kept = {each.model: each for each in _read(path)} | {each.model: each for each in decisions}
        write_json(path, {"decisions": [asdict(each) for each in kept.values()]})

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else decides until the block ends: a person and a trial that ends may do so at one time. OSError where
        the folder is not there."""
        if fcntl is None:
            yield
            return
        folder = os.open(self.writable(), os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


def _stamp(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (path.name, 0, 0, 0)  # gone since it was listed
    return (path.name, found.st_mtime_ns, found.st_size, found.st_ino)


def _read(path: Path) -> tuple[Decision, ...]:
    if not path.is_file():
        return ()
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File).decisions
    except msgspec.DecodeError as error:
        raise LifecycleUnreadable(f"{path.name}: {error}") from None


def served(catalogue: Catalogue, register: Register, today: datetime.date) -> Served:
    """The one filter between what is known and what serves. For a pair the model promoted last comes first."""
    decisions = register.decisions()
    standings = tuple(_standing(entry, register, decisions.get(entry.reference), today) for entry in catalogue.entries)
    serving = [(each.decision.since, each.entry) for each in standings if each.serves and each.decision]
    newest_first = sorted(serving, key=lambda pair: pair[0], reverse=True)
    catalogue = Catalogue(tuple(entry for _, entry in newest_first))
    trials = (
        Trial(each.entry, each.decision.share, each.decision.since)
        for each in standings
        if each.state == "canary" and each.decision
    )
    return Served(catalogue, standings, tuple(trial for trial in trials if _covered(trial.entry, catalogue)))


def _covered(entry: CatalogueEntry, catalogue: Catalogue) -> bool:
    """A canary needs a model in service for each of its directions: to be held against, and to fall back on."""
    return all(catalogue.find(each.source, each.target) for each in directions(entry))


def _standing(entry: CatalogueEntry, register: Register, decision: Decision | None, today: datetime.date) -> Standing:
    found = register.record(entry)
    record = found if found and found.model_digest == entry.digest else None
    if decision and decision.digest != entry.digest:
        decision = None  # it was about other weights under the same name
    signed = decision.waivers if decision else ()
    waivers = {each.metric for each in signed if each.until >= today} - UNWAIVABLE
    thresholds = register.thresholds_of(entry.task)
    failures = judge(record, entry, thresholds).failed if record and thresholds else ()
    missed = tuple(each for each in failures if each.metric not in waivers)
    waived = tuple(each for each in failures if each.metric in waivers)
    void = _void(record, thresholds)
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


def _void(record: Record | None, thresholds: Thresholds | None) -> tuple[str, ...]:
    """Why there is no record to judge by."""
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
    return ()


def promote(
    entry: CatalogueEntry,
    catalogue: Catalogue,
    register: Register,
    now: datetime.datetime,
    waivers: Sequence[Waiver] = (),
    share: float | None = None,
) -> Standing:
    """Let a model serve in place of those whose directions it covers; PromotionRefused names all reasons against it.

    With a `share` it goes on trial beside them instead.
    """
    with register.alone():
        decisions = register.decisions()
        replaced = _replaced(entry, catalogue, decisions) if share is None else ()
        known = {each.reference for each in catalogue.entries}
        decision = Decision(
            model=entry.reference,
            digest=entry.digest,
            state="serving" if share is None else "canary",
            since=now,
            share=share or 0.0,
            waivers=tuple(waivers),
            # What is no longer there cannot serve again.
            replaced=tuple(model for model in replaced if model in known),
        )
        standing = _standing(entry, register, decision, now.date())
        reasons = [*standing.blocked, *_wrong_waivers(waivers, standing, now.date())]
        if share is not None:
            reasons += _no_trial(entry, share, served(catalogue, register, now.date()))
        if reasons:
            raise PromotionRefused(entry.reference, reasons)
        retired = [
            replace(decisions[model], state="retired", since=now, reason=f"replaced by {entry.reference}")
            for model in replaced
            if model in decisions
        ]
        register.write([*retired, decision])
        return standing


def _no_trial(entry: CatalogueEntry, share: float, now: Served) -> Iterator[str]:
    if not 0 < share < 1:
        yield "the share of a canary lies between 0 and 1"
    if entry.task != "translate":
        yield "only translators are tried beside another; promote it without a share"
    elif entry in now.catalogue.entries:
        yield "it serves already"
    elif not _covered(entry, now.catalogue):
        yield "no model serves all of its directions, so there is nothing to try it beside"


def _wrong_waivers(waivers: Sequence[Waiver], standing: Standing, today: datetime.date) -> list[str]:
    missed = {each.metric for each in (*standing.missed, *standing.waived)}
    faults: Mapping[str, Callable[[Waiver], bool]] = {
        "cannot be waived": lambda each: each.metric in UNWAIVABLE,
        "misses nothing, so there is nothing to waive": lambda each: each.metric not in missed,
        "needs a name, a reason and a day to come": lambda each: (
            not each.by.strip() or not each.reason.strip() or each.until < today
        ),
    }
    return [f"{each.metric} {fault}" for each in waivers for fault, holds in faults.items() if holds(each)]


def _replaced(entry: CatalogueEntry, catalogue: Catalogue, decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Serving models that would have nothing left to do: earlier versions, and models for the same directions."""
    pairs = set(directions(entry))
    known = {each.reference: each for each in catalogue.entries}

    def covered(model: str) -> bool:
        other = known.get(model)
        if other is None:
            return model.startswith(f"{entry.id}@")
        return entry.task == other.task and pairs >= set(directions(other)) and _same_texts(entry, other)

    serving = [each.model for each in decisions.values() if each.state == "serving"]
    # Promoted again, with other waivers say, a model still remembers whom it replaced.
    before = decisions[entry.reference].replaced if entry.reference in serving else ()
    return (*before, *(model for model in serving if model != entry.reference and covered(model)))


def _same_texts(entry: CatalogueEntry, other: CatalogueEntry) -> bool:
    """Whether every text that the other would get reaches this model: translators do not ask for a domain."""
    if entry.task == "translate" or not entry.domains or ANY_DOMAIN in entry.domains:
        return True
    return bool(other.domains) and set(entry.domains) >= set(other.domains)


def rollback(
    model_id: str, register: Register, now: datetime.datetime, trial_since: datetime.datetime | None = None
) -> RolledBack:
    """Stop a model and let those it replaced serve again; NothingToRollBack when it does not serve, or is no longer on
    the trial that began at `trial_since`: somebody may have promoted it meanwhile."""
    with register.alone():
        decisions = register.decisions()
        running = [
            each
            for each in decisions.values()
            if each.state != "retired"
            and each.model.startswith(f"{model_id}@")
            and (trial_since is None or (each.state, each.since) == ("canary", trial_since))
        ]
        if not running:
            raise NothingToRollBack(model_id)
        newest = max(running, key=lambda each: each.since)
        former = [decisions[model] for model in newest.replaced if model in decisions]
        restored = [replace(each, state="serving", since=now, reason="") for each in former]
        register.write([replace(newest, state="retired", since=now, reason="rolled back"), *restored])
        return RolledBack(newest.model, tuple(each.model for each in restored))
