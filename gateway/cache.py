"""Segment cache: a small LRU in the process, Redis behind it.

A key is a keyed BLAKE2b hash over length-prefixed fields (tenant, model digest, pipeline version, source, target,
text, and how many other translations where some are asked for), so no two segments can meet by accident, nothing ever
needs invalidation, and the key tells nothing of the text without the secret. Keys and their lifetimes: gateway.keys.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

import msgspec
from redis.asyncio import Redis

from gateway import keys
from gateway.connections import REDIS_ERRORS, values
from gateway.reports import PackedReport
from gateway.together import Together

# Redis does nothing else meanwhile.
_READ_AT_ONCE = 500


class CachedSegment(msgspec.Struct, frozen=True, array_like=True):
    """A translated segment; `complete` is False when decoding was cut, `score` None when the model was not asked,
    `report` None where the engine did not judge exactly this text; `others` the next best, where they are wanted."""

    text: str
    complete: bool
    score: float | None = None
    report: PackedReport | None = None
    others: tuple[CachedSegment, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(CachedSegment)


def encode(segment: CachedSegment) -> bytes:
    return _encoder.encode(segment)


class SegmentKeys:
    """Makes cache keys; `secret` at most 64 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._seed = hashlib.blake2b(key=secret[:64], digest_size=16)

    def key(self, *fields: str) -> str:
        digest = self._seed.copy()
        encoded = [field.encode() for field in fields]
        digest.update(b"".join([part for each in encoded for part in (len(each).to_bytes(8, "big"), each)]))
        return digest.hexdigest()


class SegmentCache:
    def __init__(self, redis: Redis, local_segments: int) -> None:
        self._redis = redis
        self._local: OrderedDict[str, CachedSegment] = OrderedDict()
        self._local_segments = local_segments
        self._together = Together(self._get_all, _READ_AT_ONCE, REDIS_ERRORS)

    def get_local(self, key: str) -> CachedSegment | None:
        segment = self._local.get(key)
        if segment is not None:
            self._local.move_to_end(key)
        return segment

    def put_local(self, key: str, segment: CachedSegment) -> None:
        if not self._local_segments:
            return
        self._local[key] = segment
        self._local.move_to_end(key)
        if len(self._local) > self._local_segments:
            self._local.popitem(last=False)

    async def get_shared(self, wanted: Sequence[str]) -> dict[str, CachedSegment]:
        """One round trip, shared with others; a value that cannot be read counts as a miss."""
        return await self._together(wanted) if wanted else {}

    async def _get_all(self, callers: Sequence[Sequence[str]]) -> list[dict[str, CachedSegment]]:
        known = await self._get(list({key: None for wanted in callers for key in wanted}))
        return [{key: known[key] for key in wanted if key in known} for wanted in callers]

    async def _get(self, wanted: Sequence[str]) -> dict[str, CachedSegment]:
        found_values = await values(self._redis, [keys.segment(key) for key in wanted])
        found = {}
        for key, value in zip(wanted, found_values, strict=True):
            segment = _decoded(value)
            if segment is not None:
                found[key] = segment
                self.put_local(key, segment)
        return found


def _decoded(value: bytes | str | None) -> CachedSegment | None:
    if not isinstance(value, bytes):
        return None
    try:
        return _decoder.decode(value)
    except msgspec.DecodeError:
        return None
