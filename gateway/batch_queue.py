"""The batch queue of one model in Redis: its entries, and the API side, which submits them and awaits the answers.

An entry waits in its lane until its turn comes, interactive before bulk, tenants by their fair share (enqueue.lua,
pull.lua, decision 10); the engine side is gateway.receiver. Answers are published to all API processes; one that
missed an answer (reconnect, engine death, lost Redis) finds it in the segment cache or queues the segment again. Keys:
gateway.keys.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, get_args

import msgspec
import redis.asyncio
from redis.exceptions import ResponseError

from gateway import keys
from gateway.cache import CachedSegment, SegmentCache
from gateway.cancellation import is_cancelled
from gateway.connections import REDIS_ERRORS
from gateway.errors import Overloaded, QueueUnavailable, SegmentFailed, TimedOut
from gateway.telemetry import ABANDONED, log, where
from gateway.together import Together

LOOK_AGAIN_S = 1.0
PUBLICATION_S = 0.05
# Redis does nothing else meanwhile.
QUEUED_AT_ONCE = 500
PUBLIC = "public"

Lane = Literal["interactive", "bulk"]
LANES: tuple[Lane, ...] = get_args(Lane)


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One segment that waits for translation. `deadline_ms` is the submitter's `now_ms`; `store_s` 0 leaves nothing in
    the cache; `source` is empty where the model does not name it; a tenant's name holds no colon; `others`: how many of
    the next best translations are wanted too."""

    key: str
    text: str
    target: str
    deadline_ms: int
    store_s: int
    source: str = ""
    tenant: str = PUBLIC
    lane: Lane = "interactive"
    others: int = 0

    @property
    def cost(self) -> int:
        """What it takes of its tenant's share and of an engine's budget: its characters, at least one, once for each
        translation that is wanted."""
        return max(1, len(self.text)) * (1 + self.others)


class Answer(msgspec.Struct, frozen=True, array_like=True):
    key: str
    outcome: Literal["done", "failed", "expired"]
    segment: CachedSegment | None = None


encode = msgspec.msgpack.Encoder().encode
_answers_decoder = msgspec.msgpack.Decoder(tuple[Answer, ...])


_clock_began_ns = time.time_ns() - time.monotonic_ns()


def now_ms() -> int:
    """Unix time as of the start of this process, going on evenly since: a machine's clock may jump."""
    return (_clock_began_ns + time.monotonic_ns()) // 1_000_000


def script(name: str) -> str:
    return files("gateway").joinpath(name).read_text(encoding="utf-8")


def lane_number(lane: Lane) -> int:
    """How the scripts call it: 1 interactive, 2 bulk."""
    return 1 + LANES.index(lane)


