"""How good a translator is on a test set: scores against people's translations, and what must never get lost.

chrF++ and BLEU come from sacreBLEU with their signatures, so a figure can be repeated. Beside them stands chrF++ of the
source itself, copied: between close languages a translator that changes nothing scores surprisingly well. Shares are
counted over the items found: numbers by their digits alone, addresses, links and placeholders as they stand; since
test sets hold few of those, they are put into the first lines. Intervals are 95 %, by seeded bootstrap.

Which faults a pair of texts has is asked of the `Check` that the caller hands in: `gateway` hands in the meaning guard.
"""

from __future__ import annotations

import json
import random
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from locales.detection import detect
from locales.tags import LanguageTag, base
from models.catalogue import LanguagePair
from models.metric import EvaluationUnavailable, Metric
from models.runtime.protocol import Hypothesis, TranslationFailed, TranslationInput, Translator

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric as SacreMetric

SEED = 12345
RESAMPLES = 1000
ROBUSTNESS_LINES = 200
PROBE_LINES = 120
# Of fewer lines that deny something a share says little.
NEGATION_LEAST = 20

_BATCH = 32
_SURE = 0.7  # of a language: below, the detector's word is not taken
_TYPO_SHARE = 0.1
# A character of the spelling: this often among the references' letters, and at least so many times.
_CRITICAL_SHARE = 1 / 2000
_CRITICAL_LEAST = 10
_JOINERS = "\u200b\u200c\u200d"
_NUMBER = re.compile(r"\d(?:[\d.,’'\u00a0\u202f]*\d)?")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"https?://[^\s<>\"]*[\w/]")
_PLACEHOLDER = re.compile(r"\{\{?\w+\}\}?|%\(\w+\)[sd]|%[sd]")
# What ends a sentence, in the scripts we know; an item stands before it, inside the sentence.
_END = re.compile(r"([\s.!?…。।።؟۔]*)$")
_PROBES = ("consulta.{0}@example.org", "https://example.org/tramite/{0}?a={0}", "{{total_{0}}}", "%(fecha)s", "%s")

Check = Callable[[str, str, LanguageTag, bool], Mapping[str, str]]
"""Source, translation, target, whether decoding ended by itself → outcome of each check: pass, fail, not_available."""

Negates = Callable[[str, LanguageTag], bool | None]
"""Whether a text in a language denies something; None where nobody can tell."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one direction, sources beside their references; ValueError when they do not match."""

    direction: LanguagePair
    sources: Sequence[str]
    references: Sequence[str]

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError("there is nothing to evaluate")
        if len(self.sources) != len(self.references):
            raise ValueError("sources and references must have the same number of lines")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One translated line: the model's mean log-probability of a token, and its chrF++ against the reference."""

    log_probability: float
    chrf: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """`sentences` is empty when the translator gives no scores."""

    metrics: tuple[Metric, ...]
    sentences: tuple[Sentence, ...]


