"""Summarise then translate, or translate then summarise? Both, against the summaries that people wrote.

    python -m benchmarks.summary_order DOCUMENTS.jsonl[.xz] [--documents 200] [--into es] [--via an ca gl]

Each line of DOCUMENTS holds `text` and `summary`, both in `--into`. No such pairs are at hand in the languages of
`--via`, so the bundled translator writes the texts in them; then each order goes back into the language of the summary,
one sentence a document. Both read the same text, so what that first step spoils it spoils for both. ROUGE-L and chrF++
against the summary; `difference` is of the second order less the first, paired, with a bootstrap over documents (95 %).
Seconds are processor time of choosing and translating, a document at a time. docs/summaries.md holds the last
figures.
"""

from __future__ import annotations

import argparse
import json
import lzma
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from locales.segmentation import split
from locales.tags import LanguageTag, parse
from models.catalogue import Catalogue
from models.evaluation import chrf_metric
from models.extractive import Budget, choose, speaking
from models.rouge import Rouge
from models.runtime.load import RunOptions, load_translator
from models.runtime.protocol import TranslationInput, Translator
from models.store import ModelStore

_LONGEST = 2000
_AT_ONCE = 64

Translate = Callable[[Sequence[str]], list[str]]


@dataclass(slots=True)
class Order:
    """One way from a text to a summary in another language, and what came of it."""

    name: str
    make: Callable[[str], str]
    rouge: list[float] = field(default_factory=list)
    chrf: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def run(self, text: str) -> str:
        began = time.process_time()
        made = self.make(text)
        self.seconds += time.process_time() - began
        return made


def orders(source: LanguageTag, target: LanguageTag, translate: Translate) -> tuple[Order, Order]:
    def summarise(text: str, tag: LanguageTag) -> str:
        sentences = [each.text for each in speaking(text, tag)]
        return sentences[choose(sentences, Budget(1))[0]]

    return (
        Order("summarise, then translate", lambda text: " ".join(translate(cut(summarise(text, source), source)))),
        Order("translate, then summarise", lambda text: summarise("\n".join(translate(cut(text, source))), target)),
    )


def cut(text: str, tag: LanguageTag) -> list[str]:
    return [each.text for each in split(text, tag, _LONGEST) if each.text]


def into(translator: Translator, source: LanguageTag, target: LanguageTag) -> Translate:
    def translate(sentences: Sequence[str]) -> list[str]:
        found: list[str] = []
        for start in range(0, len(sentences), _AT_ONCE):
            batch = [TranslationInput(each, target, source) for each in sentences[start : start + _AT_ONCE]]
            found += [each.text for each in translator.translate(batch)]
        return found

    return translate


def rows(
    documents: Sequence[dict[str, str]], source: LanguageTag, target: LanguageTag, there: Translate, back: Translate
) -> list[str]:
    """The two lines of a language, and the difference."""
    rouge, chrf = Rouge().scores, chrf_metric()
    both = orders(source, target, back)
    for document in documents:
        text = "\n".join(there(cut(document["text"], target)))
        for order in both:
            made = order.run(text)
            order.rouge.append(rouge(document["summary"], made)[2])
            order.chrf.append(chrf.sentence_score(made, [document["summary"]]).score)
    first, second = both
    return [
        *(
            f"| {source} → {target} | {order.name} | {np.mean(order.rouge):.1f} | {np.mean(order.chrf):.1f} "
            f"| {order.seconds / len(documents):.2f} |"
            for order in both
        ),
        f"| {source} → {target} | difference | {_apart(first.rouge, second.rouge)} | {_apart(first.chrf, second.chrf)} "
        f"| × {second.seconds / first.seconds:.0f} |",
    ]


def _apart(first: Sequence[float], second: Sequence[float]) -> str:
    gaps: NDArray[np.float64] = np.asarray(second) - np.asarray(first)
    draws = np.random.default_rng(0).integers(len(gaps), size=(1000, len(gaps)))
    low, high = np.percentile(gaps[draws].mean(axis=1), [2.5, 97.5])
    return f"{gaps.mean():+.1f} ({low:+.1f} to {high:+.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--into", default="es")
    parser.add_argument("--via", nargs="+", default=["an", "ca", "gl"])
    options = parser.parse_args()
    opener = lzma.open if options.file.suffix == ".xz" else open
    with opener(options.file, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines][: options.documents]
    target = parse(options.into)
    catalogue, store, run = Catalogue.load(), ModelStore(), RunOptions(device="cpu", inter_threads=1)
    loaded: dict[str, Translator] = {}

    def translator(source: LanguageTag, target: LanguageTag) -> Translate:
        entry = catalogue.find(source, target)
        if entry is None:
            parser.error(f"no bundled model translates {source} into {target}")
        if entry.id not in loaded:
            loaded[entry.id] = load_translator(entry, store, run)
        return into(loaded[entry.id], source, target)

    print(f"{len(documents)} documents\n")
    print("| direction | order | ROUGE-L | chrF++ | processor seconds a document |\n|---|---|---:|---:|---:|")
    for name in options.via:
        tag = parse(name)
        there, back = translator(target, tag), translator(tag, target)
        print("\n".join(rows(documents, tag, target, there, back)), flush=True)


if __name__ == "__main__":
    main()
