from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from models import report
from models.calibration import Calibration
from models.examination import examine
from models.footprint import Footprint
from models.record import Failure, Record, Verdict
from models.runtime.load import RunOptions
from tests.models.synthetic import bench


@pytest.fixture
def record(tmp_path: Path) -> Record:
    made = bench(tmp_path)
    task = replace(made.task, weigh=lambda *_: Footprint(0.25, 31.4), teacher=lambda lines: lines.references)
    return examine(made.entry, made.directory, task, RunOptions(), load=made.loading())


def test_the_report_holds_scores_verdict_cost_data_and_every_figure(record: Record) -> None:
    written = report.as_markdown(record, "plot.svg")
    assert written.startswith("# es-ca@0.0.1, suite standard, 2026-11-22\n\n![scores by direction](plot.svg)\n")
    assert "| es → ca | our own | 126 | **100.0** |" in written
    assert "- The gate would let it pass." in written
    assert "| es-ca@0.0.1 | 0 MB | 0.25 s | 31 MiB |" in written
    assert "- es → ca: our own, 126 lines, CC0-1.0, sha256 " in written
    assert all(f"`{each.name}`" in written for each in record.metrics)


def test_a_model_that_was_not_weighed_has_a_row_all_the_same(record: Record) -> None:
    bare = replace(record, metrics=tuple(each for each in record.metrics if each.direction))
    assert "| es-ca@0.0.1 | – | – | – |" in report.cost_table([bare])


def test_what_the_models_own_score_is_worth_stands_in_the_report_by_direction(record: Record) -> None:
    [direction] = [each.direction for each in record.data]
    bands = Calibration(direction, "our own", 126, -0.5, -0.2, (41.0, 62.5, 80.25), 0.456)
    calibrated = replace(record, calibration=(bands,), signed_by="the evaluators")
    assert "| es → ca | our own | 126 | 41.0 | 62.5 | 80.2 | 0.46 |" in report.as_markdown(calibrated)
    assert "Signed by the evaluators." in report.as_markdown(calibrated)
    assert "| es → ca | our own | 126 | – | – | – | – |" in report.calibration_table(replace(record, calibration=()))
    assert "own score" not in report.as_markdown(replace(record, calibration=()))


def test_the_bars_show_the_model_beside_copying_and_the_teacher(record: Record) -> None:
    drawn = ET.fromstring(report.as_svg(record))
    texts = ["".join(each.itertext()) for each in drawn.iter() if each.tag.endswith(("text", "title"))]
    assert {"chrF++ of es-ca@0.0.1", "copied source", "teacher", "es → ca", "100.0"} <= set(texts)


def test_very_many_misses_of_one_kind_are_counted_and_not_listed() -> None:
    many = tuple(Failure("lines", None, None, "at least 100") for _ in range(39_000))
    told = report.verdict_lines(Verdict(False, (*many, Failure("chrf", None, 3.0, "at least 5"))))
    assert len(told) < 20
    assert told[-2:] == ["  lines: and 38988 more", "  chrf: 3, needs at least 5"]
