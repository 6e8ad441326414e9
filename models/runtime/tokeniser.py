"""SentencePiece, with one promise more: no text, whatever it spells, becomes a token that steers the model.

CTranslate2 takes tokens as *strings*, so the text `</s>` or `>>ca<<` would be obeyed if it ever arrived in one piece.
That can happen where tags were trained as user-defined symbols, and where a tokeniser without byte fallback passes
unknown characters through. Text is therefore encoded alone, to ids, and a reserved id is spelled out by characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import sentencepiece

from models.catalogue import CatalogueEntry

SENTENCEPIECE_MODEL = "sentencepiece.model"
SPACE = "▁"
_STEERING = frozenset({"<s>", "</s>", "<pad>", "<unk>"})


class Tokeniser:
    """Text to pieces and back. Thread-safe."""

    def __init__(self, folder: Path, entry: CatalogueEntry) -> None:
        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / SENTENCEPIECE_MODEL))
        self._pieces: list[str] = [self._processor.id_to_piece(i) for i in range(self._processor.get_piece_size())]
        self._ids = {piece: number for number, piece in enumerate(self._pieces)}
        self._unknown: int = self._processor.unk_id()
        self._reserved = self._reserved_ids(entry)

    def _reserved_ids(self, entry: CatalogueEntry) -> frozenset[int]:
        opening, _, closing = entry.tag_format.partition("{target}")
        tags = {entry.tag(target) for target in entry.targets}

        def steers(number: int, piece: str) -> bool:
            tag = bool(opening) and bool(closing) and piece.startswith(opening) and piece.endswith(closing)
            return self._processor.is_control(number) or piece in _STEERING or piece in tags or tag

        return frozenset(number for number, piece in enumerate(self._pieces) if steers(number, piece))

    @property
    def reserved_pieces(self) -> frozenset[str]:
        """Pieces that steer the model and never come out of a text."""
        return frozenset(self._pieces[number] for number in self._reserved)

    def encode(self, text: str) -> list[str]:
        """The pieces of a text; ValueError for what is no text (lone surrogates)."""
        ids: list[int] = self._processor.encode(text.encode())
        if self._reserved.isdisjoint(ids):
            return [self._pieces[number] for number in ids]
        return [piece for number in ids for piece in self._without_steering(number)]

    def _without_steering(self, number: int) -> Iterable[str]:
        piece = self._pieces[number]
        # An unknown character stays one: `<unk>` stands for it and steers nothing.
        if number not in self._reserved or number == self._unknown:
            return [piece]
        return [part for character in piece for part in self._spell(character)]

    def _spell(self, character: str) -> list[str]:
        if character in self._ids:
            return [character]
        spelled = [f"<0x{byte:02X}>" for byte in character.encode()]
        return spelled if all(byte in self._ids for byte in spelled) else [self._pieces[self._unknown]]

    def decode(self, pieces: Iterable[str]) -> str:
        """The text of what a model wrote; tags, end tokens and padding are left out."""
        ids = (self._ids.get(piece, self._unknown) for piece in pieces)
        text: str = self._processor.decode([number for number in ids if number not in self._reserved])
        return text
