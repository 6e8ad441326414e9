"""API keys: what is kept of one, who is known by it, and how a process learns what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.api_keys import KeyHash, KeyRing, NewKey, new_key
from gateway.errors import KeyExpired, KeyRevoked, KeyUnknown
from gateway.state import tenants
from gateway.state.database import Database
from gateway.state.tenants import Tenant
from tests.gateway.deployed import database_in, make_key

NOW_S = 1_800_000_000


def made(secret: bytes = b"", days: int | None = None) -> NewKey:
    return new_key(KeyHash(secret), Tenant("l-escola"), "prova", now_s=NOW_S, days=days)


def ring(*keys: NewKey, secret: bytes = b"", now_s: float = NOW_S) -> KeyRing:
    known = KeyRing(KeyHash(secret), lambda: now_s)
    known.learn([each.key for each in keys])
    return known


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_in(tmp_path) as opened:
        yield opened


def test_a_key_is_known_by_its_secret_and_not_by_its_id() -> None:
    new, other = made(), made()
    known = ring(new, other)
    assert known.holder(new.written) == new.key
    of_another = "_".join([*new.written.split("_")[:2], other.written.split("_", 2)[2]])
    for wrong in (
        of_another,
        new.written[:-1],
        new.written + "A",
        new.written.upper(),
        new.key.id,
        "",
        "ключ",
        "a" * 9_999,
    ):
        with pytest.raises(KeyUnknown):
            known.holder(wrong)


def test_no_two_keys_share_an_id_or_a_secret() -> None:
    many = [made() for _ in range(200)]
    assert len({each.key.id for each in many}) == len({each.written.split("_", 2)[2] for each in many}) == 200


def test_nothing_that_is_kept_holds_the_secret() -> None:
    new = made()
    secret = new.written.split("_", 2)[2]
    assert secret not in repr(new.key)
    assert secret.encode() not in new.key.hash


def test_a_hash_is_worth_nothing_without_the_secret_of_the_deployment() -> None:
    new = made(b"pepper")
    assert ring(new, secret=b"pepper").holder(new.written) == new.key
    for other in (b"", b"salt", b"p" * 100):
        with pytest.raises(KeyUnknown):
            ring(new, secret=other).holder(new.written)


def test_a_long_secret_of_the_deployment_counts_whole() -> None:
    new = made(b"p" * 80)
    with pytest.raises(KeyUnknown):
        ring(new, secret=b"p" * 81).holder(new.written)


def test_a_key_ends_at_its_second() -> None:
    new = made(days=1)
    assert ring(new, now_s=NOW_S + 86_399.9).holder(new.written)
    with pytest.raises(KeyExpired):
        ring(new, now_s=NOW_S + 86_400).holder(new.written)


def test_only_the_holder_learns_that_a_key_was_revoked() -> None:
    new = made()
    known = ring(replace(new, key=replace(new.key, revoked_s=NOW_S)))
    with pytest.raises(KeyRevoked):
        known.holder(new.written)
    with pytest.raises(KeyUnknown):
        known.holder(new.written[:-2] + "AA" if not new.written.endswith("AA") else new.written[:-2] + "BB")


def test_a_process_learns_what_changed_and_reads_the_rest_once(database: Database) -> None:
    known = KeyRing()
    first = make_key(database, "a")
    known.open(database)
    second = make_key(database, "b")
    with pytest.raises(KeyUnknown):
        known.holder(second)
    asyncio.run(known.look(database))
    assert [known.holder(written).tenant.id for written in (first, second)] == ["a", "b"]
    with database.writing() as connection:
        assert tenants.revoke(connection, known.holder(first).id, NOW_S)
        assert [key.tenant.id for key in tenants.changed_keys(connection, 2)] == ["a"]
    asyncio.run(known.look(database))
    with pytest.raises(KeyRevoked):
        known.holder(first)


def test_a_key_revoked_twice_keeps_the_time_of_the_first(database: Database) -> None:
    written = make_key(database, "a")
    key_id = written.split("_")[1]
    with database.writing() as connection:
        revoked = [tenants.revoke(connection, key_id, now_s) for now_s in (1, 2)]
        assert [key and key.revoked_s for key in revoked] == [1, 1]
        assert tenants.revoke(connection, "f" * 16) is None


def test_a_tenant_that_begins_to_share_is_known_to_share(database: Database) -> None:
    written = make_key(database, "a")
    known = KeyRing()
    known.open(database)
    assert known.holder(written).tenant.cache == "a"
    with database.writing() as connection:
        assert tenants.share_cache(connection, "a", True) == Tenant("a", True)
        assert tenants.share_cache(connection, "nobody", True) is None
    asyncio.run(known.look(database))
    assert known.holder(written).tenant.cache == "public"


def test_while_the_database_is_away_keys_stay_as_they_were(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.api_keys.POLL_S", 0.001)
    written = make_key(database, "a")
    known = KeyRing()
    known.open(database)
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE api_keys RENAME TO gone")

    async def scenario() -> None:
        following = asyncio.create_task(known.follow(database))
        with capture_logs() as logs:
            await asyncio.sleep(0.1)
        assert [each["event"] for each in logs if each["event"] == "keys_not_followed"] == ["keys_not_followed"]
        assert known.holder(written)
        await asyncio.to_thread(_restore, database)
        later = make_key(database, "b")
        async with asyncio.timeout(10):
            while not _knows(known, later):  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.005)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    asyncio.run(scenario())


def _restore(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO api_keys")


def _knows(known: KeyRing, written: str) -> bool:
    try:
        known.holder(written)
    except KeyUnknown:
        return False
    return True
