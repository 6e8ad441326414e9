"""A trial: a share of the texts meets the new model, nobody is harmed, and a bad trial ends by itself."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import pytest
import redis
import redis.asyncio

from gateway.app import create_app
from gateway.batch_queue import now_ms
from gateway.cache import CachedSegment, SegmentKeys
from gateway.canary import Canaries, Counts, Plan, too_bad
from gateway.connections import async_client
from gateway.errors import TimedOut
from gateway.segments import Delivery, DirectSegments
from gateway.settings import load_settings
from gateway.translation import Limits, Order, Translated, Translation
from models.catalogue import Catalogue, CatalogueEntry
from models.gate import TrialLimits
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationFailed, TranslationInput
from models.standing import Trial
from tests.gateway.running import engine_on
from tests.models.tiny_model import tag, tiny_entry

OLD, NEW = tiny_entry("old"), tiny_entry("new")
SINCE = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
LIMITS = TrialLimits(least_segments=20, failures_above=0.1, findings_above=0.1)
TEXTS = tuple(f"La calle número {number} está cerrada." for number in range(200))
T = TypeVar("T")


class Broken(FakeTranslator):
    """Fails on everything."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        super().translate(inputs)
        raise TranslationFailed([None] * len(inputs))


class WrongNumbers(FakeTranslator):
    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        return [Hypothesis(f"{each.text} 4711", True, 1, 1) for each in super().translate(inputs)]


@dataclass
class Service:
    """A translation with one trial, and what it told of it."""

    client: redis.asyncio.Redis
    canary: FakeTranslator
    share: float = 0.3
    stopped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        plan = Plan((Trial(NEW, self.share, SINCE),), LIMITS, lambda trial: self.stopped.append(trial.entry.id))
        self.canaries = Canaries(plan, SegmentKeys(b"secret"), self.client)
        segments = DirectSegments({OLD.reference: FakeTranslator(OLD), NEW.reference: self.canary})
        self._translation = Translation(Catalogue((OLD,)), segments, Limits(1000, 100_000), canaries=self.canaries)

    async def translate(self, *texts: str, target: str = "an") -> list[Translated]:
        return await self._translation.translate(Order(texts, tag("es"), (tag(target),), Delivery(now_ms() + 10_000)))


def with_redis(url: str, scenario: Callable[[redis.asyncio.Redis], Awaitable[T]]) -> T:
    async def run() -> T:
        async with async_client(url) as client:
            return await scenario(client)

    return asyncio.run(run())


def models(results: Sequence[Translated]) -> list[str]:
    return [each.model.id for each in results]