def evaluate(
    translator: Translator,
    lines: Lines,
    *,
    check: Check | None = None,
    teacher: Sequence[str] | None = None,
    unquantised: Translator | None = None,
    negates: Negates = lambda *_: None,
) -> Evaluated:
    """Measure one direction; a line the model failed on counts as an empty translation.

    `teacher` is a rival's translation of the same sources; `unquantised` the float weights of the same model.
    """
    if teacher is not None and len(teacher) != len(lines.sources):
        raise ValueError("the teacher must have the same number of lines")
    scorer = _Scorer(lines)
    began = time.perf_counter()
    hypotheses = translate(translator, lines.sources, lines.direction)
    seconds = time.perf_counter() - began
    outputs = [hypothesis.text if hypothesis else "" for hypothesis in hypotheses]
    chrf = scorer.chrf("chrf", outputs)
    rivals = [("copy_chrf", lines.sources), *([("teacher_chrf", teacher)] if teacher is not None else [])]
    metrics = [
        chrf,
        scorer.bleu(outputs),
        *(scorer.chrf(name, texts, interval=False) for name, texts in rivals),
        scorer.figure("sentences_per_s", len(outputs) / max(seconds, 1e-9), len(outputs)),
        scorer.share("failed", [hypothesis is None for hypothesis in hypotheses]),
        scorer.share("cut_off", [hypothesis is None or not hypothesis.complete for hypothesis in hypotheses]),
        *_kept(scorer, translator),
        *_numbers_kept(scorer, outputs),
        *_negation_kept(scorer, outputs, negates),
        *_faults(scorer, hypotheses, check),
        *_wrong_language(scorer, outputs),
        *_characters(scorer, outputs),
        *_drops(scorer, translator, outputs),
    ]
    if unquantised is not None:
        full = scorer.chrf("float_chrf", _texts(unquantised, lines.sources, lines.direction), interval=False)
        metrics += [full, scorer.figure("float_drop", full.value - chrf.value, full.n, full.signature)]
    return Evaluated(tuple(metrics), _sentences(scorer, hypotheses))


def translate(translator: Translator, sources: Sequence[str], direction: LanguagePair) -> list[Hypothesis | None]:
    """One hypothesis per source, None where the model failed."""
    done: list[Hypothesis | None] = []
    for start in range(0, len(sources), _BATCH):
        inputs = [
            TranslationInput(text, direction.target, direction.source) for text in sources[start : start + _BATCH]
        ]
        try:
            done += translator.translate(inputs)
        except TranslationFailed as failure:
            done += failure.results
    return done


def chrf_metric() -> Any:
    """sacreBLEU's chrF++; EvaluationUnavailable without sacreBLEU."""
    try:
        from sacrebleu.metrics.chrf import CHRF
    except ImportError:
        raise EvaluationUnavailable from None
    return CHRF(word_order=2)


def _bleu_metric() -> tuple[str, Any]:
    """spBLEU where its tokeniser lies in sacreBLEU's folder (it is never fetched from here), else BLEU."""
    try:
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.utils import SACREBLEU_DIR
    except ImportError:
        raise EvaluationUnavailable from None
    tokeniser = Path(SACREBLEU_DIR) / "models" / "flores200sacrebleuspm"
    if tokeniser.is_file() and find_spec("sentencepiece"):
        return "spbleu", BLEU(tokenize="flores200")
    return "bleu", BLEU()


