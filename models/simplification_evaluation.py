"""How good a simplifier is: how many sentences it rewrites, how many of those still say the same, and how much easier
to read the text is that the service would serve, where a sentence that says something else stays as it was.

References are not scored: there are many plain ways to say a thing. What keeps the meaning and what is hard to read
come from the caller, as the checks in `models.evaluation` do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from locales.tags import LanguageTag
from models.evaluation import Check, Evaluated, Lines, chrf_metric, ratio, translate, wrong_language
from models.metric import Metric
from models.runtime.protocol import Hypothesis, Translator


@dataclass(frozen=True, slots=True)
class Reading:
    """`keeps`: source and rewritten sentence → whether they say the same; `hardness`: sentences → a figure that falls
    as a text gets easier."""

    keeps: Callable[[str, str, LanguageTag], bool] = lambda *_: False
    hardness: Callable[[Sequence[str], LanguageTag], float] = lambda *_: 0.0


def evaluate_simplifications(
    translator: Translator, lines: Lines, *, check: Check, reading: Reading, unquantised: Translator | None = None
) -> Evaluated:
    """Measure one language; a sentence the model failed on, did not end or left empty stays as it was."""
    sources, tag = lines.sources, lines.direction.target
    began = time.perf_counter()
    hypotheses = translate(translator, sources, lines.direction)
    seconds = time.perf_counter() - began
    outputs = _outputs(hypotheses, sources)
    changed = [output != source for output, source in zip(outputs, sources, strict=True)]
    kept = [
        moved and reading.keeps(source, output, tag)
        for moved, source, output in zip(changed, sources, outputs, strict=True)
    ]
    served = [output if good else source for good, output, source in zip(kept, outputs, sources, strict=True)]
    hard, easier = reading.hardness(sources, tag), reading.hardness(served, tag)

    def figure(name: str, value: float) -> Metric:
        return Metric(name, lines.direction, round(value, 4), len(sources))

    def share(name: str, hits: Sequence[bool]) -> Metric:
        return ratio(name, lines.direction, list(map(int, hits)), [1] * len(hits))

    metrics = [
        share("changed", changed),
        *([ratio("meaning_kept", lines.direction, _counts(kept), _counts(changed))] if any(changed) else []),
        figure("source_lix", hard),
        figure("served_lix", easier),
        figure("lix_saved", hard - easier),
        figure("source_chrf", chrf_metric().corpus_score(outputs, [list(sources)]).score),
        figure("sentences_per_s", len(sources) / max(seconds, 1e-9)),
        share("failed", [each is None for each in hypotheses]),
        share("cut_off", [each is None or not each.complete for each in hypotheses]),
        *_faults(sources, hypotheses, tag, check, share),
    ]
    other = wrong_language(lines, outputs)
    if other is not None:
        metrics.append(share("wrong_language", other))
    if unquantised is not None:
        full = _outputs(translate(unquantised, sources, lines.direction), sources)
        metrics.append(share("same_as_float", [ours == theirs for ours, theirs in zip(outputs, full, strict=True)]))
    return Evaluated(tuple(metrics), ())


def _counts(hits: Sequence[bool]) -> list[int]:
    return list(map(int, hits))


def _outputs(hypotheses: Sequence[Hypothesis | None], sources: Sequence[str]) -> list[str]:
    return [
        each.text.strip() if each and each.complete and each.text.strip() else source
        for each, source in zip(hypotheses, sources, strict=True)
    ]


def _faults(
    sources: Sequence[str],
    hypotheses: Sequence[Hypothesis | None],
    tag: LanguageTag,
    check: Check,
    share: Callable[[str, Sequence[bool]], Metric],
) -> list[Metric]:
    """For loops and other scripts, the share of sentences; the other checks are the guard's of simplification."""
    found: dict[str, list[bool]] = {"repetition": [], "script": []}
    for source, each in zip(sources, hypotheses, strict=True):
        outcomes = check(source, each.text if each else "", tag, each is not None and each.complete)
        for name, hits in found.items():
            if outcomes.get(name) in ("pass", "fail"):
                hits.append(outcomes[name] == "fail")
    return [share(f"fault_{name}", hits) for name, hits in found.items() if hits]
