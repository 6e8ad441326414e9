"""Measured quality: what each direction is measured on, and what the record beside the model's card says of it."""

from __future__ import annotations

import lzma
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry, LanguagePair
from models.record import CARDS, DataSet, Record, read_record

SETS = Path(__file__).with_name("evaluation_sets.toml")
STANDARD = "standard"

# Of the way from copying the source to the teacher: what makes a translation good, and what fair.
GOOD_SHARE = 0.9
FAIR_SHARE = 0.6
# Without a teacher nothing is called good, and fair takes so many points of chrF++ over copying.
FAIR_GAIN = 10.0

Tier = Literal["good", "fair", "basic", "unknown"]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    source: LanguageTag
    target: LanguageTag
    name: str
    source_file: str
    reference_file: str
    licence: str
    version: str = ""
    note: str = ""
    suites: tuple[str, ...] = (STANDARD,)

    def lines(self, folder: Path) -> tuple[list[str], list[str]]:
        """Sources and references, line by line; OSError when the folder lacks them."""
        return _lines(folder / self.source_file), _lines(folder / self.reference_file)


@dataclass(frozen=True, slots=True)
class Measured:
    """One direction of one model on one set. Scores are chrF++; shares are None where there was nothing to count."""

    model: str
    data: DataSet
    chrf: float
    copy_chrf: float
    teacher_chrf: float | None
    numbers_kept: float | None

    @property
    def source(self) -> LanguageTag:
        return self.data.direction.source

    @property
    def target(self) -> LanguageTag:
        return self.data.direction.target

    @property
    def tier(self) -> Tier:
        """How far from copying the source to the teacher, by the constants above."""
        gain = self.chrf - self.copy_chrf
        if self.teacher_chrf is None or self.teacher_chrf <= self.copy_chrf:
            return "fair" if gain >= FAIR_GAIN else "basic"
        share = gain / (self.teacher_chrf - self.copy_chrf)
        return "good" if share >= GOOD_SHARE else "fair" if share >= FAIR_SHARE else "basic"


def evaluation_sets(path: Path = SETS) -> tuple[EvaluationSet, ...]:
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8"))["sets"], tuple[EvaluationSet, ...])


def suite(name: str, entry: CatalogueEntry, path: Path = SETS) -> tuple[EvaluationSet, ...]:
    """The sets of a suite that a model can be measured on; LookupError when no set belongs to it."""
    named = [each for each in evaluation_sets(path) if name in each.suites]
    if not named:
        raise LookupError(f"no suite is called {name}")
    return tuple(each for each in named if each.source in entry.sources and each.target in entry.targets)


def read_measured(entry: CatalogueEntry, folder: Path = CARDS) -> dict[LanguagePair, Measured]:
    """What was measured of exactly these weights; empty when nothing was."""
    record = read_record(entry, folder)
    return measured(record) if record and record.model_digest == entry.digest else {}


def measured(record: Record) -> dict[LanguagePair, Measured]:
    """Every direction of a record."""
    return {data.direction: _measured(record, data) for data in record.data}


def _measured(record: Record, data: DataSet) -> Measured:
    return Measured(
        model=record.model,
        data=data,
        chrf=record.value("chrf", data.direction) or 0.0,
        copy_chrf=record.value("copy_chrf", data.direction) or 0.0,
        teacher_chrf=record.value("teacher_chrf", data.direction),
        numbers_kept=record.value("numbers_kept", data.direction),
    )


def quality_table(rows: Sequence[Measured]) -> str:
    """A Markdown table for cards and README: ours beside the teacher and beside copying the source."""
    table = [
        "| direction | measured on | segments | chrF++ | teacher (Apertium) | copying the source | numbers kept |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for each in rows:
        teacher = "–" if each.teacher_chrf is None else f"{each.teacher_chrf:.1f}"
        share = "–" if each.numbers_kept is None else f"{100 * each.numbers_kept:.1f} %"
        table.append(
            f"| {each.source} → {each.target} | {each.data.name} | {each.data.n} | **{each.chrf:.1f}** "
            f"| {teacher} | {each.copy_chrf:.1f} | {share} |"
        )
    return "\n".join(table) + "\n"


def _lines(path: Path) -> list[str]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]