class _Scorer:
    """Makes the metrics of one direction."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.sentence_metric: Any = chrf_metric()

    def chrf(self, name: str, texts: Sequence[str], *, interval: bool = True) -> Metric:
        return self._scored(name, chrf_metric(), texts, interval)

    def bleu(self, texts: Sequence[str]) -> Metric:
        return self._scored(*_bleu_metric(), texts, interval=True)

    def figure(self, name: str, value: float, n: int, signature: str = "") -> Metric:
        return Metric(name, self.lines.direction, round(value, 6), n, signature)

    def share(self, name: str, hits: Sequence[bool]) -> Metric:
        return self.ratio(name, [int(hit) for hit in hits], [1] * len(hits))

    def ratio(self, name: str, kept: Sequence[int], found: Sequence[int]) -> Metric:
        return ratio(name, self.lines.direction, kept, found)

    def _scored(self, name: str, metric: SacreMetric, texts: Sequence[str], interval: bool) -> Metric:
        # The samples are drawn with sacreBLEU's own seed, so the interval repeats.
        references = [list(self.lines.references[: len(texts)])]
        try:
            score = metric.corpus_score(list(texts), references, n_bootstrap=RESAMPLES if interval else 1)
        except TypeError:
            # sacreBLEU 2.6 cannot average samples of which some have nothing in common with the references.
            score = metric.corpus_score(list(texts), references)
        signature = str(metric.get_signature())
        told = json.loads(score.format(width=2, signature=signature, is_json=True))
        middle, half = told.get("confidence_mean"), told.get("confidence_var")
        ci95 = None if middle is None else (round(middle - half, 2), round(middle + half, 2))
        return Metric(name, self.lines.direction, round(score.score, 2), len(texts), signature, ci95)


def ratio(name: str, direction: LanguagePair, kept: Sequence[int], found: Sequence[int]) -> Metric:
    """Of all items found, the share that was kept, with its interval over lines."""
    value = round(sum(kept) / sum(found), 6)
    return Metric(name, direction, value, sum(found), ci95=_interval(kept, found))


def _interval(kept: Sequence[int], found: Sequence[int]) -> tuple[float, float]:
    kept_at, found_at = np.asarray(kept), np.asarray(found)
    drawn = np.random.default_rng(SEED).integers(0, len(kept_at), (RESAMPLES, len(kept_at)))
    counted = found_at[drawn].sum(axis=1)
    shares = (kept_at[drawn].sum(axis=1) / np.maximum(counted, 1))[counted > 0]
    low, high = np.percentile(shares, (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)


def _texts(translator: Translator, sources: Sequence[str], direction: LanguagePair) -> list[str]:
    return [hypothesis.text if hypothesis else "" for hypothesis in translate(translator, sources, direction)]


def _numbers_kept(scorer: _Scorer, outputs: Sequence[str]) -> Iterator[Metric]:
    yield from _ratio_of(scorer, "numbers_kept", scorer.lines.sources, outputs, _numbers)


def _negation_kept(scorer: _Scorer, outputs: Sequence[str], negates: Negates) -> Iterator[Metric]:
    """Of the lines that deny something, and whose reference does so too (a person may turn a sentence round), the share
    whose translation does; absent where a language is unknown or the set has few such lines."""
    source, target = scorer.lines.direction.source, scorer.lines.direction.target
    given = [negates(text, source) for text in scorer.lines.sources]
    wanted = [negates(text, target) for text in scorer.lines.references]
    if None in given or None in wanted:
        return
    denied = [int(bool(mine and theirs)) for mine, theirs in zip(given, wanted, strict=True)]
    kept = [int(bool(mine and negates(output, target))) for mine, output in zip(denied, outputs, strict=True)]
    if sum(denied) >= NEGATION_LEAST:
        yield scorer.ratio("negation_kept", kept, denied)


def _kept(scorer: _Scorer, translator: Translator) -> Iterator[Metric]:
    """Addresses, links and placeholders in brackets at the end of the first sentences, one in each."""
    probes = [
        _END.sub(f" ({_PROBES[number % len(_PROBES)].format(number)})\\1", source, count=1)
        for number, source in enumerate(scorer.lines.sources[:PROBE_LINES])
    ]
    outputs = _texts(translator, probes, scorer.lines.direction)
    items = {"emails_kept": _EMAIL.findall, "links_kept": _LINK.findall, "placeholders_kept": _PLACEHOLDER.findall}
    for name, find in items.items():
        yield from _ratio_of(scorer, name, probes, outputs, find)


def _ratio_of(
    scorer: _Scorer, name: str, sources: Sequence[str], outputs: Sequence[str], items: Callable[[str], list[Any]]
) -> Iterator[Metric]:
    wanted = [Counter(items(source)) for source in sources]
    kept = [(mine & Counter(items(output))).total() for mine, output in zip(wanted, outputs, strict=True)]
    if any(wanted):
        yield scorer.ratio(name, kept, [mine.total() for mine in wanted])


def _numbers(text: str) -> list[str]:
    return ["".join(c for c in found if c.isdigit()) for found in _NUMBER.findall(text)]


def _faults(scorer: _Scorer, hypotheses: Sequence[Hypothesis | None], check: Check | None) -> Iterator[Metric]:
    """For each check the share of lines it finds fault with; a line without translation has every fault."""
    if check is None:
        return
    target = scorer.lines.direction.target
    found: dict[str, list[bool]] = {}
    for source, hypothesis in zip(scorer.lines.sources, hypotheses, strict=True):
        text, complete = (hypothesis.text, hypothesis.complete) if hypothesis else ("", False)
        for name, outcome in check(source, text, target, complete).items():
            if outcome != "not_available":
                found.setdefault(name, []).append(outcome == "fail" or hypothesis is None)
    for name, hits in found.items():
        yield scorer.share(f"fault_{name}", hits)


def _wrong_language(scorer: _Scorer, outputs: Sequence[str]) -> Iterator[Metric]:
    hits = wrong_language(scorer.lines, outputs)
    if hits is not None:
        yield scorer.share("wrong_language", hits)


def wrong_language(lines: Lines, outputs: Sequence[str]) -> list[bool] | None:
    """Of lines whose reference the detector knows, which outputs it takes for another language; None where it knows
    less than half of the references."""
    wanted = base(lines.direction.target)
    told = [
        _language(output)
        for output, reference in zip(outputs, lines.references, strict=True)
        if _language(reference) == wanted
    ]
    return [language not in (None, wanted) for language in told] if 2 * len(told) >= len(outputs) else None


def _language(text: str) -> str | None:
    best = next(iter(detect(text)), None)
    return base(best.tag) if best and best.confidence >= _SURE else None


def _characters(scorer: _Scorer, outputs: Sequence[str]) -> Iterator[Metric]:
    """Of the characters beyond ASCII that the references spell with, how many stand half as often in the outputs."""
    expected = _letters(scorer.lines.references)
    least = max(_CRITICAL_LEAST, _CRITICAL_SHARE * expected.total())
    critical = [character for character, count in expected.items() if count >= least and not character.isascii()]
    if critical:
        written = _letters(outputs)
        kept = [int(2 * written[character] >= expected[character]) for character in critical]
        yield scorer.figure("characters_kept", sum(kept) / len(kept), len(kept))


def _letters(texts: Sequence[str]) -> Counter[str]:
    counted = Counter("".join(texts))
    return Counter({c: n for c, n in counted.items() if unicodedata.category(c)[0] in "LM" or c in _JOINERS})


def _drops(scorer: _Scorer, translator: Translator, outputs: Sequence[str]) -> Iterator[Metric]:
    """How much chrF++ is lost when the source comes as people type it; absent where a script has no such wear."""
    sources = scorer.lines.sources[:ROBUSTNESS_LINES]
    clean = scorer.chrf("clean", outputs[:ROBUSTNESS_LINES], interval=False).value
    for name, worn in _WEAR.items():
        texts = [worn(text, random.Random(SEED + number)) for number, text in enumerate(sources)]
        if texts != list(sources):
            found = scorer.chrf(name, _texts(translator, texts, scorer.lines.direction), interval=False)
            yield replace(found, value=round(clean - found.value, 2))


def _without_accents(text: str, _: random.Random) -> str:
    """Only the marks of Latin, Greek and Cyrillic: in other scripts a mark may be a vowel."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f"))


def _with_typos(text: str, rng: random.Random) -> str:
    """In one long word of ten two neighbouring letters change places."""
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) > 4 and word.isalpha() and rng.random() < _TYPO_SHARE:
            at = rng.randrange(1, len(word) - 2)
            words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


_WEAR: Mapping[str, Callable[[str, random.Random], str]] = {
    "drop_lower_case": lambda text, _: text.lower(),
    "drop_no_accents": _without_accents,
    "drop_typos": _with_typos,
}


def _sentences(scorer: _Scorer, hypotheses: Sequence[Hypothesis | None]) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(hypothesis.score, scorer.sentence_metric.sentence_score(hypothesis.text, [reference]).score)
        for hypothesis, reference in zip(hypotheses, scorer.lines.references, strict=True)
        if hypothesis is not None and hypothesis.score is not None
    )
