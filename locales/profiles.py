"""One file for each language: what Malgil knows of it, where that comes from, and whether a speaker has checked it.

Files are `profiles/<tag>.toml`, read when first asked for; docs/howto/add-a-language.md explains the fields.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from babel.plural import PluralRule, RuleError

from locales.tags import LanguageTag, base, profiled

TextDirection = Literal["ltr", "rtl"]
Status = Literal["draft", "checked"]


class ProfileInvalid(ValueError):
    """A profile that must not be served: it names the file's tag and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Writing:
    """`sentence_marks`: those that end a sentence."""

    sentence_marks: str


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Words that end in a full stop without ending a sentence, in lower case and without the stop.

    `rules_of` names the language whose sentencex rules fit best, `abbreviations_of` one whose list holds here too,
    `ends` marks that end a sentence here and nowhere else.
    """

    rules_of: str = ""
    abbreviations_of: str = ""
    abbreviations: frozenset[str] = frozenset()
    before_number: frozenset[str] = frozenset()
    ordinals: bool = False
    ends: str = ""


@dataclass(frozen=True, slots=True)
class DetectionHints:
    """How the language is recognised: by a script of its own, by letters in a shared one, by the labels py3langid
    gives to it, or, for a variety, by words that the language it belongs to does not write."""

    script: str = ""
    letters: str = ""
    labels: tuple[str, ...] = ()
    variety_of: str = ""
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Speech:
    """`voice` is espeak-ng's name for a voice of the language; without one, `nearest` is the language to offer."""

    voice: str = ""
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Braille:
    """Tables by their `index-name` in liblouis; without one, `nearest` is a language whose table knows the letters."""

    uncontracted: str = ""
    contracted: str = ""
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known of one language; `sources` says of each section where it comes from. `months`: spellings of
    each month, apart by spaces, beside those of CLDR."""

    tag: LanguageTag
    autonym: str
    english_name: str
    script: str
    direction: TextDirection
    codes: tuple[str, ...]
    reads_next: tuple[LanguageTag, ...]
    names: Mapping[str, str]
    writing: Writing
    plural: Mapping[str, str]
    status: Status
    sources: Mapping[str, str]
    segmentation: Segmentation = field(default_factory=Segmentation)
    detection: DetectionHints = field(default_factory=DetectionHints)
    speech: Speech = field(default_factory=Speech)
    braille: Braille = field(default_factory=Braille)
    months: tuple[str, ...] = ()
    checked_by: str = ""
    checked_on: date | None = None


def profile(tag: LanguageTag) -> Profile | None:
    """The profile of exactly this tag, or None; ProfileInvalid when its file is wrong."""
    return _read(tag) if tag in profiled() else None


def nearest_profile(tag: LanguageTag) -> Profile | None:
    """The profile of a tag, or that of its language: `es` for `es-MX`."""
    return profile(tag) or profile(base(tag))


@cache
def _read(tag: LanguageTag) -> Profile:
    return parsed(tag, files("locales").joinpath("profiles", f"{tag}.toml").read_text("utf-8"))


class Profiles(Mapping[LanguageTag, Profile]):
    """All profiles by tag, each read when it is first looked at."""

    def __getitem__(self, tag: LanguageTag) -> Profile:
        if found := profile(tag):
            return found
        raise KeyError(tag)

    def __iter__(self) -> Iterator[LanguageTag]:
        return iter(sorted(profiled()))

    def __len__(self) -> int:
        return len(profiled())


PROFILES: Mapping[LanguageTag, Profile] = Profiles()


def plural_rule(tag: LanguageTag) -> PluralRule:
    """The CLDR rule by which a language counts; without a profile every number takes the form `other`."""
    return _plural_rule(found.tag if (found := nearest_profile(tag)) else None)


@cache
def _plural_rule(tag: LanguageTag | None) -> PluralRule:
    return PluralRule(dict(PROFILES[tag].plural) if tag else {})


_KEYS = {
    "writing": {"sentence_marks"},
    "segmentation": {"rules_of", "abbreviations_of", "abbreviations", "before_number", "ordinals", "ends"},
    "detection": {"script", "letters", "labels", "variety_of", "words"},
    "speech": {"voice", "nearest"},
    "braille": {"uncontracted", "contracted", "nearest"},
    "calendar": {"months"},
}
_OPTIONAL = {*_KEYS, "names", "checked_by", "checked_on"} - {"writing"}
_REQUIRED = {
    "status",
    "autonym",
    "english_name",
    "script",
    "direction",
    "codes",
    "reads_next",
    "writing",
    "plural",
    "sources",
}
_PLURAL_FORMS = {"zero", "one", "two", "few", "many"}
_SCRIPT = re.compile(r"[A-Z][a-z]{3}")


def parsed(tag: LanguageTag, text: str) -> Profile:
    """A profile from the text of its file; ProfileInvalid for what is missing, unknown, empty or of a wrong shape."""
    try:
        row = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileInvalid(f"{tag}: {error}") from error
    for wrong in _faults(row):
        raise ProfileInvalid(f"{tag}: {wrong}")
    sections = {name: row.get(name, {}) for name in _KEYS}
    words = {key: frozenset(str(sections["segmentation"].get(key, "")).split()) for key in _WORD_LISTS}
    own_words = frozenset(sections["detection"].get("words", "").split())
    return Profile(
        tag=tag,
        autonym=row["autonym"],
        english_name=row["english_name"],
        script=row["script"],
        direction=row["direction"],
        codes=tuple(row["codes"]),
        reads_next=tuple(map(LanguageTag, row["reads_next"])),
        names=row.get("names", {}),
        writing=Writing(**sections["writing"]),
        plural=row["plural"],
        status=row["status"],
        sources=row["sources"],
        segmentation=Segmentation(**{**sections["segmentation"], **words}),
        detection=DetectionHints(**{**_all_frozen(sections["detection"]), "words": own_words}),
        speech=Speech(**sections["speech"]),
        braille=Braille(**sections["braille"]),
        months=tuple(sections["calendar"].get("months", ())),
        checked_by=row.get("checked_by", ""),
        checked_on=row.get("checked_on"),
    )


_WORD_LISTS = ("abbreviations", "before_number")


def _all_frozen(section: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in section.items()}


def _faults(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the rows of a file, worst first; a check may rely on those before it."""
    yield from (f"{key} is missing" for key in sorted(_REQUIRED - set(row)))
    yield from (f"{key} is not known" for key in sorted(set(row) - _REQUIRED - _OPTIONAL))
    for section, keys in _KEYS.items():
        yield from (f"{section}.{key} is not known" for key in sorted(set(row.get(section, {})) - keys))
    yield from (f"{what}" for holds, what in _CHECKS if not holds(row))


