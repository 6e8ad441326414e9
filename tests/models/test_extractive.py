from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extractive import Budget, NothingFits, choose, rank

NOTICE = [
    "El Ayuntamiento abre el plazo para pedir la ayuda de alquiler para jóvenes.",
    "Pueden pedir la ayuda de alquiler las personas de 18 a 35 años.",
    "La biblioteca cierra los lunes.",
    "El plazo para pedir la ayuda de alquiler termina el 15 de marzo.",
    "¡Gracias!",
]


@given(st.lists(st.text(max_size=40), max_size=30))
def test_ranks_are_positive_and_sum_to_one(sentences: list[str]) -> None:
    found = rank(sentences)
    assert len(found) == len(sentences)
    assert all(score > 0 for score in found)
    assert not found or math.isclose(sum(found), 1, rel_tol=1e-5)


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=20), st.integers(1, 5), st.integers(30, 90))
def test_a_summary_keeps_its_budget_and_repeats_no_place(sentences: list[str], most: int, chars: int) -> None:
    chosen = choose(sentences, Budget(most, chars))
    assert 1 <= len(chosen) <= most
    assert len(set(chosen)) == len(chosen)
    assert len("\n".join(sentences[place] for place in chosen)) <= chars


def test_the_sentence_that_others_resemble_comes_first() -> None:
    scores = rank(NOTICE)
    assert min(scores[place] for place in (0, 1, 3)) > max(scores[2], scores[4])
    assert choose(NOTICE, Budget(1)) == (scores.index(max(scores)),)


@pytest.mark.parametrize(
    "sentences",
    [
        ["ቤተ መጻሕፍቱ ሰኞ ይዘጋል።", "ማክሰኞ ዝናብ ነበር።", "ቤተ መጻሕፍቱ ሰኞ እና ማክሰኞ ይዘጋል።"],
        ["تغلق المكتبة يوم الاثنين.", "الجو جميل.", "تغلق المكتبة يوم الاثنين والثلاثاء."],
        ["ห้องสมุดปิดวันจันทร์", "อากาศดีมาก", "ห้องสมุดปิดวันจันทร์และวันอังคาร"],
        ["图书馆星期一关门。", "天气很好。", "图书馆星期一和星期二关门。"],
    ],
    ids=["Ethiopic", "Arabic", "Thai", "Chinese"],
)
def test_sentences_vote_in_every_script(sentences: list[str]) -> None:
    scores = rank(sentences)
    assert scores[1] == min(scores)
    assert scores[1] < 0.9 * min(scores[0], scores[2])


def test_what_was_said_already_is_passed_over() -> None:
    repeated = [NOTICE[0], NOTICE[0].upper(), NOTICE[2], NOTICE[3]]
    assert len({repeated[place].lower() for place in choose(repeated, Budget(3))}) == 3


def test_a_sentence_that_does_not_fit_gives_way_to_a_shorter_one() -> None:
    assert choose(NOTICE, Budget(1, 40)) == (2,)


def test_when_nothing_fits_the_shortest_length_is_said() -> None:
    with pytest.raises(NothingFits) as raised:
        choose(NOTICE, Budget(3, 5))
    assert raised.value.shortest == len("¡Gracias!")


def test_a_long_text_is_ranked_in_blocks_of_equal_weight() -> None:
    sentences = [f"El artículo {number} trata de la ayuda." for number in range(1000)]
    scores = rank(sentences)
    assert math.isclose(sum(scores[:400]), 0.4, rel_tol=1e-5)
    assert math.isclose(sum(scores[800:]), 0.2, rel_tol=1e-5)


def test_nothing_has_no_summary() -> None:
    assert choose([], Budget(3)) == ()
    assert rank([]) == ()
