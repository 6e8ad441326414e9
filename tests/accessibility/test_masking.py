from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.masking import mask

WORDS = st.sampled_from(
    [
        "ayuda@monzon.es",
        "https://sede.gob.es/cita?id={7}",
        "{0}",
        "{1}",
        "%s",
        "+34 974 10 20 30",
        "ES91 2100 0418 4502",
    ]
)
TEXT = st.lists(WORDS | st.text(max_size=8), max_size=12).map(" ".join)


@given(TEXT)
def test_what_was_taken_out_comes_back_in_place(text: str) -> None:
    masked = mask(text)
    assert masked.restore(masked.text) == text


@pytest.mark.parametrize(
    ("text", "masked", "items"),
    [
        ("Escriba a ayuda@monzon.es.", "Escriba a {0}.", ("ayuda@monzon.es",)),
        ("{0} de {1}", "{0} de {1}", ("{0}", "{1}")),
        ("{1}: https://a.es/x, {0}", "{0}: {1}, {2}", ("{1}", "https://a.es/x", "{0}")),
        ("Llame al 974 10 20 30, extensión 12.", "Llame al {0}, extensión 12.", ("974 10 20 30",)),
        ("Son 721.274.005,55 euros el 15.", "Son {0} euros el 15.", ("721.274.005,55",)),
        ("ስልክ +251 11 551 7700 ይደውሉ", "ስልክ {0} ይደውሉ", ("+251 11 551 7700",)),
        (
            "اتصل على 0020 2 2795 4321 أو www.example.org/ar",
            "اتصل على {0} أو {1}",
            ("0020 2 2795 4321", "www.example.org/ar"),
        ),
        ("máis de 10\u00a0000 millóns, 7 000 illas", "máis de {0} millóns, {1} illas", ("10\u00a0000", "7 000")),
        ("12 0000; a 3 500,2; B 12 500", "12 0000; a 3 500,2; B {0}", ("12 500",)),
        ("En 2026 hay 15 plazas", "En 2026 hay 15 plazas", ()),
        ("Ley 38/2003, de 17 de noviembre", "Ley 38/2003, de 17 de noviembre", ()),
    ],
)
def test_links_addresses_placeholders_and_long_numbers_are_taken_out(
    text: str, masked: str, items: tuple[str, ...]
) -> None:
    found = mask(text)
    assert (found.text, found.items) == (masked, items)


@pytest.mark.parametrize("translation", ["Escriba", "a {0} y {0}", "a {1}", "a {0} {1}", "a { 0 }"])
def test_a_mark_that_was_lost_doubled_or_made_up_restores_nothing(translation: str) -> None:
    assert mask("Escriba a ayuda@monzon.es").restore(translation) is None


def test_items_may_change_their_order() -> None:
    masked = mask("De a@b.es a c@d.es")
    assert masked.restore("A {1} de {0}") == "A c@d.es de a@b.es"


def test_a_text_of_items_alone_leaves_nothing_to_translate() -> None:
    assert mask("ayuda@monzon.es · 974 10 20 30").bare
    assert not mask("Tel. 974 10 20 30").bare


def test_long_input_takes_linear_time() -> None:
    for text in ("1 " * 25_000, "1.1," * 12_000, "+1" * 25_000, "{0}" * 15_000):
        assert mask(text).restore(mask(text).text) == text
