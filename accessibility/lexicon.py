"""What is known of a language's small words: what announces a telephone or a time, how an address is read aloud, what
an abbreviation stands for. One TOML file per language in `lexicons/`; a language without a file has an empty lexicon.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError

from locales.tags import LanguageTag, base


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`abbreviations` stand for words that are read in their place ("núm." for "número"), `acronyms` for names."""

    phone_cues: tuple[str, ...] = ()
    national_phone: str = ""
    time_cues: tuple[str, ...] = ()
    time_units: tuple[str, ...] = ()
    date_links: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    ordinal_marks: tuple[str, ...] = ()
    name_links: tuple[str, ...] = ()
    never_names: frozenset[str] = frozenset()
    no_names: bool = False
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    acronyms: Mapping[str, str] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)
    masculine: frozenset[str] = frozenset()
    feminine: frozenset[str] = frozenset()
    cents: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def lexicon(tag: LanguageTag) -> Lexicon:
    """The lexicon of a tag's language."""
    return _read(base(tag))


@lru_cache(maxsize=64)
def _read(language: str) -> Lexicon:
    file = files("accessibility").joinpath("lexicons", f"{language}.toml")
    if not (language.isalpha() and file.is_file()):
        return Lexicon()
    return Lexicon(**{name: _frozen(name, value) for name, value in tomllib.loads(file.read_text("utf-8")).items()})


def _frozen(name: str, value: Any) -> Any:
    if name in {"masculine", "feminine", "never_names"}:
        return frozenset(value.split())
    if name == "cents":
        return {code: tuple(words) for code, words in value.items()}
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=256)
def cldr(tag: LanguageTag) -> Locale | None:
    """CLDR's data for a tag, never the process's locale: the tag's own, its language's, or None."""
    for name in (tag, base(tag)):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None
