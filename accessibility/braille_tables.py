"""Which liblouis table writes a language: found by what the tables say of themselves.

Never by file name: `br-in-g1` is Braj and not Breton, `ka-in` is Kannada, `si-in` is Sindhi.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.core import get_global

from locales import tags
from locales.profiles import nearest_profile
from locales.tags import LanguageTag, base

FOLDERS = tuple(map(Path, ("/usr/share/liblouis/tables", "/usr/local/share/liblouis/tables")))

_HEADER_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Table:
    """One literary table. `contraction`: `no`, `partial`, `full`, or empty where the table does not say."""

    path: Path
    name: str
    language: LanguageTag
    region: str
    contraction: str
    system: str

    @property
    def contracted(self) -> bool:
        return self.contraction in ("partial", "full")


def find(lang: LanguageTag, grade: int, folders: tuple[Path, ...] = FOLDERS) -> Table | None:
    """The table for a language; of several, the one nearest to the grade (1: letter by letter).

    A table without a region is the code that regions agreed on; else that of the tag's region counts.
    """
    for tag in dict.fromkeys((lang, base(lang))):
        if found := _tables(folders).get(tag):
            return min(found, key=lambda table: _distance(table, lang, grade))
    return _named(lang, folders)


def _named(lang: LanguageTag, folders: tuple[Path, ...]) -> Table | None:
    """The table that the profile names: Amharic is written with one that calls its language Ge'ez."""
    found = nearest_profile(lang)
    name = found.braille.uncontracted if found else ""
    tables = (table for tables in _tables(folders).values() for table in tables)
    return next((table for table in tables if name and table.name == name), None)


def nearest(lang: LanguageTag) -> LanguageTag | None:
    """The language whose table can stand in, as the profile says: one with cells for at least 99 % of the characters of
    the Universal Declaration of Human Rights in this language. That says nothing about correctness, so a reader has to
    ask for it."""
    found = nearest_profile(lang)
    return LanguageTag(found.braille.nearest) if found and found.braille.nearest else None


def _distance(table: Table, lang: LanguageTag, grade: int) -> tuple[int, int, int, str]:
    order = ("no", "", "partial", "full") if grade == 1 else ("full", "partial", "", "no")
    region = 0 if not table.region else 1 if table.region.rpartition("-")[2] == _territory(lang) else 2
    # Of two editions of one code, the older carries its year in the name.
    return region, order.index(table.contraction), len(table.name), table.path.name


def _territory(lang: LanguageTag) -> str:
    said = [subtag for subtag in lang.split("-")[1:] if len(subtag) == 2]
    likely = get_global("likely_subtags").get(lang.replace("-", "_")) or lang
    return said[0] if said else likely.rpartition("_")[2]


@cache
def _tables(folders: tuple[Path, ...]) -> Mapping[LanguageTag, tuple[Table, ...]]:
    found: dict[LanguageTag, list[Table]] = {}
    for table in (table for folder in folders for table in _read(folder)):
        found.setdefault(table.language, []).append(table)
    return {tag: tuple(tables) for tag, tables in found.items()}


def _read(folder: Path) -> Iterator[Table]:
    for path in sorted(folder.glob("*.[uct]*b*")) if folder.is_dir() else ():
        said, languages = _metadata(path)
        if said.get("type") != "literary" or said.get("dots", "6") != "6":
            continue
        name, contraction = said.get("index-name", path.stem), said.get("contraction", "")
        for tag in languages:
            yield Table(path, name, tag, said.get("region", ""), contraction, said.get("system", ""))


def _metadata(path: Path) -> tuple[Mapping[str, str], Sequence[LanguageTag]]:
    """The lines `#+key: value` and `#-key: value` in front of a table's rules, and the languages it is for: one table
    may be for several, as that of Norwegian."""
    said: dict[str, str] = {}
    languages: dict[LanguageTag, None] = {}
    head = path.read_bytes()[:_HEADER_BYTES].decode("utf-8", "replace")
    for line in head.splitlines():
        if line.startswith(("#+", "#-")):
            key, _, value = line[2:].partition(":")
            said.setdefault(key.strip(), value.strip())
            if key.strip() == "language":
                with contextlib.suppress(tags.UnknownLanguage):
                    languages[tags.parse(value.strip())] = None
    return said, list(languages)
