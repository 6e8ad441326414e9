import pytest

from accessibility.scripts import FIRST_UNSPACED, UNSPACED, census, members, room


@pytest.mark.parametrize(
    ("letters", "script"),
    [
        ("ñandú", "Latn"),
        ("ትምህርት", "Ethi"),
        ("हिन्दी", "Deva"),
        ("العربية", "Arab"),
        ("ⴰⵎⴰⵣⵉⵖ", "Tfng"),
        ("ᱥᱟᱱ", "Olck"),
        ("한국어", "Hang"),
        ("ᐃᓄᒃᑎᑐᑦ", "Cans"),
    ],
)
def test_letters_are_counted_by_script(letters: str, script: str) -> None:
    assert set(census(letters + " 12.,")) == {script}


def test_letters_of_scripts_not_listed_are_counted_apart() -> None:
    assert census("𐎠") == {None: 1}


def test_korean_and_japanese_mix_scripts() -> None:
    assert members("Jpan") == {"Hani", "Hira", "Kana"}
    assert members("Kore") == {"Hang", "Hani"}
    assert members("Latn") == {"Latn"}


def test_unknown_script_has_no_members() -> None:
    assert members("Zyyy") == frozenset()


def test_dense_scripts_need_less_room() -> None:
    assert room(census("中文")) < room(census("한국어")) < room(census("አማርኛ")) < room(census("casa")) == 1


def test_no_script_without_spaces_begins_earlier() -> None:
    below = map(chr, range(ord(FIRST_UNSPACED)))
    assert UNSPACED.isdisjoint(census("".join(filter(str.isalpha, below))))
