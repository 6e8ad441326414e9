"""The batch queue of one model in Redis: API processes submit entries, engines pull, settle and reclaim them.

Delivery is at least once. An entry stays in the stream until it is settled; the entries of an engine that gave no sign
of life for `ENGINE_SILENT_MS` are claimed by another one. Answers are published to all API processes; an API process
that missed one (reconnect, engine death, lost Redis) finds it in the segment cache or queues the segment again. Keys:
gateway.keys.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from importlib.resources import files
from typing import Any, Literal

import msgspec
import redis
import redis.asyncio
from redis.exceptions import RedisError, ResponseError

from gateway import keys
from gateway.cache import CachedSegment, SegmentCache, encode
from gateway.errors import Overloaded, QueueUnavailable, SegmentFailed, TimedOut
from gateway.telemetry import log, where

ENGINE_BEAT_MS = 500
ENGINE_SILENT_MS = 2_500
LOOK_AGAIN_S = 1.0
MAX_DELIVERIES = 3

_ENQUEUE = files("gateway").joinpath("enqueue.lua").read_text(encoding="utf-8")


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One segment that waits for translation. `deadline_ms` is Unix time; `store_s` 0 leaves nothing in the cache;
    `source` is empty where the model does not name it."""

    key: str
    text: str
    target: str
    deadline_ms: int
    store_s: int
    source: str = ""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    key: str
    outcome: Literal["done", "failed", "expired"]
    segment: CachedSegment | None = None


class Delivered(msgspec.Struct, frozen=True):
    """An entry in an engine's hands; `deliveries` counts this one."""

    id: bytes
    entry: Entry
    deliveries: int = 1


