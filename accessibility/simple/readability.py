"""How hard a text is to read: native formulas where a language has one, and the ratio to the language's own baseline.

| language | formula | source |
|---|---|---|
| es | Szigriszt-Pazos (INFLESZ) and Fernández-Huerta | Szigriszt 1993; Fernández Huerta 1959 |
| en | Flesch reading ease | Flesch 1948 |
| fr | Kandel and Moles | 1958 |
| pt | Flesch adapted | Martins and others 1996 |
| it | Gulpease | GULP 1988 |

Raw LIX (Björnsson 1968) is never compared across languages: the same text scores 21 in Amharic and 83 in Zulu. So
`baseline_ratio` divides a text's LIX by that of the Universal Declaration of Human Rights in the same language: 1.00 is
as hard as that legal text. A score alone never makes a text plain (ISO 24495-1).
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain

from accessibility.phrases import WORD
from accessibility.scripts import FIRST_UNSPACED, UNSPACED, census
from locales.segmentation import split
from locales.tags import LanguageTag, base

LONG_SENTENCE = 20
_LONG_WORD = 6
_WHOLE_SENTENCE = 100_000


@dataclass(frozen=True, slots=True)
class Readability:
    """`scores` by formula, higher is easier; empty where the language has none. Shares are from 0 to 1."""

    words: int
    sentences: int
    syllables: int | None
    words_per_sentence: float
    long_sentences: float
    long_words: float
    lix: float
    scores: Mapping[str, float]
    baseline_ratio: float | None


@dataclass(frozen=True, slots=True)
class _Counts:
    words: int
    sentences: int
    syllables: int
    letters: int

    @property
    def words_per_sentence(self) -> float:
        return self.words / self.sentences

    @property
    def syllables_per_word(self) -> float:
        return self.syllables / self.words


Formula = Callable[[_Counts], float]

FORMULAS: Mapping[str, Mapping[str, Formula]] = {
    "es": {
        "inflesz": lambda each: 206.835 - 62.3 * each.syllables_per_word - each.words_per_sentence,
        "fernandez_huerta": lambda each: 206.84 - 60 * each.syllables_per_word - 1.02 * each.words_per_sentence,
    },
    "en": {"flesch": lambda each: 206.835 - 84.6 * each.syllables_per_word - 1.015 * each.words_per_sentence},
    "fr": {"kandel_moles": lambda each: 207 - 73.6 * each.syllables_per_word - 1.015 * each.words_per_sentence},
    "pt": {"flesch_pt": lambda each: 248.835 - 84.6 * each.syllables_per_word - 1.015 * each.words_per_sentence},
    "it": {"gulpease": lambda each: 89 + (300 * each.sentences - 10 * each.letters) / each.words},
}


def measure(text: str, language: LanguageTag) -> Readability:
    """The figures of a text; of a text without words, noughts and no score."""
    return figures(sentences(text, language), language)


def figures(text: Sequence[Sequence[str]], language: LanguageTag) -> Readability:
    """The figures of a text whose words are known, sentence by sentence."""
    lengths = [len(sentence) for sentence in text if sentence]
    often = Counter(chain.from_iterable(text))
    listed = often.total()
    if not listed:
        return Readability(0, 0, None, 0.0, 0.0, 0.0, 0.0, {}, None)
    counter = SYLLABLES.get(base(language))
    letters = {word: _letters(word) for word in often}
    counts = _Counts(
        words=listed,
        sentences=len(lengths),
        syllables=sum(counter(word) * times for word, times in often.items()) if counter else 0,
        letters=sum(letters[word] * times for word, times in often.items()),
    )
    long_words = sum(times for word, times in often.items() if letters[word] > _LONG_WORD) / listed
    lix = counts.words_per_sentence + 100 * long_words
    baseline = _baselines().get(base(language))
    formulas = FORMULAS.get(base(language), {})
    return Readability(
        words=counts.words,
        sentences=counts.sentences,
        syllables=counts.syllables if counter else None,
        words_per_sentence=counts.words_per_sentence,
        long_sentences=sum(length > LONG_SENTENCE for length in lengths) / len(lengths),
        long_words=long_words,
        lix=lix,
        scores={name: formula(counts) for name, formula in formulas.items()},
        baseline_ratio=lix / baseline if baseline else None,
    )


def sentences(text: str, language: LanguageTag) -> list[list[str]]:
    """The words of each sentence as a reader meets them: an item of a list is one, whatever ends it."""
    return [words(segment.text, language) for segment in split(text, language, _WHOLE_SENTENCE)]


def words(text: str, language: LanguageTag) -> list[str]:
    """The words of a text; hyphens and apostrophes join. Scripts without spaces are parted by ICU's dictionaries."""
    if not _MAYBE_UNSPACED.search(text) or UNSPACED.isdisjoint(census(text)):
        return _JOINED.findall(text)
    # Loaded here: ICU's data takes 30 ms that texts with spaces do not need.
    from icu4py.breakers import WordBreaker

    return [part for part in WordBreaker(text, base(language)) if any(map(str.isalnum, part))]


