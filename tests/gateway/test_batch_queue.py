from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
import redis
import redis.asyncio

from gateway import keys
from gateway.batch_queue import Answer, Capacity, Entry, Submitter, now_ms
from gateway.cache import CachedSegment, SegmentCache
from gateway.errors import Overloaded, QueueUnavailable, SegmentFailed
from gateway.receiver import MAX_DELIVERIES, Budget, Delivered, Receiver
from tests.gateway.running import entries_there

MODEL = "test@1"
ANY = Budget(10, 10_000)


def entry(text: str, *, seconds: float = 20, store_s: int = 60) -> Entry:
    return Entry(f"key-{text}", text, "an", now_ms() + int(seconds * 1000), store_s)


def done(item: Delivered) -> Answer:
    return Answer(item.entry.key, "done", CachedSegment(item.entry.text.upper(), True))


@pytest.fixture
def blocking(clean_valkey: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(clean_valkey) as client:
        yield client


@pytest.fixture
def receiver(blocking: redis.Redis) -> Receiver:
    made = Receiver(blocking, MODEL, "engine-a")
    made.open()
    return made


@asynccontextmanager
async def submitting(url: str, capacity: int = 100) -> AsyncIterator[Submitter]:
    client = redis.asyncio.Redis.from_url(url)
    made = Submitter(client, SegmentCache(client, 100), MODEL, Capacity(capacity, capacity))
    task = asyncio.create_task(made.run())
    await asyncio.sleep(0.1)
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.aclose()


def test_entry_is_pulled_settled_and_answered(clean_valkey: str, receiver: Receiver, blocking: redis.Redis) -> None:
    async def scenario() -> CachedSegment:
        async with submitting(clean_valkey) as submitter:
            [future] = await submitter.submit([entry("ሰላም")])
            items = await asyncio.to_thread(receiver.pull, ANY, 1000)
            receiver.settle(items, [done(item) for item in items])
            return await asyncio.wait_for(future, 5)

    assert asyncio.run(scenario()) == CachedSegment("ሰላም", True)
    assert entries_there(blocking, MODEL) == 0
    assert blocking.exists(keys.segment("key-ሰላም"))
    assert not blocking.exists(keys.flight(MODEL, "key-ሰላም"))


def test_a_segment_in_flight_is_joined_across_processes(clean_valkey: str, receiver: Receiver) -> None:
    async def scenario() -> list[str]:
        async with submitting(clean_valkey) as one, submitting(clean_valkey) as other:
            [first] = await one.submit([entry("mesma")])
            [second] = await other.submit([entry("mesma")])
            [third] = await other.submit([entry("mesma")])
            items = await asyncio.to_thread(receiver.pull, ANY, 1000)
            assert len(items) == 1
            receiver.settle(items, [done(item) for item in items])
            return [(await asyncio.wait_for(future, 5)).text for future in (first, second, third)]

    assert asyncio.run(scenario()) == ["MESMA"] * 3


def test_a_full_queue_refuses_all_entries_of_a_request(clean_valkey: str, blocking: redis.Redis) -> None:
    async def scenario() -> None:
        async with submitting(clean_valkey, capacity=2) as submitter:
            futures = await submitter.submit([entry("a"), entry("b"), entry("c")])
            for future in futures:
                with pytest.raises(Overloaded):
                    await future

    asyncio.run(scenario())
    assert entries_there(blocking, MODEL) == 0


def test_an_answer_lost_on_the_way_is_found_in_the_cache(
    clean_valkey: str, receiver: Receiver, blocking: redis.Redis
) -> None:
    async def scenario() -> CachedSegment:
        async with submitting(clean_valkey) as submitter:
            [future] = await submitter.submit([entry("perdida")])
            items = await asyncio.to_thread(receiver.pull, ANY, 1000)
            blocking.client_kill_filter(_type="pubsub")
            receiver.settle(items, [done(item) for item in items])
            return await asyncio.wait_for(future, 5)

    assert asyncio.run(scenario()).text == "PERDIDA"


def test_a_redis_that_lost_everything_gets_the_entries_again(
    clean_valkey: str, receiver: Receiver, blocking: redis.Redis
) -> None:
    async def scenario() -> CachedSegment:
        async with submitting(clean_valkey) as submitter:
            [future] = await submitter.submit([entry("otra vegada")])
            blocking.flushall()
            items: list[Delivered] = []
            for _ in range(50):
                items = await asyncio.to_thread(receiver.pull, ANY, 200)
                if items:
                    break
            receiver.settle(items, [done(item) for item in items])
            return await asyncio.wait_for(future, 5)

    assert asyncio.run(scenario()).text == "OTRA VEGADA"


def test_callers_whose_entries_are_queued_outlast_a_redis_that_is_full(
    clean_valkey: str, receiver: Receiver, blocking: redis.Redis
) -> None:
    async def scenario() -> CachedSegment:
        async with submitting(clean_valkey) as submitter:
            [future] = await submitter.submit([entry("pacencia")])
            items = await asyncio.to_thread(receiver.pull, ANY, 1000)
            blocking.config_set("maxmemory", 1)
            [refused] = await submitter.submit([entry("tarde")])
            with pytest.raises(Overloaded):
                await refused
            await asyncio.sleep(1.5)
            blocking.config_set("maxmemory", limit)
            receiver.settle(items, [done(item) for item in items])
            return await asyncio.wait_for(future, 5)

    limit = blocking.config_get("maxmemory")["maxmemory"] or "0"
    try:
        assert asyncio.run(scenario()) == CachedSegment("PACENCIA", True)
    finally:
        blocking.config_set("maxmemory", limit)


def test_a_mistake_in_the_submitter_does_not_end_it(clean_valkey: str, receiver: Receiver) -> None:
    class Stumbling(SegmentCache):
        stumbled = False

        async def get_shared(self, wanted: Sequence[str]) -> dict[str, CachedSegment]:
            if not self.stumbled:
                self.stumbled = True
                raise ZeroDivisionError
            return await super().get_shared(wanted)

    async def scenario() -> CachedSegment:
        async with redis.asyncio.Redis.from_url(clean_valkey) as client:
            cache = Stumbling(client, 100)
            submitter = Submitter(client, cache, MODEL, Capacity(100, 100))
            task = asyncio.create_task(submitter.run())
            [future] = await submitter.submit([entry("ûçà")])
            await client.flushall()
            items: list[Delivered] = []
            while not items:
                items = await asyncio.to_thread(receiver.pull, ANY, 200)
            receiver.settle(items, [done(item) for item in items])
            answer = await asyncio.wait_for(future, 5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert cache.stumbled
            return answer

    assert asyncio.run(scenario()) == CachedSegment("ÛÇÀ", True)


def test_a_connection_that_breaks_while_the_submitter_ends_does_not_keep_it_alive(clean_valkey: str) -> None:
    async def scenario() -> None:
        async with redis.asyncio.Redis.from_url(clean_valkey) as client:

            class Breaking(redis.asyncio.client.PubSub):
                async def aclose(self) -> None:
                    await super().aclose()  # type: ignore[no-untyped-call]
                    raise redis.ConnectionError

            client.pubsub = lambda **_: Breaking(client.connection_pool)  # type: ignore[method-assign]
            submitter = Submitter(client, SegmentCache(client, 100), MODEL, Capacity(100, 100))
            task = asyncio.create_task(submitter.run())
            await asyncio.sleep(0.2)
            task.cancel()
            await asyncio.wait([task], timeout=3)
            assert task.done()

    asyncio.run(scenario())


@pytest.mark.parametrize("steps", range(40))
def test_a_submitter_ends_whenever_it_is_told_to(clean_valkey: str, steps: int) -> None:
    """At some step of connecting and subscribing, `asyncio.wait_for` swallows the cancellation."""

    async def scenario() -> None:
        async with redis.asyncio.Redis.from_url(clean_valkey) as client:
            task = asyncio.create_task(Submitter(client, SegmentCache(client, 100), MODEL, Capacity(100, 100)).run())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            ended, _ = await asyncio.wait([task], timeout=5)
            assert ended, "the submitter lives on"

    asyncio.run(scenario())


def test_no_store_leaves_nothing_behind(clean_valkey: str, receiver: Receiver, blocking: redis.Redis) -> None:
    async def scenario() -> CachedSegment:
        async with submitting(clean_valkey) as submitter:
            [future] = await submitter.submit([entry("privat", store_s=0)])
            items = await asyncio.to_thread(receiver.pull, ANY, 1000)
            receiver.settle(items, [done(item) for item in items])
            return await asyncio.wait_for(future, 5)

    assert asyncio.run(scenario()).text == "PRIVAT"
    assert blocking.keys("*segment*") == []
    assert entries_there(blocking, MODEL) == 0


def test_a_failed_entry_fails_its_caller(clean_valkey: str, receiver: Receiver) -> None:
    async def scenario() -> None:
        async with submitting(clean_valkey) as submitter:
            [future] = await submitter.submit([entry("mala")])
            items = await asyncio.to_thread(receiver.pull, ANY, 1000)
            receiver.settle(items, [Answer(item.entry.key, "failed") for item in items])
            with pytest.raises(SegmentFailed):
                await asyncio.wait_for(future, 5)

    asyncio.run(scenario())


def test_without_redis_the_caller_hears_at_once() -> None:
    async def scenario() -> None:
        client = redis.asyncio.Redis.from_url(f"unix:///tmp/no-such-{secrets.token_hex(4)}.sock")
        submitter = Submitter(client, SegmentCache(client, 10), MODEL, Capacity(10, 10))
        [future] = await submitter.submit([entry("x")])
        with pytest.raises(QueueUnavailable):
            await asyncio.wait_for(future, 2)

    asyncio.run(scenario())


def test_entries_of_a_silent_engine_are_claimed_once_and_counted(
    clean_valkey: str, receiver: Receiver, blocking: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.receiver.ENGINE_SILENT_MS", 0)

    async def submit() -> None:
        async with submitting(clean_valkey) as submitter:
            await submitter.submit([entry("oprhan")])

    asyncio.run(submit())
    [lost] = receiver.pull(ANY, 1000)
    other = Receiver(blocking, MODEL, "engine-b")
    [claimed] = other.reclaim(alive=())
    assert (claimed.id, claimed.entry, claimed.deliveries) == (lost.id, lost.entry, 2)
    again = Receiver(blocking, MODEL, "engine-c")
    [claimed] = again.reclaim(alive=())
    assert claimed.deliveries == MAX_DELIVERIES
    again.give_up(claimed)
    assert blocking.llen(keys.dead(MODEL)) == 1
    assert entries_there(blocking, MODEL) == 0


def test_a_living_engine_keeps_its_entries(clean_valkey: str, receiver: Receiver, blocking: redis.Redis) -> None:
    async def submit() -> None:
        async with submitting(clean_valkey) as submitter:
            await submitter.submit([entry("mío")])

    asyncio.run(submit())
    receiver.beat()
    assert len(receiver.pull(ANY, 1000)) == 1
    other = Receiver(blocking, MODEL, "engine-b")
    assert other.reclaim(other.beat()) == []
