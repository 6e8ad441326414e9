"""Which of the languages that share the Latin script a text looks like, by the sequences of letters in it.

`ngrams.npz` holds a linear classifier over character n-grams, made by `models/training/detector.py`. It knows the
languages of the Iberian peninsula and those around them, some that no library knows, and `other` for everything else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

OTHER = "other"
LONGEST = 5
MAX_CHARS = 600  # a longer text of one language says the same again

_NOT_READ = re.compile(r"[^\w'·¿¡\-]+|[\d_]+")


def ngrams(text: str) -> Iterator[str]:
    """Every run of one to five characters, words divided by one space; case, digits and most marks do not count."""
    words = " ".join(_NOT_READ.sub(" ", text[:MAX_CHARS].lower().replace("’", "'")).split())
    padded = f" {words} "
    for length in range(1, LONGEST + 1):
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


@dataclass(frozen=True, slots=True)
class Classifier:
    """One row of weights for each n-gram and one column for each language; a text's n-grams add up."""

    tags: tuple[str, ...]
    rows: Mapping[str, int]
    weights: npt.NDArray[np.int8]
    scale: float
    bias: npt.NDArray[np.float32]

    def log_probabilities(self, text: str) -> Mapping[str, float]:
        """The natural logarithm of each language's share."""
        known = [row for row in map(self.rows.get, ngrams(text)) if row is not None]
        scores = (
            self.weights[known].sum(axis=0, dtype=np.float32) * (self.scale / max(1, len(known)) ** 0.5) + self.bias
        )
        scores -= scores.max()
        scores -= np.log(np.exp(scores).sum())
        return dict(zip(self.tags, scores.tolist(), strict=True))


@cache
def classifier() -> Classifier:
    """The classifier that ships; reading it takes some ten milliseconds."""
    with as_file(files("locales") / "ngrams.npz") as path:
        return stored(path)


def stored(path: Path) -> Classifier:
    """A classifier from the file its training wrote."""
    with np.load(path, allow_pickle=False) as parts:
        return Classifier(
            tags=tuple(parts["tags"].tolist()),
            rows={gram: row for row, gram in enumerate(parts["grams"].tolist())},
            weights=parts["weights"],
            scale=float(parts["scale"]),
            bias=parts["bias"],
        )
