"""Measured quality: what each direction is measured on, and what the record beside the model's card says of it."""

from __future__ import annotations

import json
import lzma
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from locales.tags import LanguageTag
from models.catalogue import OWN_SETS, CatalogueEntry, LanguagePair, Task, check_tags
from models.record import CARDS, DataSet, Record, data_sha256, read_record
from models.rouge import MEASURES

SETS = Path(__file__).with_name(OWN_SETS)
STANDARD = "standard"

# Of the way from copying the source to the teacher: what makes a translation good, and what fair.
GOOD_SHARE = 0.9
FAIR_SHARE = 0.6
# Without a teacher nothing is called good, and fair takes so many points of chrF++ over copying.
FAIR_GAIN = 10.0

Tier = Literal["good", "fair", "basic", "unknown"]


# What a set of lines is known by.
Pin: TypeAlias = tuple[Task, LanguagePair, str]


class SetsInvalid(ValueError):
    """A file of evaluation sets cannot be used; the message names it and what is wrong."""


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """`n` and `sha256` (of `data_sha256`) say which lines the set has; without them it is whatever its files hold."""

    source: LanguageTag
    target: LanguageTag
    name: str
    source_file: str
    reference_file: str
    licence: str
    version: str = ""
    note: str = ""
    suites: tuple[str, ...] = (STANDARD,)
    task: Task = "translate"
    source_field: str = ""
    reference_field: str = ""
    n: int | None = None
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")] | None = None

    def __post_init__(self) -> None:
        check_tags("source", (self.source,))
        check_tags("target", (self.target,))

    @property
    def direction(self) -> LanguagePair:
        return LanguagePair(self.source, self.target)

    @property
    def measures(self) -> tuple[Task, LanguageTag, LanguageTag]:
        return self.task, self.source, self.target

    def lines(self, folder: Path) -> tuple[list[str], list[str]]:
        """Sources and references, one a line: plain, or the named field where lines are JSON. OSError when the folder
        lacks them, SetsInvalid when they cannot be read or are not the lines that are pinned."""
        sources = _lines(folder / self.source_file, self.source_field)
        references = _lines(folder / self.reference_file, self.reference_field)
        if not sources or len(sources) != len(references):
            raise SetsInvalid(
                f"{self.source_file} has {len(sources)} lines and {self.reference_file} {len(references)}: "
                "each line needs its reference"
            )
        if self.sha256 and data_sha256(sources, references) != self.sha256:
            raise SetsInvalid(
                f"{self.source_file} and {self.reference_file} are not the {self.n or 'pinned'} lines of {self.name}: "
                "take those as they were published, or give yours another name in a file of --sets"
            )
        return sources, references


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


@dataclass(frozen=True, slots=True)
class MeasuredSummaries:
    """One language of a summariser on one set: ROUGE-1, -2 and -L of it, of the first sentence and of the extractive
    summary; `supported` is the share of items that stand in the source, None where there were none."""

    data: DataSet
    rouge: tuple[float, ...]
    lead: tuple[float, ...]
    extractive: tuple[float, ...]
    supported: float | None


def evaluation_sets(*paths: Path) -> tuple[EvaluationSet, ...]:
    """The sets that ship, then those of each further file: a set takes the place of those before it that measure the
    same direction for the same suite. SetsInvalid names the file and the fault."""
    known: list[EvaluationSet] = []
    for path in (SETS, *paths):
        added = _read(path)
        known = [kept for each in known if (kept := _left_over(each, added))]
        known += added
    return tuple(known)


def _read(path: Path) -> list[EvaluationSet]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("sets")
        if not isinstance(tables, list) or not tables:
            raise SetsInvalid(f"{path}: no [[sets]] table")
        found = [_checked_set(table) for table in tables]
    except SetsInvalid:
        raise
    except (OSError, ValueError) as error:  # what TOML, msgspec and the tags say
        raise SetsInvalid(f"{path}: {error}") from error
    taken: set[tuple[object, ...]] = set()
    for each in found:
        for named in each.suites:
            if (key := (*each.measures, named)) in taken:
                raise SetsInvalid(f"{path}: {each.source} → {each.target} stands twice in the suite {named}")
            taken.add(key)
    return found


def _checked_set(table: object) -> EvaluationSet:
    found = msgspec.convert(table, EvaluationSet)
    known = {field.name for field in fields(EvaluationSet)}
    # A misspelt optional field would be passed over in silence.
    if strange := sorted(set(table if isinstance(table, dict) else ()) - known):
        raise ValueError(f"{found.name}: there is no field {strange[0]!r}")
    return found


