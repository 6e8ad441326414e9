from __future__ import annotations

import pytest

pytest.importorskip("rouge_score", reason="needs the extra evaluate")

from benchmarks.summaries import rows
from locales.tags import LanguageTag

DOCUMENT = {
    "text": "Visto el expediente. La ayuda de alquiler para jóvenes se paga. La ayuda de alquiler es de 250 euros.",
    "summary": "La ayuda de alquiler para jóvenes se paga.",
}


def test_every_choice_is_scored_and_none_beats_the_best_sentence() -> None:
    table = [row.strip("| ").split(" | ") for row in rows([DOCUMENT] * 3, LanguageTag("es"))[2:]]
    scores = {name: float(rouge_l.split(" ±")[0]) for name, _, _, rouge_l in table}
    assert len(scores) == 4
    assert scores["best sentence"] == max(scores.values()) == 100
    assert scores["first sentence (lead-1)"] < scores["Malgil, extractive"]
