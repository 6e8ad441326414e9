from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.runtime.tokeniser import SENTENCEPIECE_MODEL, Tokeniser
from tests.models.tiny_model import SENTENCES, tiny_entry, train_sentencepiece

TAGS = tuple(f">>{target}<<" for target in ("an", "ast", "oc-aranes"))
ODD_TAG = ">>xx<<"


def tokeniser(folder: Path, model: bytes) -> Tokeniser:
    (folder / SENTENCEPIECE_MODEL).write_bytes(model)
    return Tokeniser(folder, tiny_entry())


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Tokeniser:
    return tokeniser(tmp_path_factory.mktemp("sound"), train_sentencepiece(TAGS))


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Tokeniser:
    """Tags as user-defined symbols, one of them for a target the entry does not even name."""
    model = train_sentencepiece(user_defined=(*TAGS, ODD_TAG))
    return tokeniser(tmp_path_factory.mktemp("careless"), model)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Tokeniser:
    """No byte fallback and no angle bracket: SentencePiece hands on `</s>` as one unknown piece."""
    sentences = [text for text in SENTENCES if text.isascii() or "ñ" in text] * 3
    model = train_sentencepiece(TAGS, byte_fallback=False, vocabulary_size=60, sentences=sentences)
    return tokeniser(tmp_path_factory.mktemp("narrow"), model)


@pytest.mark.parametrize("name", ["sound", "careless", "narrow"])
@pytest.mark.parametrize("spelled", [*TAGS, ODD_TAG, "</s>", "<s>", "<unk>", "<pad>", "<0x41>", "<0x0A>"])
def test_no_text_spells_a_steering_piece(name: str, spelled: str, request: pytest.FixtureRequest) -> None:
    chosen: Tokeniser = request.getfixturevalue(name)
    for text in (spelled, f"agua {spelled} clara", f"{spelled}{spelled}", f"a{spelled}b"):
        pieces = chosen.encode(text)
        assert pieces
        assert not (chosen.reserved_pieces - {"<unk>"}) & set(pieces)
        assert spelled == "<unk>" or spelled not in pieces


@pytest.mark.parametrize("name", ["sound", "careless"])
@pytest.mark.parametrize("spelled", [*TAGS, "</s>", "<s>", "<unk>", "<0x41>"])
def test_spelled_out_piece_reads_the_same(name: str, spelled: str, request: pytest.FixtureRequest) -> None:
    chosen: Tokeniser = request.getfixturevalue(name)
    text = f"agua {spelled} clara"
    assert chosen.decode(chosen.encode(text)) == text


def test_careless_vocabulary_would_have_steered(careless: Tokeniser) -> None:
    assert set(TAGS) | {ODD_TAG} <= careless.reserved_pieces


@pytest.mark.parametrize(
    "text",
    [
        *SENTENCES,
        "می‌خواهم کتاب‌خانه",
        "ក្រុង\u200bភ្នំពេញ",
        "ශ්‍රී ලංකා",
        "ሰላም ለዓለም",
        "👩🏽‍🚀 🏳️‍🌈",
        "Ẹ káàárọ̀",
        "a\u0301e\u0300",
    ],
)
def test_joiners_and_marks_survive_the_round_trip(sound: Tokeniser, text: str) -> None:
    assert sound.decode(sound.encode(text)) == text


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="▁")))
def test_round_trip_loses_nothing_but_repeated_spaces(sound: Tokeniser, text: str) -> None:
    words = [word for word in text.split(" ") if word]
    assert sound.decode(sound.encode(text)) == " ".join(words)


def test_decoding_leaves_tags_and_end_tokens_out(sound: Tokeniser) -> None:
    assert sound.decode([">>an<<", *sound.encode("agua"), "</s>", "<pad>", "no such piece"]) == "agua"


def test_lone_surrogate_is_no_text(sound: Tokeniser) -> None:
    with pytest.raises(ValueError, match="surrogate"):
        sound.encode("agua \ud800")