_encoder = msgspec.msgpack.Encoder()
_entry_decoder = msgspec.msgpack.Decoder(Entry)
_answers_decoder = msgspec.msgpack.Decoder(tuple[Answer, ...])


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Submitter:
    """The API side. One per process and model; `run` must be running while entries are awaited."""

    def __init__(self, client: redis.asyncio.Redis, cache: SegmentCache, model: str, capacity: int) -> None:
        self._redis = client
        self._cache = cache
        self._model = model
        self._capacity = capacity
        self._enqueue = client.register_script(_ENQUEUE)
        self._waiting: dict[str, tuple[Entry, asyncio.Future[CachedSegment]]] = {}

    async def submit(self, entries: Sequence[Entry]) -> list[asyncio.Future[CachedSegment]]:
        """One future per entry; segments in flight here or elsewhere are joined. Overloaded and QueueUnavailable come
        through the futures."""
        loop = asyncio.get_running_loop()
        fresh: list[Entry] = []
        futures = []
        for entry in entries:
            waiting = self._waiting.get(entry.key)
            if waiting is None or waiting[1].done():
                waiting = (entry, loop.create_future())
                self._waiting[entry.key] = waiting
                fresh.append(entry)
            elif entry.deadline_ms > waiting[0].deadline_ms:
                self._waiting[entry.key] = (entry, waiting[1])
            futures.append(waiting[1])
        try:
            await self._queue(fresh)
        except (Overloaded, QueueUnavailable) as error:
            for entry in fresh:
                self._resolve(entry.key, error)
        return futures

    async def run(self) -> None:
        """Deliver answers for ever; survives a lost Redis and, loudly, our own mistakes: callers wait for it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._for_ever(self._listen))
            group.create_task(self._for_ever(self._look_again))

    async def _for_ever(self, work: Callable[[], Awaitable[None]]) -> None:
        while not _is_cancelled():
            try:
                await work()
            except RedisError:
                pass
            # The loop that must deliver what others wait for: whatever was raised, it begins anew.
            except Exception as error:  # noqa: BLE001
                log().error("submitter_failed", model=self._model, **where(error))
            await asyncio.sleep(0.2)

    async def _queue(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        flights = [keys.flight(self._model, entry.key) for entry in entries]
        lifetime = max(entry.deadline_ms for entry in entries) - now_ms() + 60_000
        payloads = [_encoder.encode(entry) for entry in entries]
        try:
            queued = await self._enqueue(
                keys=[keys.queue(self._model), *flights], args=[self._capacity, max(lifetime, 1), *payloads]
            )
        except ResponseError:
            raise Overloaded(seconds=2) from None  # it answers, but its memory is full
        except RedisError:
            raise QueueUnavailable from None
        if queued == -1:
            raise Overloaded(seconds=2)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(keys.answers(self._model))
            # Not `listen`: a cancellation swallowed in a reconnect would leave it waiting for ever.
            while not _is_cancelled():
                message = await subscription.get_message(ignore_subscribe_messages=True, timeout=LOOK_AGAIN_S)
                if message is not None:
                    self._deliver(_read_answers(message["data"]))

    def _deliver(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            waiting = self._waiting.get(answer.key)
            if waiting is None:
                continue
            if answer.outcome == "done" and answer.segment is not None:
                if waiting[0].store_s:
                    self._cache.put_local(answer.key, answer.segment)
                self._resolve(answer.key, answer.segment)
            elif answer.outcome == "failed":
                self._resolve(answer.key, SegmentFailed())

    async def _look_again(self) -> None:
        """Ask the cache for what still waits, queue again what nobody has in flight, drop what nobody waits for."""
        while not _is_cancelled():
            await asyncio.sleep(LOOK_AGAIN_S)
            for key, (entry, _) in list(self._waiting.items()):
                if entry.deadline_ms < now_ms():
                    self._resolve(key, TimedOut(seconds=0))
            waiting = [entry for entry, _ in self._waiting.values()]
            if not waiting:
                continue
            try:
                found = await self._cache.get_shared([entry.key for entry in waiting])
                for key, segment in found.items():
                    self._resolve(key, segment)
                await self._queue([entry for entry in waiting if entry.key not in found])
            except (RedisError, QueueUnavailable):
                for entry in waiting:
                    self._resolve(entry.key, QueueUnavailable())
            except Overloaded:
                continue

    def _resolve(self, key: str, result: CachedSegment | Exception) -> None:
        _, future = self._waiting.pop(key, (None, None))
        if future is None or future.done():
            return
        if isinstance(result, Exception):
            future.set_exception(result)
            future.exception()  # an answer nobody waits for any more is no fault
        else:
            future.set_result(result)


def _is_cancelled() -> bool:
    """A cancellation can be hidden by an error raised while a connection is closed, and by Python 3.11's `wait_for`,
    which answers with the result instead when what it waited for is done at the same moment."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _read_answers(payload: bytes) -> tuple[Answer, ...]:
    try:
        return _answers_decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Another release wrote it; who waits for it finds it in the cache. The listener must live on.
        log().error("answers_unreadable")
        return ()


