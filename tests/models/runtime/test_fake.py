from __future__ import annotations

import pytest

from models.runtime.fake import FakeTranslator, mark
from models.runtime.protocol import TranslationInput
from tests.models.tiny_model import SENTENCES, tag, tiny_entry


@pytest.mark.parametrize("text", SENTENCES)
def test_source_can_be_read_back(text: str) -> None:
    [hypothesis] = FakeTranslator(tiny_entry()).translate([TranslationInput(text, tag("an"))])
    assert hypothesis.text.replace("~an", "") == " ".join(text.split())


@pytest.mark.parametrize(
    ("word", "marked"),
    [
        ("nueve.", "nueve~an."),
        ("¿Dónde", "¿Dónde~an"),
        ("112", "112"),
        ("3.ª", "3.ª"),
        ("ayuda@zaragoza.es", "ayuda@zaragoza.es"),
        ("https://www.zaragoza.es/cita", "https://www.zaragoza.es/cita"),
        ("🙂", "🙂"),
        ("…", "…"),
        ("ሰዓት።", "ሰዓት~an።"),
    ],
)
def test_words_are_marked_and_facts_are_kept(word: str, marked: str) -> None:
    assert mark(word, tag("an")) == marked


def test_delay_is_waited_for_once_per_call() -> None:
    waited: list[float] = []
    translator = FakeTranslator(tiny_entry(), delay_s=2.5, sleep=waited.append)
    translator.translate([TranslationInput("agua", tag("an"))] * 3)
    assert waited == [2.5]


def test_what_was_computed_can_be_seen() -> None:
    translator = FakeTranslator(tiny_entry())
    translator.translate([TranslationInput("agua", tag("an"))])
    assert translator.translated == (TranslationInput("agua", tag("an")),)
