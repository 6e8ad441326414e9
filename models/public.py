"""Public models that an operator may install: `public_models.toml`, checked field by field when read.

The table says what a model is, under which terms, and how the runtime must speak to it. Nothing of it is served: that
takes `malgil models pull`, `convert` and a promotion.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from locales.tags import LanguageTag, UnknownLanguage, parse
from models.catalogue import (
    CatalogueEntry,
    CatalogueError,
    Prefix,
    Task,
    TokeniserKind,
    check_tags,
    checked,
    read_tables,
)

PUBLIC_MODELS = Path(__file__).with_name("public_models.toml")

_Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$", max_length=48)]
_Hub = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*$")]
_Commit = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{40}$")]
_Count = Annotated[int, msgspec.Meta(ge=1)]
_Line = Annotated[str, msgspec.Meta(min_length=1)]


class PublishedScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A score that others published: `source` says where, `test` on what. Ours come from `malgil models evaluate`."""

    direction: _Line
    test: _Line
    metric: _Line
    score: float
    source: _Line


class PublicModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """One model as its publisher offers it. `codes` lists what the model calls its languages, by white space; `tags`
    gives the tag where it cannot be read from the code. Sources and targets left out are all of them. `revision_seen`
    says who pins that commit; `pickled`, that its weights are none that `pull` would fetch."""

    id: _Identifier
    task: Task = "translate"
    hub: _Hub | None = None
    revision: _Commit | None = None
    revision_seen: str = ""
    pickled: bool = False
    licence: _Line
    commercial_use: bool
    licence_note: str = ""
    parameters: _Count
    int8_megabytes: _Count
    architecture: Literal["marian", "m2m_100", "mbart", "t5", "mt5", "umt5", "bart", "pegasus"]
    converter: Literal["transformers"] = "transformers"
    tokeniser: TokeniserKind
    codes: _Line
    tags: dict[str, LanguageTag] = {}
    sources: tuple[LanguageTag, ...] = ()
    targets: tuple[LanguageTag, ...] = ()
    prefix: Prefix
    tag_format: str = ""
    instruction: str = ""
    source_start: str = ""
    target_start: str = ""
    max_source_tokens: _Count
    max_target_ratio: Annotated[float, msgspec.Meta(gt=0)]
    max_target_extra: Annotated[int, msgspec.Meta(ge=0)]
    beam_size: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1
    no_repeat_ngram: Annotated[int, msgspec.Meta(ge=0, le=16)] = 0
    limits: tuple[_Line, ...] = ()
    quality: tuple[PublishedScore, ...] = ()

    def __post_init__(self) -> None:
        languages = self.languages
        for field, tags in (("sources", self.sources), ("targets", self.targets)):
            check_tags(field, tags)
            if unnamed := sorted(set(tags) - languages.keys()):
                raise ValueError(f"{field}: {unnamed[0]!r} has no code in codes")
        if strange := sorted(self.tags.keys() - set(self.codes.split())):
            raise ValueError(f"tags: {strange[0]!r} is not one of codes")
        if not self.served_targets:
            raise ValueError("targets: none")
        # The entry checks what decides the tokens around a text.
        self.entry(version="0.0.0", files={"manifest.json": "0" * 64})

    @cached_property
    def languages(self) -> Mapping[LanguageTag, str]:
        """Tag → what the model calls it, in the order of `codes`."""
        found: dict[LanguageTag, str] = {}
        for code in self.codes.split():
            try:
                tag = self.tags[code] if code in self.tags else parse(code)
                canonical = parse(tag)
            except UnknownLanguage:
                raise ValueError(f"codes: {code!r} is no language tag; name it in tags") from None
            if canonical != tag:
                raise ValueError(f"tags: {tag!r} must be written {canonical!r}")
            if tag in found:
                raise ValueError(f"codes: {found[tag]!r} and {code!r} are both {tag!r}")
            found[tag] = code
        return found

    @property
    def served_sources(self) -> tuple[LanguageTag, ...]:
        return self.sources or tuple(self.languages)

    @property
    def served_targets(self) -> tuple[LanguageTag, ...]:
        return self.targets or tuple(self.languages)

    def entry(self, *, version: str, files: Mapping[str, str], installed_as: str | None = None) -> CatalogueEntry:
        """The catalogue entry that serves this model from the operator's folder."""
        name = installed_as or self.id
        named = {*self.served_targets, *(self.served_sources if self.prefix == "both-tags" else ())}
        codes = {tag: code for tag, code in self.languages.items() if tag in named and tag != code}
        fields: dict[str, object] = {
            "id": name,
            "version": version,
            "task": self.task,
            "sources": self.served_sources,
            "targets": self.served_targets,
            "licence": self.licence,
            "commercial_use": self.commercial_use,
            "parameters": self.parameters,
            "path": f"store:{name}",
            "tokeniser": self.tokeniser,
            "prefix": self.prefix,
            "tag_format": self.tag_format,
            "codes": codes if self.prefix != "none" else {},
            "instruction": self.instruction,
            "source_start": self.source_start,
            "target_start": self.target_start,
            "max_source_tokens": self.max_source_tokens,
            "max_target_ratio": self.max_target_ratio,
            "max_target_extra": self.max_target_extra,
            "beam_size": self.beam_size,
            "no_repeat_ngram": self.no_repeat_ngram,
            "card": f"{name}.md",
            "files": dict(files),
        }
        return msgspec.convert(fields, CatalogueEntry)


def public_models(path: Path = PUBLIC_MODELS) -> tuple[PublicModel, ...]:
    """Read and check a table of public models; CatalogueError names file, model and field."""
    found = tuple(checked(path.name, number, table, PublicModel) for number, table in enumerate(read_tables(path), 1))
    seen: set[str] = set()
    for model in found:
        if model.id in seen:
            raise CatalogueError(f"{path.name}: model {model.id!r}: id is used twice")
        seen.add(model.id)
    return found


def public_model(model_id: str, path: Path = PUBLIC_MODELS) -> PublicModel:
    """The public model with this id; KeyError when there is none."""
    for model in public_models(path):
        if model.id == model_id:
            return model
    raise KeyError(model_id)
