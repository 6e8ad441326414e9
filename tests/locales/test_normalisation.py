import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.normalisation import NORMALISATION_VERSION, has_letters, normalise, suspicious


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("e\u0301", "é"),
        ("ẹ\u0301", "ẹ\u0301"),
        ("ﬁ ½ ①", "ﬁ ½ ①"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x85b\x0bc\x0cd", "a\nb\nc\nd"),
        ("a\r\x00\nb", "a\nb"),
        ("a\x00\x1b\x7f\x9fb\tc", "ab\tc"),
        ("a\u202eb\u202ac\u202c", "abc"),
        ("\u2067עברית\u2069 \u200f", "\u2067עברית\u2069 \u200f"),
        ("x\U000e0041\U000e007f", "x"),
        ("na\u00adción\ufeff", "nación"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("ខ្មែរ\u200bភាសា", "ខ្មែរ\u200bភាសា"),
        ("a\ud800b", "ab"),
    ],
)
def test_one_form_for_equal_texts(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.text())
def test_normal_text_stays_as_it_is(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)
    assert not suspicious(normal)


@pytest.mark.parametrize("text", ["a\u202eb", "a\U000e0041", "a\x00", "\x1b[0m", "\udfff"])
def test_hidden_characters_are_suspicious(text: str) -> None:
    assert suspicious(text)


@pytest.mark.parametrize(
    "text", ["", "na\u00adción", "\ufeffHola\r\n", "می\u200cخواهم", "\u2067עברית\u2069", "👩\u200d🔧"]
)
def test_ordinary_typography_is_not_suspicious(text: str) -> None:
    assert not suspicious(text)


@pytest.mark.parametrize("text", ["a", "3 m", "አ", "한", "ខ", "ª"])
def test_letters_of_any_script_count(text: str) -> None:
    assert has_letters(text)


@pytest.mark.parametrize("text", ["", " \n", "1.234,50 €", "😀👍🏽", "-- ** --", "٣٤"])
def test_text_without_letters_has_nothing_to_translate(text: str) -> None:
    assert not has_letters(text)


def test_version_names_the_form() -> None:
    assert NORMALISATION_VERSION == "nfc-lf-1"
