"""Marks are set again where the marked words are found."""

from __future__ import annotations

from accessibility.alignment import parts, realigned


def again(text: str, bare: str, **translated: str) -> str:
    found = parts(text)
    return realigned(found, bare, {number: translated.get(f"g{number}") for number in found.marked})


def test_marked_words_are_found_in_the_whole() -> None:
    text = "Vaya a <g1>la sede electrónica</g1> el <g2>lunes</g2>."
    bare = "Vete'l llunes a la sede electrónica."
    assert again(text, bare, g1="La sede electrónica.", g2="Llunes") == (
        "Vete'l <g2>llunes</g2> a <g1>la sede electrónica</g1>."
    )


def test_what_is_the_same_in_both_languages_is_found_without_a_translation() -> None:
    assert again("Llame a <g1>Ibercaja</g1>.", "Llama a Ibercaja.", g1="Caxa") == "Llama a <g1>Ibercaja</g1>."


def test_what_is_not_there_or_there_twice_stays_without_mark() -> None:
    assert again("La <g1>casa</g1>", "Dos cases", g1="casa") == "Dos cases"
    assert again("La <g1>casa</g1>", "casa y casa", g1="casa") == "casa y casa"
    assert again("<g1>a</g1> b", "a b", g1="a") == "a b"


def test_of_two_that_overlap_the_first_stays_and_inner_marks_are_not_looked_for() -> None:
    text = "<g1>la casa</g1> y <g2>casa</g2>"
    assert again(text, "la casa", g1="la casa", g2="casa") == "<g1>la casa</g1>"
    assert dict(parts("<g1>la <g2>casa</g2></g1> <x3/>").marked) == {1: "la casa"}
