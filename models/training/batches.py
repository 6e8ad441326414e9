"""The rows of a recipe as batches of numbers: drawn by the shares of their corpora, of similar length, padded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from models.training import recipe
from models.training.alignment import PieceWords, align
from models.training.encoded import EncodedRows, TokenRow

# M2M100 and its CTranslate2 loader both count positions from the padding index 1.
PAD, EOS, IGNORED = 1, 2, -100
NO_TAG = -1  # of a model with one target
_MOST_UNFIT = 100_000


@dataclass(frozen=True, slots=True)
class Batch:
    """S sources, T targets; `owner[t]` is the source row of target row t."""

    source: torch.Tensor
    owner: torch.Tensor
    decoder_input: torch.Tensor
    labels: torch.Tensor
    aligned: torch.Tensor | None

    def to(self, device: torch.device) -> Batch:
        return Batch(
            self.source.to(device, non_blocking=True),
            self.owner.to(device, non_blocking=True),
            self.decoder_input.to(device, non_blocking=True),
            self.labels.to(device, non_blocking=True),
            None if self.aligned is None else self.aligned.to(device, non_blocking=True),
        )


# A source and the targets drawn for it, each with its tag.
_Drawn = tuple[np.ndarray, list[tuple[int, np.ndarray]]]


def endless(rows: EncodedRows, rng: random.Random) -> Iterator[TokenRow]:
    while True:
        order = np.random.default_rng(rng.getrandbits(64)).permutation(len(rows))
        for number in order.tolist():
            yield rows[number]


class Batches:
    """Draws rows of all corpora by their shares, sorts a draw by length and cuts it into batches of similar length."""

    def __init__(
        self,
        chosen: recipe.Recipe,
        corpora: dict[str, EncodedRows],
        words: PieceWords,
        rng: random.Random,
        tags: dict[str, int],
        draw: int = 3000,
    ) -> None:
        self._tags = tags
        self._into_spanish = chosen.into_spanish
        self._languages = frozenset(chosen.sources if chosen.into_spanish else chosen.targets)
        self._weights = chosen.weights
        self._schedule = chosen.schedule
        self._corpora = chosen.corpora
        self._streams = {name: endless(rows, rng) for name, rows in corpora.items()}
        self._words = words
        self._rng = rng
        self._draw = draw
        share = chosen.schedule.alignment_share
        self._align_every = round(1 / share) if share else 0

    def stream(self) -> Iterator[Batch]:
        update = 0
        while True:
            for group in self._cut(self._draw_rows(update)):
                # By count, not by chance: processes that wait for each other then align in the same updates.
                yield self._collate(group, align=self._align_every > 0 and update % self._align_every == 0)
                update += 1

    def _draw_rows(self, update: int) -> list[_Drawn]:
        longest = self._schedule.source_pieces
        if update < self._schedule.short_first_updates:
            longest = min(longest, 16 + int(60 * update / self._schedule.short_first_updates))
        drawn: list[_Drawn] = []
        for corpus in self._corpora:
            wanted = len(drawn) + round(self._draw * corpus.rows)
            unfit = 0
            while len(drawn) < wanted:
                pairs = self._pairs(next(self._streams[corpus.name]), corpus, longest)
                unfit = 0 if pairs else unfit + 1
                if unfit > _MOST_UNFIT:
                    raise ValueError(f"{corpus.name}: none of {unfit} rows in turn fits the recipe")
                drawn += pairs
        # By the side that costs most.
        by_source = self._schedule.batch_source_tokens > 0
        drawn.sort(
            key=lambda item: (
                (len(item[0]) if by_source else max(len(target) for _, target in item[1])) + self._rng.random()
            )
        )
        return drawn

    def _pairs(self, row: TokenRow, corpus: recipe.Corpus, longest: int) -> list[_Drawn]:
        """One source with several targets out of Spanish, several sources with one target into it. Texts too long for
        the recipe are left out, and where there is a text as people type it, half the time that is read."""
        most = self._schedule.longest_pieces
        allowed = self._languages & frozenset(corpus.languages) if corpus.languages else self._languages
        usable = [name for name, text in row.targets.items() if name in allowed and 0 < len(text) <= most]
        chosen = self._chosen(usable, corpus.targets_per_row)
        if not self._into_spanish:
            source = self._read(row.typed.get("es", row.source), row.source)
            fits = chosen and 0 < len(source) <= longest
            return [(source, [(self._tags[name], row.targets[name]) for name in chosen])] if fits else []
        if not 0 < len(row.source) <= most:
            return []
        sources = (self._read(row.typed.get(name, row.targets[name]), row.targets[name]) for name in chosen)
        return [(source, [(NO_TAG, row.source)]) for source in sources if len(source) <= longest]

    def _read(self, typed: np.ndarray, written: np.ndarray) -> np.ndarray:
        return typed if typed is not written and len(typed) and self._rng.random() < 0.5 else written

    def _chosen(self, names: list[str], count: int) -> list[str]:
        """A weighted draw without repetition (P. S. Efraimidis and P. G. Spirakis, 2006)."""
        return sorted(names, key=lambda name: -(self._rng.random() ** (1 / self._weights.get(name, 1.0))))[:count]

    def _cut(self, drawn: list[_Drawn]) -> list[list[_Drawn]]:
        groups: list[list[_Drawn]] = [[]]
        longest, count = 0, 0
        for item in drawn:
            new_longest = max(longest, *(len(target) + 1 for _, target in item[1]))
            full = new_longest * (count + len(item[1])) > self._schedule.batch_tokens or self._too_long(
                groups[-1], item
            )
            if groups[-1] and full:
                groups.append([])
                new_longest, count = max(len(target) + 1 for _, target in item[1]), 0
            groups[-1].append(item)
            longest, count = new_longest, count + len(item[1])
        self._rng.shuffle(groups)
        return groups

    def _too_long(self, group: list[_Drawn], item: _Drawn) -> bool:
        """Whether the sources would take more than the batch may hold."""
        most = self._schedule.batch_source_tokens
        longest = max(len(source) + 1 for source, _ in (*group, item)) if most else 0
        return most > 0 and longest * (len(group) + 1) > most

    def _collate(self, group: list[_Drawn], *, align: bool) -> Batch:
        pairs = [(number, tag, target) for number, (_, targets) in enumerate(group) for tag, target in targets]
        width = max(len(source) for source, _ in group) + 1
        height = max(len(target) for _, _, target in pairs) + 1
        source = np.full((len(group), width), PAD, dtype=np.int64)
        for number, (ids, _) in enumerate(group):
            source[number, : len(ids)] = ids
            source[number, len(ids)] = EOS
        # EOS starts decoding, the tag (if any) follows; both are given: the loss starts at the first piece after them.
        decoder_input = np.full((len(pairs), height + 1), PAD, dtype=np.int64)
        labels = np.full((len(pairs), height + 1), IGNORED, dtype=np.int64)
        for number, (_, tag, target) in enumerate(pairs):
            given = [EOS] if tag == NO_TAG else [EOS, tag]
            first = len(given)
            decoder_input[number, :first] = given
            decoder_input[number, first : len(target) + first] = target
            labels[number, first - 1 : len(target) + first - 1] = target
            labels[number, len(target) + first - 1] = EOS
        aligned = None
        if align:
            aligned = self._aligned(group, pairs, height, width)
        return Batch(
            torch.from_numpy(source),
            torch.tensor([number for number, _, _ in pairs]),
            torch.from_numpy(decoder_input),
            torch.from_numpy(labels),
            aligned,
        )

    def _aligned(
        self,
        group: list[_Drawn],
        pairs: list[tuple[int, int, np.ndarray]],
        height: int,
        width: int,
    ) -> torch.Tensor:
        """1 where a target position should look: the pieces of the aligned source word (rows of zeros: no opinion)."""
        mask = np.zeros((len(pairs), height + 1, width), dtype=np.float32)
        split_sources = [self._words.split(ids.tolist()) for ids, _ in group]
        for row, (number, tag, target) in enumerate(pairs):
            words, index = split_sources[number]
            target_words, target_index = self._words.split(target.tolist())
            chosen = np.asarray(align(words, target_words))[np.asarray(target_index)]
            source_words = np.asarray(index)
            known = chosen[:, None] == source_words[None, :]
            first = 0 if tag == NO_TAG else 1
            mask[row, first : len(target) + first, : len(index)] = known
        return torch.from_numpy(mask)
