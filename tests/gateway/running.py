"""The two sides of the batch queue, running against a real Valkey for the length of a block."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
import redis.asyncio

from gateway import keys
from gateway.batch_queue import LANES, PUBLIC, Capacity, Entry, Lane, Submitter, now_ms
from gateway.cache import SegmentCache
from gateway.connections import async_client, blocking_client
from gateway.embedded import EmbeddedValkey
from gateway.engine import READ_TIMEOUT_S, Engine
from models.runtime.protocol import Translator

WAIT_S = 10


def eventually(claim: Callable[[], object], seconds: float = WAIT_S) -> bool:
    until = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def entry(
    text: str,
    target: str = "an",
    *,
    seconds: float = 20,
    store_s: int = 60,
    tenant: str = PUBLIC,
    lane: Lane = "interactive",
) -> Entry:
    deadline_ms = now_ms() + int(seconds * 1000)
    return Entry(f"key-{text}-{target}", text, target, deadline_ms, store_s, tenant=tenant, lane=lane)


def entries_there(client: redis.Redis, model: str) -> int:
    """How many entries wait or run."""
    waiting = sum(int(client.zcard(keys.waiting(model, lane))) for lane in LANES)
    return waiting + int(client.xlen(keys.queue(model)))


@dataclass(frozen=True, slots=True)
class RunningEngine:
    thread: threading.Thread
    stop: threading.Event


@contextmanager
def engine_on(
    url: str, translator: Translator, client: redis.Redis | None = None, **options: Any
) -> Iterator[RunningEngine]:
    """An engine in a thread; the block's end stops it and waits for it."""
    stop = threading.Event()
    with client or blocking_client(url, READ_TIMEOUT_S) as used:
        thread = threading.Thread(target=Engine(translator, used, 1, stop, **options).run, name="engine-under-test")
        thread.start()
        try:
            yield RunningEngine(thread, stop)
        finally:
            stop.set()
            thread.join(WAIT_S)
            assert not thread.is_alive(), "the engine did not stop"


@dataclass(frozen=True, slots=True)
class Submitting:
    submitter: Submitter
    cache: SegmentCache


@asynccontextmanager
async def submitting(
    url: str, model: str, capacity: int = 100, tenant_capacity: int | None = None
) -> AsyncIterator[Submitting]:
    """The queue half of an API process, listening for answers."""
    async with async_client(url) as client:
        cache = SegmentCache(client, 100)
        submitter = Submitter(client, cache, model, Capacity(capacity, tenant_capacity or capacity))
        task = asyncio.create_task(submitter.run())
        try:
            while (await client.pubsub_numsub(keys.answers(model)))[0][1] == 0:  # noqa: ASYNC110 Redis tells nobody
                await asyncio.sleep(0.005)
            yield Submitting(submitter, cache)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class OwnValkey:
    """A server that a test may kill."""

    def __init__(self, folder: Path, memory_mb: int = 16, environment: Mapping[str, str] | None = None) -> None:
        self._valkey = EmbeddedValkey(folder, memory_mb)
        self._environment = environment
        self.url = self._valkey.url
        self.process = self._start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        self.kill()
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(self._valkey.command(), stdout=subprocess.DEVNULL, env=self._environment)
        with redis.Redis.from_url(self.url) as client:
            assert eventually(lambda: _answers(client)), "valkey did not start"
        return process


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
