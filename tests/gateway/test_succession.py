"""Promotions and rollbacks while the service runs: nothing is asked of a model that nobody has, no request is lost."""

from __future__ import annotations

import asyncio
import datetime
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import httpx
import msgspec
import pytest
import redis
from fastapi import FastAPI

from gateway import keys
from gateway.app import create_app
from gateway.batch_queue import Capacity, Submitter
from gateway.cache import SegmentCache
from gateway.connections import async_client
from gateway.engine import _awaited
from gateway.fleet import QUIET_S, RETRY_S, Fleet
from gateway.parts import Parts
from gateway.promotions import Promotions
from gateway.settings import load_settings
from gateway.succession import Offer, Succession
from models.catalogue import Catalogue, CatalogueEntry
from models.gate import Thresholds
from models.register import Decision, LifecycleUnreadable, Register
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationInput, Translator, TranslatorClosed
from models.standing import Served
from models.store import ModelDamaged
from tests.gateway.running import engine_on
from tests.models.tiny_model import tag, tiny_entry

OLD, NEW = tiny_entry("old"), tiny_entry("new")
BODY = {"text": "La biblioteca abre a las 9.", "source": "es", "target": "an"}


def nothing() -> Served:
    return Served(Catalogue(()), ())


def test_a_change_is_told_once_and_what_cannot_be_read_changes_nothing() -> None:
    stamps = ["a", "a", "b", "b", "c", "d"]
    found: list[Served | Exception] = [nothing(), LifecycleUnreadable("half a file"), nothing()]

    def read() -> Served:
        result = found.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    promotions = Promotions(read, lambda: stamps.pop(0))
    assert [promotions.changed() is not None for _ in range(5)] == [False, True, False, False, True]


def test_what_the_disk_would_not_give_is_asked_for_again() -> None:
    found: list[Served | Exception] = [OSError(5, "Input/output error"), nothing()]

    def read() -> Served:
        result = found.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    stamps = iter("abbb")
    promotions = Promotions(read, lambda: next(stamps))
    assert [promotions.changed() is not None for _ in range(3)] == [False, True, False]


def test_a_decision_written_anywhere_changes_the_stamp(tmp_path: Path) -> None:
    shipped, installed = tmp_path / "shipped", tmp_path / "installed"
    shipped.mkdir()
    register = Register(Thresholds.load(), shipped, installed)
    before = register.stamp()
    assert before == register.stamp()
    installed.mkdir()
    since = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
    register.decide([Decision("old@0.0.1", OLD.digest, "serving", since)])
    after = register.stamp()
    assert after != before
    register.decide([Decision("old@0.0.1", OLD.digest, "retired", since)])
    assert register.stamp() not in (before, after)


