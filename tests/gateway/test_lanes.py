"""Whose turn it is: lanes, tenants' shares, budgets, and entries that leave or come back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest
import redis
import redis.asyncio

from gateway import keys
from gateway.batch_queue import Answer, Capacity, Entry, Submitter, now_ms
from gateway.cache import CachedSegment, SegmentCache
from gateway.errors import Overloaded
from gateway.receiver import BULK_EVERY, Budget, Delivered, Receiver
from tests.gateway.running import entries_there, entry

MODEL = "test@1"
MANY = Budget(1000, 1_000_000)
ONE = Budget(1, 1)


@pytest.fixture
def blocking(clean_valkey: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(clean_valkey) as client:
        yield client


@pytest.fixture
def receiver(blocking: redis.Redis) -> Receiver:
    return Receiver(blocking, MODEL, "engine")


@asynccontextmanager
async def submitters(url: str, count: int = 1, capacity: Capacity | None = None) -> AsyncIterator[list[Submitter]]:
    """API processes that hear no answers: only the queue is looked at."""
    async with redis.asyncio.Redis.from_url(url) as client:
        yield [
            Submitter(client, SegmentCache(client, 10), MODEL, capacity or Capacity(10_000, 10_000))
            for _ in range(count)
        ]


def queue(url: str, entries: Sequence[Entry], capacity: Capacity | None = None) -> None:
    async def scenario() -> None:
        async with submitters(url, capacity=capacity) as [submitter]:
            await submitter.submit(entries)

    asyncio.run(scenario())


def texts(delivered: Sequence[Delivered]) -> list[str]:
    return [item.entry.text for item in delivered]


def pulled_one_by_one(receiver: Receiver, count: int) -> list[str]:
    return [text for _ in range(count) for text in texts(receiver.pull(ONE, 0))]


def test_interactive_entries_come_before_bulk_that_came_first(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry("libro", lane="bulk"), entry("tomo", lane="bulk")])
    queue(clean_valkey, [entry("¿dónde?"), entry("¿cuándo?")])
    assert texts(receiver.pull(MANY, 0)) == ["¿dónde?", "¿cuándo?"]
    assert texts(receiver.pull(MANY, 0)) == ["libro", "tomo"]


def test_bulk_is_never_starved(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry("libro", lane="bulk"), entry("tomo", lane="bulk")])
    queue(clean_valkey, [entry(f"frase {n}") for n in range(3 * BULK_EVERY)])
    order = pulled_one_by_one(receiver, 2 * BULK_EVERY)
    assert [place for place, text in enumerate(order, start=1) if text in ("libro", "tomo")] == [
        BULK_EVERY,
        2 * BULK_EVERY,
    ]


def test_spare_pullers_take_no_bulk_while_people_ask(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry("libro", lane="bulk"), entry("tomo", lane="bulk")])
    assert texts(receiver.pull(ONE, 0, spare=True)) == ["libro"]  # nobody asks
    queue(clean_valkey, [entry("¿dónde?")])
    assert texts(receiver.pull(MANY, 0, spare=True)) == ["¿dónde?"]
    assert receiver.pull(MANY, 0, spare=True) == []
    assert texts(receiver.pull(MANY, 20)) == ["tomo"]  # and who takes bulk hears of it


def test_batches_of_bulk_are_short_while_people_ask(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry(f"página número {n:02}", lane="bulk") for n in range(40)])
    budget = Budget(128, 16 * 20, 16 * 2)
    assert len(receiver.pull(budget, 0)) == 20
    queue(clean_valkey, [entry("¿dónde?")])
    assert texts(receiver.pull(budget, 0)) == ["¿dónde?"]
    assert len(receiver.pull(budget, 0)) == 2


def test_a_person_who_joins_bulk_does_not_wait_for_bulk(clean_valkey: str, receiver: Receiver) -> None:
    book = [entry(f"página {n}", lane="bulk") for n in range(50)]

    async def scenario() -> None:
        async with submitters(clean_valkey, 2) as [one, other]:
            await one.submit(book)
            await other.submit([entry("página 40")])  # in another API process
            await one.submit([entry("página 49")])  # in the same

    asyncio.run(scenario())
    assert texts(receiver.pull(MANY, 0)) == ["página 40", "página 49"]
    assert len(receiver.pull(MANY, 0)) == 48


def test_a_person_who_is_refused_takes_nothing_from_the_bulk_that_waits(clean_valkey: str) -> None:
    async def scenario() -> tuple[bool, list[bool]]:
        async with submitters(clean_valkey, capacity=Capacity(2, 2)) as [submitter]:
            waiting = await submitter.submit([entry("página 1", lane="bulk"), entry("página 2", lane="bulk")])
            joined, refused = await submitter.submit([entry("página 1"), entry("otra cosa")])
            with pytest.raises(Overloaded):
                await refused
            submitter.leave([entry("página 1")], [joined])
            return joined is waiting[0], [each.done() for each in waiting]

    assert asyncio.run(scenario()) == (True, [False, False])


def test_a_flood_of_one_tenant_delays_another_by_no_batch(clean_valkey: str, receiver: Receiver) -> None:
    flood = [entry(f"inundación número {n}", tenant="flood") for n in range(5_000)]
    queue(clean_valkey, flood)
    receiver.pull(Budget(128, 4096), 0)
    queue(clean_valkey, [entry("ስንት ነው?", tenant="person")])
    assert "ስንት ነው?" in texts(receiver.pull(Budget(128, 4096), 0))


def test_tenants_get_equal_shares_however_much_each_sends(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry(f"a{n:03}", tenant="a") for n in range(600)])
    queue(clean_valkey, [entry(f"b{n:03}", tenant="b") for n in range(60)])
    queue(clean_valkey, [entry(f"c{n:03}", tenant="c") for n in range(60)])
    order = pulled_one_by_one(receiver, 90)
    assert [sum(text.startswith(tenant) for text in order) for tenant in "abc"] == [30, 30, 30]


def test_shares_count_characters_not_entries(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry(f"{n:02}" + "я" * 198, tenant="long") for n in range(50)])
    queue(clean_valkey, [entry(f"{n:02}" + "я" * 18, tenant="short") for n in range(50)])
    order = pulled_one_by_one(receiver, 33)
    assert 28 <= sum(len(text) == 20 for text in order) <= 31


def test_who_was_silent_saves_nothing_up(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry(f"a{n:03}", tenant="a") for n in range(100)])
    pulled_one_by_one(receiver, 80)
    queue(clean_valkey, [entry(f"b{n:03}", tenant="b") for n in range(100)])
    order = pulled_one_by_one(receiver, 20)
    assert sum(text.startswith("b") for text in order) in (10, 11)


def test_a_tenant_may_fill_only_its_part_of_the_queue(clean_valkey: str, blocking: redis.Redis) -> None:
    async def scenario() -> None:
        async with submitters(clean_valkey, capacity=Capacity(100, 60)) as [submitter]:
            await submitter.submit([entry(f"a{n}", tenant="a") for n in range(60)])
            [refused] = await submitter.submit([entry("una más", tenant="a")])
            with pytest.raises(Overloaded):
                await refused
            [taken] = await submitter.submit([entry("d'altri", tenant="b")])
            assert not taken.done()

    asyncio.run(scenario())
    assert entries_there(blocking, MODEL) == 61


def test_a_large_request_that_does_not_fit_leaves_nothing_in_the_queue(
    clean_valkey: str, blocking: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.batch_queue.QUEUED_AT_ONCE", 10)

    async def scenario() -> None:
        async with submitters(clean_valkey, capacity=Capacity(25, 25)) as [submitter]:
            running = asyncio.create_task(submitter.run())
            futures = await submitter.submit([entry(f"s{n}") for n in range(30)])
            assert {type(each) for each in await asyncio.gather(*futures, return_exceptions=True)} == {Overloaded}
            while entries_there(blocking, MODEL):  # noqa: ASYNC110 Redis tells nobody
                await asyncio.sleep(0.01)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(asyncio.wait_for(scenario(), 10))
    assert blocking.hgetall(keys.held(MODEL)) == {}


def test_the_part_of_a_tenant_is_free_again_when_its_entries_are_pulled(
    clean_valkey: str, receiver: Receiver, blocking: redis.Redis
) -> None:
    capacity = Capacity(1000, 5)
    for _ in range(3):
        queue(clean_valkey, [entry(f"a{n}", tenant="a") for n in range(5)], capacity=capacity)
        items = receiver.pull(MANY, 0)
        receiver.settle(items, [Answer(item.entry.key, "expired") for item in items])
        assert len(items) == 5
    assert blocking.hgetall(keys.held(MODEL)) == {}


def test_engines_that_race_for_entries_share_them(clean_valkey: str) -> None:
    queue(clean_valkey, [entry(f"carrera {n}") for n in range(300)])

    def race(name: str) -> list[str]:
        with redis.Redis.from_url(clean_valkey) as client:
            engine, taken = Receiver(client, MODEL, name), []
            while items := engine.pull(Budget(3, 1000), 0):
                taken += texts(items)
            return taken

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(race, "abcd"))
    assert sorted(text for each in taken for text in each) == sorted(f"carrera {n}" for n in range(300))


def test_a_pull_takes_what_its_budget_holds(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry(f"{n}" + "ñ" * 99) for n in range(9)])
    assert len(receiver.pull(Budget(128, 450), 0)) == 4
    assert len(receiver.pull(Budget(2, 450), 0)) == 2
    assert len(receiver.pull(Budget(128, 1), 0)) == 1


def test_short_labels_fill_a_batch_that_long_sentences_would_fill(clean_valkey: str, receiver: Receiver) -> None:
    queue(clean_valkey, [entry(f"Sí {n:03}") for n in range(100)])
    assert len(receiver.pull(Budget(128, 4096), 0)) == 100


def test_an_idle_queue_leaves_nothing_in_redis(clean_valkey: str, receiver: Receiver, blocking: redis.Redis) -> None:
    queue(clean_valkey, [entry("agua"), entry("pan", lane="bulk", tenant="x")])
    for _ in range(2):
        items = receiver.pull(MANY, 0)
        receiver.settle(items, [Answer(item.entry.key, "done", CachedSegment("x", True)) for item in items])
    assert receiver.pull(MANY, 0) == []
    assert not any(blocking.exists(key) for key in (*keys.room(MODEL)[1:5], keys.bell(MODEL)))
    assert entries_there(blocking, MODEL) == 0


def test_entries_handed_back_come_first_and_once(clean_valkey: str, receiver: Receiver, blocking: redis.Redis) -> None:
    queue(clean_valkey, [entry(text) for text in ("один", "два", "три", "четыре")])
    items = receiver.pull(Budget(2, 1000), 0)
    receiver.hand_back(items)
    receiver.hand_back(items)
    assert entries_there(blocking, MODEL) == 4
    assert blocking.hgetall(keys.held(MODEL)) == {b"public": b"4"}
    successor = Receiver(blocking, MODEL, "successor")
    again = successor.pull(Budget(2, 1000), 0)
    assert sorted(texts(again)) == sorted(texts(items))
    assert [item.deliveries for item in again] == [1, 1]
    assert sorted(item.deadline_ms for item in again) == sorted(item.deadline_ms for item in items)
    assert successor.in_time(again[0])


def test_entries_of_a_client_that_left_are_dropped_before_compute(
    clean_valkey: str, receiver: Receiver, blocking: redis.Redis
) -> None:
    async def scenario() -> None:
        async with submitters(clean_valkey, 2) as [one, other]:
            running = [asyncio.create_task(submitter.run()) for submitter in (one, other)]
            gone = [entry("sola"), entry("compartida"), entry("dos veces")]
            futures = await one.submit(gone)
            await other.submit([gone[1]])
            await one.submit([gone[2]])
            one.leave(gone, futures)
            while blocking.zcard(keys.waiting(MODEL, "interactive")) == 3:  # noqa: ASYNC110 Redis tells nobody
                await asyncio.sleep(0.01)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(scenario())
    assert texts(receiver.pull(MANY, 0)) == ["compartida", "dos veces"]
    assert not blocking.exists(keys.flight(MODEL, entry("sola").key))


def test_who_leaves_while_queueing_leaves_though_the_cancellation_was_swallowed(
    clean_valkey: str, receiver: Receiver
) -> None:
    """As redis-py does under Python 3.11 when the answer is there at the same moment."""

    async def scenario() -> None:
        async with submitters(clean_valkey) as [submitter]:
            running = asyncio.create_task(submitter.run())
            queue_all, queued = submitter._enqueue, asyncio.Event()

            async def swallowing(**options: Any) -> Any:
                answer = await queue_all(**options)
                queued.set()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(60)
                return answer

            submitter._enqueue = swallowing  # type: ignore[assignment]
            asking = asyncio.create_task(submitter.submit([entry("sola")]))
            await queued.wait()
            asking.cancel()
            await asyncio.wait([asking], timeout=5)
            assert asking.cancelled()
            await asyncio.sleep(0.3)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scenario())
    assert receiver.pull(MANY, 0) == []


def test_who_comes_back_for_what_was_left_is_queued_anew(
    clean_valkey: str, receiver: Receiver, blocking: redis.Redis
) -> None:
    """Leaving is told to Redis in the background, so it may arrive after the same segment was asked for again."""

    async def scenario() -> None:
        async with submitters(clean_valkey) as [submitter]:
            wanted = [entry("vuelve")]
            submitter.leave(wanted, await submitter.submit(wanted))
            await submitter.submit(wanted)
            running = asyncio.create_task(submitter.run())
            await asyncio.sleep(0.3)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scenario())
    assert texts(receiver.pull(MANY, 0)) == ["vuelve"]
    assert entries_there(blocking, MODEL) == 1


def test_deadlines_hold_though_the_clocks_of_machines_differ(
    clean_valkey: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The API's clock is an hour late, the engine's an hour early; only how long the caller waits counts."""
    true = now_ms
    monkeypatch.setattr("gateway.batch_queue.now_ms", lambda: true() - 3_600_000)
    patient = Entry("k1", "paciente", "an", true() - 3_600_000 + 20_000, 60)
    late = Entry("k2", "tarde", "an", true() - 3_600_000 - 1, 60)
    queue(clean_valkey, [patient, late])
    monkeypatch.setattr("gateway.receiver.now_ms", lambda: true() + 3_600_000)
    receiver.beat()
    assert [item.entry.text for item in receiver.pull(MANY, 0) if receiver.in_time(item)] == ["paciente"]
