"""Two ways to get segments translated: through cache and batch queue (a deployment), or at once (the command line)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.batch_queue import PUBLIC, Entry, Lane, Submitter, now_ms
from gateway.cache import CachedSegment, SegmentCache, SegmentKeys
from gateway.connections import REDIS_ERRORS
from gateway.errors import QueueUnavailable, SegmentFailed, TimedOut
from gateway.judgement import segment_of
from gateway.telemetry import SEGMENTS
from locales.normalisation import NORMALISATION_VERSION
from models.catalogue import CatalogueEntry
from models.runtime.protocol import NBestInput, TranslationFailed, TranslationInput, Translator

# A page that a person reads is shorter; what is longer is waited for by a program, or by a person who expects to wait.
BULK_SEGMENTS = 64


@dataclass(frozen=True, slots=True)
class Delivery:
    """Until when the answer is of use (`now_ms`), whether it may be kept, who asks, and whether a person waits for it:
    without `lane` the size of the request says so."""

    deadline_ms: int
    store: bool = True
    tenant: str = PUBLIC
    lane: Lane | None = None
    cache: str = ""

    @property
    def cache_owner(self) -> str:
        """Whose cached segments may answer: the tenant's own, unless it shares another's."""
        return self.cache or self.tenant


class SegmentTranslator(Protocol):
    async def translate(
        self, model: CatalogueEntry, inputs: Sequence[TranslationInput], delivery: Delivery
    ) -> list[CachedSegment]:
        """One result per input, in order. Raises the GatewayError that ended it; what was finished stays cached."""
        ...


class QueuedSegments:
    """L1, Redis, then the batch queue."""

    def __init__(
        self, segment_keys: SegmentKeys, cache: SegmentCache, submitters: Mapping[str, Submitter], store_s: int
    ) -> None:
        self._keys = segment_keys
        self._cache = cache
        self._submitters = submitters
        self._store_s = store_s

    async def translate(
        self, model: CatalogueEntry, inputs: Sequence[TranslationInput], delivery: Delivery
    ) -> list[CachedSegment]:
        left_s = (delivery.deadline_ms - now_ms()) / 1000
        try:
            # Around all of it: a Redis that hangs must not hang its callers.
            async with asyncio.timeout(left_s):
                return await self._translate(model, inputs, delivery)
        except TimeoutError:
            raise TimedOut(seconds=max(1, round(left_s))) from None

    async def _translate(
        self, model: CatalogueEntry, inputs: Sequence[TranslationInput], delivery: Delivery
    ) -> list[CachedSegment]:
        wanted = [self._key(model, each, delivery) for each in inputs]
        found = await self._cached(wanted) if delivery.store else {}
        missing: dict[str, TranslationInput] = {
            key: each for key, each in zip(wanted, inputs, strict=True) if key not in found
        }
        SEGMENTS.labels(model.reference, "cache").inc(len(set(wanted)) - len(missing))
        if missing:
            SEGMENTS.labels(model.reference, "engine").inc(len(missing))
            found |= await self._queued(model, missing, delivery)
        return [found[key] for key in wanted]

    def _key(self, model: CatalogueEntry, each: TranslationInput, delivery: Delivery) -> str:
        # A text that may not be kept is never joined with another request's either.
        private = "" if delivery.store else secrets.token_hex(16)
        more = (str(each.others),) if isinstance(each, NBestInput) else ()
        pipeline = (model.digest, NORMALISATION_VERSION)
        return self._keys.key(
            delivery.cache_owner, *pipeline, each.source or "", each.target, each.text, private, *more
        )

    async def _cached(self, wanted: Sequence[str]) -> dict[str, CachedSegment]:
        found = {key: local for key in wanted if (local := self._cache.get_local(key)) is not None}
        elsewhere = list({key: None for key in wanted if key not in found})
        if elsewhere:
            try:
                found |= await self._cache.get_shared(elsewhere)
            except REDIS_ERRORS:
                raise QueueUnavailable from None
        return found

    async def _queued(
        self, model: CatalogueEntry, missing: Mapping[str, TranslationInput], delivery: Delivery
    ) -> dict[str, CachedSegment]:
        store_s = self._store_s if delivery.store else 0
        lane: Lane = delivery.lane or ("bulk" if len(missing) >= BULK_SEGMENTS else "interactive")
        entries = [_entry(key, each, delivery, store_s, lane) for key, each in missing.items()]
        submitter = self._submitters[model.reference]
        futures = await submitter.submit(entries)
        try:
            # Shielded: other requests may wait for the same segments.
            results = await asyncio.gather(*(asyncio.shield(future) for future in futures))
        finally:
            submitter.leave(entries, futures)
        return dict(zip(missing, results, strict=True))


def _entry(key: str, each: TranslationInput, delivery: Delivery, store_s: int, lane: Lane) -> Entry:
    fields = key, each.text, each.target, delivery.deadline_ms, store_s, each.source or "", delivery.tenant, lane
    return Entry(*fields, each.others) if isinstance(each, NBestInput) else Entry(*fields)


class DirectSegments:
    """A translator in this process, `batch` segments at a time; `progress` hears how many are done."""

    def __init__(
        self, translators: Mapping[str, Translator], batch: int = 32, progress: Callable[[int], None] = lambda _: None
    ) -> None:
        self._translators = translators
        self._batch = batch
        self._progress = progress

    async def translate(
        self, model: CatalogueEntry, inputs: Sequence[TranslationInput], delivery: Delivery
    ) -> list[CachedSegment]:
        translator = self._translators[model.reference]
        distinct = list(dict.fromkeys(inputs))
        done: dict[TranslationInput, CachedSegment] = {}
        for start in range(0, len(distinct), self._batch):
            if now_ms() >= delivery.deadline_ms:
                raise TimedOut(seconds=0)
            part = distinct[start : start + self._batch]
            try:
                hypotheses = await asyncio.to_thread(translator.translate, part)
            except TranslationFailed:
                raise SegmentFailed from None
            for each, hypothesis in zip(part, hypotheses, strict=True):
                done[each] = segment_of(hypothesis)
            self._progress(len(part))
        return [done[each] for each in inputs]
