import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accessibility.repetition import _IN_WORDS, _may_repeat_in_words, loops


@pytest.mark.parametrize(
    "text",
    [
        "la casa la casa la casa la casa",
        "Sí, sí, sí, sí.",
        "y después eteteteteteteteteteteete",
        "በቤት ውስጥ በቤት ውስጥ በቤት ውስጥ በቤት ውስጥ",
        "我们的我们的我们的我们的",
        "ประเทศประเทศประเทศประเทศ",
        "— — — — la la la la",
        "....................aaaaaaaa",
    ],
)
def test_loop_is_seen(text: str) -> None:
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "la casa la casa la casa",
        "jajajaja",
        "no, no, no",
        "........................",
        "1 000 000 000 000",
        "— — — — —",
        "哈哈哈",
        "10 10 10 10 10",
    ],
)
def test_what_people_write_is_no_loop(text: str) -> None:
    assert not loops(text)


@given(
    st.text("ab "), st.text("abcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=24), st.integers(1, 9), st.text("ba")
)
@example("", "abcdefghijklmnopqrstuvwx", 8, "")
@example("a", "xyz", 8, "b")
def test_no_repetition_escapes_the_quick_look(before: str, piece: str, times: int, after: str) -> None:
    text = before + piece * times + after
    assert _may_repeat_in_words(text) or not _IN_WORDS.search(text)


def test_the_quick_look_passes_over_ordinary_sentences() -> None:
    assert not _may_repeat_in_words("La biblioteca municipal abre todos los días a las nueve de la mañana.")
