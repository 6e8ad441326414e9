"""The engine side of a batch queue: pulls entries, settles them, takes over those of engines that fell silent.

Delivery is at least once. An entry that was pulled stays in the stream until it is settled; the entries of an engine
that gave no sign of life for `ENGINE_SILENT_MS` are claimed by another one. Keys: gateway.keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import redis
from redis.exceptions import ResponseError

from gateway import keys
from gateway.batch_queue import Answer, Entry, encode, lane_number, now_ms, script
from gateway.cache import encode as encode_segment
from gateway.telemetry import log

ENGINE_BEAT_MS = 500
ENGINE_SILENT_MS = 2_500
MAX_DELIVERIES = 3
# While both lanes wait, one pull in so many is for bulk: it never starves.
BULK_EVERY = 8
# So long after somebody asked, spare pullers take nothing of bulk: the next question finds a worker that is free.
PEOPLE_MS = 10_000

_SETTLE = script("settle.lua")
_entry_decoder = msgspec.msgpack.Decoder(Entry)


class Delivered(msgspec.Struct, frozen=True):
    """An entry in an engine's hands; `deliveries` counts this one, `deadline_ms` is Redis time."""

    id: bytes
    entry: Entry
    deliveries: int = 1
    deadline_ms: int = 0
    waited_ms: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """What one pull may bring: at most so many entries, of so many characters together, but always one entry. `beside`
    is how many characters of bulk while people ask; 0 is as many as else."""

    entries: int
    characters: int
    beside: int = 0


class Receiver:
    """The engine side: blocking calls, safe to share among threads."""

    def __init__(self, client: redis.Redis, model: str, engine: str) -> None:
        self._redis = client
        self._model = model
        self._engine = engine
        self._room = keys.room(model)[:7]
        self._ahead_ms = 0
        self._engines = client.register_script(script("engines.lua"))
        self._pull = client.register_script(script("pull.lua"))
        self._hand_back = client.register_script(script("hand_back.lua"))

    def open(self) -> None:
        """Create the consumer group; harmless when it exists. A stream that others made may lack it."""
        try:
            self._redis.xgroup_create(keys.queue(self._model), keys.GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def pull(self, budget: Budget, wait_ms: int, *, spare: bool = False) -> list[Delivered]:
        """The entries whose turn it is, within the budget; waits up to `wait_ms` while there are none. A `spare` puller
        takes no bulk while people ask."""
        taken = self._take(budget, spare)
        if not taken and wait_ms:
            # It looks again even when no bell rang: an engine that heard it may have died.
            self._redis.blpop([keys.bell(self._model)], timeout=wait_ms / 1000)
            taken = self._take(budget, spare)
        return taken

    def _take(self, budget: Budget, spare: bool) -> list[Delivered]:
        args: list[str | int] = [keys.GROUP, self._engine, budget.entries, budget.characters, BULK_EVERY]
        args += [int(spare), budget.beside or budget.characters, PEOPLE_MS]
        try:
            streams: Any = self._pull(keys=self._room, args=args)
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            self.open()
            return []
        if not streams:
            return []
        rows = streams[0][1]
        return self._read([(id, dict(zip(fields[::2], fields[1::2], strict=True))) for id, fields in rows], {})

    def hand_back(self, items: Sequence[Delivered]) -> None:
        """Entries that were not begun wait again, before all others; nothing happens to those that do not wait here."""
        args: list[str | int | bytes] = [keys.GROUP]
        for item in items:
            entry = item.entry
            args += [item.id, entry.key, lane_number(entry.lane), entry.tenant, entry.cost]
            args += [item.deadline_ms, encode(entry)]
        self._hand_back(keys=self._room, args=args)

    def settle(self, delivered: Sequence[Delivered], answers: Sequence[Answer]) -> None:
        """Store and publish the answers, then take the entries out; repeating it does no harm."""
        if not delivered:
            return
        queue = keys.queue(self._model)
        pipeline = self._redis.pipeline(transaction=False)
        for item, answer in zip(delivered, answers, strict=True):
            if answer.segment is not None and item.entry.store_s:
                pipeline.set(keys.segment(answer.key), encode_segment(answer.segment), ex=item.entry.store_s)
        flights = [keys.flight(self._model, item.entry.key) for item in delivered]
        names = [queue, *flights]
        args = [keys.answers(self._model), encode(tuple(answers)), keys.GROUP, *(item.id for item in delivered)]
        # A script, because a Cluster pipeline carries no publication; by its text, because it carries no digest either.
        script_call: Any = pipeline.execute_command
        script_call("EVAL", _SETTLE, len(names), *names, *args)
        pipeline.execute()

    def beat(self) -> set[bytes]:
        """Give a sign of life and hear who else lives."""
        now, alive = self._engines(keys=[keys.engines(self._model)], args=[ENGINE_SILENT_MS, self._engine])
        self._ahead_ms = now - now_ms()
        return set(alive)

    def in_time(self, item: Delivered) -> bool:
        """Whether somebody may still wait for it, by the clock of Redis: those of the machines may differ."""
        return item.deadline_ms > now_ms() + self._ahead_ms

    def leave(self) -> None:
        self._redis.zrem(keys.engines(self._model), self._engine)

    def reclaim(self, alive: Collection[bytes], at_hand: Collection[bytes] = ()) -> list[Delivered]:
        """Take over the entries of engines that are not `alive`, and our own that are not `at_hand`: a broken
        connection can swallow a delivery or the answers to it, and nobody else takes the entries of a living engine."""
        queue = keys.queue(self._model)
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
                entry = _entry_decoder.decode(fields[b"e"])
                deadline_ms, waited_ms = int(fields.get(b"d", entry.deadline_ms)), int(fields.get(b"w", 0))
                read.append(Delivered(id, entry, deliveries.get(id, 1), deadline_ms, waited_ms))
            except (KeyError, TypeError, ValueError, msgspec.DecodeError):
                unreadable.append(id)
        if unreadable:
            log().error("entries_unreadable", model=self._model, size=len(unreadable))
            self._redis.xack(keys.queue(self._model), keys.GROUP, *unreadable)
            self._redis.xdel(keys.queue(self._model), *unreadable)
        return read
