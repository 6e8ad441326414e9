from __future__ import annotations

import lzma
import re
from dataclasses import replace
from pathlib import Path

import pytest

from locales.tags import LanguageTag
from models.catalogue import Catalogue, LanguagePair
from models.examination import examine
from models.quality import (
    STANDARD,
    EvaluationSet,
    Measured,
    SetsInvalid,
    evaluation_sets,
    measured,
    other_lines,
    pins,
    quality_table,
    read_measured,
    suite,
)
from models.record import DataSet, data_sha256, read_record, write_record
from models.runtime.load import RunOptions
from tests.models.synthetic import CA, ES, bench
from tests.models.tiny_model import tiny_entry

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
    each = replace(evaluation_sets()[0], source_file="a.xz", reference_file="b.txt", sha256=None)
    with lzma.open(tmp_path / "a.xz", "wt", encoding="utf-8") as out:
        out.write("uno\ndos\n")
    (tmp_path / "b.txt").write_text("un\ndos\n", encoding="utf-8")
    assert each.lines(tmp_path) == (["uno", "dos"], ["un", "dos"])
    with pytest.raises(FileNotFoundError):
        each.lines(tmp_path / "nowhere")


def test_lines_that_are_not_the_pinned_ones_are_not_measured(tmp_path: Path) -> None:
    (tmp_path / "es.txt").write_text("uno\ndos\n", encoding="utf-8")
    (tmp_path / "an.txt").write_text("un\ndos\n", encoding="utf-8")
    pinned = data_sha256(["uno", "dos"], ["un", "dos"])
    each = EvaluationSet(ES, LanguageTag("an"), "ours", "es.txt", "an.txt", "CC0-1.0", n=2, sha256=pinned)
    assert each.lines(tmp_path) == (["uno", "dos"], ["un", "dos"])
    (tmp_path / "an.txt").write_text("un\ntres\n", encoding="utf-8")
    with pytest.raises(SetsInvalid, match=r"es\.txt and an\.txt are not the 2 lines of ours.*another name"):
        each.lines(tmp_path)


def test_every_shipped_set_is_pinned_and_the_records_that_ship_were_measured_on_those_lines() -> None:
    known = pins()
    assert len(known) == len(evaluation_sets())
    for entry in Catalogue.load().entries:
        record = read_record(entry)
        assert record is not None
        assert [*other_lines(record, entry.task, known)] == []
        assert {(entry.task, each.direction, each.name) for each in record.data} <= known.keys()


def test_what_a_shipped_name_means_nobody_else_says(tmp_path: Path) -> None:
    own = tmp_path / "evaluation_sets.toml"
    own.write_text(OWN.replace('name = "our own"', f'name = "FLORES+ dev"\nn = 5\nsha256 = "{"0" * 64}"'), "utf-8")
    shipped, both = pins(), pins(own)
    assert {key: both[key] for key in shipped} == shipped
    # Of a direction that no shipped set measures, the name is free.
    assert {key[1].source for key in both.keys() - shipped.keys()} == {"en"}


OWN = """
[[sets]]
source = "en"
target = "sw"
name = "our own"
source_file = "own.en"
reference_file = "own.sw"
licence = "CC0-1.0"

[[sets]]
source = "es"
target = "an"
name = "our own"
source_file = "own.es"
reference_file = "own.an"
licence = "CC0-1.0"
"""


def test_sets_of_an_operator_stand_beside_ours_and_before_ours_for_the_same_direction(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    english = tiny_entry(targets=("sw", "es"), sources=("en",))
    assert suite(STANDARD, english) == ()
    [found] = suite(STANDARD, english, tmp_path / "own.toml")
    assert (found.source, found.target, found.name) == ("en", "sw", "our own")
    names = {each.target: each.name for each in suite(STANDARD, tiny_entry(), tmp_path / "own.toml")}
    assert names == {"an": "our own", "ast": "FLORES+ dev", "oc-aranes": "FLORES+ dev"}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('licence = "CC0-1.0"', "", "licence"),
        ('"en"', '"english please"', "english please"),
        ("name", "nmae", "required field `name`"),
        ('source = "es"\ntarget = "an"', 'source = "en"\ntarget = "sw"', "en → sw stands twice"),
        ("[[sets]]", "[[set]]", "no [[sets]] table"),
        ("[[sets]]", "[[sets", "own.toml"),
        ('name = "our own"', 'name = "our own"\nsuits = ["easy"]', "no field 'suits'"),
    ],
)
def test_sets_that_cannot_be_used_are_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace(before, after), encoding="utf-8")
    with pytest.raises(SetsInvalid, match=re.escape(said)) as invalid:
        evaluation_sets(tmp_path / "own.toml")
    assert "own.toml" in str(invalid.value)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (b"one\ntwo\n", "2 lines and a.txt 1"),
        (b"", "0 lines"),
        (b"\xff\xfe", "cannot be read"),
        (b'{"text": 3}\n', "no text 'text'"),
        (b"no json\n", "cannot be read"),
    ],
)
def test_lines_that_cannot_be_used_are_named(tmp_path: Path, sources: bytes, said: str) -> None:
    field = "text" if b"json" in sources or b"{" in sources else ""
    each = EvaluationSet(ES, CA, "own", "es.txt", "a.txt", "CC0-1.0", source_field=field)
    (tmp_path / "es.txt").write_bytes(sources)
    (tmp_path / "a.txt").write_text("un\n", encoding="utf-8")
    with pytest.raises(SetsInvalid, match=said):
        each.lines(tmp_path)


def test_a_packed_file_that_is_spoilt_is_named(tmp_path: Path) -> None:
    (tmp_path / "es.xz").write_bytes(b"no such format")
    with pytest.raises(SetsInvalid, match=r"es\.xz cannot be read"):
        EvaluationSet(ES, CA, "own", "es.xz", "es.xz", "CC0-1.0").lines(tmp_path)
