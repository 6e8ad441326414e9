"""Which models exist, what they translate and under which terms: `catalogue.toml`, checked field by field when read."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from locales.tags import LanguageTag, UnknownLanguage, parse

_Kind = TypeVar("_Kind", bound=msgspec.Struct)

DEFAULT_CATALOGUE = Path(__file__).with_name("catalogue.toml")
# Beside the entries of an operator's models: the test sets he measures them on (models.quality). No entry.
OWN_SETS = "evaluation_sets.toml"

_Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=64)]
_Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+([.-][0-9A-Za-z.-]+)?$")]
# One folder below its root: nothing that could climb out of it.
_Location = Annotated[str, msgspec.Meta(pattern=r"^(bundled|store):[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$")]
_FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
_Count = Annotated[int, msgspec.Meta(ge=1)]
# What a model calls a language: `swh_Latn`, `sw_KE`, `2sw`. One token, never a sentence.
_Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_@-]+$", max_length=32)]

Task = Literal["translate", "summarize", "simplify"]
# A model of this domain, or of none at all, serves any text; others serve only those who name their domain.
ANY_DOMAIN = "general"
TokeniserKind = Literal["sentencepiece", "sentencepiece-pair", "tokenizer-json"]
# Where language tags stand: before the source, as the first token of the answer, both (the source then names its own
# language), or nowhere.
Prefix = Literal["decoder-tag", "encoder-tag", "both-tags", "none"]

# Fields added after the first release enter the digest only where they say something, so that caches stay warm.
_LATER_RULES = ("instruction", "source_start", "target_start", "no_repeat_ngram")


class CatalogueError(ValueError):
    """The catalogue cannot be used; the message names the file, the entry and the field."""


@dataclass(frozen=True, slots=True)
class LanguagePair:
    source: LanguageTag
    target: LanguageTag


class CatalogueEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """What we know of one model. Lengths count tokens of text, without tags and end tokens.

    The runtime builds each source as `source_start`, the tag (see Prefix), `instruction` and the text, and makes the
    answer begin with `target_start` and the tag. `codes`: what the model calls a language where that is not its tag.
    """

    id: _Identifier
    version: _Version
    sources: Annotated[tuple[LanguageTag, ...], msgspec.Meta(min_length=1)]
    targets: Annotated[tuple[LanguageTag, ...], msgspec.Meta(min_length=1)]
    licence: Annotated[str, msgspec.Meta(min_length=1)]
    commercial_use: bool
    parameters: _Count
    path: _Location
    task: Task = "translate"
    tokeniser: TokeniserKind
    prefix: Prefix
    tag_format: str = ""
    codes: dict[LanguageTag, _Code] = {}
    instruction: str = ""
    source_start: str = ""
    target_start: str = ""
    max_source_tokens: _Count
    max_target_ratio: Annotated[float, msgspec.Meta(gt=0)]
    max_target_extra: Annotated[int, msgspec.Meta(ge=0)]
    beam_size: Annotated[int, msgspec.Meta(ge=1, le=16)]
    no_repeat_ngram: Annotated[int, msgspec.Meta(ge=0, le=16)] = 0
    domains: tuple[str, ...] = ()
    card: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]*\.md$")]
    files: Annotated[dict[_FileName, _Sha256], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        for field, tags in (("sources", self.sources), ("targets", self.targets)):
            check_tags(field, tags)
        # Summaries and plain language stay in the language of the text; only a translation has to choose.
        if self.task == "translate" and self.prefix == "none" and len(self.targets) > 1:
            raise ValueError('prefix "none" cannot choose among several targets')
        if self.prefix != "none" and self.tag_format.count("{target}") != 1:
            raise ValueError("tag_format must hold {target} exactly once")

    @property
    def reference(self) -> str:
        """The model as answers and queues name it: `es-ibero@0.1.0`."""
        return f"{self.id}@{self.version}"

    @cached_property
    def digest(self) -> str:
        """Stands for the weights and all that decides what they answer; part of every cache key."""
        hashes = [f"{name}={self.files[name]}" for name in sorted(self.files)]
        rules = (self.tokeniser, self.prefix, self.tag_format, self.max_source_tokens)
        decoding = (self.max_target_ratio, self.max_target_extra, self.beam_size)
        later = [f"{name}={value}" for name in _LATER_RULES if (value := getattr(self, name))]
        later += [f"{tag}={self.codes[tag]}" for tag in sorted(self.codes)]
        fields = [*hashes, *map(str, rules), *map(str, decoding), *later]
        return hashlib.sha256("".join(f"{len(field)}:{field}" for field in fields).encode()).hexdigest()[:16]

    @cached_property
    def directions(self) -> tuple[LanguagePair, ...]:
        """What it answers in for each source: other languages when it translates, the same when it summarises."""
        return tuple(
            LanguagePair(source, target)
            for source in self.sources
            for target in self.targets
            if (source != target) == (self.task == "translate")
        )

    @property
    def names_source(self) -> bool:
        """Whether the source language changes the answer."""
        return self.prefix == "both-tags"

    def code(self, language: LanguageTag) -> str:
        """What the model calls a language."""
        return self.codes.get(language, language)

    def tag(self, language: LanguageTag) -> str:
        """The token that tells the model a language."""
        return self.tag_format.replace("{target}", self.code(language))

    def tags(self) -> frozenset[str]:
        """Every token that steers this model towards or from a language it serves."""
        if self.prefix == "none":
            return frozenset()
        named = (*self.targets, *self.sources) if self.names_source else self.targets
        return frozenset(map(self.tag, named))

    def target_limit(self, source_tokens: int) -> int:
        """How many tokens decoding may write for a source of this length."""
        return math.ceil(self.max_target_ratio * source_tokens) + self.max_target_extra


@dataclass(frozen=True)
class Catalogue:
    entries: tuple[CatalogueEntry, ...]

    @classmethod
    def load(cls, path: Path = DEFAULT_CATALOGUE, extra: Path | None = None) -> Catalogue:
        """Read and check a catalogue; the order of the file decides which model a pair gets.

        `extra` is a folder of installed models: the entries of its `*.toml` files follow, in order of their names.
        """
        entries = [(path.name, entry) for entry in _read(path)]
        if extra is not None:
            own = (each for each in sorted(extra.glob("*.toml")) if each.name != OWN_SETS)
            entries += [(each.name, entry) for each in own for entry in _read(each)]
        seen: dict[str, str] = {}
        for file, entry in entries:
            if entry.id in seen:
                elsewhere = "" if seen[entry.id] == file else f", first in {seen[entry.id]}"
                raise CatalogueError(f"{file}: model {entry.id!r}: id is used twice{elsewhere}")
            seen[entry.id] = file
        return cls(tuple(entry for _, entry in entries))

    def entry(self, model_id: str) -> CatalogueEntry:
        """The entry with this id; KeyError when there is none."""
        for entry in self.entries:
            if entry.id == model_id:
                return entry
        raise KeyError(model_id)

    def find(self, source: LanguageTag, target: LanguageTag) -> CatalogueEntry | None:
        """The first model that translates exactly this pair; never a related language."""
        for entry in self._translators():
            if source != target and source in entry.sources and target in entry.targets:
                return entry
        return None

    def summariser(self, language: LanguageTag, domain: str | None = None) -> CatalogueEntry | None:
        """The first model that writes summaries in the language of the text, those made for its domain before those for
        any text."""
        writing = [
            entry
            for entry in self.entries
            if entry.task == "summarize" and language in entry.sources and language in entry.targets
        ]
        made_for_it = (entry for entry in writing if domain in entry.domains)
        for_any = (entry for entry in writing if not entry.domains or ANY_DOMAIN in entry.domains)
        return next(made_for_it, None) or next(for_any, None)

    def serving(self, task: Task, direction: LanguagePair) -> CatalogueEntry | None:
        """The first model that does this task in exactly this direction."""
        return next((each for each in self.entries if each.task == task and direction in each.directions), None)

    def pairs(self) -> tuple[LanguagePair, ...]:
        """Every served pair once, in catalogue order."""
        return self._pairs

    @cached_property
    def _pairs(self) -> tuple[LanguagePair, ...]:
        # Two hundred languages make forty thousand pairs: counted once.
        return tuple(
            {LanguagePair(source, target): None for source in self.sources() for target in self.targets(source)}
        )

    def sources(self) -> tuple[LanguageTag, ...]:
        """Every language that can be translated from, in catalogue order."""
        return tuple(dict.fromkeys(source for entry in self._translators() for source in entry.sources))

    def targets(self, source: LanguageTag) -> tuple[LanguageTag, ...]:
        """Every language that `source` can be translated into, in catalogue order."""
        entries = (entry for entry in self._translators() if source in entry.sources)
        return tuple(dict.fromkeys(target for entry in entries for target in entry.targets if target != source))

    def _translators(self) -> Iterable[CatalogueEntry]:
        return (entry for entry in self.entries if entry.task == "translate")


def read_tables(path: Path) -> list[Any]:
    """The [[models]] tables of a file, unchecked; CatalogueError when there are none or anything else stands there."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    if unknown := sorted(tables.keys() - {"models"}):
        raise CatalogueError(f"{path.name}: unknown table {unknown[0]!r}, only [[models]] is allowed")
    models = tables.get("models")
    if not isinstance(models, list) or not models:
        raise CatalogueError(f"{path.name}: no [[models]] table")
    return models


def _read(path: Path) -> list[CatalogueEntry]:
    return [checked(path.name, number, table, CatalogueEntry) for number, table in enumerate(read_tables(path), 1)]


def checked(file: str, number: int, table: Any, kind: type[_Kind]) -> _Kind:
    """A table as a `kind`; CatalogueError names the file, the model and the field."""
    model_id = table.get("id", number) if isinstance(table, dict) else number
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{file}: model {model_id!r}: {error}") from error


def check_tags(field: str, tags: tuple[LanguageTag, ...]) -> None:
    """ValueError unless every tag is canonical and stands once."""
    for tag in tags:
        try:
            canonical = parse(tag)
        except UnknownLanguage:
            raise ValueError(f"{field}: {tag!r} is not a language tag") from None
        if canonical != tag:
            raise ValueError(f"{field}: {tag!r} must be written {canonical!r}")
    if repeated := _repeated(tags):
        raise ValueError(f"{field}: {repeated!r} stands twice")


def _repeated(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
