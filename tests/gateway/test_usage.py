"""Usage: what is counted, where it goes, and what is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from gateway.callers import Caller
from gateway.settings import load_settings
from gateway.state import usage
from gateway.state.database import Database
from gateway.state.tenants import Tenant
from gateway.state.usage import Account, Spent
from gateway.usage import Usage
from tests.gateway.deployed import database_in, deployed, make_key

DAY = date(2026, 3, 29)
PUBLIC = Caller(Tenant("public"), "somebody")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_in(tmp_path) as opened:
        yield opened


def at(hour: int, day: int = 29) -> float:
    return datetime(2026, 3, day, hour, tzinfo=UTC).timestamp()


def kept(database: Database) -> dict[Account, Spent]:
    with database.reading() as connection:
        return usage.spent(connection, date(2000, 1, 1))


def test_counts_are_added_by_day_and_by_process(database: Database) -> None:
    times = iter([at(1), at(23), at(0, day=30), at(1)])

    async def scenario() -> None:
        one, two = Usage(database, lambda: next(times)), Usage(database, lambda: at(2))
        for counting in (one, one, one, two):
            counting.count(PUBLIC, 10)
        await asyncio.gather(one.flush(), two.flush())
        await one.flush()

    asyncio.run(scenario())
    assert kept(database) == {
        Account("public", "", date(2026, 3, 30)): Spent(1, 10),
        Account("public", "", DAY): Spent(3, 30),
    }


def test_counts_wait_while_the_database_is_away(database: Database) -> None:
    async def scenario() -> None:
        counting = Usage(database, lambda: at(1))
        counting.count(PUBLIC, 10)
        _rename(database, "usage", "gone")
        await counting.flush()
        counting.count(PUBLIC, 5)
        _rename(database, "gone", "usage")
        await counting.flush()

    asyncio.run(scenario())
    assert kept(database) == {Account("public", "", DAY): Spent(2, 15)}


def _rename(database: Database, old: str, new: str) -> None:
    with database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_a_process_that_stops_writes_what_it_counted(database: Database) -> None:
    async def scenario() -> None:
        counting = Usage(database, lambda: at(1))
        following = asyncio.create_task(counting.follow())
        await asyncio.sleep(0)
        counting.count(PUBLIC, 7)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    asyncio.run(scenario())
    assert kept(database) == {Account("public", "", DAY): Spent(1, 7)}


def test_counts_of_a_tenant_that_is_gone_are_let_go(database: Database) -> None:
    async def scenario() -> None:
        counting = Usage(database, lambda: at(1))
        counting.count(Caller(Tenant("nobody"), "x", "0" * 16), 7)
        await counting.flush()
        counting.count(PUBLIC, 1)
        await counting.flush()

    asyncio.run(scenario())
    assert kept(database) == {Account("public", "", DAY): Spent(1, 1)}


def test_without_a_database_nothing_gathers() -> None:
    counting = Usage(Database(None))
    counting.count(PUBLIC, 7)
    assert counting._waiting == {}


def asked(
    url: str, database: Database, *wanted: tuple[str, str, Any, str | None], **given: str
) -> list[httpx.Response]:
    async def scenario() -> list[httpx.Response]:
        async with deployed(url, database, load_settings(given)) as service:
            return [await service.ask(*each) for each in wanted]

    return asyncio.run(scenario())


USAGE = ("GET", "/v1/usage", None)
DETECT = ("POST", "/v1/detect", {"text": ["ሰላም", "agua"]})


def test_a_key_sees_its_days_its_limits_and_what_is_left(clean_valkey: str, database: Database) -> None:
    key = make_key(database, "udal", "detect", "usage", requests_per_minute=3, days=1)
    *_, answer = asked(clean_valkey, database, (*DETECT, key), (*DETECT, key), (*USAGE, key))
    told = answer.json()
    assert (told["tenant"], told["key"], told["scopes"]) == ("udal", key.split("_")[1], ["detect", "usage"])
    assert told["quotas"] == [{"unit": "requests", "limit": 3, "window_s": 60, "left": 1}]
    assert [(day["requests"], day["characters"]) for day in told["days"]] == [(2, 14)]
    assert told["expires"].endswith("Z")


def test_a_refused_request_is_not_counted(clean_valkey: str, database: Database) -> None:
    key = make_key(database, "udal", requests_per_minute=1)
    admitted, refused, answer = asked(clean_valkey, database, (*DETECT, key), (*DETECT, key), (*USAGE, key))
    assert (admitted.status_code, refused.status_code) == (200, 429)
    assert [day["requests"] for day in answer.json()["days"]] == [1]


def test_the_public_has_no_usage_to_see(clean_valkey: str, database: Database) -> None:
    _, answer = asked(clean_valkey, database, (*DETECT, None), (*USAGE, None))
    assert (answer.status_code, answer.json()["code"]) == (401, "key_required")
    [spent] = kept(database).values()
    assert spent == Spent(1, 7)


@pytest.mark.parametrize("days", ["0", "401", "-1", "x"])
def test_absurd_spans_are_refused_by_name(clean_valkey: str, database: Database, days: str) -> None:
    key = make_key(database, "udal")
    [answer] = asked(clean_valkey, database, ("GET", f"/v1/usage?days={days}", None, key))
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid_field", "days")
