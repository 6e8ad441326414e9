from hypothesis import given
from hypothesis import strategies as st

from accessibility.matching import unmatched


def letters(word: str) -> str:
    return word


def test_what_shares_a_key_is_paired_once() -> None:
    assert unmatched(["ab", "b"], ["b", "c"], letters) == (["b"], ["c"])


def test_item_paired_under_one_key_is_gone_under_its_others() -> None:
    assert unmatched(["a", "b"], ["ab"], letters) == (["b"], [])


@given(st.lists(st.text(min_size=1)))
def test_order_is_free(words: list[str]) -> None:
    assert unmatched(words, words[::-1], lambda word: (word,)) == ([], [])
