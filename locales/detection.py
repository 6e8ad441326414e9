"""Which language a text is written in: its script first, then statistics over sequences of letters.

The answer is a suggestion with a confidence. It never overrides what a caller declares.
"""

from __future__ import annotations

import math
import re
import threading
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from locales.profiles import PROFILES
from locales.tags import LanguageTag, base

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

    from locales.ngrams import Classifier

MAX_CHARS_READ = 2000  # more text changes no answer, only its cost
MIN_LETTERS = 8
MIN_LETTERS_OF_ONE_LANGUAGE = 2  # where the script already names the language
MAX_ANSWERS = 3
MIN_CONFIDENCE = 0.1  # a text that fits fifty languages equally well is evidence for none


@dataclass(frozen=True, slots=True)
class Detection:
    """One language a text may be in; the confidences of all that were weighed add up to 1."""

    tag: LanguageTag
    confidence: float


# First code point of each run of a script; "" ends a run.
_SCRIPT_RUNS = (
    (0x0041, "Latn"),
    (0x0370, "Grek"),
    (0x0400, "Cyrl"),
    (0x0530, "Armn"),
    (0x0590, "Hebr"),
    (0x0600, "Arab"),
    (0x0700, ""),
    (0x0750, "Arab"),
    (0x0780, ""),
    (0x08A0, "Arab"),
    (0x0900, "Deva"),
    (0x0980, "Beng"),
    (0x0A00, "Guru"),
    (0x0A80, "Gujr"),
    (0x0B00, "Orya"),
    (0x0B80, "Taml"),
    (0x0C00, "Telu"),
    (0x0C80, "Knda"),
    (0x0D00, "Mlym"),
    (0x0D80, "Sinh"),
    (0x0E00, "Thai"),
    (0x0E80, "Laoo"),
    (0x0F00, "Tibt"),
    (0x1000, "Mymr"),
    (0x10A0, "Geor"),
    (0x1100, "Hang"),
    (0x1200, "Ethi"),
    (0x13A0, ""),
    (0x1780, "Khmr"),
    (0x1800, ""),
    (0x1C90, "Geor"),
    (0x1CC0, ""),
    (0x1E00, "Latn"),
    (0x1F00, "Grek"),
    (0x2000, ""),
    (0x2C60, "Latn"),
    (0x2C80, ""),
    (0x2D80, "Ethi"),
    (0x2DE0, ""),
    (0x3040, "Kana"),
    (0x3100, ""),
    (0x3130, "Hang"),
    (0x3190, ""),
    (0x3400, "Hani"),
    (0xA000, ""),
    (0xAC00, "Hang"),
    (0xD7B0, ""),
    (0xF900, "Hani"),
    (0xFB00, "Latn"),
    (0xFB1D, "Hebr"),
    (0xFB50, "Arab"),
    (0xFF00, "Latn"),
    (0xFF66, "Kana"),
    (0xFFA0, ""),
    (0x20000, "Hani"),
    (0x32000, ""),
)
_RUN_STARTS = tuple(start for start, _ in _SCRIPT_RUNS)

# A variety is answered only where several of its own words are seen: most Catalan text has none of Valencian's.
_VARIETY_LEAD = -3.0
_WORD_WEIGHT = 1.25
_WORD = re.compile(r"[^\W\d_]+(?:·[^\W\d_]+)*")

_OTHER = "other"  # the classifier's word for every language it does not know
_FLOOR = 1e-6  # py3langid says 0 far too easily to be taken at its word

_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Hints:
    """What the profiles say about detection, ordered for looking things up by script."""

    alone: Mapping[str, LanguageTag]
    letters: Mapping[str, Sequence[tuple[LanguageTag, re.Pattern[str]]]]
    labels: Mapping[str, Mapping[LanguageTag, tuple[str, ...]]]
    asked: Mapping[str, frozenset[str]]
    varieties: Sequence[tuple[LanguageTag, LanguageTag, frozenset[str]]]


@cache
def _hints() -> _Hints:
    alone: dict[str, LanguageTag] = {}
    letters: defaultdict[str, list[tuple[LanguageTag, re.Pattern[str]]]] = defaultdict(list)
    labels: defaultdict[str, dict[LanguageTag, tuple[str, ...]]] = defaultdict(dict)
    varieties: list[tuple[LanguageTag, LanguageTag, frozenset[str]]] = []
    for tag, found in PROFILES.items():
        hints = found.detection
        if hints.letters:
            letters[hints.script].append((tag, re.compile(hints.letters)))
        elif hints.script:
            alone[hints.script] = tag
        if hints.labels:
            labels[found.script][tag] = hints.labels
        if hints.variety_of:
            varieties.append((tag, LanguageTag(hints.variety_of), hints.words))
    asked = {script: frozenset(chain.from_iterable(names.values())) for script, names in labels.items()}
    return _Hints(alone, letters, labels, asked, varieties)


