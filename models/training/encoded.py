"""The rows of a corpus as piece numbers: four flat arrays on disk, mapped into memory and never held as objects.

WORK_FOLDER/encoded/NAME.ids.npy holds the pieces of all texts, one after the other; NAME.lengths.npy how many each text
has; NAME.language.npy whose text it is; NAME.first.npy where the texts of a row begin. The first text of a row is its
Spanish. They are made anew when the rows or the vocabulary are newer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import sentencepiece

_ARRAYS = ("ids", "lengths", "language", "first")
_LONGEST = np.iinfo(np.uint16).max
_AT_ONCE = 20_000  # rows


@dataclass(frozen=True, slots=True)
class TokenRow:
    """`typed`: texts of the row as people type them, the source's under its own language."""

    source: np.ndarray
    targets: dict[str, np.ndarray]
    typed: dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class EncodedRows:
    """Texts of `languages[n]` have the number n; typed texts n + 64."""

    ids: np.ndarray
    starts: np.ndarray
    language: np.ndarray
    first: np.ndarray
    languages: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.first) - 1

    def __getitem__(self, number: int) -> TokenRow:
        begin, end = int(self.first[number]), int(self.first[number + 1])
        bounds = self.starts[begin : end + 1].tolist()
        targets: dict[str, np.ndarray] = {}
        typed: dict[str, np.ndarray] = {}
        for place, owner in enumerate(self.language[begin + 1 : end].tolist(), 1):
            (typed if owner >= _TYPED else targets)[self.languages[owner % _TYPED]] = self.ids[
                bounds[place] : bounds[place + 1]
            ]
        return TokenRow(self.ids[bounds[0] : bounds[1]], targets, typed)


_TYPED = 64


def load(
    work: Path, name: str, processor: sentencepiece.SentencePieceProcessor, languages: Sequence[str], source: str = "es"
) -> EncodedRows:
    """The rows of a corpus; `languages` must be the same at every call for a folder."""
    known = (source, *(language for language in languages if language != source))
    if len(known) > _TYPED:
        raise ValueError(f"{len(known)} languages; at most {_TYPED} fit")
    paths = {array: work / "encoded" / f"{name}.{array}.npy" for array in _ARRAYS}
    made_from = [path for path in (work / "rows" / f"{name}.jsonl", work / "vocabulary.model") if path.exists()]
    newest = max(path.stat().st_mtime for path in made_from)
    if not all(path.exists() and path.stat().st_mtime >= newest for path in paths.values()):
        _encode(work / "rows" / f"{name}.jsonl", paths, processor, known)
    ids, lengths, language, first = (np.load(paths[array]) for array in _ARRAYS)
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return EncodedRows(ids, starts, language, first, known)


def _encode(
    rows: Path, paths: dict[str, Path], processor: sentencepiece.SentencePieceProcessor, known: tuple[str, ...]
) -> None:
    numbers = {language: number for number, language in enumerate(known)}
    ids: list[np.ndarray] = []
    lengths: list[int] = []
    language: list[int] = []
    first = [0]
    with rows.open(encoding="utf-8") as lines:
        for texts, owners, ends in _portions(lines, numbers):
            encoded = processor.encode(texts, num_threads=2)
            ids.append(np.fromiter((piece for text in encoded for piece in text), dtype=np.int16))
            first += [len(lengths) + end for end in ends]
            lengths += map(len, encoded)
            language += owners
    if max(lengths, default=0) > _LONGEST:
        raise ValueError(f"a text of {max(lengths)} pieces")
    next(iter(paths.values())).parent.mkdir(parents=True, exist_ok=True)
    np.save(paths["ids"], np.concatenate(ids) if ids else np.zeros(0, dtype=np.int16))
    np.save(paths["lengths"], np.asarray(lengths, dtype=np.uint16))
    np.save(paths["language"], np.asarray(language, dtype=np.uint8))
    np.save(paths["first"], np.asarray(first, dtype=np.uint32))


def _portions(lines: Iterator[str], numbers: dict[str, int]) -> Iterator[tuple[list[str], list[int], list[int]]]:
    """Texts of many rows, whose they are, and where each row ends among them."""
    while portion := list(islice(lines, _AT_ONCE)):
        texts: list[str] = []
        owners: list[int] = []
        ends: list[int] = []
        for line in portion:
            row = json.loads(line)
            texts.append(row["source"])
            owners.append(0)
            for kind, shift in (("targets", 0), ("typed", _TYPED)):
                for owner, text in row.get(kind, {}).items():
                    if owner in numbers:
                        texts.append(text)
                        owners.append(numbers[owner] + shift)
            ends.append(len(texts))
        yield texts, owners, ends
