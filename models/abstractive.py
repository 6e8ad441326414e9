"""What a summariser reads, and how what it wrote is cut into sentences. Reading is the same in training, evaluation and
service: a model trained on one kind of excerpt must not meet another.

A long text is cut into sections, one after the other; of each the model reads its first sentence and those that say
most of it, in their order, as many as its window holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from locales.segmentation import split
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.extractive import Sentence, rank

# Official Spanish has 3.2 characters to a piece of our vocabulary; what is nevertheless too long is read in windows.
CHARS_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of a text: what the model reads of it, and all its sentences."""

    text: str
    sentences: tuple[Sentence, ...]


def window_chars(entry: CatalogueEntry) -> int:
    """About how much text a model reads at once, in code points."""
    return entry.max_source_tokens * CHARS_PER_TOKEN


def passages(sentences: Sequence[Sentence], window: int, most: int) -> tuple[Passage, ...]:
    """The text in sections of about `window` code points, but no more of them than `most`."""
    if not sentences:
        return ()
    total = sum(len(each.text) + 1 for each in sentences)
    wanted = max(1, min(most, math.ceil(total / window), len(sentences)))
    sections: list[list[Sentence]] = [[] for _ in range(wanted)]
    passed = 0
    for each in sentences:
        # By the middle of each sentence, so that no section is left empty for a long one beside it without need.
        middle = passed + len(each.text) / 2
        sections[min(wanted - 1, int(middle * wanted / total))].append(each)
        passed += len(each.text) + 1
    return tuple(
        Passage(excerpt([each.text for each in section], window), tuple(section)) for section in sections if section
    )


def excerpt(sentences: Sequence[str], window: int) -> str:
    """The first sentence and those that say most of the rest, in their order, as far as they fit into `window`."""
    if sum(map(len, sentences)) + len(sentences) - 1 <= window:
        return " ".join(sentences)
    votes = rank(sentences)
    order = [0, *sorted(range(1, len(sentences)), key=lambda place: (-votes[place], place))]
    kept: list[int] = []
    used = -1
    for place in order:
        if not kept or used + 1 + len(sentences[place]) <= window:
            kept.append(place)
            used += 1 + len(sentences[place])
    return " ".join(sentences[place] for place in sorted(kept))


def written(text: str, tag: LanguageTag) -> tuple[str, ...]:
    """The sentences of what a summariser wrote."""
    return tuple(each.text for each in split(text, tag, max_chars=2000) if each.text)
