"""Measured quality: what each direction is measured on, and what was measured, as written beside the model's card."""

from __future__ import annotations

import json
import lzma
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry, LanguagePair
from models.evaluation import Evaluation

CARDS = Path(__file__).with_name("cards")
SETS = Path(__file__).with_name("evaluation_sets.toml")


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    source: LanguageTag
    target: LanguageTag
    name: str
    source_file: str
    reference_file: str
    note: str = ""

    def lines(self, folder: Path) -> tuple[list[str], list[str]]:
        """Sources and references, line by line; OSError when the folder lacks them."""
        return _lines(folder / self.source_file), _lines(folder / self.reference_file)


@dataclass(frozen=True, slots=True)
class Measured:
    """One direction of one model on one set."""

    source: LanguageTag
    set_name: str
    note: str
    evaluation: Evaluation


def evaluation_sets(path: Path = SETS) -> tuple[EvaluationSet, ...]:
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8"))["sets"], tuple[EvaluationSet, ...])


def write_measured(entry: CatalogueEntry, measured: Sequence[Measured], folder: Path = CARDS) -> Path:
    path = folder / f"{entry.id}.evaluation.json"
    path.write_text(
        json.dumps([asdict(each) for each in measured], ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return path


def read_measured(entry: CatalogueEntry, folder: Path = CARDS) -> dict[LanguagePair, Measured]:
    """What was measured of exactly this version of the model; empty when nothing was."""
    path = folder / f"{entry.id}.evaluation.json"
    if not path.is_file():
        return {}
    rows = msgspec.json.decode(path.read_bytes(), type=tuple[Measured, ...])
    return {
        LanguagePair(row.source, row.evaluation.target): row for row in rows if row.evaluation.model == entry.reference
    }


def quality_table(measured: Sequence[Measured]) -> str:
    """A Markdown table for cards and README: ours beside the teacher and beside copying the source."""
    rows = [
        "| direction | measured on | segments | chrF++ | teacher (Apertium) | copying the source | numbers kept |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for each in measured:
        found = each.evaluation
        teacher = f"{found.teacher.chrf:.1f}" if found.teacher else "–"
        share = "–" if found.numbers.share is None else f"{100 * found.numbers.share:.1f} %"
        rows.append(
            f"| {each.source} → {found.target} | {each.set_name} | {found.segments} | **{found.scores.chrf:.1f}** "
            f"| {teacher} | {found.copied.chrf:.1f} | {share} |"
        )
    return "\n".join(rows) + "\n"


def _lines(path: Path) -> list[str]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]
