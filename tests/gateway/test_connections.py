"""The same queue and cache on a Cluster, and behind Sentinels through a failover."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from gateway import keys
from gateway.app import readiness
from gateway.batch_queue import now_ms
from gateway.cache import CachedSegment, SegmentKeys
from gateway.callers import Caller, Quota
from gateway.connections import REDIS_ERRORS, async_client, blocking_client
from gateway.embedded import NoServerFound, server_binary
from gateway.errors import GatewayError
from gateway.limits import RedisLimits
from gateway.redis_url import RedisUrl, RedisUrlInvalid, parse
from gateway.segments import Delivery, QueuedSegments
from gateway.state.tenants import Tenant
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import TranslationInput
from tests.gateway.running import WAIT_S, engine_on, eventually, submitting
from tests.gateway.servers import HOST, SLOTS, Watched, cluster, replica_of, watched
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry()
MODEL = ENTRY.reference

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture(autouse=True)
def _needs_a_server() -> None:
    try:
        server_binary()
    except NoServerFound as error:
        pytest.skip(str(error))


@pytest.fixture
def cluster_url(tmp_path: Path) -> Iterator[str]:
    with cluster(tmp_path) as nodes:
        yield "redis+cluster://" + ",".join(f"{HOST}:{node.port}" for node in nodes[:2])


@pytest.fixture
def sentinel(tmp_path: Path) -> Iterator[Watched]:
    with watched(tmp_path) as started:
        yield started


async def translated(url: str, *texts: str, seconds: float = WAIT_S) -> list[CachedSegment]:
    """What a fresh API process answers."""
    async with submitting(url, MODEL) as api:
        segments = QueuedSegments(SegmentKeys(b"secret"), api.cache, {MODEL: api.submitter}, 60)
        inputs = [TranslationInput(text, tag("an")) for text in texts]
        return await segments.translate(ENTRY, inputs, Delivery(now_ms() + int(seconds * 1000)))


def test_a_cluster_serves_like_one_server(cluster_url: str) -> None:
    texts = [f"ውሃ {number}" for number in range(40)]
    expected = [CachedSegment(f"ውሃ~an {number}", True) for number in range(40)]
    fake = FakeTranslator(ENTRY)
    with engine_on(cluster_url, fake):
        assert asyncio.run(translated(cluster_url, *texts)) == expected
        assert asyncio.run(translated(cluster_url, *reversed(texts), "pan")) == [
            *reversed(expected),
            CachedSegment("pan~an", True),
        ]
    assert len(fake.translated) == 41  # the second process found the others on all nodes
    with blocking_client(cluster_url, 5) as client:
        nodes = client.keys("malgil:segment:*", target_nodes=redis.RedisCluster.PRIMARIES)
        assert len(nodes) == 41


def test_readiness_and_quotas_work_on_a_cluster(cluster_url: str) -> None:
    async def scenario() -> tuple[str, list[int]]:
        async with async_client(cluster_url) as client:
            limits, quotas = RedisLimits(client), (Quota("requests", 1, 60),)
            callers = [Caller(Tenant("public"), name, quotas=quotas) for name in "aab"]
            waits = [(await limits.take(each, {"requests": 1, "characters": 1}))[0] for each in callers]
            return (await readiness(client, Catalogue((ENTRY,)))).status, waits

    with engine_on(cluster_url, FakeTranslator(ENTRY)):
        with blocking_client(cluster_url, 5) as client:
            assert eventually(lambda: client.zcard(keys.engines(MODEL)))
        status, waits = asyncio.run(scenario())
    assert status == "ready"
    assert (waits[0], waits[2]) == (0, 0)
    assert waits[1] > 59_000


def test_a_cluster_that_is_away_is_an_error_like_any_other() -> None:
    async def scenario() -> None:
        async with async_client(f"redis+cluster://{HOST}:1") as client:
            await client.get("x")

    with pytest.raises(REDIS_ERRORS):
        asyncio.run(scenario())
    with pytest.raises(REDIS_ERRORS):
        blocking_client(f"redis+cluster://{HOST}:1", 5)


def test_a_replica_takes_over_a_node_of_a_cluster_and_nothing_is_restarted(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async def scenario(url: str, kill: Callable[[], None]) -> tuple[list[CachedSegment], float]:
        async with submitting(url, MODEL) as api:
            segments = QueuedSegments(SegmentKeys(b"secret"), api.cache, {MODEL: api.submitter}, 60)

            async def ask(text: str, seconds: float) -> list[CachedSegment]:
                delivery = Delivery(now_ms() + int(seconds * 1000))
                return await segments.translate(ENTRY, [TranslationInput(text, tag("an"))], delivery)

            answered = await ask("antes", WAIT_S)
            kill()
            began = time.monotonic()
            while True:
                try:
                    return answered + await ask("después", 3), time.monotonic() - began
                except (GatewayError, *REDIS_ERRORS):
                    await asyncio.sleep(0.1)

    with cluster(tmp_path) as nodes:
        url = "redis+cluster://" + ",".join(f"{HOST}:{node.port}" for node in nodes)
        with blocking_client(url, 5) as client:
            slot = client.keyslot(keys.queue(MODEL))
        holder = nodes[slot * 3 // SLOTS]
        with replica_of(holder, tmp_path) as replica, engine_on(url, FakeTranslator(ENTRY)) as engine:
            answers, seconds = asyncio.run(scenario(url, holder.process.kill))
            assert answers == [CachedSegment("antes~an", True), CachedSegment("después~an", True)]
            record_property("recovery_s", seconds)
            assert seconds < 30
            assert engine.thread.is_alive()
            with replica.client() as promoted:
                assert promoted.info("replication")["role"] == "master"


def test_a_failover_costs_seconds_and_no_restart(sentinel: Watched) -> None:
    url = f"redis+sentinel://{HOST}:1,{HOST}:{sentinel.sentinel_port}/malgil"

    async def until_answered(url: str) -> float:
        began = time.monotonic()
        while True:
            try:
                assert await translated(url, "después", seconds=3) == [CachedSegment("después~an", True)]
            except (GatewayError, *REDIS_ERRORS):
                await asyncio.sleep(0.1)
            else:
                return time.monotonic() - began

    with engine_on(url, FakeTranslator(ENTRY)) as engine:
        assert asyncio.run(translated(url, "antes")) == [CachedSegment("antes~an", True)]
        with sentinel.replica.client() as replica:
            assert eventually(lambda: replica.keys("malgil:segment:*"))
        sentinel.master.process.kill()
        assert asyncio.run(until_answered(url)) < 15
        assert engine.thread.is_alive()
        assert asyncio.run(translated(url, "antes")) == [CachedSegment("antes~an", True)]
    with sentinel.replica.client() as replica:
        assert replica.info("replication")["role"] == "master"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///run/x.sock", RedisUrl("single", "unix:///run/x.sock")),
        ("redis+cluster://a:7000,b", RedisUrl("cluster", "redis+cluster://a:7000,b", (("a", 7000), ("b", 6379)))),
        (
            "rediss+sentinel://me:p%40ss@[::1]:5,b/main/2",
            RedisUrl(
                "sentinel",
                "rediss+sentinel://me:p%40ss@[::1]:5,b/main/2",
                (("::1", 5), ("b", 26379)),
                "main",
                2,
                "me",
                "p@ss",
                True,
            ),
        ),
    ],
)
def test_urls_say_where_redis_is(url: str, expected: RedisUrl) -> None:
    assert parse(url) == expected


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://x", "begins with"),
        ("redis+swarm://x", "begins with"),
        ("redis+sentinel://:secret@x:26379", "name of its service"),
        ("redis+sentinel://x/main/zero", "number"),
        ("redis+cluster://x:6379/0", "neither"),
        ("redis+cluster://x:port,y", "host:port"),
        ("redis+cluster://:secret@", "host:port"),
    ],
)
def test_a_wrong_url_is_explained_without_its_password(url: str, why: str) -> None:
    with pytest.raises(RedisUrlInvalid, match=why) as raised:
        parse(url)
    assert "secret" not in str(raised.value)
