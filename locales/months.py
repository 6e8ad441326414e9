"""The names of the months, as CLDR spells them: to know a date when it is written out."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from babel import Locale, UnknownLocaleError

from locales.tags import LanguageTag, base

# CLDR writes months of the Gregorian calendar as bare numbers where it knows no name.
_FEWEST_LETTERS = 2


@lru_cache(maxsize=64)
def months(tag: LanguageTag) -> Mapping[str, int]:
    """Name in lower case → 1 to 12, full and short forms; empty where CLDR does not know the language."""
    try:
        locale = Locale.parse(base(tag))
    except (UnknownLocaleError, ValueError):
        return MappingProxyType({})
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in locale.months[context][width].items():
                plain = name.casefold().strip(".")
                # Catalan and Occitan carry their preposition: "d’abril", "de març".
                plain = plain.removeprefix("de ").removeprefix("d’").removeprefix("d'")
                if len(plain) >= _FEWEST_LETTERS and not any(map(str.isdigit, plain)):
                    found[plain] = number
    return MappingProxyType(found)
