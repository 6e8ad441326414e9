"""One contract for both ways to get segments translated, and what only the queue promises."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace

import pytest
import redis
import redis.asyncio

from gateway import keys
from gateway.batch_queue import LANES, PUBLIC, Capacity, Lane, Submitter, now_ms
from gateway.cache import CachedSegment, SegmentCache, SegmentKeys
from gateway.errors import Overloaded, QueueUnavailable, SegmentFailed, TimedOut
from gateway.segments import BULK_SEGMENTS, Delivery, DirectSegments, QueuedSegments, SegmentTranslator
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import TranslationInput
from tests.gateway.running import WAIT_S, OwnValkey, engine_on, entries_there, eventually, submitting
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry()
MODEL = ENTRY.reference
SECRET = b"one deployment's"

pytestmark = pytest.mark.usefixtures("brisk")

Opened = AbstractAsyncContextManager[SegmentTranslator]
Kind = Callable[[FakeTranslator], Opened]


def wanted(*texts: str, target: str = "an") -> list[TranslationInput]:
    return [TranslationInput(text, tag(target)) for text in texts]


def in_time(store: bool = True, tenant: str = PUBLIC) -> Delivery:
    return Delivery(now_ms() + WAIT_S * 1000, store, tenant)


def translated(*texts: str, target: str = "an") -> list[CachedSegment]:
    return [CachedSegment(" ".join(f"{word}~{target}" for word in text.split()), True) for text in texts]


@asynccontextmanager
async def queued(url: str, *, secret: bytes = SECRET, capacity: int = 100) -> AsyncIterator[QueuedSegments]:
    """The segments of one API process; an engine must run beside it."""
    async with submitting(url, MODEL, capacity) as api:
        yield QueuedSegments(SegmentKeys(secret), api.cache, {MODEL: api.submitter}, 60)


def stored_segments(url: str) -> list[bytes]:
    with redis.Redis.from_url(url) as client:
        found: list[bytes] = client.keys(keys.segment("*"))
        return found


def computed(fake: FakeTranslator) -> list[str]:
    return [each.text for each in fake.translated]


@pytest.fixture(params=["direct", "queued"])
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param == "direct":

        @asynccontextmanager
        async def direct(fake: FakeTranslator) -> AsyncIterator[SegmentTranslator]:
            yield DirectSegments({MODEL: fake})

        return direct

    url: str = request.getfixturevalue("clean_valkey")

    @asynccontextmanager
    async def through_the_queue(fake: FakeTranslator) -> AsyncIterator[SegmentTranslator]:
        with engine_on(url, fake):
            async with queued(url) as segments:
                yield segments

    return through_the_queue


def ask(opened: Opened, inputs: list[TranslationInput], delivery: Delivery | None = None) -> list[CachedSegment]:
    async def scenario() -> list[CachedSegment]:
        async with opened as segments:
            return await segments.translate(ENTRY, inputs, delivery or in_time())

    return asyncio.run(scenario())


def test_results_come_in_the_order_of_the_inputs(kind: Kind) -> None:
    texts = ["ስንት ነው", "agua", "शुभ प्रभात", "كم الساعة"]
    assert ask(kind(FakeTranslator(ENTRY)), wanted(*texts)) == translated(*texts)


def test_nothing_wanted_is_nothing_done(kind: Kind) -> None:
    fake = FakeTranslator(ENTRY)
    assert ask(kind(fake), []) == []
    assert fake.translated == ()


def test_the_same_segment_is_translated_once(kind: Kind) -> None:
    fake = FakeTranslator(ENTRY)
    assert ask(kind(fake), wanted("pan", "agua", "pan")) == translated("pan", "agua", "pan")
    assert sorted(computed(fake)) == ["agua", "pan"]


def test_targets_are_never_mixed_up(kind: Kind) -> None:
    inputs = [*wanted("pan", target="an"), *wanted("pan", target="ast")]
    expected = [*translated("pan", target="an"), *translated("pan", target="ast")]
    assert ask(kind(FakeTranslator(ENTRY)), inputs) == expected


def test_sources_that_a_model_names_reach_it_and_are_never_mixed_up(kind: Kind) -> None:
    fake = FakeTranslator(tiny_entry(sources=("es", "am")))
    inputs = [TranslationInput("pan", tag("an"), tag(source)) for source in ("es", "am", "es")]
    assert ask(kind(fake), inputs) == translated("pan", "pan", "pan")
    assert sorted(str(each.source) for each in fake.translated) == ["am", "es"]


def test_a_deadline_that_has_passed_costs_no_inference(kind: Kind) -> None:
    fake = FakeTranslator(ENTRY)
    with pytest.raises(TimedOut):
        ask(kind(fake), wanted("tarde"), Delivery(now_ms() - 1))
    assert fake.translated == ()


def test_a_segment_the_model_fails_on_fails_its_request(kind: Kind) -> None:
    with pytest.raises(SegmentFailed):
        ask(kind(FakeTranslator(ENTRY, poison="veneno")), wanted("agua", "veneno"))


def test_a_cut_segment_says_so(kind: Kind) -> None:
    short = tiny_entry(max_target_ratio=0.01, max_target_extra=0)
    assert ask(kind(FakeTranslator(short)), wanted("uno dos")) == [CachedSegment("uno~an", False)]


def test_direct_segments_go_in_batches_and_tell_their_progress() -> None:
    heard: list[int] = []
    segments = DirectSegments({MODEL: FakeTranslator(ENTRY)}, batch=2, progress=heard.append)
    asyncio.run(segments.translate(ENTRY, wanted(*"abcde"), in_time()))
    assert heard == [2, 2, 1]


# What only the queue promises.


def in_queue(url: str, fake: FakeTranslator, scenario: Callable[[QueuedSegments], Awaitable[None]]) -> None:
    async def run() -> None:
        async with queued(url) as segments:
            await scenario(segments)

    with engine_on(url, fake):
        asyncio.run(run())


@contextmanager
def holding() -> Iterator[tuple[FakeTranslator, threading.Event, threading.Event]]:
    """A translator that computes until it is let go."""
    computing, go_on = threading.Event(), threading.Event()

    def compute(_: float) -> None:
        computing.set()
        go_on.wait(WAIT_S)

    try:
        yield FakeTranslator(ENTRY, delay_s=1, sleep=compute), computing, go_on
    finally:
        go_on.set()


def test_a_second_request_costs_no_inference_in_any_process(clean_valkey: str) -> None:
    fake = FakeTranslator(ENTRY)

    async def twice(segments: QueuedSegments) -> None:
        await segments.translate(ENTRY, wanted("agua"), in_time())
        assert await segments.translate(ENTRY, wanted("agua", "pan"), in_time()) == translated("agua", "pan")
        async with queued(clean_valkey) as elsewhere:
            assert await elsewhere.translate(ENTRY, wanted("pan", "agua"), in_time()) == translated("pan", "agua")

    in_queue(clean_valkey, fake, twice)
    assert computed(fake) == ["agua", "pan"]


def test_no_store_leaves_no_segment_and_is_answered_from_none(clean_valkey: str) -> None:
    fake = FakeTranslator(ENTRY)

    async def privately(segments: QueuedSegments) -> None:
        for _ in range(2):
            assert await segments.translate(ENTRY, wanted("secreto"), in_time(store=False)) == translated("secreto")

    in_queue(clean_valkey, fake, privately)
    assert computed(fake) == ["secreto", "secreto"]
    with redis.Redis.from_url(clean_valkey) as client:
        assert client.keys("malgil:segment:*") == []
        assert entries_there(client, MODEL) == 0


@pytest.mark.parametrize(
    ("tenant", "secret"), [("other", SECRET), (PUBLIC, b"another deployment's")], ids=["tenants", "secrets"]
)
def test_different_tenants_and_secrets_share_nothing(clean_valkey: str, tenant: str, secret: bytes) -> None:
    fake = FakeTranslator(ENTRY)

    async def scenario() -> None:
        for asked_by, kept_with in ((PUBLIC, SECRET), (tenant, secret)):
            async with queued(clean_valkey, secret=kept_with) as segments:
                answer = await segments.translate(ENTRY, wanted("agua"), in_time(tenant=asked_by))
                assert answer == translated("agua")

    with engine_on(clean_valkey, fake):
        asyncio.run(scenario())
    assert computed(fake) == ["agua", "agua"]


def test_what_was_finished_after_the_deadline_serves_the_retry(clean_valkey: str) -> None:
    async def late(segments: QueuedSegments) -> None:
        asking = asyncio.create_task(segments.translate(ENTRY, wanted("agua"), Delivery(now_ms() + 300)))
        assert await asyncio.to_thread(computing.wait, WAIT_S)
        with pytest.raises(TimedOut) as raised:
            await asking
        assert raised.value.values == {"seconds": 1}
        go_on.set()
        assert await asyncio.to_thread(eventually, lambda: stored_segments(clean_valkey))
        assert await segments.translate(ENTRY, wanted("agua"), in_time()) == translated("agua")

    with holding() as (fake, computing, go_on):
        in_queue(clean_valkey, fake, late)
    assert computed(fake) == ["agua"]


def test_a_caller_that_leaves_takes_nothing_from_those_that_wait(clean_valkey: str) -> None:
    async def leave(segments: QueuedSegments) -> None:
        leaving = asyncio.create_task(segments.translate(ENTRY, wanted("agua"), in_time()))
        assert await asyncio.to_thread(computing.wait, WAIT_S)
        staying = asyncio.create_task(segments.translate(ENTRY, wanted("agua"), in_time()))
        [awaited] = segments._submitters[MODEL]._waiting.values()
        while awaited.requests < 2:  # noqa: ASYNC110 until it has joined
            await asyncio.sleep(0.001)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        go_on.set()
        assert await staying == translated("agua")

    with holding() as (fake, computing, go_on):
        in_queue(clean_valkey, fake, leave)
    assert computed(fake) == ["agua"]


def test_a_caller_that_leaves_before_its_turn_costs_no_inference(clean_valkey: str) -> None:
    async def leave(segments: QueuedSegments) -> None:
        first = asyncio.create_task(segments.translate(ENTRY, wanted("agua"), in_time()))
        assert await asyncio.to_thread(computing.wait, WAIT_S)
        leaving = asyncio.create_task(segments.translate(ENTRY, wanted("pan", "sal"), in_time()))
        with redis.Redis.from_url(clean_valkey) as client:
            assert await asyncio.to_thread(eventually, lambda: entries_there(client, MODEL) == 3)
            leaving.cancel()
            assert await asyncio.to_thread(eventually, lambda: entries_there(client, MODEL) == 1)
        go_on.set()
        assert await first == translated("agua")

    with holding() as (fake, computing, go_on):
        in_queue(clean_valkey, fake, leave)
    assert computed(fake) == ["agua"]


def test_many_segments_wait_in_the_bulk_lane_unless_the_caller_says_otherwise(clean_valkey: str) -> None:
    page, book = [f"s{n}" for n in range(BULK_SEGMENTS - 1)], [f"t{n}" for n in range(BULK_SEGMENTS)]
    asked: list[tuple[list[str], Lane | None]] = [
        (page, None),
        (book, None),
        (["uno"], "bulk"),
        (book, "interactive"),
    ]

    async def lane_of(texts: list[str], lane: Lane | None) -> list[Lane]:
        async with queued(clean_valkey, capacity=1000) as segments:
            asking = asyncio.create_task(segments.translate(ENTRY, wanted(*texts), replace(in_time(), lane=lane)))
            assert await asyncio.to_thread(eventually, lambda: entries_there(client, MODEL) == len(texts))
            there = [each for each in LANES if client.zcard(keys.waiting(MODEL, each)) == len(texts)]
            asking.cancel()
            assert await asyncio.to_thread(eventually, lambda: entries_there(client, MODEL) == 0)
            return there

    with redis.Redis.from_url(clean_valkey) as client:
        lanes = [asyncio.run(lane_of(texts, lane)) for texts, lane in asked]
    assert lanes == [["interactive"], ["bulk"], ["bulk"], ["interactive"]]


def test_answers_nobody_can_read_are_passed_over(clean_valkey: str) -> None:
    """Another release may share the channel."""

    async def among_nonsense(segments: QueuedSegments) -> None:
        async with redis.asyncio.Redis.from_url(clean_valkey) as client:
            await client.publish(keys.answers(MODEL), b"\x00nonsense")
        assert await segments.translate(ENTRY, wanted("agua"), in_time()) == translated("agua")

    in_queue(clean_valkey, FakeTranslator(ENTRY), among_nonsense)


def test_a_full_queue_refuses_the_whole_request(clean_valkey: str) -> None:
    fake = FakeTranslator(ENTRY)

    async def refused() -> None:
        async with queued(clean_valkey, capacity=2) as segments:
            with pytest.raises(Overloaded):
                await segments.translate(ENTRY, wanted("a", "b", "c"), in_time())

    with engine_on(clean_valkey, fake):
        asyncio.run(refused())
        with redis.Redis.from_url(clean_valkey) as client:
            assert eventually(lambda: entries_there(client, MODEL) == 0)
    assert fake.translated == ()


def test_a_redis_that_dies_is_no_reason_to_wait_for_the_deadline(own_valkey: OwnValkey) -> None:
    async def scenario() -> None:
        async with queued(own_valkey.url) as segments:
            asking = asyncio.create_task(segments.translate(ENTRY, wanted("agua"), in_time()))
            with redis.Redis.from_url(own_valkey.url) as client:
                assert await asyncio.to_thread(eventually, lambda: entries_there(client, MODEL) == 1)
            own_valkey.kill()
            with pytest.raises(QueueUnavailable):
                await asking

    asyncio.run(scenario())


@pytest.mark.parametrize("store", [True, False], ids=["cache", "queue"])
def test_without_redis_the_caller_hears_of_it(store: bool) -> None:
    async def scenario() -> None:
        async with redis.asyncio.Redis.from_url(f"unix:///tmp/no-such-{secrets.token_hex(4)}.sock") as client:
            cache = SegmentCache(client, 10)
            segments = QueuedSegments(
                SegmentKeys(SECRET), cache, {MODEL: Submitter(client, cache, MODEL, Capacity(10, 10))}, 60
            )
            with pytest.raises(QueueUnavailable):
                await segments.translate(ENTRY, wanted("agua"), in_time(store))

    asyncio.run(scenario())
