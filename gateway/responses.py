"""Whole responses kept in the process: what was asked for word for word before is answered without doing it again.

Like the segments behind it, a response is found by a keyed hash and never changes, so nothing needs invalidation; a
change of the served models makes a new store. While a model is on trial nothing is kept: every text counts.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.cache import SegmentKeys
from gateway.telemetry import FINDINGS, SEGMENTS
from gateway.translation import Order, Translated, Translation
from locales.tags import LanguageTag

# One response is no more than this share of the store: a long letter must not push out a thousand short notices.
_LARGEST_SHARE = 1 / 32


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    until: float
    segments: tuple[tuple[str, int], ...]
    findings: tuple[tuple[str, str], ...]

    def count(self) -> None:
        for model, segments in self.segments:
            SEGMENTS.labels(model, "cache").inc(segments)
        for model, code in self.findings:
            FINDINGS.labels(model, code).inc()


class Translations:
    """Answers of POST /v1/translate as JSON; keeps at most `most_bytes` of them, each for `keep_s` seconds."""

    def __init__(
        self,
        translation: Translation,
        write: Callable[[Sequence[Translated], LanguageTag], bytes],
        keys: SegmentKeys,
        most_bytes: int,
        keep_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._translation = translation
        self._write = write
        self._keys = keys
        self._most_bytes = 0 if translation.on_trial else most_bytes
        self._keep_s = keep_s
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0

    async def answer(self, order: Order, locale: LanguageTag) -> bytes:
        """The response body; raises what Translation.translate raises."""
        if order.alternatives or not (self._most_bytes and order.delivery.store):
            return self._write(await self._translation.translate(order), locale)
        key = self._keys.key(*_whose(order), locale, order.source or "", *order.targets, "", *order.texts)
        kept = self._known(key)
        if kept is None:
            results = await self._translation.translate(order)
            kept = self._keep(key, self._write(results, locale), results)
        else:
            kept.count()
        return kept.body

    def _known(self, key: str) -> _Kept | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.until < self._clock():
            self._forget(key)
            return None
        self._kept.move_to_end(key)
        return kept

    def _keep(self, key: str, body: bytes, results: Sequence[Translated]) -> _Kept:
        kept = _Kept(
            body,
            self._clock() + self._keep_s,
            tuple((result.model.reference, result.segments) for result in results),
            tuple((result.model.reference, finding.code) for result in results for finding in result.report.findings),
        )
        if len(body) <= self._most_bytes * _LARGEST_SHARE:
            if key in self._kept:
                self._forget(key)
            self._kept[key] = kept
            self._bytes += len(body)
            while self._bytes > self._most_bytes:
                self._forget(next(iter(self._kept)))
        return kept

    def _forget(self, key: str) -> None:
        self._bytes -= len(self._kept.pop(key).body)


def _whose(order: Order) -> tuple[str, str]:
    """What an organisation's glossary or memory had a part in is its own, however it shares its cache."""
    if order.guidance:
        return order.delivery.tenant, order.guidance.key
    return order.delivery.cache_owner, ""
