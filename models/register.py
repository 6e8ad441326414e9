"""Records of evaluations and decisions about models: those that ship beside the cards, and an operator's.

`candidate` and `evaluated` are facts, read from the evaluation record. `canary`, `serving` and `retired` are decisions,
kept in `lifecycle.json`: one ships beside the cards, an operator's lies in the models folder and wins.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import msgspec

try:
    import fcntl
except ImportError:  # not on Windows, where nothing but one process decides
    fcntl = None  # type: ignore[assignment]

from models.catalogue import OWN_SETS, CatalogueEntry, Task
from models.gate import Thresholds
from models.quality import EvaluationSet, Pin, SetsInvalid, pins
from models.record import CARDS, Record, RecordUnreadable, read_record, write_json

LIFECYCLE = "lifecycle.json"

State = Literal["candidate", "evaluated", "canary", "serving", "retired"]


class LifecycleUnreadable(ValueError):
    """The file of decisions cannot be read; nothing is served on a guess."""


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
        self._pins: Mapping[Pin, EvaluationSet] | None = None

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

    def pins(self) -> Mapping[Pin, EvaluationSet]:
        """The evaluation sets whose lines are pinned: those that ship, and an operator's own. Read once; a file of his
        that cannot be read pins nothing, and `malgil models evaluate` says what is wrong with it."""
        if self._pins is None:
            own = self._installed / OWN_SETS if self._installed else None
            try:
                self._pins = pins(own) if own and own.is_file() else pins()
            except SetsInvalid:
                self._pins = pins()
        return self._pins

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
