"""The evaluation record: what was measured of one model, on which data, by which code, under which thresholds.

A record speaks of exactly one set of weights (`model_digest`) and one thresholds file (`thresholds_sha256`): when
either changes it says nothing any more. `models.examination` makes records, `models.gate` judges them.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from models.calibration import Calibration
from models.catalogue import CatalogueEntry, LanguagePair
from models.metric import Metric

CARDS = Path(__file__).with_name("cards")


class RecordUnreadable(ValueError):
    """A file that should hold an evaluation record holds something else."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """One test set; `sha256` is that of `data_sha256`, `n` the number of its lines."""

    name: str
    version: str
    licence: str
    sha256: str
    n: int
    direction: LanguagePair
    note: str = ""


def data_sha256(sources: Sequence[str], references: Sequence[str]) -> str:
    """Which lines these are: SHA-256 over the sources, then the references, joined by line ends, in UTF-8."""
    return hashlib.sha256("\n".join([*sources, *references]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Environment:
    cpu: str
    threads: int
    compute_type: str
    ctranslate2: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A metric that misses its threshold; `value` is what was found, None when it was not measured."""

    metric: str
    direction: LanguagePair | None
    value: float | str | None
    needs: str

    def __str__(self) -> str:
        place = f" {self.direction.source} → {self.direction.target}" if self.direction else ""
        value = f"{self.value:g}" if isinstance(self.value, float | int) else self.value or "not measured"
        return f"{self.metric}{place}: {value}, needs {self.needs}"


@dataclass(frozen=True, slots=True)
class Verdict:
    passed: bool
    failed: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """`signed_by` is who answers for the measuring, as they named themselves; empty where nobody did."""

    id: str
    kind: Literal["internal", "external", "red_team"]
    model: str
    model_digest: str
    tokenizer_sha256: str
    suite: str
    measured: datetime.date
    code_version: str
    thresholds_sha256: str
    data: tuple[DataSet, ...]
    metrics: tuple[Metric, ...]
    calibration: tuple[Calibration, ...]
    environment: Environment
    verdict: Verdict
    note: str = ""
    signed_by: str = ""

    def value(self, name: str, direction: LanguagePair | None) -> float | None:
        """A figure; None when it was not measured."""
        metric = self.metric(name, direction)
        return None if metric is None else metric.value

    def metric(self, name: str, direction: LanguagePair | None) -> Metric | None:
        for metric in self.metrics:
            if metric.name == name and metric.direction == direction:
                return metric
        return None

    def data_of(self, direction: LanguagePair) -> DataSet | None:
        return next((each for each in self.data if each.direction == direction), None)


def record_path(entry: CatalogueEntry, folder: Path) -> Path:
    return folder / f"{entry.id}.evaluation.json"


def read_record(entry: CatalogueEntry, folder: Path = CARDS) -> Record | None:
    """The newest record of a model, of whichever version it speaks; None when nothing was measured."""
    path = record_path(entry, folder)
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except msgspec.DecodeError as error:
        raise RecordUnreadable(f"{path.name} is no evaluation record ({error}); measure the model again") from None


def write_record(record: Record, entry: CatalogueEntry, folder: Path = CARDS) -> Path:
    path = record_path(entry, folder)
    write_json(path, asdict(record))
    return path


def write_json(path: Path, content: Any) -> None:
    """Whole or not at all: a reader finds the old file or the new one, never half of it."""
    encoded = msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(encoded)
            written.flush()
            os.fsync(written.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
