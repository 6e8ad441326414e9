"""Extractive summaries: the sentences that say most of what the rest of the text says, word for word.

Nothing is invented, so no number, name or "not" can change; what is left out is lost. Continuous LexRank: sentences
vote for those they resemble (G. Erkan and D. R. Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text
Summarization", JAIR 22, 2004, §3.3). No word list and no model: it serves every language alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from locales.normalisation import has_letters
from locales.segmentation import spans, split
from locales.tags import LanguageTag

# Thai, Lao, Tibetan, Burmese, Khmer, kana and Chinese characters: no spaces between words, so pairs of characters vote.
_UNSPACED = re.compile(r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[\w\u0300-\u036f\u200c\u200d]+")
_DAMPING = 0.85
_STEPS = 40
_BLOCK = 400  # sentences compared with each other; more would cost their square
_TOO_SIMILAR = 0.6
# A summary quotes whole sentences; only the model needs them short.
_LONGEST_SENTENCE = 2000
_FEWEST_CHARS = 20  # headings, dates and signatures speak for no text
_MOST_SUPPORT = 3
_ADDS = 0.15  # of a written sentence, how much more a further sentence of the source must account for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Matrix: TypeAlias = "NDArray[np.float32]"


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a summary may be; `max_chars` counts code points, one between sentences included."""

    max_sentences: int
    max_chars: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """`span` is where it stands in the text, in code points."""

    text: str
    span: tuple[int, int]


class NothingFits(ValueError):
    """Even the shortest sentence is longer than the budget allows."""

    def __init__(self, shortest: int) -> None:
        super().__init__(f"the shortest sentence has {shortest} characters")
        self.shortest = shortest


def speaking(text: str, tag: LanguageTag) -> tuple[Sentence, ...]:
    """The sentences of a text that say something: without headings, dates and signatures where anything else is left,
    and none where the text is blank."""
    cut = split(text, tag, _LONGEST_SENTENCE)
    sentences = [Sentence(each.text, span) for each, span in zip(cut, spans(cut), strict=True) if each.text]
    lettered = [each for each in sentences if has_letters(each.text)] or sentences
    return tuple([each for each in lettered if len(each.text) >= _FEWEST_CHARS] or lettered)


def rank(sentences: Sequence[str]) -> tuple[float, ...]:
    """How much each sentence speaks for the text: positive, summing to 1. Long texts are ranked in blocks, each with a
    part of the whole that is its share of the sentences."""
    found: list[float] = []
    for start in range(0, len(sentences), _BLOCK):
        block = sentences[start : start + _BLOCK]
        share = len(block) / len(sentences)
        found += [float(each) * share for each in votes(resemblance(word_vectors(block)))]
    return tuple(found)


def choose(sentences: Sequence[str], budget: Budget) -> tuple[int, ...]:
    """The places of the chosen sentences, the one that speaks most for the text first. A sentence that says what a
    chosen one says already is passed over, and so is one that no longer fits. NothingFits when none does."""
    if not sentences:
        return ()
    scores = rank(sentences)
    vectors = word_vectors(sentences)
    chosen: list[int] = []
    used = 0
    for place in sorted(range(len(sentences)), key=lambda each: (-scores[each], each)):
        length = len(sentences[place]) + bool(chosen)
        if budget.max_chars is not None and used + length > budget.max_chars:
            continue
        if chosen and float((vectors[chosen] @ vectors[place]).max()) > _TOO_SIMILAR:
            continue
        chosen.append(place)
        used += length
        if len(chosen) == budget.max_sentences:
            break
    if not chosen:
        raise NothingFits(min(map(len, sentences)))
    return tuple(chosen)


def support(written: str, sentences: Sequence[str]) -> tuple[int, ...]:
    """The places of the sentences that best account for the words of a newly written one, best first, at most three;
    empty when they have nothing in common."""
    import numpy as np  # where it is used: who only translates never waits for it

    if not sentences:
        return ()
    *known, wanted = word_vectors([*sentences, written])
    left = wanted**2  # squares of a vector of length 1: shares that sum to 1
    chosen: list[int] = []
    while len(chosen) < _MOST_SUPPORT:
        gains = [float(left[vector > 0].sum()) for vector in known]
        # Of two that account for as much, the one that says less else.
        best = max(range(len(known)), key=lambda place: (round(gains[place], 4), float(known[place] @ wanted)))
        if gains[best] <= (_ADDS if chosen else 0.0):
            break
        chosen.append(best)
        left = np.where(known[best] > 0, 0, left)
    return tuple(chosen)


def _features(sentence: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in _WORD.findall(unicodedata.normalize("NFC", sentence).casefold()):
        if _UNSPACED.search(word):
            found.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
        else:
            found[word] += 1
    return found


def word_vectors(sentences: Sequence[str]) -> _Matrix:
    """One row of unit length per sentence: logarithmic term frequency times inverse sentence frequency."""
    import numpy as np

    counted = [_features(sentence) for sentence in sentences]
    columns = {word: column for column, word in enumerate(dict.fromkeys(word for each in counted for word in each))}
    matrix = np.zeros((len(sentences), max(1, len(columns))), dtype=np.float32)
    for row, each in enumerate(counted):
        for word, count in each.items():
            matrix[row, columns[word]] = 1 + np.log(count)
    matrix *= np.log(1 + len(sentences) / np.maximum(1, np.count_nonzero(matrix, axis=0)))
    lengths: _Matrix = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(lengths, 1e-9), dtype=np.float32)


def resemblance(vectors: _Matrix) -> _Matrix:
    """How alike each pair of sentences is (n × n cosines of rows of unit length); none resembles itself."""
    import numpy as np

    found: _Matrix = vectors @ vectors.T
    np.fill_diagonal(found, 0)
    return found


def votes(similarity: _Matrix) -> NDArray[np.float64]:
    """The stationary distribution of a reader who follows resemblance and now and then jumps anywhere: shares that sum
    to 1. `similarity` is square, without negative values."""
    import numpy as np

    count = len(similarity)
    totals = similarity.sum(axis=1, keepdims=True)
    # A sentence that resembles none votes for all alike.
    moves = np.where(totals > 0, similarity / np.maximum(totals, 1e-9), 1 / count)
    shares = np.full(count, 1 / count)
    for _ in range(_STEPS):
        shares = (1 - _DAMPING) / count + _DAMPING * (moves.T @ shares)
    return np.asarray(shares / shares.sum(), dtype=np.float64)
