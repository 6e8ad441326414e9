"""A model examined, promoted and looked at, for tests of what decides."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from models.catalogue import Catalogue, CatalogueEntry
from models.examination import examine
from models.gate import Thresholds
from models.lifecycle import promote
from models.record import write_record
from models.register import Register, Waiver
from models.runtime.load import RunOptions
from models.standing import Standing, served
from tests.models.synthetic import TODAY, Bench, bench

NOW = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
UNTIL = datetime.date(2027, 5, 31)


def times_ten(text: str) -> str:
    return "".join(f"{c}0" if c.isdigit() else c for c in text)


WAIVERS = tuple(
    Waiver(metric, "project maintainers", "the model is young", UNTIL)
    for metric in ("numbers_kept", "fault_numbers", "emails_kept", "links_kept", "placeholders_kept")
)


def register(made: Bench, thresholds: Thresholds | None = None) -> Register:
    return Register(thresholds or Thresholds.load(), shipped=made.folder)


def evaluated(made: Bench, fault: Callable[[str], str] = lambda text: text) -> None:
    record = examine(made.entry, made.directory, made.task, RunOptions(), load=made.loading(fault))
    write_record(record, made.entry, made.folder)


def stands(made: Bench, today: datetime.date = TODAY, thresholds: Thresholds | None = None) -> Standing:
    [standing] = served(Catalogue((made.entry,)), register(made, thresholds), today).standings
    return standing


def promoted(made: Bench, waivers: tuple[Waiver, ...] = ()) -> Standing:
    return promote(made.entry, Catalogue((made.entry,)), register(made), NOW, waivers)


def serving(made: Bench, today: datetime.date = TODAY) -> tuple[CatalogueEntry, ...]:
    return served(Catalogue((made.entry,)), register(made), today).catalogue.entries


def two(tmp_path: Path) -> tuple[Bench, Bench, Catalogue]:
    old, new = bench(tmp_path, "es-ca"), bench(tmp_path, "es-ca-large")
    return old, new, Catalogue((old.entry, new.entry))
