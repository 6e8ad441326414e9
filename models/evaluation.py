"""How good a translator is on a test set: scores against people's translations, and what a number must never lose.

chrF++ and BLEU come from sacreBLEU with their signatures, so a figure can be repeated. Beside them stands chrF++ of the
source itself, copied: between close languages a translator that changes nothing scores surprisingly well. Shares are
counted over the items found in the sources: numbers by their digits alone, e-mail addresses and links as they stand.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from locales.tags import LanguageTag
from models.runtime.protocol import Hypothesis, TranslationFailed, TranslationInput, Translator

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

_BATCH = 32
_NUMBER = re.compile(r"\d(?:[\d.,’'\u00a0\u202f]*\d)?")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"https?://[^\s<>\"]*[\w/]")


class EvaluationUnavailable(RuntimeError):
    def __init__(self) -> None:
        super().__init__("evaluation needs sacreBLEU: pip install 'malgil[evaluate]'")


@dataclass(frozen=True, slots=True)
class Scores:
    chrf: float
    bleu: float


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the items found in the sources, how many stand in the translation of the same segment."""

    found: int
    kept: int

    @property
    def share(self) -> float | None:
        return self.kept / self.found if self.found else None


@dataclass(frozen=True, slots=True)
class Signatures:
    chrf: str
    bleu: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`copied` is the source scored as if it were the translation; `teacher` a rival on the same set."""

    model: str
    target: LanguageTag
    segments: int
    scores: Scores
    copied: Scores
    teacher: Scores | None
    numbers: Kept
    emails: Kept
    links: Kept
    complete: int
    failed: int
    signatures: Signatures

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True)


def evaluate(
    translator: Translator,
    sources: Sequence[str],
    references: Sequence[str],
    target: LanguageTag,
    *,
    teacher: Sequence[str] | None = None,
    source: LanguageTag | None = None,
) -> Evaluation:
    """Translate `sources` and score the result; a segment the model failed on counts as an empty translation.

    `source` is the language of the sources, for models that must be told.
    """
    if not sources:
        raise ValueError("there is nothing to evaluate")
    if len(sources) != len(references) or (teacher is not None and len(teacher) != len(sources)):
        raise ValueError("sources, references and teacher must have the same number of lines")
    chrf, bleu = _metrics()
    hypotheses = _translate(translator, sources, target, source)
    outputs = [hypothesis.text if hypothesis else "" for hypothesis in hypotheses]

    def scored(texts: Sequence[str]) -> Scores:
        return Scores(*(round(metric.corpus_score(texts, [references]).score, 2) for metric in (chrf, bleu)))

    return Evaluation(
        model=translator.reference,
        target=target,
        segments=len(sources),
        scores=scored(outputs),
        copied=scored(sources),
        teacher=None if teacher is None else scored(teacher),
        numbers=_kept(sources, outputs, _numbers),
        emails=_kept(sources, outputs, _EMAIL.findall),
        links=_kept(sources, outputs, _LINK.findall),
        complete=sum(hypothesis is not None and hypothesis.complete for hypothesis in hypotheses),
        failed=hypotheses.count(None),
        signatures=Signatures(str(chrf.get_signature()), str(bleu.get_signature())),
    )


def as_table(evaluations: Sequence[Evaluation]) -> str:
    """A Markdown table, one row per target, with the signatures below."""
    rows = [
        "| target | segments | chrF++ | BLEU | copy chrF++ | teacher chrF++ | numbers | e-mails | links | complete |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in evaluations:
        teacher = f"{each.teacher.chrf:.1f}" if each.teacher else "–"
        kept = " | ".join(_percent(kept.share) for kept in (each.numbers, each.emails, each.links))
        rows.append(
            f"| {each.target} | {each.segments} | {each.scores.chrf:.1f} | {each.scores.bleu:.1f} "
            f"| {each.copied.chrf:.1f} | {teacher} | {kept} | {_percent(each.complete / each.segments)} |"
        )
    signatures = sorted({f"`{text}`" for each in evaluations for text in (each.signatures.chrf, each.signatures.bleu)})
    return "\n".join([*rows, "", *signatures, ""])


def _metrics() -> tuple[Metric, Metric]:
    try:
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF
    except ImportError:
        raise EvaluationUnavailable from None
    return CHRF(word_order=2), BLEU()


def _translate(
    translator: Translator, sources: Sequence[str], target: LanguageTag, source: LanguageTag | None
) -> list[Hypothesis | None]:
    done: list[Hypothesis | None] = []
    for start in range(0, len(sources), _BATCH):
        inputs = [TranslationInput(text, target, source) for text in sources[start : start + _BATCH]]
        try:
            done += translator.translate(inputs)
        except TranslationFailed as failure:
            done += failure.results
    return done


def _numbers(text: str) -> list[str]:
    return ["".join(c for c in found if c.isdigit()) for found in _NUMBER.findall(text)]


def _kept(sources: Sequence[str], outputs: Sequence[str], items: Callable[[str], list[Any]]) -> Kept:
    found = kept = 0
    for source, output in zip(sources, outputs, strict=True):
        wanted = Counter(items(source))
        found += wanted.total()
        kept += (wanted & Counter(items(output))).total()
    return Kept(found, kept)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