def _left_over(each: EvaluationSet, added: Sequence[EvaluationSet]) -> EvaluationSet | None:
    """The set in the suites for which none of `added` takes its place."""
    taken = {named for other in added if other.measures == each.measures for named in other.suites}
    left = tuple(named for named in each.suites if named not in taken)
    return replace(each, suites=left) if left else None


def suite(name: str, entry: CatalogueEntry, *paths: Path) -> tuple[EvaluationSet, ...]:
    """The sets of a suite that a model can be measured on, `paths` being files beside the one that ships; LookupError
    when no set belongs to it."""
    named = [each for each in evaluation_sets(*paths) if name in each.suites]
    if not named:
        raise LookupError(f"no suite is called {name}")
    fitting = (each for each in named if each.task == entry.task)
    return tuple(each for each in fitting if each.direction in entry.directions)


def pins(*paths: Path) -> Mapping[Pin, EvaluationSet]:
    """The sets whose lines are pinned, of the file that ships and of each further one; what ships has the first word on
    what a name means. SetsInvalid as above."""
    found: dict[Pin, EvaluationSet] = {}
    for path in (SETS, *paths):
        for each in _read(path):
            if each.sha256:
                found.setdefault((each.task, each.direction, each.name), each)
    return found


def other_lines(record: Record, task: Task, known: Mapping[Pin, EvaluationSet]) -> Iterator[str]:
    """Why a record says nothing: sets it calls by the name of a pinned one, with lines that are not those."""
    for data in record.data:
        pinned = known.get((task, data.direction, data.name))
        if pinned and pinned.sha256 != data.sha256:
            yield (
                f"{data.direction.source} → {data.direction.target} was measured on {data.n} lines that are not the "
                f"{pinned.n} of {data.name}; evaluate it again on those, or on a set with a name of its own"
            )


def read_measured(entry: CatalogueEntry, folder: Path = CARDS) -> dict[LanguagePair, Measured]:
    """What was measured of exactly these weights; empty when nothing was."""
    record = read_record(entry, folder)
    return measured(record) if record and record.model_digest == entry.digest else {}


def measured(record: Record) -> dict[LanguagePair, Measured]:
    """Every direction of a record of translations."""
    return {
        data.direction: _measured(record, data)
        for data in record.data
        if record.metric("chrf", data.direction) is not None
    }


def measured_summaries(record: Record) -> tuple[MeasuredSummaries, ...]:
    """Every language of a record of summaries."""
    return tuple(
        MeasuredSummaries(
            data=data,
            rouge=_rouge(record, data, ""),
            lead=_rouge(record, data, "lead_"),
            extractive=_rouge(record, data, "extractive_"),
            supported=record.value("supported", data.direction),
        )
        for data in record.data
        if record.metric("rouge_l", data.direction) is not None
    )


def _rouge(record: Record, data: DataSet, prefix: str) -> tuple[float, ...]:
    return tuple(record.value(f"{prefix}{name}", data.direction) or 0.0 for name in MEASURES)


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


def summary_table(rows: Sequence[MeasuredSummaries]) -> str:
    """A Markdown table: the summariser beside the first sentence and the extractive summary, ROUGE-1 / -2 / -L."""
    table = [
        "| language | measured on | documents | ROUGE-1 / -2 / -L | first sentence | extractive | in the source |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for each in rows:
        share = "–" if each.supported is None else f"{100 * each.supported:.1f} %"
        ours, lead, extractive = (
            " / ".join(f"{score:.1f}" for score in scores) for scores in (each.rouge, each.lead, each.extractive)
        )
        table.append(
            f"| {each.data.direction.source} | {each.data.name} | {each.data.n} | **{ours}** | {lead} | {extractive} "
            f"| {share} |"
        )
    return "\n".join(table) + "\n"


def _lines(path: Path, field: str) -> list[str]:
    opener = lzma.open if path.suffix == ".xz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            return [_line(line, field) for line in lines]
    except (lzma.LZMAError, EOFError, ValueError) as error:
        raise SetsInvalid(f"{path} cannot be read: {error}") from error


def _line(line: str, field: str) -> str:
    if not field:
        return line.rstrip("\n")
    found = json.loads(line)
    if not isinstance(found, dict) or not isinstance(found.get(field), str):
        raise ValueError(f"a line has no text {field!r}")
    return str(found[field])
