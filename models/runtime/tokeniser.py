"""Text to the tokens of a model and back, with one promise more: no text, whatever it spells, becomes a token that
steers the model.

CTranslate2 takes tokens as *strings*, so the text `</s>` or `>>ca<<` would be obeyed if it ever arrived in one piece.
That can happen where tags were trained as user-defined symbols, and where a tokeniser without byte fallback passes
unknown characters through. Text is therefore encoded alone, to ids, and a reserved id is spelled out by characters.

    kind                 files                      models
    sentencepiece        sentencepiece.model        ours, M2M-100, NLLB, SMaLL-100, mBART-50, T5, mT5, MADLAD, PEGASUS
    sentencepiece-pair   source.spm, target.spm     Marian: OPUS-MT
    tokenizer-json       tokenizer.json             BART (byte-level BPE), BERT (WordPiece)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import msgspec
import sentencepiece

from models.catalogue import CatalogueEntry, TokeniserKind

SENTENCEPIECE_MODEL = "sentencepiece.model"
SOURCE_SPM, TARGET_SPM = "source.spm", "target.spm"
TOKENIZER_JSON = "tokenizer.json"
SPACE = "▁"
_BYTE_LEVEL_SPACE = "Ġ"
_STEERING = frozenset({"<s>", "</s>", "<pad>", "<unk>"})


class TokeniserLibraryMissing(RuntimeError):
    """The model needs a library that only some models need, and it is not installed."""

    def __init__(self, file: str) -> None:
        super().__init__(f"{file} needs the library `tokenizers`: pip install 'malgil[convert]'")


class _Vocabulary(Protocol):
    """One trained vocabulary. `controls` are ids that mark something; a gap between ids is an empty piece."""

    pieces: Sequence[str]
    controls: frozenset[int]
    unknown: int
    space: str

    def encode(self, text: str) -> list[int]: ...
    def surfaces(self, text: str) -> list[str]:
        """What stands for each id of `encode`: the piece, or the letters that were unknown."""
        ...

    def decode(self, pieces: Sequence[str]) -> str: ...


class _SentencePiece:
    space = SPACE

    def __init__(self, path: Path) -> None:
        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        numbers = range(self._processor.get_piece_size())
        self.pieces: Sequence[str] = [self._processor.id_to_piece(number) for number in numbers]
        self.controls = frozenset(number for number in numbers if self._processor.is_control(number))
        self.unknown: int = self._processor.unk_id()

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self._processor.encode(text.encode())
        return ids

    def surfaces(self, text: str) -> list[str]:
        surfaces: list[str] = self._processor.encode(text.encode(), out_type=str)
        return surfaces

    def decode(self, pieces: Sequence[str]) -> str:
        text: str = self._processor.decode(list(pieces))
        return text


class _TokenizerJson:
    """A tokeniser of the library `tokenizers`, without its added tokens: any text that spells one would be it."""

    def __init__(self, path: Path) -> None:
        try:
            import tokenizers
        except ModuleNotFoundError:
            raise TokeniserLibraryMissing(path.name) from None
        description: dict[str, Any] = msgspec.json.decode(path.read_bytes())
        added = description.pop("added_tokens", None) or []
        kept = description | {"added_tokens": [], "post_processor": None, "truncation": None, "padding": None}
        self._tokenizer = tokenizers.Tokenizer.from_str(msgspec.json.encode(kept).decode())
        vocabulary = self._tokenizer.get_vocab()
        pieces = [""] * (max(vocabulary.values()) + 1)
        for piece, number in vocabulary.items():
            pieces[number] = piece
        self.pieces: Sequence[str] = pieces
        special = {token["content"] for token in added if token["special"]}
        self.controls = frozenset(vocabulary[piece] for piece in special if piece in vocabulary)
        self.unknown: int = vocabulary.get(description["model"].get("unk_token") or "<unk>", -1)
        self.space = SPACE if any(piece.startswith(SPACE) for piece in pieces) else _BYTE_LEVEL_SPACE

    def encode(self, text: str) -> list[int]:
        try:
            ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        # What the library says of lone surrogates, which are no text.
        except TypeError as error:
            raise ValueError("surrogates are no text") from error
        return ids

    def surfaces(self, text: str) -> list[str]:
        return [self.pieces[number] for number in self.encode(text)]

    def decode(self, pieces: Sequence[str]) -> str:
        ids = [number for piece in pieces if (number := self._tokenizer.token_to_id(piece)) is not None]
        text: str = self._tokenizer.decode(ids, skip_special_tokens=False)
        return text


_LOADERS: Mapping[TokeniserKind, tuple[str, str, Callable[[Path], _Vocabulary]]] = MappingProxyType(
    {
        "sentencepiece": (SENTENCEPIECE_MODEL, SENTENCEPIECE_MODEL, _SentencePiece),
        "sentencepiece-pair": (SOURCE_SPM, TARGET_SPM, _SentencePiece),
        "tokenizer-json": (TOKENIZER_JSON, TOKENIZER_JSON, _TokenizerJson),
    }
)


def tokeniser_files(kind: TokeniserKind) -> tuple[str, ...]:
    """The files a model folder must hold for this kind."""
    source, target, _ = _LOADERS[kind]
    return tuple(dict.fromkeys((source, target)))


class Tokeniser:
    """Text to pieces and back. Thread-safe."""

    def __init__(self, folder: Path, entry: CatalogueEntry) -> None:
        source, target, load = _LOADERS[entry.tokeniser]
        self._entry = entry
        self._tags = entry.tags()
        self._opening, _, self._closing = entry.tag_format.partition("{target}")
        self._source = load(folder / source)
        self._target = self._source if source == target else load(folder / target)
        self._ids = {piece: number for number, piece in enumerate(self._source.pieces) if piece}
        self._reserved = frozenset(self._steering_ids(self._source))
        own = self._reserved if self._target is self._source else self._steering_ids(self._target)
        self._unwritten = _STEERING | {self._target.pieces[number] for number in own}
        self._target_pieces = set(self._target.pieces) - self._unwritten
        self._written = None if self._target is not self._source else self._ids.keys()

    def _steering_ids(self, vocabulary: _Vocabulary) -> Iterable[int]:
        for number, piece in enumerate(vocabulary.pieces):
            marked = number in vocabulary.controls or piece in _STEERING or piece in self._tags
            if marked or self._looks_like_tag(piece):
                yield number

    def _looks_like_tag(self, piece: str) -> bool:
        if not self._opening or not self._closing:
            return False
        return piece.startswith(self._opening) and piece.endswith(self._closing)

    @property
    def reserved_pieces(self) -> frozenset[str]:
        """Pieces that steer the model and never come out of a text."""
        return frozenset(self._source.pieces[number] for number in self._reserved)

    @cached_property
    def instruction(self) -> tuple[str, ...]:
        """The pieces of the entry's own instruction, to stand before a text."""
        return tuple(self._source.pieces[number] for number in self._source.encode(self._entry.instruction))

    @property
    def space(self) -> str:
        """What a piece that opens a word begins with."""
        return self._source.space

    def encode(self, text: str) -> list[str]:
        """The pieces of a text; ValueError for what is no text (lone surrogates)."""
        ids = self._source.encode(text)
        if self._written is None and self._source.unknown in ids:
            return self._with_target_pieces(text, ids)
        if self._reserved.isdisjoint(ids):
            return [self._source.pieces[number] for number in ids]
        return [piece for number in ids for piece in self._without_steering(number)]

    def _with_target_pieces(self, text: str, ids: Sequence[int]) -> list[str]:
        """Marian: one vocabulary behind two tokenisers, so letters the source side lacks may be known all the same."""
        return [
            part
            for number, surface in zip(ids, self._source.surfaces(text), strict=True)
            for part in (
                [surface]
                if number == self._source.unknown and surface in self._target_pieces
                else self._without_steering(number)
            )
        ]

    def _without_steering(self, number: int) -> Iterable[str]:
        piece = self._source.pieces[number]
        # An unknown character stays one: `<unk>` stands for it and steers nothing.
        if number not in self._reserved or number == self._source.unknown:
            return [piece]
        return [part for character in piece for part in self._spell(character)]

    def _spell(self, character: str) -> list[str]:
        if character in self._ids:
            return [character]
        spelled = [f"<0x{byte:02X}>" for byte in character.encode()]
        return spelled if all(byte in self._ids for byte in spelled) else [self._source.pieces[self._source.unknown]]

    def decode(self, pieces: Iterable[str]) -> str:
        """The text of what a model wrote; tags, end tokens and padding are left out.

        A Marian model may write a piece of the source vocabulary (a name, say): it is text too.
        """
        text = self._target.decode([piece for piece in pieces if self._is_text(piece)])
        # A piece that is strange to the target side comes out as it is written, with the mark of its space.
        return text if self._written is not None else text.replace(SPACE, " ").strip()

    def _is_text(self, piece: str) -> bool:
        if piece in self._unwritten or self._looks_like_tag(piece):
            return False
        return self._written is None or piece in self._written
