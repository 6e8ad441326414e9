"""What is known of a language: its own name, its English name, its script, its direction, and who checked that."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from babel import Locale, UnknownLocaleError

from locales.tags import LanguageTag, base, likely_script

TextDirection = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Language:
    """One language as people and pages name it; `reviewed` means a speaker has checked the entry."""

    tag: LanguageTag
    autonym: str
    english_name: str
    script: str = "Latn"
    text_direction: TextDirection = "ltr"
    reviewed: bool = False


def _read() -> Mapping[LanguageTag, Language]:
    rows = tomllib.loads(files("locales").joinpath("languages.toml").read_text("utf-8"))
    return MappingProxyType({LanguageTag(tag): Language(LanguageTag(tag), **row) for tag, row in rows.items()})


LANGUAGES: Mapping[LanguageTag, Language] = _read()

_RTL_SCRIPTS = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})

# CLDR names neither variety as people do: it says "Valencian" only inside brackets and Aranese not at all.
_VARIETY_NAMES: Mapping[str, Mapping[str, str]] = {
    "oc-aranes": {
        "es": "aranés",
        "ca": "aranès",
        "gl": "aranés",
        "ast": "aranés",
        "an": "aranés",
        "eu": "aranera",
        "oc": "aranés",
        "pt": "aranês",
        "fr": "aranais",
        "en": "Aranese",
        "ko": "아란어",
    },
    "ca-valencia": {
        "es": "valenciano",
        "ca": "valencià",
        "gl": "valenciano",
        "ast": "valencianu",
        "an": "valenciano",
        "eu": "valentziera",
        "oc": "valencian",
        "pt": "valenciano",
        "fr": "valencien",
        "en": "Valencian",
        "ko": "발렌시아어",
    },
}

# Where CLDR's list for a locale is short, its readers read this language next.
_NEXT_LANGUAGE: Mapping[str, str] = {"an": "es", "ast": "es", "gn": "es", "qu": "es", "oc": "fr"}


def language(tag: LanguageTag) -> Language:
    """The entry for a tag: its own row, its language's row when the script is the same, or one computed from CLDR."""
    return LANGUAGES.get(tag) or _computed(tag)


@lru_cache(maxsize=512)
def _computed(tag: LanguageTag) -> Language:
    script = _script(tag)
    row = LANGUAGES.get(base(tag))
    if row and row.script == script:
        return Language(tag, row.autonym, row.english_name, script, row.text_direction, row.reviewed)
    direction: TextDirection = "rtl" if script in _RTL_SCRIPTS else "ltr"
    return Language(tag, display_name(tag, tag), display_name(tag, LanguageTag("en")), script, direction)


def _script(tag: LanguageTag) -> str:
    subtags = tag.split("-")[1:]
    written = next((subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()), None)
    territory = next((subtag for subtag in subtags if len(subtag) <= 3), None)
    return written or likely_script(base(tag), territory) or "Zyyy"


def display_name(tag: LanguageTag, locale: LanguageTag) -> str:
    """A language's name as readers of a locale know it; their next language, English, then the tag fill the gaps."""
    for reader in (locale, base(locale), _NEXT_LANGUAGE.get(base(locale), "en"), "en"):
        if name := _VARIETY_NAMES.get(tag, {}).get(reader.partition("-")[0]) or _cldr_name(tag, reader):
            return name
    return tag


@lru_cache(maxsize=2048)
def _cldr_name(tag: str, reader: str) -> str | None:
    try:
        names: Mapping[str, str] = Locale.parse(reader, sep="-").languages
    except (UnknownLocaleError, ValueError):
        return None
    return names.get(tag.replace("-", "_")) or names.get(tag.partition("-")[0])


def text_direction(tag: LanguageTag) -> TextDirection:
    """The direction the language's script is written in."""
    return language(tag).text_direction
