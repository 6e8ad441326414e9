"""Numbers in words by CLDR's rules, in a fixed locale and only where CLDR has rules of its own for the language.

ICU falls back to the locale of the process where it has none, and has words that nobody says in a few (Haitian: French;
Lao: partly Thai letters; Amharic: "two ten" for twenty; Burmese: tens without their tone). So a language speaks numbers
only when it stands in the table below, and a number only when its words do not depend on the noun it counts, or when
the noun's gender is known. Otherwise None: digits stay.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from locales.tags import LanguageTag, base

Gender = Literal["masculine", "feminine"]

_LARGEST = Decimal(10) ** 15
_FORMAT_CHARACTERS = re.compile("[\u00ad\u200b]")  # soft hyphens and break hints in CLDR's words


@dataclass(frozen=True, slots=True)
class Rules:
    """How CLDR names a language's rule sets. `agrees`: words that change with the noun in a way CLDR's rules do not
    say, so that a number ending in one stays digits."""

    cardinal: Mapping[str, str]
    ordinal: Mapping[str, str]
    year: str = "%spellout-numbering"
    agrees: str = ""
    decimals: bool = True


_PLAIN = {"": "%spellout-numbering"}
_GENDERS = {
    "": "%spellout-numbering",
    "masculine": "%spellout-cardinal-masculine",
    "feminine": "%spellout-cardinal-feminine",
}
_ORDINAL_GENDERS = {"masculine": "%spellout-ordinal-masculine", "feminine": "%spellout-ordinal-feminine"}

RULES: Mapping[str, Rules] = {
    "es": Rules(_GENDERS, _ORDINAL_GENDERS),
    "en": Rules(_PLAIN, {"": "%spellout-ordinal"}, year="%spellout-numbering-year"),
    "fr": Rules(_GENDERS, _ORDINAL_GENDERS),
    "pt": Rules(_GENDERS, _ORDINAL_GENDERS),
    "ca": Rules(_GENDERS, _ORDINAL_GENDERS),
    "it": Rules(_GENDERS, _ORDINAL_GENDERS),
    # One to five and eight agree with the class of a Swahili noun: watu wawili, vitabu viwili.
    "sw": Rules(_PLAIN, {}, agrees=r"(?:moja|mbili|tatu|nne|tano|nane)$", decimals=False),
    "km": Rules(_PLAIN, {}),
    "ne": Rules(_PLAIN, {}),
    "hi": Rules(_PLAIN, {}),
    "fa": Rules(_PLAIN, {}),
    "tr": Rules(_PLAIN, {}),
    "id": Rules(_PLAIN, {}),
    "ms": Rules(_PLAIN, {}),
    "vi": Rules(_PLAIN, {}),
    "qu": Rules(_PLAIN, {}, decimals=False),
}


def has_rules(tag: LanguageTag) -> bool:
    """Whether numbers have words here in this language."""
    return base(tag) in RULES


def cardinal(value: Decimal, tag: LanguageTag, gender: Gender | None = None) -> str | None:
    """The number in words; None where there are no rules, or where the words need a gender that is not given."""
    rules = RULES.get(base(tag))
    whole = value == value.to_integral_value()
    if rules is None or abs(value) >= _LARGEST or not (whole or rules.decimals):
        return None
    if gender and gender in rules.cardinal:
        return _words(base(tag), rules.cardinal[gender], value)
    if whole and "feminine" in rules.cardinal and not _same(value, tag, rules):
        return None
    words = _words(base(tag), rules.cardinal[""], value)
    return None if rules.agrees and re.search(rules.agrees, words) else words


def counting(value: Decimal, tag: LanguageTag) -> str | None:
    """The number in words as one counts or reads digits, beside no noun; None where there are no rules."""
    rules = RULES.get(base(tag))
    return _words(base(tag), rules.cardinal[""], value) if rules and abs(value) < _LARGEST else None


def ordinal(value: int, tag: LanguageTag, gender: Gender | None = None) -> str | None:
    """The ordinal in words; None where there are no rules or the gender is needed and not given."""
    rules = RULES.get(base(tag))
    rule = rules.ordinal.get(gender or "") if rules else None
    return _words(base(tag), rule, Decimal(value)) if rule else None


def year(value: int, tag: LanguageTag) -> str | None:
    """The year in words, "nineteen eighty-five"; None where there are no rules."""
    rules = RULES.get(base(tag))
    return _words(base(tag), rules.year, Decimal(value)) if rules else None


def _same(value: Decimal, tag: LanguageTag, rules: Rules) -> bool:
    masculine, feminine = (_words(base(tag), rules.cardinal[each], value) for each in ("masculine", "feminine"))
    return masculine == feminine


@lru_cache(maxsize=4096)
def _words(language: str, rule: str, value: Decimal) -> str:
    number = int(value) if value == value.to_integral_value() else value
    return _FORMAT_CHARACTERS.sub("", _formatter(language, rule)(number))


@lru_cache(maxsize=64)
def _formatter(language: str, rule: str) -> Callable[[int | Decimal], str]:
    # Loaded here: ICU's data takes 30 ms that nobody pays who does not ask for words.
    from icu4py.messageformat import MessageFormat

    pattern = MessageFormat(f"{{n,spellout,{rule}}}", language)
    return lambda number: pattern.format({"n": number})