@dataclass
class Harbour:
    """A fleet of fakes whose engines only wait for their end."""

    damaged: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    now: float = 0.0
    made: dict[str, FakeTranslator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fleet = Fleet(self._load, self._work, lambda model: model in self.asked, lambda: self.now)

    def _load(self, entry: CatalogueEntry) -> Translator:
        if entry.id in self.damaged:
            raise ModelDamaged(entry.id, "model.bin")
        self.made[entry.reference] = FakeTranslator(entry)
        return self.made[entry.reference]

    @staticmethod
    def _work(_: Translator, stop: threading.Event) -> Callable[[], object]:
        return lambda: stop.wait(10)

    def sweep(self, seconds: float) -> tuple[str, ...]:
        self.now += seconds
        self.fleet.sweep()
        return self.fleet.models


def test_a_model_that_left_is_dropped_only_when_nobody_has_asked_for_it_for_a_while() -> None:
    harbour = Harbour(asked={OLD.reference, NEW.reference})
    harbour.fleet.start([OLD])
    harbour.fleet.follow([NEW])
    both = (OLD.reference, NEW.reference)
    assert harbour.sweep(100) == both
    harbour.asked.discard(OLD.reference)
    assert harbour.sweep(0) == both
    assert harbour.sweep(QUIET_S - 1) == both
    harbour.asked.add(OLD.reference)
    assert harbour.sweep(2) == both
    harbour.asked.discard(OLD.reference)
    assert harbour.sweep(1) == both
    assert harbour.sweep(QUIET_S) == (NEW.reference,)
    with pytest.raises(RuntimeError, match="closed"):
        harbour.made[OLD.reference].translate([])
    harbour.fleet.close()
    assert not harbour.fleet.models


def test_a_model_that_returns_in_time_is_not_loaded_twice() -> None:
    harbour = Harbour()
    harbour.fleet.start([OLD])
    first = harbour.made[OLD.reference]
    harbour.fleet.follow([NEW])
    harbour.sweep(0)
    harbour.fleet.follow([OLD])
    assert harbour.sweep(QUIET_S) == (OLD.reference, NEW.reference)
    assert harbour.sweep(QUIET_S) == (OLD.reference,)
    assert harbour.made[OLD.reference] is first
    harbour.fleet.close()


def test_an_entry_that_was_edited_reaches_the_running_engine() -> None:
    harbour = Harbour()
    harbour.fleet.start([OLD, NEW])
    former, other = harbour.made[OLD.reference], harbour.made[NEW.reference]
    wider = msgspec.structs.replace(OLD, targets=(*OLD.targets, tag("gl")))
    harbour.fleet.follow([wider, NEW])
    assert harbour.made[NEW.reference] is other
    now = harbour.made[OLD.reference]
    assert now is not former
    assert now.translate([TranslationInput("ዓሣ", tag("gl"))])
    with pytest.raises(TranslatorClosed):
        former.translate([])
    harbour.sweep(RETRY_S)
    assert harbour.made[OLD.reference] is now, "nothing more was edited"
    harbour.fleet.close()


def test_an_edited_entry_that_cannot_be_loaded_leaves_the_former_at_work() -> None:
    harbour = Harbour()
    harbour.fleet.start([OLD])
    harbour.damaged.add(OLD.id)
    harbour.fleet.follow([msgspec.structs.replace(OLD, beam_size=4)])
    assert harbour.made[OLD.reference].translate([TranslationInput("agua", tag("an"))])
    harbour.fleet.close()


def test_a_damaged_model_stops_a_start_but_no_running_engine() -> None:
    harbour = Harbour(damaged={NEW.id})
    with pytest.raises(ModelDamaged):
        harbour.fleet.start([OLD, NEW])
    assert not harbour.fleet.models
    harbour.fleet.start([OLD])
    harbour.fleet.follow([OLD, NEW])
    assert harbour.fleet.models == (OLD.reference,)
    harbour.damaged.clear()
    assert harbour.sweep(RETRY_S - 1) == (OLD.reference,)
    assert harbour.sweep(1) == (OLD.reference, NEW.reference), "it is tried again"
    harbour.fleet.close()


def test_a_model_is_awaited_while_an_api_process_says_so_and_when_redis_cannot_tell(
    clean_valkey: str, tmp_path: Path
) -> None:
    with redis.Redis.from_url(clean_valkey) as client:
        assert not _awaited(client, OLD.reference)
        client.set(keys.awaited(OLD.reference), "1", px=keys.AWAITED_MS)
        assert _awaited(client, OLD.reference)
        client.delete(keys.awaited(OLD.reference))
        assert not _awaited(client, OLD.reference)
    with redis.Redis.from_url(f"unix://{tmp_path}/nobody") as nobody:
        assert _awaited(nobody, OLD.reference)


@dataclass
class News:
    """What the API process will hear next."""

    offers: list[Offer] = field(default_factory=list)

    def __call__(self) -> Offer | None:
        return self.offers.pop(0) if self.offers else None


@asynccontextmanager
async def api(url: str, offer: Offer, news: News, **settings: str) -> AsyncIterator[httpx.AsyncClient]:
    async with async_client(url) as client:
        app = create_app(
            load_settings({f"MALGIL_{name.upper()}": value for name, value in settings.items()}),
            offer.catalogue, client, offer.standings, offer.plan, news,
        )  # fmt: skip
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as caller,
        ):
            yield caller


async def until(claim: Callable[[], Awaitable[bool]], tries: int = 300) -> bool:
    for _ in range(tries):
        if await claim():
            return True
        await asyncio.sleep(0.05)
    return False


async def model(caller: httpx.AsyncClient, text: str = BODY["text"]) -> str:
    answer = await caller.post("/v1/translate", json={**BODY, "text": text})
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["results"][0]["model"]
    return found


def offer(*entries: CatalogueEntry) -> Offer:
    return Offer(Catalogue(entries))


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.succession.POLL_S", 0.05)
    monkeypatch.setattr("gateway.succession.MARGIN_S", 0.0)


