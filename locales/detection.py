"""Which language a text is written in: its script first, then statistics, then the words that tell neighbours apart.

The answer is a suggestion with a confidence. It never overrides what a caller declares.
"""

import math
import re
import threading
import tomllib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from locales.tags import LanguageTag

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

_ONE_LANGUAGE = {
    "Grek": "el",
    "Armn": "hy",
    "Hebr": "he",
    "Beng": "bn",
    "Guru": "pa",
    "Gujr": "gu",
    "Orya": "or",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Sinh": "si",
    "Thai": "th",
    "Laoo": "lo",
    "Tibt": "bo",
    "Mymr": "my",
    "Geor": "ka",
    "Hang": "ko",
    "Ethi": "am",
    "Khmr": "km",
    "Kana": "ja",
    "Hani": "zh",
}

# Letters that only one language of a shared script writes, looked for before the script decides.
_LETTERS: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "Beng": (("as", re.compile("[ৰৱ]")),),
    "Hebr": (("yi", re.compile("[װױײ]|אַ|אָ")),),
    "Ethi": (("ti", re.compile("[ቐ-ቝኸ-ዅ]|እዩ|ኣብ|ናይ")),),
    "Tibt": (("dz", re.compile("ཨིན|ཚུ་")),),
}

# py3langid's labels that may win, per script. Extremaduran is asked for because Asturian, which py3langid does not
# know, looks most like it; neighbours that nobody is served in (Venetian, creoles) would only take answers away.
_LABELS: Mapping[str, frozenset[str]] = {
    script: frozenset(labels.split())
    for script, labels in {
        "Latn": """es an ext ca gl oc pt fr en eu it ro br cy ga de nl da no sv fi et lv lt pl cs sk sl hr hu sq tr az
            uz vi id tl so sw yo ha ig rw sn zu xh st qu gug mg ku eo mt is""",
        "Cyrl": "ru uk be bg mk sr kk ky tg mn tt ba",
        "Arab": "ar fa ps ur ug sdh",
        "Deva": "hi mr ne",
    }.items()
}
_LABEL_TAGS = {"ext": "ast", "gug": "gn", "no": "nb", "sdh": "ckb", "tl": "fil"}

# Varieties py3langid has no label for start from their neighbour's score plus a lead, negative where the neighbour
# is the answer unless words say otherwise: most Catalan text has no form that only Valencian uses.
_VARIETIES = (("ast", "es", -0.3), ("oc-aranes", "oc", 1.0), ("ca-valencia", "ca", -3.0))
_EVIDENCE_OF = {"ca-valencia": ("ca", "ca-valencia")}

_WORD = re.compile(r"[^\W\d_]+(?:·[^\W\d_]+)*['’]?")
_WORD_WEIGHT = 0.5
_ENDING_WEIGHT = 0.3
_MIN_ENDING_WORD = 5  # letters; the ending of a shorter word is most of the word
_LANGUAGES_WEIGHED = 12  # a word that all of them share says nothing
_LONGEST_ENDING = 8
_FLOOR = 1e-6  # py3langid says 0 far too easily to be taken at its word

_loading = threading.Lock()


def detect(text: str) -> tuple[Detection, ...]:
    """At most three languages, likeliest first; none when the text says too little to tell."""
    text = text[:MAX_CHARS_READ]
    scripts = Counter(filter(None, map(_script, filter(str.isalpha, text))))
    if scripts["Kana"]:  # Japanese mixes both; Han signs alone are Chinese
        scripts["Kana"] += scripts.pop("Hani", 0)
    script = max(scripts, key=lambda script: scripts[script], default="")
    letters = scripts[script]
    if letters < (MIN_LETTERS_OF_ONE_LANGUAGE if script in _ONE_LANGUAGE else MIN_LETTERS):
        return ()
    if tag := _by_letters(text, script):
        return (Detection(LanguageTag(tag), letters / scripts.total()),)
    return _ranked(_scores(text, script))


def _by_letters(text: str, script: str) -> str | None:
    distinct = (tag for tag, letters in _LETTERS.get(script, ()) if letters.search(text))
    return next(distinct, _ONE_LANGUAGE.get(script))


def _script(char: str) -> str:
    return _SCRIPT_RUNS[bisect_right(_RUN_STARTS, ord(char)) - 1][1]


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _scores(text: str, script: str) -> Mapping[str, float]:
    with _loading:  # the model takes a second and 100 MB to load: once, whoever asks first
        identifier = _identifier()
    # Keeping a script's labels and dividing by their sum is what `set_languages` does, without a model per script.
    ranked = [(label, probability) for label, probability in identifier.rank(text) if label in _LABELS[script]]
    total = sum(probability for _, probability in ranked)
    scores: dict[str, float] = {}
    for label, probability in ranked:
        tag = _LABEL_TAGS.get(label, label)
        scores.setdefault(tag, math.log(probability / total + _FLOOR))
    if script == "Latn":
        for variety, neighbour, lead in _VARIETIES:
            scores[variety] = max(scores.get(variety, -math.inf), scores[neighbour] + lead)
        for tag, score in _evidence(text).items():
            scores[tag] += score
    return scores


def _ranked(scores: Mapping[str, float]) -> tuple[Detection, ...]:
    top = max(scores.values())
    weights = {tag: math.exp(score - top) for tag, score in scores.items()}
    total = sum(weights.values())
    best = sorted(weights, key=lambda tag: (-weights[tag], tag))[:MAX_ANSWERS]
    answers = tuple(Detection(LanguageTag(tag), weights[tag] / total) for tag in best)
    return answers if answers[0].confidence >= MIN_CONFIDENCE else ()


@dataclass(frozen=True, slots=True)
class _Table:
    words: Mapping[str, tuple[str, ...]]
    endings: Mapping[str, re.Pattern[str]]


@cache
def _table() -> _Table:
    rows = tomllib.loads(files("locales").joinpath("evidence.toml").read_text("utf-8"))
    words: dict[str, tuple[str, ...]] = {}
    for tag, row in rows.items():
        for word in dict.fromkeys(row["words"].split()):
            words[word] = (*words.get(word, ()), tag)
    endings = {tag: re.compile(f"(?:{row['endings']})$") for tag, row in rows.items() if "endings" in row}
    return _Table(words, endings)


def _evidence(text: str) -> Mapping[str, float]:
    """What words and endings say for each language of the table: the fewer languages share one, the more it says."""
    table = _table()
    found: defaultdict[str, float] = defaultdict(float)
    for token in _WORD.findall(text.lower().replace("’", "'")):
        if tags := table.words.get(token):
            _credit(found, tags, _WORD_WEIGHT)
        elif len(token) >= _MIN_ENDING_WORD:
            _credit(found, _tags_of_ending(token[-_LONGEST_ENDING:]), _ENDING_WEIGHT)
    for variety, sources in _EVIDENCE_OF.items():
        found[variety] = sum(found[source] for source in sources)
    return found


@lru_cache(maxsize=4096)
def _tags_of_ending(ending: str) -> tuple[str, ...]:
    return tuple(tag for tag, pattern in _table().endings.items() if pattern.search(ending))


def _credit(found: defaultdict[str, float], tags: Collection[str], weight: float) -> None:
    for tag in tags:
        found[tag] += weight * math.log(_LANGUAGES_WEIGHED / len(tags))
