"""Which script a text is written in, and how much room a script needs."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

# The first word of a letter's Unicode name names its script; the standard library has no script property.
_NAMED: Mapping[str, str] = {
    "ADLAM": "Adlm", "ARABIC": "Arab", "ARMENIAN": "Armn", "BALINESE": "Bali", "BENGALI": "Beng", "BOPOMOFO": "Bopo",
    "CANADIAN": "Cans", "CHAKMA": "Cakm", "CHEROKEE": "Cher", "CJK": "Hani", "COPTIC": "Copt", "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi", "GEORGIAN": "Geor", "GREEK": "Grek", "GUJARATI": "Gujr",
    "GURMUKHI": "Guru", "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Hira", "JAVANESE": "Java",
    "KANNADA": "Knda", "KATAKANA": "Kana", "KHMER": "Khmr", "LAO": "Laoo", "LATIN": "Latn", "LEPCHA": "Lepc",
    "LIMBU": "Limb", "LISU": "Lisu", "MALAYALAM": "Mlym", "MEETEI": "Mtei", "MONGOLIAN": "Mong", "MYANMAR": "Mymr",
    "NKO": "Nkoo", "OL": "Olck", "ORIYA": "Orya", "OSAGE": "Osge", "SINHALA": "Sinh", "SUNDANESE": "Sund",
    "SYRIAC": "Syrc", "TAMIL": "Taml", "TELUGU": "Telu", "THAANA": "Thaa", "THAI": "Thai", "TIBETAN": "Tibt",
    "TIFINAGH": "Tfng", "VAI": "Vaii", "YI": "Yiii",
}  # fmt: skip

_MIXED: Mapping[str, frozenset[str]] = {
    "Aran": frozenset({"Arab"}),
    "Hans": frozenset({"Hani"}),
    "Hant": frozenset({"Hani", "Bopo"}),
    "Jpan": frozenset({"Hani", "Hira", "Kana"}),
    "Kore": frozenset({"Hang", "Hani"}),
}

# Code points a text takes for 100 of Latin script; where nothing is said, 100. Rounded, and only meant for wide bands.
_ROOM: Mapping[str, int] = {
    "Arab": 85, "Cans": 70, "Ethi": 65, "Hang": 50, "Hani": 32, "Hebr": 80, "Hira": 45, "Kana": 45, "Khmr": 115,
    "Mymr": 125, "Syrc": 85, "Taml": 115, "Thaa": 120, "Tibt": 115, "Vaii": 55, "Yiii": 40,
}  # fmt: skip

UNSPACED = frozenset({"Bopo", "Hani", "Hira", "Kana", "Khmr", "Laoo", "Mymr", "Thai", "Tibt"})
FIRST_UNSPACED = "\u0e00"  # no code point of theirs lies below Thai


def members(script: str) -> frozenset[str]:
    """The scripts whose letters a text in this ISO 15924 script uses; empty where we cannot tell its letters."""
    return _MIXED.get(script) or frozenset({script}) & frozenset(_NAMED.values())


@lru_cache(maxsize=4096)
def of_letter(character: str) -> str | None:
    """The script of a letter; None where it is not listed here."""
    return _NAMED.get(unicodedata.name(character, "").partition(" ")[0])


def census(text: str) -> Counter[str | None]:
    """How many letters of each script; those of unlisted scripts under None."""
    letters: Counter[str | None] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            letters[of_letter(character)] += count
    return letters


def room(letters: Counter[str | None]) -> float:
    """How long a text with these letters is for each code point of the same text in Latin script."""
    return sum(_ROOM.get(script or "", 100) * count for script, count in letters.items()) / (100 * letters.total())


def runs_from_right(text: str) -> bool:
    """Whether most of its letters are of a script that runs from right to left."""
    letters = Counter(unicodedata.bidirectional(each) in ("R", "AL") for each in text if each.isalpha())
    return letters[True] > letters[False]
