"""Which models exist, what they translate and under which terms: `catalogue.toml`, checked field by field when read."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from locales.tags import LanguageTag, UnknownLanguage, parse

DEFAULT_CATALOGUE = Path(__file__).with_name("catalogue.toml")

_Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=64)]
_Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+([.-][0-9A-Za-z.-]+)?$")]
# One folder below its root: nothing that could climb out of it.
_Location = Annotated[str, msgspec.Meta(pattern=r"^(bundled|store):[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$")]
_FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
_Count = Annotated[int, msgspec.Meta(ge=1)]


class CatalogueError(ValueError):
    """The catalogue cannot be used; the message names the file, the entry and the field."""


@dataclass(frozen=True, slots=True)
class LanguagePair:
    source: LanguageTag
    target: LanguageTag


class CatalogueEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """What we know of one model. Lengths count SentencePiece pieces, without tags and end tokens."""

    id: _Identifier
    version: _Version
    sources: Annotated[tuple[LanguageTag, ...], msgspec.Meta(min_length=1)]
    targets: Annotated[tuple[LanguageTag, ...], msgspec.Meta(min_length=1)]
    licence: Annotated[str, msgspec.Meta(min_length=1)]
    commercial_use: bool
    parameters: _Count
    path: _Location
    tokeniser: Literal["sentencepiece"]
    prefix: Literal["decoder-tag", "encoder-tag", "none"]
    tag_format: str = ""
    max_source_tokens: _Count
    max_target_ratio: Annotated[float, msgspec.Meta(gt=0)]
    max_target_extra: Annotated[int, msgspec.Meta(ge=0)]
    beam_size: Annotated[int, msgspec.Meta(ge=1, le=16)]
    domains: tuple[str, ...] = ()
    card: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]*\.md$")]
    files: Annotated[dict[_FileName, _Sha256], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        for field, tags in (("sources", self.sources), ("targets", self.targets)):
            _check_tags(field, tags)
        if self.prefix == "none" and len(self.targets) > 1:
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
        fields = [*hashes, *map(str, rules), *map(str, decoding)]
        return hashlib.sha256("".join(f"{len(field)}:{field}" for field in fields).encode()).hexdigest()[:16]

    def tag(self, target: LanguageTag) -> str:
        """The token that tells the model its target language."""
        return self.tag_format.replace("{target}", target)

    def target_limit(self, source_tokens: int) -> int:
        """How many tokens decoding may write for a source of this length."""
        return math.ceil(self.max_target_ratio * source_tokens) + self.max_target_extra


@dataclass(frozen=True, slots=True)
class Catalogue:
    entries: tuple[CatalogueEntry, ...]

    @classmethod
    def load(cls, path: Path = DEFAULT_CATALOGUE) -> Catalogue:
        """Read and check a catalogue; the order of the file decides which model a pair gets."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CatalogueError(f"{path.name}: {error}") from error
        if unknown := sorted(tables.keys() - {"models"}):
            raise CatalogueError(f"{path.name}: unknown table {unknown[0]!r}, only [[models]] is allowed")
        models = tables.get("models")
        if not isinstance(models, list) or not models:
            raise CatalogueError(f"{path.name}: no [[models]] table")
        entries = tuple(_entry(path.name, number, table) for number, table in enumerate(models, 1))
        if repeated := _repeated(entry.id for entry in entries):
            raise CatalogueError(f"{path.name}: model {repeated!r}: id is used twice")
        return cls(entries)

    def entry(self, model_id: str) -> CatalogueEntry:
        """The entry with this id; KeyError when there is none."""
        for entry in self.entries:
            if entry.id == model_id:
                return entry
        raise KeyError(model_id)

    def find(self, source: LanguageTag, target: LanguageTag) -> CatalogueEntry | None:
        """The first model that serves exactly this pair; never a related language."""
        for entry in self.entries:
            if source in entry.sources and target in entry.targets:
                return entry
        return None

    def pairs(self) -> tuple[LanguagePair, ...]:
        """Every served pair once, in catalogue order."""
        found = {
            LanguagePair(source, target): None
            for entry in self.entries
            for source in entry.sources
            for target in entry.targets
        }
        return tuple(found)

    def sources(self) -> tuple[LanguageTag, ...]:
        """Every language that can be translated from, in catalogue order."""
        return tuple(dict.fromkeys(pair.source for pair in self.pairs()))

    def targets(self, source: LanguageTag) -> tuple[LanguageTag, ...]:
        """Every language that `source` can be translated into, in catalogue order."""
        return tuple(pair.target for pair in self.pairs() if pair.source == source)


def _entry(file: str, number: int, table: Any) -> CatalogueEntry:
    model_id = table.get("id", number) if isinstance(table, dict) else number
    try:
        return msgspec.convert(table, CatalogueEntry)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{file}: model {model_id!r}: {error}") from error


def _check_tags(field: str, tags: tuple[LanguageTag, ...]) -> None:
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