@dataclass(slots=True)
class _Awaited:
    """A segment this process waits for, and how many of its requests do. `waiter` is its name in Redis: a new one each
    time, so that leaving never takes away what somebody asked for since."""

    entry: Entry
    future: asyncio.Future[CachedSegment]
    waiter: str
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many entries of a model may wait: of all tenants, and of one."""

    entries: int
    tenant_entries: int


class Submitter:
    """The API side. One per process and model; `run` must be running while entries are awaited."""

    def __init__(self, client: redis.asyncio.Redis, cache: SegmentCache, model: str, capacity: Capacity) -> None:
        self._redis = client
        self._cache = cache
        self._model = model
        self._capacity = capacity
        self._enqueue = client.register_script(script("enqueue.lua"))
        self._astray = client.register_script(script("astray.lua"))
        self._leave = client.register_script(script("leave.lua"))
        self._together = Together(self._queue_all, QUEUED_AT_ONCE, (QueueUnavailable,))
        self._name = secrets.token_hex(6)
        self._waiters = 0
        self._waiting: dict[str, _Awaited] = {}
        self._left: list[_Awaited] = []
        self._somebody_left = asyncio.Event()

    async def submit(self, entries: Sequence[Entry]) -> list[asyncio.Future[CachedSegment]]:
        """One future per entry; segments in flight here or elsewhere are joined. Overloaded and QueueUnavailable come
        through the futures. Whoever stops waiting for a future before its time says so with `leave`."""
        fresh: list[_Awaited] = []
        hurried: list[_Awaited] = []
        futures = []
        for entry in entries:
            awaited = self._waiting.get(entry.key)
            if awaited is None or awaited.future.done():
                awaited = self._waiting[entry.key] = self._await(entry)
                fresh.append(awaited)
            elif self._join(awaited, entry):
                hurried.append(awaited)
            futures.append(awaited.future)
        try:
            await self._queue([*fresh, *hurried])
            if is_cancelled():
                raise asyncio.CancelledError  # swallowed on the way
        except (Overloaded, QueueUnavailable) as error:
            for awaited in fresh:
                self._resolve(awaited.entry.key, error)
            # All or none: a part of them may be queued. What others waited for before they go on waiting for.
            self._left += fresh
            self._somebody_left.set()
        except asyncio.CancelledError:
            self.leave(entries, futures)  # They may be queued: the answer to that was not awaited.
            raise
        return futures

    def leave(self, entries: Sequence[Entry], futures: Sequence[asyncio.Future[CachedSegment]]) -> None:
        """A request no longer waits for these futures of its entries; what nobody waits for leaves the queue."""
        for entry, future in zip(entries, futures, strict=True):
            awaited = self._waiting.get(entry.key)
            if awaited is None or awaited.future is not future or future.done():
                continue
            awaited.requests -= 1
            if not awaited.requests:
                del self._waiting[entry.key]
                future.cancel()
                self._left.append(awaited)
                self._somebody_left.set()

    def _await(self, entry: Entry) -> _Awaited:
        self._waiters += 1
        return _Awaited(entry, asyncio.get_running_loop().create_future(), f"{self._name}:{self._waiters}")

    @staticmethod
    def _join(awaited: _Awaited, entry: Entry) -> bool:
        """One more request for a segment; True when it has to move to the interactive lane for it."""
        awaited.requests += 1
        old = awaited.entry
        hurried = old.lane == "bulk" and entry.lane == "interactive"
        latest = max(old.deadline_ms, entry.deadline_ms)
        if hurried or latest > old.deadline_ms:
            lane: Lane = "interactive" if hurried else old.lane
            awaited.entry = msgspec.structs.replace(old, deadline_ms=latest, lane=lane)
        return hurried

    async def run(self) -> None:
        """Deliver answers for ever; survives a lost Redis and, loudly, our own mistakes: callers wait for it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._for_ever(self._listen))
            group.create_task(self._for_ever(self._look_again))
            group.create_task(self._for_ever(self._drop_left))

    async def _for_ever(self, work: Callable[[], Awaitable[None]]) -> None:
        while not is_cancelled():
            try:
                await work()
            except REDIS_ERRORS:
                pass
            # The loop that must deliver what others wait for: whatever was raised, it begins anew.
            except Exception as error:  # noqa: BLE001
                log().error("submitter_failed", model=self._model, **where(error))
            await asyncio.sleep(0.2)

    async def _queue(self, waiting: Sequence[_Awaited]) -> None:
        for start in range(0, len(waiting), QUEUED_AT_ONCE):
            await self._together(waiting[start : start + QUEUED_AT_ONCE])

    async def _queue_all(self, requests: Sequence[Sequence[_Awaited]]) -> Sequence[None]:
        """Those of several requests at once; all or none."""
        waiting = [awaited for request in requests for awaited in request]
        now = now_ms()
        lifetime = max(awaited.entry.deadline_ms for awaited in waiting) - now + 60_000
        args: list[str | int | bytes] = [self._capacity.entries, self._capacity.tenant_entries, max(lifetime, 1)]
        for awaited in waiting:
            entry = awaited.entry
            left_ms = entry.deadline_ms - now
            args += [awaited.waiter, entry.key, lane_number(entry.lane), entry.tenant, entry.cost, left_ms]
            args.append(encode(entry))
        try:
            queued = await self._enqueue(keys=self._keys(waiting), args=args)
        except ResponseError:
            raise Overloaded(seconds=2) from None  # it answers, but its memory is full
        except REDIS_ERRORS:
            raise QueueUnavailable from None
        if queued == -1:
            raise Overloaded(seconds=2)
        return [None] * len(requests)

    def _keys(self, waiting: Sequence[_Awaited]) -> list[str]:
        return [*keys.room(self._model), *(keys.flight(self._model, awaited.entry.key) for awaited in waiting)]

    async def _drop_left(self) -> None:
        """Take out of the queue what nobody waits for. Should Redis be away, the deadline does it."""
        await self._somebody_left.wait()
        self._somebody_left.clear()
        left, self._left = self._left, []
        args = [word for awaited in left for word in (awaited.waiter, awaited.entry.key)]
        ABANDONED.labels(self._model).inc(await self._leave(keys=self._keys(left), args=args))

    async def _listen(self) -> None:
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(keys.answers(self._model))
            # Not `listen`: a cancellation swallowed in a reconnect would leave it waiting for ever.
            while not is_cancelled():
                message = await subscription.get_message(ignore_subscribe_messages=True, timeout=LOOK_AGAIN_S)
                if message is not None:
                    self._deliver(_read_answers(message["data"]))

    def _deliver(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            awaited = self._waiting.get(answer.key)
            if awaited is None:
                continue
            if answer.outcome == "done" and answer.segment is not None:
                if awaited.entry.store_s:
                    self._cache.put_local(answer.key, answer.segment)
                self._resolve(answer.key, answer.segment)
            elif answer.outcome == "failed":
                self._resolve(answer.key, SegmentFailed())

    async def _look_again(self) -> None:
        """Find in the cache, or queue again, what is in flight no more; drop what is overdue."""
        while not is_cancelled():
            await asyncio.sleep(LOOK_AGAIN_S)
            for key, awaited in list(self._waiting.items()):
                if awaited.entry.deadline_ms < now_ms():
                    self._resolve(key, TimedOut(seconds=0))
            waiting = list(self._waiting.values())
            if not waiting:
                continue
            try:
                await self._recover(waiting)
            except (*REDIS_ERRORS, QueueUnavailable):
                for awaited in waiting:
                    self._resolve(awaited.entry.key, QueueUnavailable())
            except Overloaded:
                continue

    async def _recover(self, waiting: Sequence[_Awaited]) -> None:
        flights = [keys.flight(self._model, awaited.entry.key) for awaited in waiting]
        astray = [waiting[place - 1] for place in await self._astray(keys=flights)]
        if not astray:
            return
        # In this order: an answer is stored and published before its flight ends, and a publication takes a moment.
        found = await self._cache.get_shared([awaited.entry.key for awaited in astray])
        for key, segment in found.items():
            self._resolve(key, segment)
        await asyncio.sleep(PUBLICATION_S)
        await self._queue([awaited for awaited in astray if not awaited.future.done()])

    def _resolve(self, key: str, result: CachedSegment | Exception) -> None:
        awaited = self._waiting.pop(key, None)
        if awaited is None or awaited.future.done():
            return
        future = awaited.future
        if isinstance(result, Exception):
            future.set_exception(result)
            future.exception()  # an answer nobody waits for any more is no fault
        else:
            future.set_result(result)


def _read_answers(payload: bytes) -> tuple[Answer, ...]:
    try:
        return _answers_decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Another release wrote it; who waits for it finds it in the cache. The listener must live on.
        log().error("answers_unreadable")
        return ()
