"""Which models are in memory: all of them, or as many as a budget holds, loaded when they are needed.

A request for a model that is not loaded waits for it; it never fails because of the budget. When every loaded model is
at work, one more is loaded beside them, and the budget is exceeded until one of them rests.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from models.catalogue import CatalogueEntry
from models.runtime.protocol import Hypothesis, TranslationInput, Translator, TranslatorClosed


@dataclass(slots=True)
class _Place:
    """One model's place. `loaded` and `users` change under the residency's lock; `loading` lets one caller load."""

    entry: CatalogueEntry
    bytes: int
    loaded: Translator | None = None
    users: int = 0
    last_used: float = 0.0
    closed: bool = False
    loading: threading.Lock = field(default_factory=threading.Lock)


class Residency:
    """`budget_bytes` 0 and `idle_s` 0 set no limit; `heard` is told ("loaded" | "unloaded", model reference)."""

    def __init__(
        self,
        load: Callable[[CatalogueEntry], Translator],
        *,
        budget_bytes: int = 0,
        idle_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        heard: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self._load = load
        self._budget = budget_bytes
        self._idle_s = idle_s
        self._clock = clock
        self._heard = heard
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    def translator(self, entry: CatalogueEntry, size_bytes: int) -> Translator:
        """A translator that is in memory only when it needs to be; loaded at once while the budget has room."""
        place = _Place(entry, size_bytes)
        with self._lock:
            # Replaced, not changed: others may be counting.
            self._places = {**self._places, entry.reference: place}
        if not self._budget or self._resident_bytes() + size_bytes <= self._budget:
            with self.use(place):
                pass
        return _Resident(self, place)

    @contextmanager
    def use(self, place: _Place) -> Iterator[Translator]:
        """The loaded model, which stays loaded until the block ends."""
        with self._lock:
            if place.closed:
                raise TranslatorClosed(place.entry.reference)
            place.users += 1
        try:
            yield place.loaded or self._bring(place)
        finally:
            with self._lock:
                place.users -= 1
                place.last_used = self._clock()

    def sweep(self) -> None:
        """Unload what has rested for `idle_s`, and what the budget has no room for."""
        if self._idle_s:
            rested = self._clock() - self._idle_s
            self._unload([place for place in self._resting() if place.last_used <= rested])
        self._make_room(0)

    def release(self, place: _Place) -> None:
        """Unload a model for good, once nobody uses it; later calls raise TranslatorClosed."""
        with place.loading:
            with self._lock:
                place.closed = True
                last, place.loaded = place.loaded, None
                self._places = {name: each for name, each in self._places.items() if each is not place}
            if last:
                last.close()

    def _bring(self, place: _Place) -> Translator:
        with place.loading:
            if place.closed:
                raise TranslatorClosed(place.entry.reference)
            if place.loaded is None:
                self._make_room(place.bytes)
                place.loaded = self._load(place.entry)
                self._heard("loaded", place.entry.reference)
            return place.loaded

    def _make_room(self, needed: int) -> None:
        if not self._budget:
            return
        for place in sorted(self._resting(), key=lambda each: each.last_used):
            if self._resident_bytes() + needed <= self._budget:
                return
            self._unload([place])

    def _resting(self) -> list[_Place]:
        with self._lock:
            return [place for place in self._places.values() if place.loaded and not place.users]

    def _resident_bytes(self) -> int:
        return sum(place.bytes for place in self._places.values() if place.loaded)

    def _unload(self, places: Sequence[_Place]) -> None:
        for place in places:
            with self._lock:
                # Someone may have come since it was seen at rest.
                taken = None if place.users else place.loaded
                if taken:
                    place.loaded = None
            if taken:
                taken.close()
                self._heard("unloaded", place.entry.reference)


class _Resident:
    def __init__(self, residency: Residency, place: _Place) -> None:
        self._residency = residency
        self._place = place

    @property
    def reference(self) -> str:
        return self._place.entry.reference

    def count_tokens(self, text: str) -> int:
        with self._residency.use(self._place) as translator:
            return translator.count_tokens(text)

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        with self._residency.use(self._place) as translator:
            return translator.translate(inputs)

    def close(self) -> None:
        self._residency.release(self._place)
