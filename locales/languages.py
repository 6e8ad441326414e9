"""What is known of a language: its own name, its English name, its script, its direction, and who checked that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from locales.profiles import Profile, TextDirection, nearest_profile, profile
from locales.pseudo import BIDI
from locales.tags import LanguageTag, base, likely_script, profiled


@dataclass(frozen=True, slots=True)
class Language:
    """One language as people and pages name it; `reviewed` means a speaker has checked the entry."""

    tag: LanguageTag
    autonym: str
    english_name: str
    script: str = "Latn"
    text_direction: TextDirection = "ltr"
    reviewed: bool = False


class _Languages(Mapping[LanguageTag, Language]):
    def __getitem__(self, tag: LanguageTag) -> Language:
        if found := profile(tag):
            return _of_profile(tag, found)
        raise KeyError(tag)

    def __iter__(self) -> Iterator[LanguageTag]:
        return iter(sorted(profiled()))

    def __len__(self) -> int:
        return len(profiled())


LANGUAGES: Mapping[LanguageTag, Language] = _Languages()

_RTL_SCRIPTS = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})


@lru_cache(maxsize=512)
def language(tag: LanguageTag) -> Language:
    """The entry for a tag: its own profile, its language's when the script is the same, or one computed from CLDR."""
    if found := profile(tag):
        return _of_profile(tag, found)
    script = _script(tag)
    found = nearest_profile(tag)
    if found and found.script == script and tag != BIDI:
        return _of_profile(tag, found)
    direction: TextDirection = "rtl" if script in _RTL_SCRIPTS or tag == BIDI else "ltr"
    return Language(tag, display_name(tag, tag), display_name(tag, LanguageTag("en")), script, direction)


def _of_profile(tag: LanguageTag, found: Profile) -> Language:
    reviewed = found.status == "checked"
    return Language(tag, found.autonym, found.english_name, found.script, found.direction, reviewed)


def _script(tag: LanguageTag) -> str:
    subtags = tag.split("-")[1:]
    written = next((subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()), None)
    territory = next((subtag for subtag in subtags if len(subtag) <= 3), None)
    return written or likely_script(base(tag), territory) or "Zyyy"


@lru_cache(maxsize=512)
def reading_order(locale: LanguageTag) -> tuple[LanguageTag, ...]:
    """The languages to try for a reader: theirs, its base, what the profile says they read next, then English."""
    found = nearest_profile(locale)
    chain = (locale, base(locale), *(found.reads_next if found else ()), LanguageTag("en"))
    return tuple(dict.fromkeys(chain))


def display_name(tag: LanguageTag, locale: LanguageTag) -> str:
    """A language's name as readers of a locale know it; their next language, English, then the tag fill the gaps."""
    found = profile(tag)
    own_names = found.names if found else {}
    readers = reading_order(locale)
    named = (own_names.get(base(reader)) if own_names else _cldr_name(tag, reader) for reader in readers)
    return next(filter(None, named), tag)


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
