"""How much of people's summaries the extractive summariser finds, beside the first sentence and the longest one.

    python -m benchmarks.summaries DOCUMENTS.jsonl[.xz] [--documents N] [--language es]

Each line of DOCUMENTS holds `text` and `summary`. One sentence is chosen per document: the reference has about one.
ROUGE F1 by rouge-score, words being runs of letters and digits, without stemming; the interval is a bootstrap over
documents (95 %). `best sentence` knows the reference: no choice of one sentence scores higher. docs/summaries.md holds
the last figures.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from locales.tags import LanguageTag, parse
from models.extractive import Budget, choose, speaking
from models.rouge import Rouge

Choice = Callable[[Sequence[str]], str]

CHOICES: dict[str, Choice] = {
    "first sentence (lead-1)": lambda sentences: sentences[0],
    "longest sentence": lambda sentences: max(sentences, key=len),
    "Malgil, extractive": lambda sentences: sentences[choose(sentences, Budget(1))[0]],
}


def rows(documents: Sequence[dict[str, str]], tag: LanguageTag) -> list[str]:
    """The lines of the table."""
    score = Rouge().scores
    cut = [[each.text for each in speaking(document["text"], tag)] for document in documents]
    table = ["| chosen | ROUGE-1 | ROUGE-2 | ROUGE-L |", "|---|---:|---:|---:|"]
    for name, pick in CHOICES.items():
        scores = [score(each["summary"], pick(texts)) for each, texts in zip(documents, cut, strict=True)]
        table.append(f"| {name} | {_cells(scores)} |")
    best = [
        max((score(each["summary"], text) for text in texts), key=lambda found: found[2])
        for each, texts in zip(documents, cut, strict=True)
    ]
    return [*table, f"| best sentence | {_cells(best)} |"]


def _cells(scores: Sequence[Sequence[float]]) -> str:
    values = np.asarray(scores)
    draws = np.random.default_rng(0).integers(len(values), size=(1000, len(values)))
    half = np.ptp(np.percentile(values[draws].mean(axis=1), [2.5, 97.5], axis=0), axis=0) / 2
    return " | ".join(f"{mean:.1f} ± {spread:.1f}" for mean, spread in zip(values.mean(axis=0), half, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=int)
    parser.add_argument("--language", default="es")
    options = parser.parse_args()
    opener = lzma.open if options.file.suffix == ".xz" else open
    with opener(options.file, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines][: options.documents]
    print(f"{len(documents)} documents\n")
    print("\n".join(rows(documents, parse(options.language))))


if __name__ == "__main__":
    main()
