from __future__ import annotations

import json
import sys

import pytest

from models.evaluation import EvaluationUnavailable, as_table, evaluate
from models.runtime.fake import FakeTranslator
from tests.models.tiny_model import SENTENCES, tag, tiny_entry

SOURCES = [
    "Llame al 112 o al 976 12 34 56.",
    "Son 1.234,50 euros.",
    "Escriba a ayuda@aragon.es o vea https://aragon.es/x.",
]


def fake(**options: str) -> FakeTranslator:
    return FakeTranslator(tiny_entry(max_source_tokens=1000), **options)  # type: ignore[arg-type]


def test_perfect_translation_scores_a_hundred() -> None:
    references = [hypothesis.text for hypothesis in fake().translate(_inputs(SENTENCES))]
    result = evaluate(fake(), SENTENCES, references, tag("an"), teacher=SENTENCES)
    assert result.scores.chrf == 100
    assert result.copied == result.teacher
    assert result.copied.chrf < 100
    assert result.complete == result.segments == len(SENTENCES)
    assert "nw:2" in result.signatures.chrf


def test_numbers_addresses_and_links_are_counted() -> None:
    result = evaluate(fake(), SOURCES, SOURCES, tag("an"))
    assert (result.numbers.found, result.numbers.share) == (6, 1.0)
    assert (result.emails.found, result.links.found) == (1, 1)


def test_separators_of_numbers_do_not_matter_but_digits_do() -> None:
    from models.evaluation import _kept, _numbers

    assert _kept(["1.234,50 y 7 y 7"], ["1,234.50 e 7"], _numbers).share == pytest.approx(2 / 3)
    assert _kept(["sin"], ["1"], _numbers).share is None


def test_failed_segment_counts_as_empty() -> None:
    result = evaluate(fake(poison="112"), SOURCES, SOURCES, tag("an"))
    assert (result.failed, result.complete) == (1, 2)
    assert result.numbers.kept < result.numbers.found


def test_json_and_table_say_the_same() -> None:
    result = evaluate(fake(), SOURCES, SOURCES, tag("an"))
    assert json.loads(result.as_json())["scores"]["chrf"] == result.scores.chrf
    table = as_table([result])
    assert f"| an | 3 | {result.scores.chrf:.1f} |" in table
    assert result.signatures.bleu in table
    assert "100.0 %" in table


@pytest.mark.parametrize(("sources", "references"), [([], []), (["a"], []), (["a", "b"], ["a"])])
def test_lines_that_do_not_match_are_refused(sources: list[str], references: list[str]) -> None:
    with pytest.raises(ValueError, match=r"nothing|same number"):
        evaluate(fake(), sources, references, tag("an"))


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sacrebleu.metrics.bleu", None)
    with pytest.raises(EvaluationUnavailable, match=r"malgil\[evaluate\]"):
        evaluate(fake(), SOURCES, SOURCES, tag("an"))


def _inputs(texts: tuple[str, ...]):  # type: ignore[no-untyped-def]
    from models.runtime.protocol import TranslationInput

    return [TranslationInput(text, tag("an")) for text in texts]
