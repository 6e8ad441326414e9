"""A training recipe: the TOML table of one student, read once and frozen."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Vocabulary:
    size: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Architecture:
    width: int
    heads: int
    encoder_layers: int
    encoder_feed_forward: int
    decoder_layers: int
    decoder_feed_forward: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Lengths in pieces. `longest_source` and `batch_source_tokens` matter where sources are much longer than targets:
    0 is `longest_pieces`, and no limit."""

    batch_tokens: int
    longest_pieces: int
    warmup_updates: int
    peak_rate: float
    final_share: float
    cooldown_share: float
    short_first_updates: int
    alignment_share: float
    alignment_weight: float
    longest_source: int = 0
    batch_source_tokens: int = 0

    @property
    def source_pieces(self) -> int:
        return self.longest_source or self.longest_pieces


@dataclass(frozen=True, slots=True)
class Corpus:
    """`languages`: which of its texts beside Spanish are used; empty is all."""

    name: str
    rows: float
    targets_per_row: int
    augment: bool
    noise: float = 0.0
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """`weights`: how much more often than others (1.0) a target is drawn for a row; `window_chars`: how much of a text
    a summariser reads."""

    id: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    vocabulary: Vocabulary
    architecture: Architecture
    schedule: Schedule
    corpora: tuple[Corpus, ...]
    weights: dict[str, float]
    window_chars: int = 0

    @property
    def into_spanish(self) -> bool:
        """Trained on the same rows as out of Spanish, turned round."""
        return self.targets == ("es",) and not self.summarises

    @property
    def summarises(self) -> bool:
        """Writes in the language that it reads."""
        return self.sources == self.targets


def load(path: Path) -> Recipe:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Recipe(
        id=table["id"],
        sources=tuple(table["sources"]),
        targets=tuple(table["targets"]),
        vocabulary=Vocabulary(**table["vocabulary"]),
        architecture=Architecture(**table["architecture"]),
        schedule=Schedule(**table["schedule"]),
        corpora=tuple(Corpus(**{**row, "languages": tuple(row.get("languages", ()))}) for row in table["corpora"]),
        weights=table.get("weights", {}),
        window_chars=table.get("window_chars", 0),
    )
