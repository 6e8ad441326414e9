from __future__ import annotations

import lzma
from dataclasses import replace
from pathlib import Path

import pytest

from locales.tags import LanguageTag
from models.catalogue import Catalogue, LanguagePair
from models.evaluation import Evaluation, Kept, Scores, Signatures
from models.quality import Measured, evaluation_sets, quality_table, read_measured, write_measured

ENTRY = Catalogue.load().entries[0]
AN = LanguageTag("an")
EVALUATION = Evaluation(
    model=ENTRY.reference,
    target=AN,
    segments=997,
    scores=Scores(70.5, 50.0),
    copied=Scores(55.8, 20.0),
    teacher=Scores(78.7, 60.0),
    numbers=Kept(200, 199),
    emails=Kept(0, 0),
    links=Kept(0, 0),
    complete=997,
    failed=0,
    signatures=Signatures("chrF", "BLEU"),
)
MEASURED = Measured(LanguageTag("es"), "FLORES+ dev", "a note", EVALUATION)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    write_measured(ENTRY, [MEASURED], tmp_path)
    assert read_measured(ENTRY, tmp_path) == {LanguagePair(LanguageTag("es"), AN): MEASURED}


def test_figures_of_another_version_are_not_shown_for_this_one(tmp_path: Path) -> None:
    write_measured(ENTRY, [replace(MEASURED, evaluation=replace(EVALUATION, model="es-ibero@0.0.1"))], tmp_path)
    assert read_measured(ENTRY, tmp_path) == {}


def test_a_model_that_was_never_measured_has_no_figures(tmp_path: Path) -> None:
    assert read_measured(ENTRY, tmp_path) == {}


def test_the_table_shows_the_teacher_and_the_copied_source() -> None:
    table = quality_table([MEASURED, replace(MEASURED, evaluation=replace(EVALUATION, teacher=None))])
    assert "| es → an | FLORES+ dev | 997 | **70.5** | 78.7 | 55.8 | 99.5 % |" in table
    assert "| – | 55.8 |" in table


def test_every_served_direction_has_an_evaluation_set() -> None:
    measured_on = {(each.source, each.target) for each in evaluation_sets()}
    assert {(pair.source, pair.target) for pair in Catalogue.load().pairs()} <= measured_on


def test_lines_come_from_plain_or_packed_files(tmp_path: Path) -> None:
    each = replace(evaluation_sets()[0], source_file="a.xz", reference_file="b.txt")
    with lzma.open(tmp_path / "a.xz", "wt", encoding="utf-8") as out:
        out.write("uno\ndos\n")
    (tmp_path / "b.txt").write_text("un\ndos\n", encoding="utf-8")
    assert each.lines(tmp_path) == (["uno", "dos"], ["un", "dos"])
    with pytest.raises(FileNotFoundError):
        each.lines(tmp_path / "nowhere")
