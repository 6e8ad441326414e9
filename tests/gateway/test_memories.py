"""What two processes, two people or a full database do to glossaries and memories at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from accessibility.terms.glossary import Term
from accessibility.terms.memory import Pair, Unit
from gateway.errors import AlreadyDecided, StateUnavailable, TooManyEntries
from gateway.glossaries import Glossaries
from gateway.memories import Memories, Reviewer
from gateway.settings import load_settings
from gateway.state.database import Database, open_database
from gateway.state.feedback import Decision, Suggestion, Ticket
from locales.tags import LanguageTag

SETTINGS = load_settings({"MALGIL_MAX_MEMORY_UNITS": "1", "MALGIL_MAX_WAITING_FEEDBACK": "1"})
ES, AN = LanguageTag("es"), LanguageTag("an")
PAIR = Pair(ES, AN)
ANA = Reviewer("Ana")
YES = Decision("accepted", "Ana", "")
WATER = [Term("", "agua", "augua")]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(load_settings({"MALGIL_DATA_FOLDER": str(tmp_path)}))
    yield opened
    opened.close()


class Shaky(Database):
    """A database that raises what it is given before it works, once each."""

    def __init__(self, database: Database, *errors: Exception) -> None:
        self._inner = database
        self._errors = list(errors)

    @property
    def available(self) -> bool:
        return True

    async def read(self, *asked: Any, **named: Any) -> Any:
        self._raise()
        return await self._inner.read(*asked, **named)

    async def write(self, *asked: Any, **named: Any) -> Any:
        self._raise()
        return await self._inner.write(*asked, **named)

    def _raise(self) -> None:
        if self._errors:
            raise self._errors.pop(0)


def test_a_process_follows_what_others_change_and_outlasts_a_database_that_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.memories.POLL_S", 0.005)

    async def scenario() -> bool:
        follower = Memories(Shaky(database, StateUnavailable(), StateUnavailable()), SETTINGS)
        following = asyncio.create_task(follower.follow())
        await Memories(database, SETTINGS).take_in("public", PAIR, [Unit("a", "b")], "")
        async with asyncio.timeout(10):
            while follower.of("public") is None:  # noqa: ASYNC110 it tells nobody
                await asyncio.sleep(0.005)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        return follower.of("school") is None

    assert asyncio.run(scenario())


def test_two_people_who_make_a_version_at_once_make_two(database: Database) -> None:
    async def scenario() -> int:
        made = await Glossaries(database, SETTINGS).create("public", "", ES, AN, WATER)
        late = Glossaries(Shaky(database, IntegrityError("", {}, Exception())), SETTINGS)
        return (await late.revise("public", made.id, WATER)).version

    assert asyncio.run(scenario()) == 2


def test_of_many_glossaries_some_are_ready(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.glossaries._READY", 1)

    async def scenario() -> list[bool]:
        glossaries = Glossaries(database, SETTINGS)
        first, second = [(await glossaries.create("public", "", ES, AN, WATER)).reference for _ in range(2)]
        ready = [await glossaries.terminology("public", each) for each in (first, first, second, first)]
        return [ready[0] is ready[1], ready[0] is ready[3]]

    assert asyncio.run(scenario()) == [True, False]


def test_a_full_memory_takes_no_correction_and_decides_nothing(database: Database) -> None:
    async def scenario() -> Ticket:
        memories = Memories(database, SETTINGS)
        await memories.correct("public", PAIR, Unit("a", "b"), ANA, despite_checks=False)
        with pytest.raises(TooManyEntries):
            await memories.correct("public", PAIR, Unit("c", "d"), ANA, despite_checks=False)
        suggestion = Suggestion(PAIR, "e", "f", "wrong")
        ticket = await memories.suggest("public", suggestion, store=True)
        with pytest.raises(TooManyEntries):
            await memories.suggest("public", suggestion, store=True)
        with pytest.raises(TooManyEntries):
            await memories.decide("public", ticket.ticket, YES, None, despite_checks=False)
        return await memories.ticket("public", ticket.ticket)

    assert asyncio.run(scenario()).state == "received"


class Slow(Memories):
    """Somebody else decides between its look and its decision."""

    faster: Decision | None = None

    async def ticket(self, tenant: str, ticket: str) -> Ticket:
        found = await super().ticket(tenant, ticket)
        if self.faster:
            decision, self.faster = self.faster, None
            await super().decide(tenant, ticket, decision, None, despite_checks=False)
        return found


def test_of_two_reviewers_at_once_one_decides(database: Database) -> None:
    async def scenario() -> str:
        memories = Slow(database, SETTINGS)
        ticket = await memories.suggest("public", Suggestion(PAIR, "e", "f", "wrong"), store=True)
        memories.faster = Decision("rejected", "Berta", "")
        with pytest.raises(AlreadyDecided):
            await memories.decide("public", ticket.ticket, YES, None, despite_checks=False)
        assert memories.of("public") is None
        return (await memories.ticket("public", ticket.ticket)).state

    assert asyncio.run(scenario()) == "rejected"