def detect(text: str, among: Collection[LanguageTag] | None = None) -> tuple[Detection, ...]:
    """At most three languages, likeliest first; none when the text says too little to tell.

    `among` names the only languages that may be answered; a variety outside it counts for its language. The others are
    still weighed, so that a text in a language nobody serves does not become a sure answer in one that is.
    """
    text = text[:MAX_CHARS_READ]
    scripts = Counter(filter(None, map(_script, filter(str.isalpha, text))))
    if scripts["Kana"]:  # Japanese mixes both; Han signs alone are Chinese
        scripts["Kana"] += scripts.pop("Hani", 0)
    script = max(scripts, key=lambda script: scripts[script], default="")
    letters = scripts[script]
    if letters < (MIN_LETTERS_OF_ONE_LANGUAGE if script in _hints().alone else MIN_LETTERS):
        return ()
    if tag := _by_letters(text, script):
        return _answers({tag: letters / scripts.total()}, among)
    return _answers(_shares(_scores(text, script)), among)


def _by_letters(text: str, script: str) -> LanguageTag | None:
    distinct = (tag for tag, letters in _hints().letters.get(script, ()) if letters.search(text))
    return next(distinct, _hints().alone.get(script))


def _script(char: str) -> str:
    return _SCRIPT_RUNS[bisect_right(_RUN_STARTS, ord(char)) - 1][1]


@cache
def _models() -> tuple[LanguageIdentifier, Classifier]:
    # Imported when a language is first asked for: with their tables they take longer than all else here together.
    from locales.ngrams import classifier
    from locales.unpacked import identifier

    return identifier(), classifier()


def _scores(text: str, script: str) -> Mapping[LanguageTag, float]:
    """The logarithm of each language's weight."""
    labels = _hints().labels[script]
    with _loading:  # once, whoever asks first
        known, own_classifier = _models()
    asked = _hints().asked[script]
    # Keeping a script's labels and dividing by their sum is what `set_languages` does, without a model per script.
    ranked = {label: float(probability) for label, probability in known.rank(text) if label in asked}
    total = sum(ranked.values()) or 1.0
    own = own_classifier.log_probabilities(text) if script == "Latn" else {}
    scores: dict[LanguageTag, float] = {}
    for tag, names in labels.items():
        # A language that py3langid does not know has the labels of all that it is taken for: the classifier decides.
        library = math.log(sum(ranked.get(name, 0.0) for name in names) / total + _FLOOR)
        scores[tag] = own.get(tag, own.get(_OTHER, 0.0)) + library
    return _with_varieties(text, scores) if own else scores


def _with_varieties(text: str, scores: dict[LanguageTag, float]) -> Mapping[LanguageTag, float]:
    words = _WORD.findall(text.lower())
    for variety, language, own_words in _hints().varieties:
        scores[variety] = scores[language] + _VARIETY_LEAD + _WORD_WEIGHT * sum(word in own_words for word in words)
    return scores


def _shares(scores: Mapping[LanguageTag, float]) -> Mapping[LanguageTag, float]:
    top = max(scores.values())
    weights = {tag: math.exp(score - top) for tag, score in scores.items()}
    total = sum(weights.values())
    return {tag: weight / total for tag, weight in weights.items()}


def _answers(shares: Mapping[LanguageTag, float], among: Collection[LanguageTag] | None) -> tuple[Detection, ...]:
    if among is not None:
        shares = _folded(shares, among)
    best = sorted(shares, key=lambda tag: (-shares[tag], tag))[:MAX_ANSWERS]
    answers = tuple(Detection(tag, shares[tag]) for tag in best)
    return answers if answers and answers[0].confidence >= MIN_CONFIDENCE else ()


def _folded(shares: Mapping[LanguageTag, float], among: Collection[LanguageTag]) -> Mapping[LanguageTag, float]:
    folded: defaultdict[LanguageTag, float] = defaultdict(float)
    for tag, share in shares.items():
        if (answer := tag if tag in among else base(tag)) in among:
            folded[answer] += share
    return folded