def test_about_its_share_of_the_texts_meets_the_canary_and_always_the_same(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> tuple[list[str], list[str]]:
        service, other = Service(client, FakeTranslator(NEW)), Service(client, FakeTranslator(NEW))
        return models(await service.translate(*TEXTS)), models(await other.translate(*reversed(TEXTS)))

    first, second = with_redis(clean_valkey, scenario)
    assert first == second[::-1]
    assert 0.2 < first.count("new") / len(TEXTS) < 0.4
    assert set(first) == {"old", "new"}


def test_an_answer_names_the_model_that_wrote_it(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> bool:
        service = Service(client, WrongNumbers(NEW), share=0.5)
        results = await service.translate(*TEXTS[:20])
        return all(("4711" in each.text) == (each.model == NEW) for each in results)

    assert with_redis(clean_valkey, scenario)


def test_a_canary_that_fails_fails_no_request_and_is_taken_back(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> tuple[Service, list[str], list[str]]:
        service = Service(client, Broken(NEW))
        during = [models(await service.translate(text))[0] for text in TEXTS]
        asked = len(service.canary.translated)
        await service.translate(*TEXTS)
        assert len(service.canary.translated) == asked
        return service, during, service.stopped

    service, during, stopped = with_redis(clean_valkey, scenario)
    assert set(during) == {"old"}
    assert stopped == ["new"]
    assert 20 <= len(service.canary.translated) < 60


def test_a_canary_that_is_late_under_load_is_counted_once_a_request_and_the_other_model_too(clean_valkey: str) -> None:
    everything_is_late = False

    class Late(DirectSegments):
        async def translate(
            self, model: CatalogueEntry, inputs: Sequence[TranslationInput], delivery: Delivery
        ) -> list[CachedSegment]:
            if model == NEW or everything_is_late:
                raise TimedOut
            return await super().translate(model, inputs, delivery)

    async def scenario(client: redis.asyncio.Redis) -> None:
        nonlocal everything_is_late
        service = Service(client, FakeTranslator(NEW), share=0.5)
        late = Late({OLD.reference: FakeTranslator(OLD), NEW.reference: FakeTranslator(NEW)})
        service._translation.segments = late
        assert set(models(await service.translate(*TEXTS))) == {"old"}
        everything_is_late = True
        with pytest.raises(TimedOut):
            await service.translate(*TEXTS)

    with_redis(clean_valkey, scenario)
    with redis.Redis.from_url(clean_valkey) as client:
        [key] = client.keys("malgil:*")
        counted = {name.decode(): int(number) for name, number in client.hgetall(key).items()}
    assert counted["canary:failed"] == counted["canary:segments"] == 1
    assert counted["serving:failed"] == 1


def test_a_canary_with_more_findings_is_taken_back(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> list[str]:
        service = Service(client, WrongNumbers(NEW))
        for start in range(0, len(TEXTS), 20):
            await service.translate(*TEXTS[start : start + 20])
        return service.stopped

    assert with_redis(clean_valkey, scenario) == ["new"]


def test_what_is_said_of_the_source_counts_against_no_model(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> set[str]:
        results = await Service(client, FakeTranslator(NEW)).translate(*(f"\u202e{text}" for text in TEXTS))
        return {finding.code for each in results for finding in each.report.findings}

    assert with_redis(clean_valkey, scenario) == {"suspicious_characters"}
    with redis.Redis.from_url(clean_valkey) as client:
        [key] = client.keys("malgil:*")
        assert set(client.hgetall(key)) == {b"canary:segments", b"serving:segments"}


def test_a_sound_canary_stays(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> list[str]:
        service = Service(client, FakeTranslator(NEW))
        await service.translate(*TEXTS)
        await service.translate(*TEXTS)
        return service.stopped

    assert with_redis(clean_valkey, scenario) == []


def test_what_one_api_process_ends_the_others_end_too(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> list[str]:
        first, second = Service(client, Broken(NEW)), Service(client, Broken(NEW))
        await first.translate(*TEXTS)
        await second.translate(TEXTS[0])
        assert first.stopped == ["new"]
        return second.stopped

    assert with_redis(clean_valkey, scenario) == ["new"]


def test_counts_hold_numbers_and_no_text(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> None:
        await Service(client, FakeTranslator(NEW)).translate(*TEXTS)

    with_redis(clean_valkey, scenario)
    with redis.Redis.from_url(clean_valkey) as client:
        [key] = client.keys("malgil:*")
        counted = client.hgetall(key)
        assert client.ttl(key) == -1  # what has a lifetime is evicted when memory is full
    assert key == b"malgil:{new@0.0.1}:trial:1795305600"
    assert set(counted) == {b"canary:segments", b"serving:segments"}
    assert sum(map(int, counted.values())) == len(TEXTS)


def test_languages_that_are_not_on_trial_and_texts_without_words_are_not_counted(clean_valkey: str) -> None:
    narrow = tiny_entry("new", ("an",))

    async def scenario(client: redis.asyncio.Redis) -> int:
        service = Service(client, FakeTranslator(NEW))
        service.canaries._running = {narrow.reference: Trial(narrow, 0.5, SINCE)}
        assert models(await service.translate(*TEXTS[:20], target="ast")) == ["old"] * 20
        await service.translate("112", "2026")
        return int(await client.dbsize())

    assert with_redis(clean_valkey, scenario) == 0


def test_without_redis_texts_are_translated_and_nothing_is_counted() -> None:
    async def scenario(client: redis.asyncio.Redis) -> set[str]:
        return set(models(await Service(client, FakeTranslator(NEW)).translate(*TEXTS[:20])))

    assert with_redis("unix:///tmp/malgil-no-such.sock", scenario) == {"old", "new"}


@pytest.mark.parametrize(
    ("canary", "serving", "bad"),
    [
        (Counts(100, 20, 0), Counts(100, 0, 0), True),
        (Counts(100, 20, 0), Counts(100, 15, 0), False),
        (Counts(100, 0, 20), Counts(100, 0, 5), True),
        (Counts(100, 0, 5), Counts(100, 0, 20), False),
        (Counts(20, 0, 5), Counts(400, 0, 50), False),  # chance
        (Counts(19, 19, 0), Counts(100, 0, 0), False),
        (Counts(100, 100, 0), Counts(19, 0, 0), False),
        (Counts(), Counts(), False),
    ],
)
def test_a_trial_ends_when_it_is_worse_by_the_limits_and_not_before_enough_was_seen(
    canary: Counts, serving: Counts, bad: bool
) -> None:
    assert too_bad(canary, serving, LIMITS) is bad


def test_the_application_queues_for_the_canary_too(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> list[str]:
        plan = Plan((Trial(NEW, 0.5, SINCE),), LIMITS, print)
        app = create_app(load_settings({}), Catalogue((OLD,)), client, plan=plan)
        async with app.router.lifespan_context(app):
            for _ in range(1000):
                found = await client.pubsub_channels("malgil:*:answers")
                if len(found) == 2:
                    break
                await asyncio.sleep(0.005)
        return sorted(map(str, found))

    assert with_redis(clean_valkey, scenario) == ["b'malgil:{new@0.0.1}:answers'", "b'malgil:{old@0.0.1}:answers'"]


@pytest.mark.usefixtures("brisk")
def test_a_canary_that_no_engine_serves_costs_time_and_no_request(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> httpx.Response:
        plan = Plan((Trial(NEW, 0.999, SINCE),), LIMITS, print)
        settings = load_settings({"MALGIL_REQUEST_TIMEOUT_MS": "2000"})
        app = create_app(settings, Catalogue((OLD,)), client, plan=plan)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as caller,
        ):
            return await caller.post("/v1/translate", json={"text": "La calle.", "source": "es", "target": "an"})

    with engine_on(clean_valkey, FakeTranslator(OLD)):
        answer = with_redis(clean_valkey, scenario)
    assert answer.status_code == 200
    [result] = answer.json()["results"]
    assert (result["text"], result["model"]) == ("La~an calle~an.", OLD.reference)
    with redis.Redis.from_url(clean_valkey) as client:
        assert client.hgetall("malgil:{new@0.0.1}:trial:1795305600") == {
            b"canary:segments": b"1",
            b"canary:failed": b"1",
        }
