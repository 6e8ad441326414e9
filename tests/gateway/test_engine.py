from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import redis
from prometheus_client import REGISTRY
from redis.backoff import NoBackoff
from redis.retry import Retry

from gateway import keys
from gateway.batch_queue import LANES, Entry
from gateway.cache import CachedSegment
from gateway.engine import IN_CACHE, Engine, pull_budget
from gateway.errors import GatewayError, SegmentFailed, TimedOut
from gateway.receiver import MAX_DELIVERIES, Budget, Receiver
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationInput
from tests.gateway.logs import capture_logs
from tests.gateway.running import WAIT_S, OwnValkey, engine_on, entries_there, entry, eventually, submitting
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry()
MODEL = ENTRY.reference
ONE = Budget(1, 1000)

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture
def blocking(clean_valkey: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(clean_valkey) as client:
        yield client


async def outcomes(url: str, *entries: Entry) -> list[CachedSegment | type[GatewayError]]:
    """Each entry's answer, or the kind of error that ended it."""
    async with submitting(url, MODEL) as api:
        async with asyncio.timeout(WAIT_S):
            futures = await api.submitter.submit(entries)
            ended = await asyncio.gather(*futures, return_exceptions=True)
    answers: list[CachedSegment | type[GatewayError]] = []
    for each in ended:
        if isinstance(each, GatewayError):
            answers.append(type(each))
        elif isinstance(each, BaseException):
            raise each
        else:
            answers.append(each)
    return answers


async def queue_only(url: str, *entries: Entry) -> None:
    """Callers that leave at once: their entries wait in the stream."""
    async with submitting(url, MODEL) as api:
        await api.submitter.submit(entries)


class Crashing(FakeTranslator):
    """Raises what no translator should, for every batch that holds the poison."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        for each in inputs:
            if "Zuruqwexafía" in each.text:
                raise RuntimeError(f"unexpected: {each.text}")
        return super().translate(inputs)


def _is_delivery(answer: Any) -> bool:
    return isinstance(answer, list) and isinstance(answer[0], list)


class LosesADelivery(redis.Redis):
    """The connection breaks after Redis handed out the first entries and before they arrived."""

    lost = False

    def evalsha(self, *args: Any, **options: Any) -> Any:
        delivered = super().evalsha(*args, **options)
        if _is_delivery(delivered) and not self.lost:
            self.lost = True
            raise redis.ConnectionError
        return delivered


def test_each_entry_is_answered_in_its_own_target(clean_valkey: str, blocking: redis.Redis) -> None:
    with engine_on(clean_valkey, FakeTranslator(ENTRY)):
        answers = asyncio.run(outcomes(clean_valkey, entry("nueve horas"), entry("nueve horas", "ast"), entry("ሰላም")))
    assert answers == [
        CachedSegment("nueve~an horas~an", True),
        CachedSegment("nueve~ast horas~ast", True),
        CachedSegment("ሰላም~an", True),
    ]
    assert entries_there(blocking, MODEL) == 0


def test_expired_entries_cost_no_inference(clean_valkey: str, blocking: redis.Redis) -> None:
    fake = FakeTranslator(ENTRY)
    asyncio.run(queue_only(clean_valkey, entry("tarde", seconds=-1), entry("a tiempo")))
    with engine_on(clean_valkey, fake):
        assert eventually(lambda: entries_there(blocking, MODEL) == 0)
    assert [each.text for each in fake.translated] == ["a tiempo"]


def test_the_caller_of_an_expired_entry_hears_that_its_time_is_over(clean_valkey: str) -> None:
    with engine_on(clean_valkey, FakeTranslator(ENTRY)):
        assert asyncio.run(outcomes(clean_valkey, entry("tarde", seconds=-1))) == [TimedOut]


def test_a_poisoned_entry_fails_alone(clean_valkey: str) -> None:
    fake = FakeTranslator(ENTRY, poison="veneno")
    with engine_on(clean_valkey, fake):
        answers = asyncio.run(outcomes(clean_valkey, entry("agua"), entry("con veneno"), entry("pan")))
    assert answers == [CachedSegment("agua~an", True), SegmentFailed, CachedSegment("pan~an", True)]
    assert [each.text for each in fake.translated] == ["agua", "con veneno", "pan"]


def test_an_unexpected_exception_fails_the_entry_it_is_raised_for(clean_valkey: str) -> None:
    good = [entry(f"buena {number}") for number in range(31)]
    with capture_logs() as logged, engine_on(clean_valkey, Crashing(ENTRY)):
        answers = asyncio.run(outcomes(clean_valkey, *good[:20], entry("Zuruqwexafía uno"), *good[20:]))
        second = asyncio.run(outcomes(clean_valkey, entry("otra")))
    assert answers.count(SegmentFailed) == 1
    assert answers[20] is SegmentFailed
    assert second == [CachedSegment("otra~an", True)]
    events = [event for event in logged if event["event"] == "batch_failed"]
    assert {event["error"] for event in events} == {"RuntimeError"}
    assert events[-1]["size"] == 1
    assert "Zuruqwexafía" not in str(logged)


def test_an_engine_whose_batch_never_ends_ends_itself(clean_valkey: str) -> None:
    """In a service the process ends; entries of a process that ended are taken over like those of any dead engine."""
    ended, let_go = threading.Event(), threading.Event()

    def hang(_: float) -> None:
        let_go.wait(WAIT_S)

    with (
        capture_logs() as logged,
        engine_on(clean_valkey, FakeTranslator(ENTRY, delay_s=1, sleep=hang), hung_s=0.1, end=ended.set),
    ):
        asyncio.run(queue_only(clean_valkey, entry("colgada")))
        noticed = ended.wait(WAIT_S)
        let_go.set()
    assert noticed
    assert "engine_hung" in [event["event"] for event in logged]


def test_a_stopped_engine_finishes_its_batch_and_leaves(clean_valkey: str, blocking: redis.Redis) -> None:
    computing, go_on = threading.Event(), threading.Event()

    def compute(_: float) -> None:
        computing.set()
        go_on.wait(WAIT_S)

    def stop_in_the_middle() -> None:
        assert computing.wait(WAIT_S)
        assert eventually(lambda: blocking.zcard(keys.engines(MODEL)) == 1)
        running.stop.set()
        go_on.set()

    with engine_on(clean_valkey, FakeTranslator(ENTRY, delay_s=1, sleep=compute)) as running:
        stopping = threading.Thread(target=stop_in_the_middle)
        stopping.start()
        assert asyncio.run(outcomes(clean_valkey, entry("a medias"))) == [CachedSegment("a~an medias~an", True)]
        stopping.join(WAIT_S)
        running.thread.join(WAIT_S)
        assert blocking.zcard(keys.engines(MODEL)) == 0
        assert entries_there(blocking, MODEL) == 0


def test_a_stopped_engine_hands_back_what_it_has_not_begun(clean_valkey: str, blocking: redis.Redis) -> None:
    stop = threading.Event()

    class ToldToStop(redis.Redis):
        """The stop signal arrives while entries are on their way."""

        def evalsha(self, *args: Any, **options: Any) -> Any:
            delivered = super().evalsha(*args, **options)
            if _is_delivery(delivered):
                stop.set()
            return delivered

    fake = FakeTranslator(ENTRY)
    asyncio.run(queue_only(clean_valkey, entry("sin empezar")))
    Engine(fake, ToldToStop.from_url(clean_valkey), 1, stop).run()
    assert (blocking.xlen(keys.queue(MODEL)), entries_there(blocking, MODEL)) == (0, 1)
    with engine_on(clean_valkey, fake):
        assert eventually(lambda: entries_there(blocking, MODEL) == 0)
    assert [each.text for each in fake.translated] == ["sin empezar"]


def test_an_engine_stopped_before_redis_ever_answered_stops() -> None:
    with engine_on("unix:///tmp/malgil-no-such.sock", FakeTranslator(ENTRY)) as running:
        running.stop.set()
        running.thread.join(WAIT_S)
        assert not running.thread.is_alive()


def test_an_entry_that_outlived_its_engines_is_given_up(
    clean_valkey: str, blocking: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.receiver.ENGINE_SILENT_MS", 0)
    fake = FakeTranslator(ENTRY)

    async def scenario() -> bytes:
        async with submitting(clean_valkey, MODEL) as api:
            Receiver(blocking, MODEL, "dead-1").open()
            [future] = await api.submitter.submit([entry("Zuruqwexafía")])
            [taken] = Receiver(blocking, MODEL, "dead-1").pull(ONE, 1000)
            for delivery in range(2, MAX_DELIVERIES + 1):
                [again] = Receiver(blocking, MODEL, f"dead-{delivery}").reclaim(alive=())
                assert again.deliveries == delivery
            with engine_on(clean_valkey, fake), pytest.raises(SegmentFailed):
                await asyncio.wait_for(future, WAIT_S)
            return taken.id

    id = asyncio.run(scenario())
    assert fake.translated == ()
    assert blocking.lrange(keys.dead(MODEL), 0, -1) == [id]
    assert entries_there(blocking, MODEL) == 0


def test_an_entry_of_a_dead_engine_is_translated_by_the_next(
    clean_valkey: str, blocking: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.receiver.ENGINE_SILENT_MS", 0)

    async def scenario() -> CachedSegment:
        async with submitting(clean_valkey, MODEL) as api:
            dead = Receiver(blocking, MODEL, "dead")
            dead.open()
            [future] = await api.submitter.submit([entry("huérfana")])
            dead.pull(ONE, 1000)
            with engine_on(clean_valkey, FakeTranslator(ENTRY)):
                return await asyncio.wait_for(future, WAIT_S)

    assert asyncio.run(scenario()) == CachedSegment("huérfana~an", True)


def test_an_entry_nobody_can_read_is_dropped_and_its_neighbours_are_answered(
    clean_valkey: str, blocking: redis.Redis
) -> None:
    """Another release may have written it."""
    Receiver(blocking, MODEL, "any").open()
    blocking.xadd(keys.queue(MODEL), {"e": b"\x00nonsense"})
    blocking.xadd(keys.queue(MODEL), {"another field": b"x"})
    asyncio.run(queue_only(clean_valkey, entry("vecina")))
    with engine_on(clean_valkey, FakeTranslator(ENTRY)):
        assert asyncio.run(outcomes(clean_valkey, entry("después"))) == [CachedSegment("después~an", True)]
        assert eventually(lambda: entries_there(blocking, MODEL) == 0)
    assert blocking.exists(keys.segment(entry("vecina").key))


def test_an_unreadable_entry_of_a_dead_engine_does_not_stop_the_next(
    clean_valkey: str, blocking: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.receiver.ENGINE_SILENT_MS", 0)
    dead = Receiver(blocking, MODEL, "dead")
    dead.open()
    blocking.xadd(keys.queue(MODEL), {"e": b"\x00nonsense"})
    blocking.xreadgroup(keys.GROUP, "dead", {keys.queue(MODEL): ">"})
    with engine_on(clean_valkey, FakeTranslator(ENTRY)) as running:
        assert eventually(lambda: entries_there(blocking, MODEL) == 0)
        assert running.thread.is_alive()


def test_answers_that_redis_did_not_take_are_given_again(
    own_valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine lives, so nobody else may take over its entries: it must get rid of them itself."""
    monkeypatch.setattr("gateway.receiver.ENGINE_SILENT_MS", 200)
    impatient = redis.Redis.from_url(own_valkey.url, socket_timeout=0.2, retry=Retry(NoBackoff(), 0))
    stalls = [500]

    def stall_redis_once(_: float) -> None:
        with redis.Redis.from_url(own_valkey.url) as client:
            client.client_pause(stalls.pop() if stalls else 0)

    fake = FakeTranslator(ENTRY, delay_s=1, sleep=stall_redis_once)
    with engine_on(own_valkey.url, fake, impatient):
        assert asyncio.run(outcomes(own_valkey.url, entry("paciencia"))) == [CachedSegment("paciencia~an", True)]


def test_a_delivery_lost_on_the_way_is_taken_again(clean_valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.receiver.ENGINE_SILENT_MS", 200)
    fake = FakeTranslator(ENTRY)
    asyncio.run(queue_only(clean_valkey, entry("perdida")))
    with engine_on(clean_valkey, fake, LosesADelivery.from_url(clean_valkey)):
        assert asyncio.run(outcomes(clean_valkey, entry("perdida"))) == [CachedSegment("perdida~an", True)]


def test_a_batch_at_hand_is_not_taken_again_however_long_it_takes(
    clean_valkey: str, blocking: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.receiver.ENGINE_SILENT_MS", 50)

    def outlast_the_silence(_: float) -> None:
        def waited_ms() -> int:
            [row] = blocking.xpending_range(keys.queue(MODEL), keys.GROUP, "-", "+", 1)
            return int(row["time_since_delivered"])

        assert eventually(lambda: waited_ms() > 200)

    fake = FakeTranslator(ENTRY, delay_s=1, sleep=outlast_the_silence)
    with engine_on(clean_valkey, fake):
        assert asyncio.run(outcomes(clean_valkey, entry("larga"))) == [CachedSegment("larga~an", True)]
    assert len(fake.translated) == 1


def test_an_engine_outlives_its_redis(own_valkey: OwnValkey) -> None:
    with engine_on(own_valkey.url, FakeTranslator(ENTRY)) as running:
        before = asyncio.run(outcomes(own_valkey.url, entry("antes")))
        own_valkey.restart()
        after = asyncio.run(outcomes(own_valkey.url, entry("después")))
        assert running.thread.is_alive()
    assert (before, after) == ([CachedSegment("antes~an", True)], [CachedSegment("después~an", True)])


def test_a_redis_lost_during_a_batch_still_gets_its_answers(own_valkey: OwnValkey) -> None:
    restarted = threading.Event()

    def restart(_: float) -> None:
        own_valkey.restart()
        restarted.set()

    asyncio.run(queue_only(own_valkey.url, entry("entretanto")))
    with engine_on(own_valkey.url, FakeTranslator(ENTRY, delay_s=1, sleep=restart)):
        assert restarted.wait(WAIT_S)
        with redis.Redis.from_url(own_valkey.url) as client:
            assert eventually(lambda: client.exists(keys.segment(entry("entretanto").key)))


def test_many_entries_make_few_batches(clean_valkey: str) -> None:
    batches: list[int] = []

    class Counting(FakeTranslator):
        def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
            batches.append(len(inputs))
            return super().translate(inputs)

    asyncio.run(queue_only(clean_valkey, *(entry(f"texto {number:02}") for number in range(100))))
    with engine_on(clean_valkey, Counting(ENTRY), budget=Budget(30, 800)):
        assert eventually(lambda: sum(batches) == 100)
    assert batches == [30, 30, 30, 10]


def test_weights_that_a_cache_holds_are_given_short_batches_and_all_others_full_ones() -> None:
    assert pull_budget(2048, IN_CACHE, "cpu").characters == 1024
    assert pull_budget(2048, IN_CACHE + 1, "cpu").characters == 4096
    assert pull_budget(2048, IN_CACHE, "cuda").characters == 4096


def test_the_score_of_a_translation_reaches_the_api(clean_valkey: str) -> None:
    class Sure(FakeTranslator):
        def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
            return [replace(each, score=-0.25) for each in super().translate(inputs)]

    with engine_on(clean_valkey, Sure(ENTRY)):
        answers = asyncio.run(outcomes(clean_valkey, entry("agua")))
    assert answers == [CachedSegment("agua~an", True, -0.25)]


def test_targets_reach_the_translator_as_tags(clean_valkey: str) -> None:
    fake = FakeTranslator(ENTRY)
    with engine_on(clean_valkey, fake):
        asyncio.run(outcomes(clean_valkey, entry("agua", "oc-aranes")))
    assert fake.translated == (TranslationInput("agua", tag("oc-aranes")),)


def test_each_lane_is_counted_and_timed_by_itself(clean_valkey: str) -> None:
    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, {"model": MODEL, **labels}) or 0

    def of(lane: str) -> tuple[float, ...]:
        return counted("malgil_entries_total", lane=lane, outcome="done"), counted(
            "malgil_queue_seconds_count", lane=lane
        )

    before = {lane: of(lane) for lane in LANES}
    waiting = [entry("libro", lane="bulk"), entry("tomo", lane="bulk"), entry("¿dónde?")]
    asyncio.run(queue_only(clean_valkey, *waiting))
    with redis.Redis.from_url(clean_valkey) as client, engine_on(clean_valkey, FakeTranslator(ENTRY)):
        assert eventually(lambda: entries_there(client, MODEL) == 0)
    grown = {lane: tuple(now - then for now, then in zip(of(lane), before[lane], strict=True)) for lane in LANES}
    assert grown == {"interactive": (1, 1), "bulk": (2, 2)}
