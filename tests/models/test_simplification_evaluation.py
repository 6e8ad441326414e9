"""A simplifier is measured, judged and promoted; one that says something else, or nothing simpler, is not."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.evaluation_cli import READING, outcomes
from models import report
from models.catalogue import Catalogue, CatalogueEntry, LanguagePair
from models.examination import Task, examine
from models.gate import SIMPLIFY_THRESHOLDS, Thresholds, thresholds_by_task
from models.lifecycle import promote
from models.quality import EvaluationSet
from models.record import Record, write_record
from models.register import Register
from models.runtime.fake import FakeTranslator
from models.runtime.load import RunOptions
from models.runtime.protocol import Hypothesis, TranslationInput
from models.runtime.tokeniser import SENTENCEPIECE_MODEL
from models.standing import served
from models.store import ModelDirectory
from tests.models.synthetic import ES, TODAY
from tests.models.tiny_model import tiny_entry

PAIR = LanguagePair(ES, ES)
HARD = tuple(
    f"Con anterioridad a la presentación de la documentación correspondiente en la oficina número {number}, las "
    f"personas interesadas no deberán abonar cantidad alguna, salvo {number} euros."
    for number in range(2, 122)
)


def plain(text: str) -> str:
    text = text.replace("Con anterioridad a la presentación de la documentación correspondiente en", "Antes de ir a")
    return text.replace("las personas interesadas no deberán abonar", "usted no debe pagar")


class Rewrites(FakeTranslator):
    def __init__(self, entry: CatalogueEntry, rewrite: Callable[[str], str]) -> None:
        super().__init__(entry)
        self._rewrite = rewrite

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        super().translate(inputs)
        return [Hypothesis(self._rewrite(each.text), True, 1, 1) for each in inputs]


@dataclass(frozen=True, slots=True)
class Bench:
    folder: Path
    entry: CatalogueEntry

    def measured(self, rewrite: Callable[[str], str] = plain) -> Record:
        own = EvaluationSet(
            ES, ES, "our own", "hard.txt", "hard.txt", "CC0-1.0", suites=("simplifications",), task="simplify"
        )
        thresholds = Thresholds.load(SIMPLIFY_THRESHOLDS)
        task = Task("simplifications", (own,), self.folder, thresholds, outcomes, TODAY, reading=READING)
        directory = ModelDirectory(self.folder / "plain", self.entry.digest)
        return examine(self.entry, directory, task, RunOptions(), load=lambda _, entry, __: Rewrites(entry, rewrite))


@pytest.fixture
def made(tmp_path: Path) -> Bench:
    (tmp_path / "hard.txt").write_text("\n".join(HARD) + "\n", encoding="utf-8")
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / SENTENCEPIECE_MODEL).write_bytes(b"pieces")
    entry = tiny_entry("plain", ("es",), task="simplify", prefix="none", tag_format="", max_source_tokens=1000)
    return Bench(tmp_path, entry)


def misses(record: Record) -> set[str]:
    return {each.metric for each in record.verdict.failed}


def test_a_simplifier_that_keeps_the_meaning_passes_is_promoted_and_serves(made: Bench) -> None:
    record = made.measured()
    assert record.verdict.passed, [str(each) for each in record.verdict.failed]
    assert (record.value("changed", PAIR), record.value("meaning_kept", PAIR)) == (1.0, 1.0)
    write_record(record, made.entry, made.folder)
    by_task = thresholds_by_task()
    register = Register(by_task["translate"], shipped=made.folder, others=by_task)
    now = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
    assert promote(made.entry, Catalogue((made.entry,)), register, now).serves
    assert served(Catalogue((made.entry,)), register, TODAY).catalogue.serving("simplify", PAIR) == made.entry


@pytest.mark.parametrize(
    ("rewrite", "metric"),
    [
        (lambda text: plain(text).replace(" no ", " "), "meaning_kept"),
        (lambda text: re.sub(r"\d+ euros", "7000 euros", plain(text)), "meaning_kept"),
        (lambda text: text, "changed"),
        (lambda text: text, "meaning_kept"),
        (lambda text: text.replace("cantidad alguna", "importe alguno"), "lix_saved"),
        (lambda text: " ".join([*plain(text).split(), *["la puerta"] * 20]), "fault_repetition"),
        (lambda _: "Библиотека открывается в девять часов утра каждый день.", "wrong_language"),
    ],
    ids=[
        "negation lost",
        "another amount",
        "changes nothing",
        "changes nothing to judge",
        "no easier",
        "loops",
        "Russian",
    ],
)
def test_a_damaged_simplifier_is_refused_for_what_it_damages(
    made: Bench, rewrite: Callable[[str], str], metric: str
) -> None:
    assert metric in misses(made.measured(rewrite))


def test_every_shipped_rule_names_a_metric_that_is_measured(made: Bench) -> None:
    known = {each.name for each in made.measured().metrics} | {"serving_meaning_kept"}
    for rule in Thresholds.load(SIMPLIFY_THRESHOLDS).rules:
        assert rule.metric in known
        assert rule.above is None or rule.above in known


def test_the_report_of_a_simplifier_shows_every_figure(made: Bench) -> None:
    record = made.measured()
    assert "| `meaning_kept` | es → es | 1 |" in report.scores(record)
    assert "LIX" in report.as_svg(record)
