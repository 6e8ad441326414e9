"""What simplification knows of a language: its rules, its cues for the guard, its glossary and labels.

One TOML file per language in `languages/`. A language without a file has no rules, and the guard looks only at what
needs no words: numbers, dates, contacts, names.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from accessibility.phrases import PhraseTable
from locales.tags import LanguageTag, base

Level = Literal["plain", "simple"]
Place = Literal["anywhere", "start", "inside"]

CUES = ("negation", "limit", "time", "obligation", "permission", "recommendation", "condition", "alternative")


@dataclass(frozen=True, slots=True)
class Rule:
    """Fixed phrases for fixed phrases. `examples` are (before, after), `keep` sentences it must leave as they are."""

    id: str
    swaps: tuple[tuple[str, str], ...]
    level: Level = "plain"
    where: Place = "anywhere"
    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    examples: tuple[tuple[str, str], ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Swap:
    """One phrase of a rule and what stands in its place."""

    rule: Rule
    after: str


@dataclass(frozen=True, slots=True)
class Profile:
    """`announcers` tell of a list to come ("the following:"); a statement does not start with a `continuation`."""

    rules: tuple[Rule, ...] = ()
    conjunctions: frozenset[str] = frozenset()
    announcers: frozenset[str] = frozenset()
    continuations: frozenset[str] = frozenset()
    cues: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    not_cues: tuple[str, ...] = ()
    number_words: Mapping[str, int] = field(default_factory=dict)
    glossary: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    imperatives: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()


_NONE = Profile()


def profile(tag: LanguageTag) -> Profile:
    """The profile of a tag's language; an empty one where there is no file."""
    return _read(base(tag))


def languages() -> tuple[LanguageTag, ...]:
    """The languages that have rules."""
    found = (entry.name for entry in files("accessibility.simple").joinpath("languages").iterdir())
    return tuple(sorted(LanguageTag(name.removesuffix(".toml")) for name in found if name.endswith(".toml")))


@lru_cache(maxsize=64)
def _read(language: str) -> Profile:
    file = files("accessibility.simple").joinpath("languages", f"{language}.toml")
    if not (language.isalpha() and file.is_file()):
        return _NONE
    table = tomllib.loads(file.read_text("utf-8"))
    return Profile(
        rules=tuple(_rule(language, row) for row in table.pop("rules", ())),
        conjunctions=frozenset(table.pop("conjunctions", "").split()),
        announcers=frozenset(table.pop("announcers", "").split()),
        continuations=frozenset(table.pop("continuations", "").split()),
        cues={
            name: {each: tuple(words) for each, words in classes.items()} for name, classes in table.pop("cues").items()
        },
        not_cues=tuple(table.pop("not_cues", ())),
        actions=tuple(table.pop("actions", ())),
        imperatives=tuple(table.pop("imperatives", ())),
        deadlines=tuple(table.pop("deadlines", ())),
        **table,
    )


def _rule(language: str, row: Mapping[str, Any]) -> Rule:
    swaps = tuple((before, after) for before, after in row["swaps"])
    return Rule(
        id=f"{language}:{swaps[0][0]}",
        swaps=swaps,
        level=row.get("level", "plain"),
        where=row.get("where", "anywhere"),
        not_before=frozenset(row.get("not_before", "").split()),
        not_after=frozenset(row.get("not_after", "").split()),
        examples=tuple((before, after) for before, after in row.get("examples", ())),
        keep=tuple(row.get("keep", ())),
    )


def swaps(tag: LanguageTag, level: Level) -> PhraseTable[Swap]:
    """The phrases of a language's rules at a level; those of level simple hold those of level plain."""
    return _swaps(base(tag), level)


@lru_cache(maxsize=32)
def _swaps(language: str, level: Level) -> PhraseTable[Swap]:
    return PhraseTable(
        {
            before: Swap(rule, after)
            for rule in profile(LanguageTag(language)).rules
            if level == "simple" or rule.level == "plain"
            for before, after in rule.swaps
        }
    )
