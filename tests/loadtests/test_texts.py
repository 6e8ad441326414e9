from __future__ import annotations

from random import Random

import pytest

from loadtests import texts

LANGUAGES = sorted(texts.written_in())
MAKERS = (texts.sentence, texts.letter, texts.document, texts.notice, texts.alert)


def test_texts_are_made_in_four_scripts() -> None:
    assert LANGUAGES == ["ar", "en", "es", "fr", "hi", "uk"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_filled_in(language: str) -> None:
    random = Random(1)
    for make in MAKERS:
        for _ in range(50):
            text = make(random, language)
            assert text.strip()
            assert "{" not in text
    assert all(label.strip() for label in texts.form(random, language))


def test_the_same_seed_makes_the_same_text() -> None:
    assert texts.document(Random(7), "es") == texts.document(Random(7), "es")


def test_no_two_sentences_are_the_same() -> None:
    random = Random(1)
    assert len({texts.sentence(random, "es") for _ in range(500)}) > 495


def test_notices_are_few_and_the_first_is_read_most() -> None:
    random = Random(1)
    read = [texts.notice(random, "es") for _ in range(1000)]
    first = texts.notice(Random(0), "es")
    assert len(set(read)) <= texts.NOTICES
    assert max(map(read.count, set(read))) > 1000 / texts.NOTICES * 4
    assert first in read


def test_a_form_asks_nothing_twice() -> None:
    for seed in range(50):
        labels = texts.form(Random(seed), "uk")
        assert 8 <= len(labels) <= 30
        assert len(set(labels)) == len(labels)


def test_a_document_is_long_and_within_what_one_request_may_hold() -> None:
    lengths = [len(texts.document(Random(seed), language)) for seed in range(30) for language in LANGUAGES]
    assert min(lengths) > 500
    assert max(lengths) < 100_000