def _is_regex(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _is_plural(rules: Mapping[str, str]) -> bool:
    try:
        PluralRule(dict(rules))
    except (RuleError, ValueError):
        return False
    return set(rules) <= _PLURAL_FORMS


def _signed(row: Mapping[str, Any]) -> bool:
    signature = bool(row.get("checked_by")) and isinstance(row.get("checked_on"), date)
    return signature if row["status"] == "checked" else not {"checked_by", "checked_on"} & set(row)


_TWELVE = range(12)
_CHECKS: tuple[tuple[Callable[[Mapping[str, Any]], bool], str], ...] = (
    (lambda row: bool(row["autonym"]) and bool(row["english_name"]), "a name is empty"),
    (lambda row: _SCRIPT.fullmatch(row["script"]) is not None, "script is no ISO 15924 code"),
    (lambda row: row["direction"] in {"ltr", "rtl"}, "direction is neither ltr nor rtl"),
    (lambda row: row["status"] in {"draft", "checked"}, "status is neither draft nor checked"),
    (_signed, "checked_by and checked_on belong to a checked profile, and only there"),
    (lambda row: "sentence_marks" in row["writing"], "writing.sentence_marks is missing"),
    (lambda row: _is_plural(row["plural"]), "plural holds no CLDR rules"),
    (lambda row: _is_regex(row.get("detection", {}).get("letters", "")), "detection.letters is no regular expression"),
    (lambda row: len(row.get("calendar", {}).get("months", _TWELVE)) == len(_TWELVE), "calendar.months is not twelve"),
    (lambda row: _sourced(row), "sources does not name every section that is filled, or one that is not"),
)


def _sourced(row: Mapping[str, Any]) -> bool:
    return set(row["sources"]) == {"names", "writing", "plural", *(section for section in _KEYS if row.get(section))}
