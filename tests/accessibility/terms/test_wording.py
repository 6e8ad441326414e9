"""Wordings are found longest first, as whole words and whole characters, in every script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.terms.wording import ENDING, Finder, Wording, fold
from locales.normalisation import normalise


def found(text: str, *wordings: str, whole_word: bool = True) -> list[str]:
    text = normalise(text)
    finder = Finder(Wording(each, each, whole_word=whole_word) for each in wordings)
    return [text[match.start : match.end] for match in finder.find(text) if match.whole]


@pytest.mark.parametrize(
    ("text", "wordings", "expected"),
    [
        ("El banco central y el banco.", ["banco", "banco central"], ["banco central", "banco"]),
        ("L’hospital, l'hospital", ["hospital"], ["hospital", "hospital"]),
        ("El col·legi no és cap col.", ["col"], ["col"]),
        ("ÉCOLE école École", ["école"], ["ÉCOLE", "école", "École"]),
        ("e\u0301cole", ["école"], ["école"]),
        ("مكتبة المدينة والمكتبة", ["مكتبة"], ["مكتبة"]),
        ("በቤተ መጻሕፍት፡ቤተ መጻሕፍት።", ["ቤተ መጻሕፍት"], ["ቤተ መጻሕፍት"]),
        ("ខ្ញុំទៅមន្ទីរពេទ្យថ្ងៃនេះ", ["មន្ទីរពេទ្យ"], ["មន្ទីរពេទ្យ"]),
        ("ไปโรงพยาบาลวันนี้", ["โรงพยาบาล"], ["โรงพยาบาล"]),
        ("我去市立医院看医生", ["医院", "市立医院"], ["市立医院"]),
        ("अस्पताल के पास", ["अस्पताल"], ["अस्पताल"]),
        ("کتاب‌ها و کتاب", ["کتاب"], ["کتاب"]),
        ("도서관에서 도서관", ["도서관"], ["도서관"]),
        ("snake_case y snake", ["snake"], ["snake"]),
        ("AB12 y 12", ["12"], ["12"]),
    ],
)
def test_whole_words_are_found_longest_first(text: str, wordings: list[str], expected: list[str]) -> None:
    assert found(text, *wordings) == expected


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("กำ", "ก"),  # the vowel belongs to the consonant
        ("ក្រ", "ក"),  # so does the subscript
        ("हिन्दी", "ह"),
        ("q\u0303", "q"),
    ],
)
def test_no_character_is_cut_in_two(text: str, wording: str) -> None:
    assert found(text, wording, whole_word=False) == []


def test_parts_of_words_are_found_only_where_they_are_asked_for() -> None:
    assert found("submarino", "marino") == []
    assert found("submarino", "marino", whole_word=False) == ["marino"]


def test_nothing_is_found_in_links_addresses_and_placeholders() -> None:
    text = "agua: https://ejemplo.es/agua agua@ejemplo.es {agua} AGUA"
    assert found(text, "agua") == ["agua", "AGUA"]


def test_case_counts_where_it_is_said_to() -> None:
    finder = Finder([Wording("US", "country", case_sensitive=True), Wording("us", "pronoun")])
    assert [match.stands_for for match in finder.find("US us Us")] == ["country", "pronoun", "pronoun"]


def test_a_word_that_goes_on_is_perhaps_a_form_and_said_to_be_so() -> None:
    finder = Finder([Wording("biblioteca", 1), Wording("gas", 2)])
    text = "bibliotecas bibliotecarios gasa subbiblioteca biblioteca"
    assert [(text[each.start : each.end], each.whole) for each in finder.find(text)] == [
        ("bibliotecas", False),
        ("biblioteca", True),
    ]
    assert len("bibliotecario") - len("biblioteca") == ENDING
    assert [each.whole for each in finder.find("bibliotecario")] == [False]


def test_ten_thousand_wordings_are_looked_up_as_often_as_ten() -> None:
    """Counted, not timed: how many places of a text are compared with a wording."""
    text = "La biblioteca municipal abre a las nueve de la mañana, palabra por palabra. "
    looked = [_Counted(Wording(f"palabra {number:04x}", number) for number in range(count)) for count in (10, 10_000)]
    assert [finder.find(text) for finder in looked] == [(), ()]
    assert looked[0].seen.count == looked[1].seen.count > 0


class _Counted(Finder[int]):
    def __init__(self, wordings: Iterable[Wording[int]]) -> None:
        super().__init__(wordings)
        self.seen = self._wordings = _Seen(self._wordings)


class _Seen(dict[str, list[Wording[int]]]):
    count = 0

    def get(self, *asked: Any) -> Any:
        self.count += 1
        return super().get(*asked)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40))
def test_folding_moves_no_letter(text: str) -> None:
    assert len(fold(text)) == len(text)


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet="aéñ·’ בعកេកាង 医", max_size=30), st.text(alphabet="aéñע医ក", min_size=1, max_size=4))
def test_what_is_found_is_the_wording_and_stands_apart(text: str, wording: str) -> None:
    text = normalise(text)
    ends = [0]
    for match in Finder([Wording(wording, 0)]).find(text):
        if match.whole:
            assert fold(text[match.start : match.end]) == fold(normalise(wording))
        assert match.start >= ends[-1]
        ends.append(match.end)