class Receiver:
    """The engine side: blocking calls, safe to share among threads."""

    def __init__(self, client: redis.Redis, model: str, engine: str) -> None:
        self._redis = client
        self._model = model
        self._engine = engine

    def open(self) -> None:
        """Create the consumer group; harmless when it exists. A fresh Redis needs it again."""
        try:
            self._redis.xgroup_create(keys.queue(self._model), keys.GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def pull(self, count: int, wait_ms: int) -> list[Delivered]:
        """Whatever waits, at most `count`; blocks up to `wait_ms` while nothing does."""
        try:
            streams: Any = self._redis.xreadgroup(
                keys.GROUP, self._engine, {keys.queue(self._model): ">"}, count=count, block=wait_ms
            )
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            self.open()
            return []
        if not streams:
            return []
        items = next(iter(streams.values()))[0] if isinstance(streams, dict) else streams[0][1]
        return self._read(items, {})

    def settle(self, delivered: Sequence[Delivered], answers: Sequence[Answer]) -> None:
        """Store and publish the answers, then take the entries out; repeating it does no harm."""
        if not delivered:
            return
        queue = keys.queue(self._model)
        pipeline = self._redis.pipeline(transaction=False)
        for item, answer in zip(delivered, answers, strict=True):
            if answer.segment is not None and item.entry.store_s:
                pipeline.set(keys.segment(answer.key), encode(answer.segment), ex=item.entry.store_s)
        for item in delivered:
            pipeline.delete(keys.flight(self._model, item.entry.key))
        pipeline.publish(keys.answers(self._model), _encoder.encode(tuple(answers)))
        ids = [item.id for item in delivered]
        pipeline.xack(queue, keys.GROUP, *ids)
        pipeline.xdel(queue, *ids)
        pipeline.execute()

    def beat(self) -> None:
        self._redis.zadd(keys.engines(self._model), {self._engine: now_ms()})

    def leave(self) -> None:
        self._redis.zrem(keys.engines(self._model), self._engine)

    def reclaim(self, at_hand: Collection[bytes] = ()) -> list[Delivered]:
        """Take over the entries of engines that fell silent, and our own that are not `at_hand`: a broken connection
        can swallow a delivery or the answers to it, and nobody else takes the entries of a living engine."""
        queue = keys.queue(self._model)
        alive_since = now_ms() - ENGINE_SILENT_MS
        alive = set(self._redis.zrangebyscore(keys.engines(self._model), alive_since, "+inf"))
        claimed: list[Delivered] = []
        for consumer in self._consumers(queue):
            ours = consumer["name"] == self._engine.encode()
            if consumer["name"] in alive and not ours:
                continue
            if consumer["pending"]:
                claimed += self._claim(queue, consumer["name"], at_hand)
            elif consumer["idle"] > 10 * ENGINE_SILENT_MS and not ours:
                self._redis.xgroup_delconsumer(queue, keys.GROUP, consumer["name"])
                self._redis.zrem(keys.engines(self._model), consumer["name"])
        return claimed

    def give_up(self, item: Delivered) -> None:
        """An entry that killed every engine that took it: note its id, answer its callers."""
        self._redis.lpush(keys.dead(self._model), item.id)
        self._redis.ltrim(keys.dead(self._model), 0, keys.DEAD_KEPT - 1)
        self.settle([item], [Answer(item.entry.key, "failed")])

    def _consumers(self, queue: str) -> list[dict[str, Any]]:
        try:
            return list(self._redis.xinfo_consumers(queue, keys.GROUP))
        except ResponseError:
            return []

    def _claim(self, queue: str, holder: bytes, at_hand: Collection[bytes]) -> list[Delivered]:
        idle_ms = ENGINE_SILENT_MS if holder == self._engine.encode() else None
        pending: Any = self._redis.xpending_range(queue, keys.GROUP, "-", "+", 100, consumername=holder, idle=idle_ms)
        deliveries = {
            row["message_id"]: row["times_delivered"] + 1 for row in pending if row["message_id"] not in at_hand
        }
        if not deliveries:
            return []
        # The idle time makes sure that only one of several engines gets each entry.
        items: Any = self._redis.xclaim(queue, keys.GROUP, self._engine, ENGINE_SILENT_MS // 2, list(deliveries))
        return self._read(items, deliveries)

    def _read(self, items: Any, deliveries: Mapping[bytes, int]) -> list[Delivered]:
        """Entries as they were written; one that cannot be read, another release's, is taken out: who could answer?"""
        read, unreadable = [], []
        for id, fields in items:
            try:
                read.append(Delivered(id, _entry_decoder.decode((fields or {})[b"e"]), deliveries.get(id, 1)))
            except (KeyError, msgspec.DecodeError, UnicodeDecodeError):
                unreadable.append(id)
        if unreadable:
            log().error("entries_unreadable", model=self._model, size=len(unreadable))
            self._redis.xack(keys.queue(self._model), keys.GROUP, *unreadable)
            self._redis.xdel(keys.queue(self._model), *unreadable)
        return read