@pytest.mark.usefixtures("fast")
def test_the_api_passes_to_a_new_model_when_an_engine_has_it_and_not_before(clean_valkey: str) -> None:
    news = News()

    async def scenario() -> list[str]:
        seen = []
        async with api(clean_valkey, offer(OLD), news) as caller:
            seen.append(await model(caller))
            news.offers.append(offer(NEW))
            await asyncio.sleep(0.2)
            seen.append(await model(caller))
            with engine_on(clean_valkey, FakeTranslator(NEW)):

                async def passed() -> bool:
                    seen.append(await model(caller, f"Hoy hay {len(seen)} libros nuevos."))
                    return seen[-1] == NEW.reference

                assert await until(passed)
                served = (await caller.get("/v1/languages")).json()["languages"]
                assert {each["model"] for source in served for each in source["targets"]} == {NEW.reference}
                news.offers.append(offer(OLD))
                assert await until(lambda: _serves(caller, OLD))
        return seen

    with engine_on(clean_valkey, FakeTranslator(OLD)):
        seen = asyncio.run(scenario())
    assert seen[:2] == [OLD.reference, OLD.reference]


async def _serves(caller: httpx.AsyncClient, entry: CatalogueEntry) -> bool:
    return await model(caller) == entry.reference


async def _lists(caller: httpx.AsyncClient, entry: CatalogueEntry) -> bool:
    return entry.reference in (await caller.get("/v1/languages")).text


class Slow(FakeTranslator):
    """Answers when it is let."""

    def __init__(self, entry: CatalogueEntry, let: threading.Event) -> None:
        super().__init__(entry)
        self._let = let

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        self._let.wait(10)
        return super().translate(inputs)


@pytest.mark.usefixtures("fast")
def test_a_request_under_way_ends_with_the_model_it_began_with(clean_valkey: str) -> None:
    news, let = News(), threading.Event()

    async def scenario() -> tuple[str, bool, bool]:
        async with api(clean_valkey, offer(OLD), news, request_timeout_ms="5000") as caller:
            under_way = asyncio.create_task(model(caller, "La biblioteca está cerrada."))
            await asyncio.sleep(0.1)
            news.offers.append(offer(NEW))
            assert await until(lambda: _lists(caller, NEW))
            assert await model(caller) == NEW.reference
            with redis.Redis.from_url(clean_valkey) as client:
                named = _awaited(client, OLD.reference)
                let.set()
                answered = await under_way
                gone = await until(lambda: asyncio.to_thread(lambda: not _awaited(client, OLD.reference)))
        return answered, named, gone

    with engine_on(clean_valkey, Slow(OLD, let)), engine_on(clean_valkey, FakeTranslator(NEW)):
        answered, named, gone = asyncio.run(scenario())
    assert answered == OLD.reference
    assert named, "an engine might have dropped the model while a request waited for it"
    assert gone, "the old model would never be dropped"


@pytest.mark.usefixtures("fast")
def test_news_that_cannot_be_had_leave_the_service_as_it_is(clean_valkey: str) -> None:
    class Broken(News):
        def __call__(self) -> Offer | None:
            raise OSError("the folder is gone")

    async def scenario() -> str:
        async with api(clean_valkey, offer(OLD), Broken()) as caller:
            await asyncio.sleep(0.1)
            return await model(caller)

    with engine_on(clean_valkey, FakeTranslator(OLD)):
        assert asyncio.run(scenario()) == OLD.reference


@pytest.mark.usefixtures("fast")
def test_it_ends_when_it_is_told_to_though_a_library_swallows_that(clean_valkey: str) -> None:
    """redis-py can answer a cancellation with a result (Python 3.11's `wait_for`)."""

    async def stubborn(_: Catalogue) -> bool:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            return True
        return False

    async def scenario() -> bool:
        async with async_client(clean_valkey) as client:
            cache = SegmentCache(client, 10)
            succession = Succession(
                offer(),
                client=client,
                build=lambda *_: cast(Parts, object()),
                submitter=lambda model: Submitter(client, cache, model, Capacity(10, 10)),
                alive=stubborn,
                news=News([offer(NEW)]),
                patience_s=1,
            )
            task = asyncio.create_task(succession.run(FastAPI()))
            await asyncio.sleep(0.3)
            task.cancel()
            done, _ = await asyncio.wait({task}, timeout=8)
            return bool(done)

    assert asyncio.run(scenario())


def test_an_offer_names_what_is_on_trial_too() -> None:
    assert offer(OLD, NEW).entries == (OLD, NEW)
    assert replace(offer(OLD), plan=None).entries == (OLD,)
