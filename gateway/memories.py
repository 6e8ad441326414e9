"""Translation memories of a deployment, and the corrections that reviewers put into them.

Each API process knows of every tenant whether it has a memory, and its revision, and asks for changes once a second
(`follow`): a request of a tenant without one costs no query. What this process changes itself counts at once.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from accessibility.checks import check
from accessibility.terms import files
from accessibility.terms import memory as units
from accessibility.terms.memory import Kept, Pair, Unit, UnitInvalid
from gateway.errors import (
    AlreadyDecided,
    CorrectionDoubtful,
    EntryInvalid,
    EntryTooLong,
    FieldInvalid,
    GatewayError,
    ItemUnknown,
    StateUnavailable,
    TooManyEntries,
)
from gateway.settings import Settings
from gateway.state import feedback, memory
from gateway.state.database import Database
from gateway.state.feedback import Decision, Suggestion, Ticket
from gateway.state.memory import Revision
from gateway.telemetry import log
from gateway.term_files import told_of_file
from locales.normalisation import normalise
from locales.tags import LanguageTag

POLL_S = 1.0
# As ids of units and tickets are written; what is not is none, and no database is asked.
_ID = re.compile(r"[0-9a-f]{24}|[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class MemoryFormat:
    """How a file of translations is read and written."""

    media_type: str
    read: Callable[[bytes, LanguageTag, LanguageTag], Iterable[Unit]]
    write: Callable[[Iterable[Unit], LanguageTag, LanguageTag], Iterable[str]]


FORMATS: Mapping[str, MemoryFormat] = {
    "tmx": MemoryFormat("application/x-tmx+xml", units.read_tmx, units.write_tmx),
    "csv": MemoryFormat("text/csv", units.read_csv, units.write_csv),
    "tsv": MemoryFormat("text/tab-separated-values", units.read_tsv, units.write_tsv),
}


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who answers for a translation: a name or a role, and the id of the key it was said with."""

    name: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class TenantMemory:
    """One tenant's memory, as translation asks it."""

    database: Database
    tenant: str

    async def look_up(self, pair: Pair, sources: Sequence[str]) -> Mapping[str, Kept]:
        return await self.database.read(memory.look_up, self.tenant, pair, sources)


