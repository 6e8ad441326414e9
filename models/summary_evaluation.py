"""How good a summariser is: ROUGE against summaries that people wrote, beside the first sentence and the extractive
summariser; and how faithful it is: of the numbers, dates, names, links and addresses in its summaries, how many stand
in the source. Checks and items come from the caller, as in `models.evaluation`: `gateway` hands in the meaning guard.

One sentence is asked for per document, and each document is read as the service reads it (`models.abstractive`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from locales.tags import LanguageTag
from models import evaluation
from models.abstractive import passages, window_chars
from models.catalogue import CatalogueEntry
from models.evaluation import Check, Evaluated, Lines, ratio, translate, wrong_language
from models.extractive import Budget, choose, speaking
from models.metric import Metric
from models.rouge import MEASURES, Rouge, words
from models.runtime.protocol import Hypothesis, Translator

Supports = Callable[[str, str, LanguageTag], Mapping[str, tuple[int, int] | None]]
"""Source, summary, language → for each kind of item how many the source holds and how many there are, None: unknown."""


def readings(entry: CatalogueEntry, lines: Lines) -> list[str]:
    """What the model reads of each document; the document itself where it has no sentence."""
    tag, window = lines.direction.source, window_chars(entry)
    sections = (passages(speaking(text, tag), window, 1) for text in lines.sources)
    return [found[0].text if found else text for found, text in zip(sections, lines.sources, strict=True)]


def evaluate_summaries(
    translator: Translator,
    entry: CatalogueEntry,
    lines: Lines,
    *,
    check: Check,
    supports: Supports,
    unquantised: Translator | None = None,
) -> Evaluated:
    """Measure one language; a document the model failed on counts as an empty summary."""
    scorer = _Scorer(lines)
    texts = readings(entry, lines)
    began = time.perf_counter()
    hypotheses = translate(translator, texts, lines.direction)
    seconds = time.perf_counter() - began
    outputs = _outputs(hypotheses)
    chosen = [_extractive(text, lines.direction.source) for text in lines.sources]
    outcomes = [
        check(source, output, lines.direction.target, hypothesis is not None and hypothesis.complete)
        for source, output, hypothesis in zip(lines.sources, outputs, hypotheses, strict=True)
    ]
    fine = [bool(text) and "fail" not in each.values() for text, each in zip(outputs, outcomes, strict=True)]
    served = [text if good else best for text, good, (_, best) in zip(outputs, fine, chosen, strict=True)]
    rouge = scorer.rouge("", outputs)
    metrics = [
        *rouge,
        *scorer.rouge("lead_", [first for first, _ in chosen]),
        *scorer.rouge("extractive_", [best for _, best in chosen]),
        *scorer.rouge("served_", served),
        *scorer.supported(outputs, supports),
        scorer.share("faithful", fine),
        *scorer.faults(outcomes),
        scorer.share("failed", [hypothesis is None for hypothesis in hypotheses]),
        scorer.mean("words", [len(words(text)) for text in outputs]),
        scorer.mean("reference_words", [len(words(text)) for text in lines.references]),
        scorer.mean(
            "compression", [len(text) / len(source) for text, source in zip(outputs, lines.sources, strict=True)]
        ),
        scorer.mean("documents_per_s", [len(outputs) / max(seconds, 1e-9)]),
        *scorer.language(outputs),
    ]
    if unquantised is not None:
        full = scorer.rouge("float_", _outputs(translate(unquantised, texts, lines.direction)))
        metrics += [*full, scorer.mean("float_drop", [full[-1].value - rouge[-1].value])]
    return Evaluated(tuple(metrics), ())


def _outputs(hypotheses: Sequence[Hypothesis | None]) -> list[str]:
    return [hypothesis.text if hypothesis else "" for hypothesis in hypotheses]


def _extractive(text: str, tag: LanguageTag) -> tuple[str, str]:
    """The first sentence of a document and the one that says most of it."""
    sentences = [each.text for each in speaking(text, tag)]
    return (sentences[0], sentences[choose(sentences, Budget(1))[0]]) if sentences else ("", "")


class _Scorer:
    """Makes the metrics of one language."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._rouge = Rouge()

    def rouge(self, prefix: str, texts: Sequence[str]) -> list[Metric]:
        scores = [self._rouge.scores(*pair) for pair in zip(self._lines.references, texts, strict=True)]
        columns = zip(MEASURES, zip(*scores, strict=True), strict=True)
        return [self.mean(f"{prefix}{name}", column, self._rouge.signature) for name, column in columns]

    def mean(self, name: str, values: Sequence[float], signature: str = "") -> Metric:
        found = np.asarray(values, dtype=np.float64)
        interval = None
        if len(found) > 1:
            drawn = np.random.default_rng(evaluation.SEED).integers(0, len(found), (evaluation.RESAMPLES, len(found)))
            low, high = np.percentile(found[drawn].mean(axis=1), (2.5, 97.5))
            interval = (round(float(low), 4), round(float(high), 4))
        return Metric(name, self._lines.direction, round(float(found.mean()), 4), len(found), signature, interval)

    def share(self, name: str, hits: Sequence[bool]) -> Metric:
        return ratio(name, self._lines.direction, list(map(int, hits)), [1] * len(hits))

    def supported(self, outputs: Sequence[str], supports: Supports) -> list[Metric]:
        """One metric for each kind that was found at all, and `supported` over all of them."""
        direction = self._lines.direction
        counted = [
            supports(source, output, direction.target)
            for source, output in zip(self._lines.sources, outputs, strict=True)
        ]
        kinds = dict.fromkeys(kind for each in counted for kind in each)
        columns = {kind: [each.get(kind) or (0, 0) for each in counted] for kind in kinds}
        columns[""] = [
            (sum(held for held, _ in row), sum(found for _, found in row))
            for row in zip(*columns.values(), strict=True)
        ]
        return [
            ratio(f"supported_{kind}" if kind else "supported", direction, *map(list, zip(*column, strict=True)))
            for kind, column in columns.items()
            if any(found for _, found in column)
        ]

    def faults(self, outcomes: Sequence[Mapping[str, str]]) -> list[Metric]:
        """For each check the share of documents it finds fault with, of those where it could look."""
        found: dict[str, list[bool]] = {}
        for each in outcomes:
            for name, outcome in each.items():
                if outcome != "not_available":
                    found.setdefault(name, []).append(outcome == "fail")
        return [self.share(f"fault_{name}", hits) for name, hits in found.items()]

    def language(self, outputs: Sequence[str]) -> list[Metric]:
        hits = wrong_language(self._lines, outputs)
        return [] if hits is None else [self.share("wrong_language", hits)]
