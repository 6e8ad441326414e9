"""What makes a glossary, and what is told apart."""

from __future__ import annotations

import pytest

from accessibility.terms.glossary import (
    Glossary,
    GlossaryFault,
    Limits,
    NoTerms,
    Term,
    TermInvalid,
    TermTooLong,
    TermTwice,
    TooManyTerms,
    checked,
)
from locales.tags import LanguageTag

LIMITS = Limits(terms=3, term_chars=12)


def test_terms_are_trimmed_and_named_and_keep_their_letters() -> None:
    given = [Term("", " agua ", "e\u0301gua"), Term("salud.2", "ጤና", "tenà", also=("x", "x"))]
    assert checked(given, LIMITS) == (
        Term("t1", "agua", "e\u0301gua"),
        Term("salud.2", "ጤና", "tenà", also=("x",)),
    )


def test_what_is_not_translated_needs_no_target() -> None:
    assert checked([Term("", "Malgil", "", translate=False)], LIMITS)[0].target == "Malgil"


@pytest.mark.parametrize(
    ("terms", "fault", "place"),
    [
        ([], NoTerms, 0),
        ([Term("", "a", "b")] * 4, TooManyTerms, 0),
        ([Term("", "a", "b"), Term("", "", "b")], TermInvalid, 2),
        ([Term("", "a", "  ")], TermInvalid, 1),
        ([Term("", "a", "b\tc")], TermInvalid, 1),
        ([Term("", "a", "b\nc")], TermInvalid, 1),
        ([Term("", "\u200b", "b")], TermInvalid, 1),
        ([Term("", "…", "b")], TermInvalid, 1),
        ([Term("a b", "a", "b")], TermInvalid, 1),
        ([Term("", "a", "b", translate=False)], TermInvalid, 1),
        ([Term("", "a", "b", also=("",))], TermInvalid, 1),
        ([Term("", "ក" * 13, "b")], TermTooLong, 1),
        ([Term("", "a", "b", also=("c" * 13,))], TermTooLong, 1),
        ([Term("", "Água", "b"), Term("", "água", "c")], TermTwice, 2),
        ([Term("", "e\u0301", "b"), Term("", "é", "c")], TermTwice, 2),
        ([Term("x", "a", "b"), Term("x", "c", "d")], TermTwice, 2),
    ],
)
def test_what_makes_no_glossary_is_named_by_its_place(
    terms: list[Term], fault: type[GlossaryFault], place: int
) -> None:
    with pytest.raises(fault) as raised:
        checked(terms, LIMITS)
    assert type(raised.value) is fault
    assert raised.value.place == place


def test_two_cases_are_two_terms_where_both_say_so() -> None:
    assert (
        len(checked([Term("", "US", "x", case_sensitive=True), Term("", "us", "y", case_sensitive=True)], LIMITS)) == 2
    )


def test_a_glossary_is_named_with_its_version() -> None:
    assert Glossary("g1", 7, "", LanguageTag("es"), LanguageTag("an"), ()).reference == "g1@7"
