from __future__ import annotations

import sys
import xml.etree.ElementTree as ET

import pytest

from models.catalogue import LanguagePair
from models.comparison import Compared, as_markdown, as_svg, compare
from models.evaluation import Lines
from models.metric import EvaluationUnavailable
from tests.models.synthetic import CA, ES, REFERENCES, SOURCES, WordByWord
from tests.models.tiny_model import tiny_entry

ENTRY = tiny_entry(targets=("ca",), max_source_tokens=1000)
LINES = Lines(LanguagePair(ES, CA), SOURCES, REFERENCES)
SOUND = WordByWord(ENTRY)
WORSE = WordByWord(ENTRY, lambda text: text.replace("obre", "abre").replace("no ", ""))


def row(**changes: object) -> Compared:
    fields: dict[str, object] = {
        "direction": LINES.direction, "set_name": "our own", "n": 126, "first": 60.0, "second": 62.5,
        "p_value": 0.01, "signature": "chrF++",
    }  # fmt: skip
    return Compared(**fields | changes)  # type: ignore[arg-type]


def test_a_worse_model_is_told_from_chance() -> None:
    found = compare(SOUND, WORSE, LINES, "our own")
    assert (found.first, found.n) == (100.0, len(SOURCES))
    assert found.second < 99
    assert found.p_value < 0.05
    assert found.verdict == "first is better"


def test_a_model_is_no_better_than_itself() -> None:
    assert compare(SOUND, WordByWord(ENTRY), LINES, "our own").verdict == "no difference shown"


def test_the_report_names_the_better_one_and_how_it_was_tested() -> None:
    report = as_markdown(("es-ca@1", "es-ca@2"), [row(), row(p_value=0.4)])
    assert "| es → ca | our own | 126 | 60.0 | 62.5 | +2.5 | 0.010 | es-ca@2 is better |" in report
    assert "no difference shown" in report
    assert "paired bootstrap" in report
    assert "`chrF++`" in report


def test_the_bars_say_their_figures_and_their_title() -> None:
    drawn = ET.fromstring(as_svg(("a<b", "c"), [row(), row()]))
    texts = ["".join(each.itertext()) for each in drawn.iter() if each.tag.endswith(("text", "title"))]
    assert "chrF++ of a<b and c" in texts
    assert texts.count("62.5") == 2
    assert drawn.get("role") == "img"


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sacrebleu.significance", None)
    with pytest.raises(EvaluationUnavailable):
        compare(SOUND, SOUND, LINES, "our own")
