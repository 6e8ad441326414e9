"""Glossaries of a deployment: kept in the database, made ready to look up in memory, read from and written to files."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from accessibility.terms import files, glossary, tables, tbx
from accessibility.terms.application import Terminology
from accessibility.terms.glossary import Glossary, GlossaryFault, Term
from gateway.errors import (
    EntryInvalid,
    EntryTooLong,
    EntryTwice,
    FileDamaged,
    FileForbidden,
    FilePairMissing,
    GatewayError,
    GlossaryEmpty,
    GlossaryUnknown,
    TooManyEntries,
)
from gateway.settings import Settings
from gateway.state import glossaries as stored
from gateway.state.database import Database
from gateway.state.glossaries import Listed, NewGlossary
from locales.tags import LanguageTag

_REFERENCE = re.compile(r"(g[0-9a-f]{16})(?:@([1-9][0-9]{0,8}))?")
# Made ready, a glossary of 10,000 terms takes some 10 MB.
_READY = 16


@dataclass(frozen=True, slots=True)
class GlossaryFormat:
    """How a file of terms is read and written."""

    media_type: str
    read: Callable[[bytes, LanguageTag, LanguageTag], list[Term]]
    write: Callable[[Sequence[Term], LanguageTag, LanguageTag], str]


FORMATS: Mapping[str, GlossaryFormat] = {
    "csv": GlossaryFormat("text/csv", tables.read_csv, tables.write_csv),
    "tsv": GlossaryFormat("text/tab-separated-values", tables.read_tsv, tables.write_tsv),
    "tbx": GlossaryFormat("application/x-tbx", tbx.read, tbx.write),
}


class Glossaries:
    """`clock` tells Unix time in seconds."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._limits = glossary.Limits(settings.max_glossary_terms, settings.max_term_chars)
        self._most = settings.max_glossaries
        self._versions = settings.max_glossary_versions
        self._clock = clock
        self._ready: OrderedDict[str, Terminology] = OrderedDict()

    async def create(
        self, tenant: str, name: str, source: LanguageTag, target: LanguageTag, terms: Sequence[Term]
    ) -> Glossary:
        given = NewGlossary(name, source, target, await self._checked(terms))
        try:
            return await self._database.write(stored.create, tenant, given, self._most, self._now())
        except stored.Full:
            raise TooManyEntries(limit=self._most) from None

    async def revise(self, tenant: str, glossary_id: str, terms: Sequence[Term], name: str | None = None) -> Glossary:
        """The next version, with these terms instead of the old ones."""
        kept = await self._checked(terms)

        def change(old: Glossary) -> NewGlossary:
            return NewGlossary(old.name if name is None else name, old.source, old.target, kept)

        wanted, _ = _reference(glossary_id)
        more = wanted, change, self._versions, self._now()
        try:
            return _found(await self._database.write(stored.revise, tenant, *more))
        except IntegrityError:  # somebody else made a version at the same moment
            return _found(await self._database.write(stored.revise, tenant, *more))

    async def listed(self, tenant: str) -> list[Listed]:
        return await self._database.read(stored.listed, tenant)

    async def versions(self, tenant: str, glossary_id: str) -> list[int]:
        return await self._database.read(stored.versions, tenant, _reference(glossary_id)[0])

    async def look(self, tenant: str, reference: str) -> Listed:
        """GlossaryUnknown for what there is not, and for another tenant's just the same."""
        return _found(await self._database.read(stored.look, tenant, *_reference(reference)))

    async def read(self, tenant: str, reference: str) -> Glossary:
        """`id@version`, or `id` for the newest."""
        return _found(await self._database.read(stored.read, tenant, *_reference(reference)))

    async def remove(self, tenant: str, glossary_id: str) -> None:
        """All versions."""
        if not await self._database.write(stored.remove, tenant, _reference(glossary_id)[0]):
            raise GlossaryUnknown

    async def terminology(self, tenant: str, reference: str) -> Terminology:
        """Ready to be looked up. The database is asked each time whether it is still there; its terms are read once."""
        there = await self.look(tenant, reference)
        key = f"{there.id}@{there.version}"
        found = self._ready.get(key)
        if found is None:
            found = self._ready[key] = await self._database.read(_terminology, tenant, there.id, there.version)
            if len(self._ready) > _READY:
                self._ready.popitem(last=False)
        self._ready.move_to_end(key)
        return found

    async def _checked(self, terms: Sequence[Term]) -> tuple[Term, ...]:
        # In a thread, as everything that grows with what was sent.
        return await asyncio.to_thread(checked, terms, self._limits)

    def _now(self) -> int:
        return round(self._clock())


def _terminology(connection: Connection, tenant: str, glossary_id: str, version: int) -> Terminology:
    """In the thread of the database: to make ten thousand terms ready takes a tenth of a second."""
    return Terminology(_found(stored.read(connection, tenant, glossary_id, version)))


Given = TypeVar("Given")


def _found(given: Given | None) -> Given:
    if given is None:
        raise GlossaryUnknown
    return given


def _reference(written: str) -> tuple[str, int | None]:
    found = _REFERENCE.fullmatch(written)
    if found is None:
        raise GlossaryUnknown
    return found[1], None if found[2] is None else int(found[2])


def checked(terms: Sequence[Term], limits: glossary.Limits) -> tuple[Term, ...]:
    """The terms as they will be kept, or the GatewayError that says what is wrong with them."""
    try:
        return glossary.checked(terms, limits)
    except GlossaryFault as fault:
        raise _told(fault) from None


_FAULTS: Mapping[type[GlossaryFault], Callable[[GlossaryFault], GatewayError]] = {
    glossary.NoTerms: lambda _: GlossaryEmpty(),
    glossary.TooManyTerms: lambda fault: TooManyEntries(limit=fault.limit),
    glossary.TermInvalid: lambda fault: EntryInvalid(place=fault.place),
    glossary.TermTooLong: lambda fault: EntryTooLong(place=fault.place, limit=fault.limit),
    glossary.TermTwice: lambda fault: EntryTwice(place=fault.place),
}


def _told(fault: GlossaryFault) -> GatewayError:
    return _FAULTS[type(fault)](fault)


def told_of_file(fault: files.FileFault) -> GatewayError:
    """What is wrong with a file, as a fact about the request."""
    if isinstance(fault, files.PairMissing):
        return FilePairMissing(fault.available)
    if isinstance(fault, files.FileDamaged):
        return FileDamaged(line=max(1, fault.line))
    return FileForbidden()


def read_file(name: str, content: bytes, source: LanguageTag, target: LanguageTag) -> list[Term]:
    """Terms of a file in one of FORMATS, or the GatewayError that says why there are none."""
    try:
        return FORMATS[name].read(content, source, target)
    except files.FileFault as fault:
        raise told_of_file(fault) from None
