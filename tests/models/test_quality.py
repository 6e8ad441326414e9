from __future__ import annotations

import lzma
from dataclasses import replace
from pathlib import Path

import pytest

from locales.tags import LanguageTag
from models.catalogue import Catalogue, LanguagePair
from models.examination import examine
from models.quality import (
    STANDARD,
    Measured,
    evaluation_sets,
    measured,
    quality_table,
    read_measured,
    suite,
)
from models.record import DataSet, write_record
from models.runtime.load import RunOptions
from tests.models.synthetic import CA, ES, bench

PAIR = LanguagePair(LanguageTag("es"), LanguageTag("an"))
DATA = DataSet("FLORES+ dev", "", "CC-BY-SA-4.0", "0" * 64, 997, PAIR, "a note")
MEASURED = Measured("es-ibero@0.1.0", DATA, chrf=70.5, copy_chrf=55.8, teacher_chrf=78.7, numbers_kept=0.995)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    made = bench(tmp_path)
    record = examine(made.entry, made.directory, made.task, RunOptions(), load=made.loading())
    write_record(record, made.entry, tmp_path)
    assert read_measured(made.entry, tmp_path) == measured(record)
    assert measured(record)[LanguagePair(ES, CA)].chrf == 100


def test_figures_of_other_weights_are_not_shown_for_these(tmp_path: Path) -> None:
    made = bench(tmp_path)
    record = examine(made.entry, made.directory, made.task, RunOptions(), load=made.loading())
    write_record(replace(record, model_digest="0" * 16), made.entry, tmp_path)
    assert read_measured(made.entry, tmp_path) == {}


def test_a_model_that_was_never_measured_has_no_figures(tmp_path: Path) -> None:
    assert read_measured(bench(tmp_path).entry, tmp_path) == {}


def test_the_table_shows_the_teacher_and_the_copied_source() -> None:
    table = quality_table([MEASURED, replace(MEASURED, teacher_chrf=None, numbers_kept=None)])
    assert "| es → an | FLORES+ dev | 997 | **70.5** | 78.7 | 55.8 | 99.5 % |" in table
    assert "| – | 55.8 | – |" in table


@pytest.mark.parametrize(
    ("chrf", "teacher", "tier"),
    [
        (79.0, 80.0, "good"),
        (82.0, 80.0, "good"),
        (73.0, 80.0, "fair"),
        (60.0, 80.0, "basic"),
        (50.0, 80.0, "basic"),
        (79.0, None, "fair"),
        (59.0, None, "basic"),
        (70.0, 40.0, "fair"),
    ],
)
def test_the_tier_is_the_share_of_the_way_from_copying_to_the_teacher(
    chrf: float, teacher: float | None, tier: str
) -> None:
    assert replace(MEASURED, chrf=chrf, copy_chrf=55.0, teacher_chrf=teacher).tier == tier


def test_every_served_direction_has_one_set_in_the_suite_of_the_gate() -> None:
    for entry in Catalogue.load().entries:
        gate = STANDARD if entry.task == "translate" else "summaries"
        measured_on = [(each.source, each.target) for each in suite(gate, entry)]
        assert sorted(measured_on) == sorted((source, target) for source in entry.sources for target in entry.targets)


def test_a_suite_nobody_wrote_is_an_error() -> None:
    with pytest.raises(LookupError, match="no suite is called easy"):
        suite("easy", Catalogue.load().entries[0])


def test_lines_come_from_plain_or_packed_files(tmp_path: Path) -> None:
    each = replace(evaluation_sets()[0], source_file="a.xz", reference_file="b.txt")
    with lzma.open(tmp_path / "a.xz", "wt", encoding="utf-8") as out:
        out.write("uno\ndos\n")
    (tmp_path / "b.txt").write_text("un\ndos\n", encoding="utf-8")
    assert each.lines(tmp_path) == (["uno", "dos"], ["un", "dos"])
    with pytest.raises(FileNotFoundError):
        each.lines(tmp_path / "nowhere")