_JOINED = re.compile(rf"{WORD.pattern}(?:[-'’‑]{WORD.pattern})*+")


# Negated, since a range up to the last code point takes long to compile.
_MAYBE_UNSPACED = re.compile(f"[^\0-{chr(ord(FIRST_UNSPACED) - 1)}]")

# Texts repeat their words, and the same few thousand make up most of a language.
_per_word = lru_cache(maxsize=16_384)


@_per_word
def _letters(word: str) -> int:
    """Letters as a reader counts them: a mark belongs to its letter, and an Indic vowel sign is none of its own."""
    if word.isascii():
        return len(word) - word.count("-") - word.count("'")
    return sum(unicodedata.category(character)[0] in "LN" for character in word)


_SPANISH_SILENT = re.compile(r"(q|g)u(?=[eiéí])")
_FINAL_Y = re.compile(r"y\b")
_SILENT_H = re.compile(r"(?<=[aeouáéóú])h(?=[iu](?![aeiou]))")
_SPANISH_HIATUS = re.compile(r"(?<=[aeoáéó])(?=[íú])")
_SPANISH_SYLLABLE = re.compile(r"[iuü]*[aeoáéíóú][iuü]*(?![íú])|[iuü]+")


@_per_word
def _spanish(word: str) -> int:
    """Vowel groups: a weak vowel (i, u, ü, final y) joins its neighbour, two strong ones are two, an accented í or ú is
    strong; the u of que, qui, gue, gui is silent."""
    plain = _SPANISH_SILENT.sub(r"\1", word.casefold())
    plain = _FINAL_Y.sub("i", plain)
    plain = _SILENT_H.sub("", plain)
    return max(1, len(_SPANISH_SYLLABLE.findall(_SPANISH_HIATUS.sub("·", plain))))


_PORTUGUESE_SILENT = re.compile(r"(q|g)u(?=[eiéíê])")
_PORTUGUESE_HIATUS = re.compile(r"(?<=[aeoáéóâêô])(?=[íú])")
_PORTUGUESE_SYLLABLE = re.compile(r"[iu]*[aeoáéíóúâêôãõà][iuoe]?(?![íú])|[iu]+")


@_per_word
def _portuguese(word: str) -> int:
    plain = _PORTUGUESE_SILENT.sub(r"\1", word.casefold())
    return max(1, len(_PORTUGUESE_SYLLABLE.findall(_PORTUGUESE_HIATUS.sub("·", plain))))


_ENGLISH_SILENT = re.compile(r"(?:[^laeiouy]|(?<=[aeiouy])l)es?$|(?<=[^td])ed$")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_ENGLISH_HIATUS = re.compile(r"i[ao](?!us)(?<!tia)(?<!tio)(?<!sio)(?<!cia)(?<!cio)(?<!gio)|eo(?!u)|ua(?!r)|uou")


@_per_word
def _english(word: str) -> int:
    plain = word.casefold().replace("'", "").replace("’", "")
    plain = _ENGLISH_SILENT.sub("", plain) if len(plain) > 3 else plain
    return max(1, len(_ENGLISH_VOWELS.findall(plain)) + len(_ENGLISH_HIATUS.findall(plain)))


_FRENCH_ENDS_SILENT = re.compile(r"[aeiouyàâéèêëîïôöùûü].*(?:es|e)$")
_FRENCH_SILENT = re.compile(r"(?:es|e|ent)$")
_FRENCH_SILENT_U = re.compile(r"(q|g)u(?=[eiéèêî])")
_FRENCH_VOWELS = re.compile(r"[aeiouyàâéèêëîôöùûüœæ]+|ï")


@_per_word
def _french(word: str) -> int:
    plain = word.casefold()
    plain = _FRENCH_SILENT.sub("", plain) if _FRENCH_ENDS_SILENT.search(plain) else plain
    return max(1, len(_FRENCH_VOWELS.findall(_FRENCH_SILENT_U.sub(r"\1", plain))))


SYLLABLES: Mapping[str, Callable[[str], int]] = {
    "es": _spanish,
    "pt": _portuguese,
    "en": _english,
    "fr": _french,
}


@lru_cache(maxsize=1)
def _baselines() -> Mapping[str, float]:
    table = tomllib.loads(files("accessibility.simple").joinpath("baselines.toml").read_text("utf-8"))
    return {language: float(lix) for language, lix in table["lix"].items()}
