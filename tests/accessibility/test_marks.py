"""Marks with a blank around them on the way to a model, and without it on the way back."""

from __future__ import annotations

import pytest

from accessibility.marks import aired, closed, numbers, pairs

AIRED = {
    "El <g1>plazo</g1> acaba.": "El <g1> plazo </g1> acaba.",
    "La ayuda<x1/> se paga<x2/>.": "La ayuda <x1/> se paga <x2/>.",
    "<g1>Nota:</g1>la <g2><g3>ley</g3></g2>": "<g1> Nota: </g1> la <g2> <g3> ley </g3> </g2>",
    "<g1>ጤና ጣቢያ</g1>፣ ሰኞ": "<g1> ጤና ጣቢያ </g1>፣ ሰኞ",
    "sin marcas": "sin marcas",
}


@pytest.mark.parametrize("text", AIRED)
def test_blanks_are_put_in_and_taken_out_again(text: str) -> None:
    assert aired(text) == AIRED[text]
    assert closed(AIRED[text], text) == text


def test_a_mark_that_moved_takes_no_blank_with_it() -> None:
    source = "La <g1>casa</g1> roja<x2/>"
    assert closed("<x2/> Red <g1> house </g1> there", source) == "<x2/> Red <g1>house</g1> there"
    assert closed("The house <x2/> <g9> x </g9>", source) == "The house<x2/> <g9> x </g9>"


def test_pairs_are_told_from_outside_in_and_half_ones_are_none() -> None:
    assert pairs("<g1>a <g2>b</g2></g1> <x3/> </g4> <g5>") == [(1, 0, 21, "a <g2>b</g2>"), (2, 6, 16, "b")]
    assert numbers("</g1><g1><x2/>") == [("", 1), ("", 2), ("/", 1)]
