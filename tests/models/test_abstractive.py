from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.tags import LanguageTag
from models.abstractive import excerpt, passages, written
from models.extractive import Sentence, speaking, support

ES = LanguageTag("es")
SENTENCES = (
    "VISTO el expediente de la ayuda de alquiler.",
    "El clima fue agradable durante toda la semana.",
    "La ayuda de alquiler se aprueba para los jóvenes.",
    "Los jóvenes piden la ayuda de alquiler en el ayuntamiento.",
    "Comuníquese y archívese.",
)


def placed(texts: tuple[str, ...]) -> list[Sentence]:
    found, start = [], 0
    for text in texts:
        found.append(Sentence(text, (start, start + len(text))))
        start += len(text) + 1
    return found


def test_an_excerpt_holds_the_first_sentence_and_the_most_central_in_their_order() -> None:
    assert excerpt(SENTENCES, 160) == " ".join([SENTENCES[0], SENTENCES[2], SENTENCES[3]])
    assert excerpt(SENTENCES, 10_000) == " ".join(SENTENCES)


def test_a_first_sentence_that_is_too_long_is_read_all_the_same() -> None:
    assert excerpt(SENTENCES, 5) == SENTENCES[0]


@given(st.lists(st.text("ab ñ。ب", min_size=1, max_size=30), max_size=30), st.integers(1, 200), st.integers(1, 9))
def test_sections_hold_every_sentence_once_and_in_order(texts: list[str], window: int, most: int) -> None:
    sentences = placed(tuple(texts))
    found = passages(sentences, window, most)
    assert [each for section in found for each in section.sentences] == sentences
    assert len(found) <= most
    assert all(section.sentences and section.text for section in found)


def test_a_text_that_fits_the_window_is_one_section() -> None:
    [section] = passages(placed(SENTENCES), 1000, 5)
    assert section.text == " ".join(SENTENCES)


@pytest.mark.parametrize(
    ("sentence", "places"),
    [
        ("Se aprueba una ayuda para jóvenes.", 2),
        ("El clima fue agradable.", 1),
        ("Los jóvenes van al ayuntamiento.", 3),
    ],
)
def test_the_sentence_that_accounts_best_for_a_written_one_comes_first(sentence: str, places: int) -> None:
    assert support(sentence, SENTENCES)[0] == places


def test_two_sentences_may_account_for_a_written_one_and_none_for_nonsense() -> None:
    assert set(support("El clima fue agradable y los jóvenes piden ayuda de alquiler.", SENTENCES)) >= {1, 3}
    assert support("xyzzy", SENTENCES) == ()
    assert support("xyzzy", ()) == ()


def test_what_says_something_is_told_from_headings_in_any_script() -> None:
    text = "AVISO\n\nቤተ መጻሕፍቱ ሰኞ ይዘጋል እና ማክሰኞ ይከፈታል።\n15.03.2026\n"
    [only] = speaking(text, LanguageTag("am"))
    assert text[slice(*only.span)] == only.text == "ቤተ መጻሕፍቱ ሰኞ ይዘጋል እና ማክሰኞ ይከፈታል።"
    assert [each.text for each in speaking("AVISO\n", ES)] == ["AVISO"]
    assert speaking(" \n", ES) == ()


def test_what_was_written_is_cut_into_sentences() -> None:
    assert written("Se aprueba el art. 3. No hay más.\n", ES) == ("Se aprueba el art. 3.", "No hay más.")
    assert written(" ", ES) == ()
