from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.runtime.tokeniser import SENTENCEPIECE_MODEL, SOURCE_SPM, TARGET_SPM, TOKENIZER_JSON, Tokeniser
from models.runtime.windows import windows
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


def pair(folder: Path) -> Tokeniser:
    """Two vocabularies as Marian has them: Latin script on one side, others on the other."""
    plain = {"byte_fallback": False, "vocabulary_size": 200}
    latin = [text for text in SENTENCES if text.isascii() or "ñ" in text] * 3
    other = [text for text in SENTENCES if text not in latin] * 3
    (folder / SOURCE_SPM).write_bytes(train_sentencepiece(sentences=latin, **plain))  # type: ignore[arg-type]
    (folder / TARGET_SPM).write_bytes(train_sentencepiece(TAGS, sentences=other, **plain))  # type: ignore[arg-type]
    return Tokeniser(folder, tiny_entry(tokeniser="sentencepiece-pair"))


def test_pair_writes_with_the_second_vocabulary(tmp_path: Path) -> None:
    tokeniser = pair(tmp_path)
    assert tokeniser.decode(["▁ቤ", "ተ", ">>an<<", "</s>", "▁Z", "oo"]) == "ቤተ Zoo"


def test_pair_knows_letters_that_only_the_second_vocabulary_has(tmp_path: Path) -> None:
    tokeniser = pair(tmp_path)
    assert "в" in tokeniser.encode("в")
    assert tokeniser.encode("𒀀")[-1] == "<unk>"


@pytest.mark.parametrize("spelled", [*TAGS, ODD_TAG, "</s>", "<s>", "<pad>"])
def test_pair_takes_no_steering_from_a_text(tmp_path: Path, spelled: str) -> None:
    tokeniser = pair(tmp_path)
    for text in (spelled, f"в {spelled} в", f"{spelled}{spelled}"):
        assert spelled not in tokeniser.encode(text)


@pytest.fixture(scope="module")
def byte_level(tmp_path_factory: pytest.TempPathFactory) -> Tokeniser:
    """As BART has it: byte-level BPE whose marks are added tokens, one of them plain."""
    if "CI" in os.environ:  # noqa: TID251 there a skip would hide a failure
        library = importlib.import_module("tokenizers")
    else:
        library = pytest.importorskip("tokenizers", reason="needs the extra convert")
    trained = library.ByteLevelBPETokenizer()
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trained.train_from_iterator(SENTENCES, vocab_size=400, special_tokens=marks, show_progress=False)
    trained.add_tokens(["agua!"])
    folder = tmp_path_factory.mktemp("byte-level")
    (folder / TOKENIZER_JSON).write_text(trained.to_str(), encoding="utf-8")
    return Tokeniser(folder, tiny_entry(tokeniser="tokenizer-json", source_start="<s>"))


@pytest.mark.parametrize("text", [*SENTENCES, "agua!", "</s>", "a <mask> b", "👩🏽‍🚀", "a\u0301"])
def test_byte_level_text_reads_the_same_and_steers_nothing(byte_level: Tokeniser, text: str) -> None:
    pieces = byte_level.encode(text)
    assert not byte_level.reserved_pieces & set(pieces)
    assert "agua!" not in pieces
    assert byte_level.decode(["<s>", *pieces, "</s>"]) == text


def test_byte_level_words_open_with_their_own_mark(byte_level: Tokeniser) -> None:
    assert byte_level.space == "Ġ"
    parts = list(windows(byte_level.encode("agua clara " * 40), 24, byte_level.space))
    assert len(parts) > 4
    assert all(part.spaced for part in parts[1:])


def test_byte_level_surrogate_is_no_text(byte_level: Tokeniser) -> None:
    with pytest.raises(ValueError, match="surrogate"):
        byte_level.encode("agua \ud800")


def test_instruction_of_the_entry_is_its_own_pieces(tmp_path: Path) -> None:
    (tmp_path / SENTENCEPIECE_MODEL).write_bytes(train_sentencepiece())
    asked = Tokeniser(tmp_path, tiny_entry(instruction="La biblioteca: "))
    assert asked.decode(asked.instruction) == "La biblioteca:"
    assert [*asked.instruction, *asked.encode("agua")] == asked.encode("La biblioteca: agua")