class Memories:
    """`clock` tells Unix time in seconds."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._most = settings.max_memory_units
        self._longest = settings.max_unit_chars
        self._most_waiting = settings.max_waiting_feedback
        self._clock = clock
        self._revisions: Mapping[str, Revision] = {}

    def of(self, tenant: str) -> tuple[str, TenantMemory] | None:
        """The memory and its revision; None, without a query, where there is nothing in it."""
        known = self._revisions.get(tenant)
        return (str(known.revision), TenantMemory(self._database, tenant)) if known and known.units else None

    def open(self) -> None:
        """Learn which tenants have a memory before the first request."""
        if self._database.available:
            with self._database.reading() as connection:
                self._revisions = memory.revisions(connection)

    async def look(self) -> None:
        """Learn what changed; raises StateUnavailable."""
        self._revisions = await self._database.read(memory.revisions)

    async def follow(self) -> None:
        """Learn for as long as the process runs."""
        away = False
        while self._database.available:
            try:
                await self.look()
                away = False
            except StateUnavailable:
                if not away:
                    log().warning("memories_not_followed", why="the database does not answer; they stay as they were")
                away = True
            await asyncio.sleep(POLL_S)

    async def take_in(self, tenant: str, pair: Pair, given: Iterable[Unit], reviewer_key: str) -> int:
        """How many units were taken up; all or none. What a file says of reviewers is not believed."""
        return await self._put(tenant, pair, (replace(each, reviewer="") for each in given), reviewer_key)

    async def read_file(self, name: str, content: bytes, pair: Pair) -> list[Unit]:
        """Units of a file in one of FORMATS, checked, in a thread."""
        return await asyncio.to_thread(self._read, name, content, pair)

    async def export(self, tenant: str, pair: Pair, *, reviewed: bool) -> list[Unit]:
        def every(connection: Connection) -> list[Unit]:
            return [each.unit for each in memory.export(connection, tenant, pair, reviewed=reviewed)]

        return await self._database.read(every)

    async def page(self, tenant: str, pair: Pair, after: str, most: int) -> list[Kept]:
        return await self._database.read(memory.page, tenant, pair, after, most)

    async def pairs(self, tenant: str) -> dict[Pair, int]:
        return await self._database.read(memory.pairs, tenant)

    async def look_up(self, tenant: str, pair: Pair, text: str) -> Kept | None:
        wanted = normalise(text).strip()
        return (await self._database.read(memory.look_up, tenant, pair, [wanted])).get(wanted)

    async def remove(self, tenant: str, unit_id: str) -> None:
        there = _ID.fullmatch(unit_id) is not None
        if not (there and await self._database.write(memory.remove, tenant, unit_id)):
            raise ItemUnknown
        await self.look()

    async def clear(self, tenant: str, pair: Pair) -> int:
        gone = await self._database.write(memory.clear, tenant, pair)
        await self.look()
        return gone

    async def correct(self, tenant: str, pair: Pair, unit: Unit, reviewer: Reviewer, *, despite_checks: bool) -> Kept:
        """Put a reviewed translation into the memory; CorrectionDoubtful where it fails checks and nobody said so."""
        [found] = self.checked([replace(unit, reviewer=reviewer.name)])
        doubt(found, pair, despite_checks=despite_checks)
        await self._put(tenant, pair, [found], reviewer.key)
        kept = await self.look_up(tenant, pair, found.source)
        if kept is None:
            raise ItemUnknown  # somebody took it out again meanwhile
        return kept

    async def suggest(self, tenant: str, given: Suggestion, *, store: bool) -> Ticket:
        """Without `store` the texts are forgotten here."""
        if store:
            [unit] = self.checked([Unit(given.source, given.suggested)])
            given = replace(given, source=unit.source, suggested=unit.target)
        else:
            given = replace(given, source="", suggested="")
        try:
            return await self._database.write(feedback.put, tenant, given, self._most_waiting, self._now())
        except feedback.Full:
            raise TooManyEntries(limit=self._most_waiting) from None

    async def ticket(self, tenant: str, ticket: str) -> Ticket:
        found = await self._database.read(feedback.read, tenant, ticket) if _ID.fullmatch(ticket) else None
        if found is None:
            raise ItemUnknown
        return found

    async def waiting(self, tenant: str, most: int) -> list[Ticket]:
        return await self._database.read(feedback.waiting, tenant, most)

    async def decide(
        self, tenant: str, ticket: str, decision: Decision, text: str | None, *, despite_checks: bool
    ) -> Ticket:
        """Accepted, it is in the memory in the same transaction; `text` is what the reviewer made of it."""
        found = await self.ticket(tenant, ticket)
        if found.state != "received":
            raise AlreadyDecided
        unit = None
        if decision.state == "accepted":
            unit = self._accepted(found, decision, text, despite_checks=despite_checks)
        now_s = self._now()

        def write(connection: Connection) -> bool:
            if not feedback.decide(connection, tenant, ticket, decision, now_s):
                return False
            if unit:
                pair = found.suggestion.pair
                memory.put(connection, tenant, pair, [unit], self._most, now_s, decision.reviewer_key)
            return True

        try:
            decided = await self._database.write(write)
        except memory.Full:
            raise TooManyEntries(limit=self._most) from None
        if not decided:
            raise AlreadyDecided
        await self.look()
        return await self.ticket(tenant, ticket)

    def _accepted(self, found: Ticket, decision: Decision, text: str | None, *, despite_checks: bool) -> Unit:
        given = found.suggestion
        if not given.source:
            raise FieldInvalid(field="decision")  # its reader let nobody keep the text
        [unit] = self.checked([Unit(given.source, given.suggested if text is None else text, decision.reviewer)])
        doubt(unit, given.pair, despite_checks=despite_checks)
        return unit

    async def _put(self, tenant: str, pair: Pair, given: Iterable[Unit], reviewer_key: str) -> int:
        try:
            done = await self._database.write(
                memory.put, tenant, pair, given, self._most, self._now(), reviewer_key=reviewer_key
            )
        except memory.Full:
            raise TooManyEntries(limit=self._most) from None
        await self.look()
        return done

    def _read(self, name: str, content: bytes, pair: Pair) -> list[Unit]:
        try:
            return self.checked(FORMATS[name].read(content, pair.source, pair.target))
        except files.FileFault as fault:
            raise told_of_file(fault) from None

    def checked(self, given: Iterable[Unit]) -> list[Unit]:
        """The units as they will be kept, or the GatewayError that says what is wrong with them."""
        found: list[Unit] = []
        try:
            for unit in units.checked(given, self._longest):
                if len(found) == self._most:
                    raise TooManyEntries(limit=self._most)
                found.append(unit)
        except UnitInvalid as fault:
            raise _told(fault) from None
        return found

    def _now(self) -> int:
        return round(self._clock())


def doubt(unit: Unit, pair: Pair, *, despite_checks: bool) -> None:
    """A changed number or a lost link must not become law by oversight (CorrectionDoubtful)."""
    report = check(unit.source, normalise(unit.target), pair.target, complete=True)
    failed = {finding.code for finding in report.findings if finding.severity != "low"}
    if failed and not despite_checks:
        raise CorrectionDoubtful(sorted(name for name, outcome in report.checks.items() if outcome == "fail"))


def _told(fault: UnitInvalid) -> GatewayError:
    if fault.limit:
        return EntryTooLong(place=fault.place, limit=fault.limit)
    return EntryInvalid(place=fault.place)
