"""Write `locales/months.json`: the names of the months in every language that CLDR or a profile knows.

    python -m docs.month_names

Once for all: to read them out of CLDR takes each process half a second, and Babel 2.18 gives a language without forms
of its own for names that stand alone those of whichever language was read before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from babel import Locale, UnknownLocaleError, localedata

from locales.profiles import profile
from locales.tags import LanguageTag, base, profiled

FILE = Path(__file__).parents[1] / "locales" / "months.json"
_WIDTHS = ("wide", "abbreviated")


def names(tag: LanguageTag) -> dict[str, list[list[str]]]:
    """By width, the spellings of each of the twelve months; empty where nobody names them."""
    localedata._cache.clear()  # noqa: SLF001 - see above: what one language leaves there the next one would read
    try:
        locale = Locale.parse(base(tag))
    except (UnknownLocaleError, ValueError):
        locale = None
    found: dict[str, list[list[str]]] = {}
    known = profile(tag)
    for width in _WIDTHS:
        own = [each.split() for each in known.months] if known and width == "wide" else []
        own = own or [[] for _ in range(12)]
        for context in ("format", "stand-alone") if locale else ():
            for number, name in locale.months[context][width].items():
                own[number - 1].append(_bare(name))
        found[width] = [_kept(each) for each in own]
    return found if any(map(any, found.values())) else {}


def _bare(name: str) -> str:
    # Catalan, Asturian and Occitan carry their preposition: "d’abril", "de març".
    return name.removeprefix("de ").removeprefix("d’").removeprefix("d'").rstrip(".")


def _kept(spellings: Iterable[str]) -> list[str]:
    """Each once. CLDR writes months as bare numbers where it knows no name, and a lone letter is none."""
    return [name for name in dict.fromkeys(spellings) if len(name) > 1 and not any(map(str.isdecimal, name))]


def table() -> str:
    tags = {LanguageTag(each) for each in localedata.locale_identifiers() if each.isalpha()} | profiled()
    rows = {tag: found for tag in sorted(tags) if (found := names(tag))}
    lines = ",\n".join(f"{json.dumps(tag)}: {json.dumps(found, ensure_ascii=False)}" for tag, found in rows.items())
    return f"{{\n{lines}\n}}\n"


if __name__ == "__main__":
    FILE.write_text(table(), "utf-8")
