from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.runtime.windows import going_on, join, windows

PIECES = st.lists(st.sampled_from(["▁agua", "s", "▁", "<0xF0>", "<0x9F>", "\u0301", "ក", "\u200d"]), max_size=60)


@given(pieces=PIECES, longest=st.integers(1, 12))
def test_windows_hold_every_piece_once_and_none_is_too_long(pieces: list[str], longest: int) -> None:
    cut = list(windows(pieces, longest))
    assert [piece for window in cut for piece in window.pieces] == pieces
    assert all(1 <= len(window.pieces) <= longest for window in cut)


def test_short_text_is_one_window() -> None:
    [window] = windows(["▁a", "b"], 2)
    assert list(window.pieces) == ["▁a", "b"]
    assert list(windows([], 2)) == []


def test_windows_open_words_and_have_similar_size() -> None:
    cut = list(windows(["▁a", "b"] * 9, 16))
    assert [len(window.pieces) for window in cut] == [8, 10]
    assert all(window.spaced for window in cut)


@pytest.mark.parametrize("mark", [",", ";", "،", "፣"])
def test_windows_are_cut_between_clauses_when_none_becomes_short(mark: str) -> None:
    pieces = ["▁a", "b", "▁c", mark, "▁d", "e", "▁f", "g", "▁h", "i"]
    assert [len(window.pieces) for window in windows(pieces, 8)] == [4, 6]
    early = ["▁a", mark, *["▁b"] * 12]
    assert [len(window.pieces) for window in windows(early, 8)] == [7, 7]


def test_text_without_spaces_is_cut_between_characters() -> None:
    emoji = ["<0xF0>", "<0x9F>", "<0x99>", "<0x82>"]
    cut = list(windows(["▁", *emoji * 5], 7))
    assert all(window.pieces[0] in ("▁", "<0xF0>") for window in cut)
    assert [window.spaced for window in cut][1:] == [False] * (len(cut) - 1)


def test_accent_stays_with_its_letter() -> None:
    cut = list(windows(["▁e", "\u0301", "a", "\u0301", "o", "\u0301"], 3))
    assert all(window.pieces[0] != "\u0301" for window in cut)


@pytest.mark.parametrize(
    ("texts", "spaced", "joined"),
    [
        (["a", "b"], [True, True], "a b"),
        (["a", "b"], [True, False], "ab"),
        (["", "b"], [True, True], "b"),
        (["a", "", "c"], [True, True, True], "a c"),
        ([], [], ""),
    ],
)
def test_windows_join_with_the_spaces_of_the_source(texts: list[str], spaced: list[bool], joined: str) -> None:
    assert join(texts, spaced) == joined


@pytest.mark.parametrize(
    ("source", "text", "joined"),
    [
        ("en el plazo de un mes", "En o plazo d'un mes", "en o plazo d'un mes"),
        ("establecido por la ley", "Establit per la llei", "establit per la llei"),
        ("a Ana Gil", "A Ana Gil", "a Ana Gil"),
        ("la señora García", "García andrea", "García andrea"),
        ("el BOE de hoy", "BOE gaurkoa", "BOE gaurkoa"),
        ("casa grande", "Haus groß", "Haus groß"),
        ("Madrid y Lugo", "Madril eta Lugo", "Madril eta Lugo"),
        ("в течение месяца", "В течение месяца", "в течение месяца"),
        ("ውስጥ", "በአንድ ወር", "በአንድ ወር"),
        ("", "Y", "Y"),
    ],
)
def test_a_window_that_goes_on_begins_small_unless_it_may_be_a_name(source: str, text: str, joined: str) -> None:
    assert going_on(text, source) == joined
