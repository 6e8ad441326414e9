"""The engines of one process, one for each model that serves, following promotions and rollbacks.

A model that no longer serves is dropped when no API process asks for it any more: each says every second which models
it, or a request that it still carries, may ask (keys.awaited).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.telemetry import log, where
from models.catalogue import CatalogueEntry
from models.runtime.protocol import Translator

# So long nobody must have asked for a model before it is dropped.
QUIET_S = 5.0
RETRY_S = 10.0


@dataclass(slots=True)
class _Crew:
    """One model at work, by the rules of `entry`; `quiet_since` is set while it is leaving and nobody asks for it."""

    entry: CatalogueEntry
    translator: Translator
    stop: threading.Event
    thread: threading.Thread
    quiet_since: float | None = None


class Fleet:
    """`load` opens a model, `work` gives what serves its queue until the event is set, `awaited` says whether anybody
    may still ask for a model. All calls come from one thread."""

    def __init__(
        self,
        load: Callable[[CatalogueEntry], Translator],
        work: Callable[[Translator, threading.Event], Callable[[], object]],
        awaited: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._work = work
        self._awaited = awaited
        self._clock = clock
        self._crews: dict[str, _Crew] = {}
        self._entries: tuple[CatalogueEntry, ...] = ()
        self._retry_at = 0.0

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(self._crews)

    def start(self, entries: Iterable[CatalogueEntry]) -> None:
        """Load all before any of them answers; whatever a model raises stops the start."""
        self._entries = tuple(entries)
        for entry, translator in [(entry, self._load(entry)) for entry in self._entries]:
            self._take_on(entry, translator)

    def follow(self, entries: Iterable[CatalogueEntry]) -> None:
        """Load what is new; what cannot be loaded is logged and tried again later. What is gone leaves by and by."""
        self._entries = tuple(entries)
        self._load_missing()

    def sweep(self) -> None:
        """Drop what serves no more and nobody asks for; try again what could not be loaded."""
        now = self._clock()
        if now >= self._retry_at:
            self._load_missing()
        wanted = {entry.reference for entry in self._entries}
        for model, crew in list(self._crews.items()):
            if model in wanted or self._awaited(model):
                crew.quiet_since = None
            elif crew.quiet_since is None:
                crew.quiet_since = now
            elif now - crew.quiet_since >= QUIET_S:
                del self._crews[model]
                self._end([crew])
                log().info("model_dropped", model=model)

    def close(self) -> None:
        """Finish the batches at hand and free every model."""
        crews = list(self._crews.values())
        self._crews.clear()
        self._end(crews)

    def _load_missing(self) -> None:
        self._retry_at = self._clock() + RETRY_S
        for entry in self._entries:
            crew = self._crews.get(entry.reference)
            # Weights are the same under one name; languages, lengths and beam of an entry may be edited.
            if crew is None or crew.entry != entry:
                try:
                    self._take_on(entry, self._load(entry))
                # A file, the memory, Redis: whatever keeps it out, the models that serve go on.
                except Exception as error:  # noqa: BLE001
                    log().error("model_not_loaded", model=entry.reference, **where(error))
                else:
                    # Both pull from one queue until the former has finished what it has at hand.
                    self._end([crew] if crew else [])

    def _take_on(self, entry: CatalogueEntry, translator: Translator) -> None:
        stop = threading.Event()
        thread = threading.Thread(target=self._work(translator, stop), name="engine")
        self._crews[translator.reference] = _Crew(entry, translator, stop, thread)
        thread.start()

    def _end(self, crews: Iterable[_Crew]) -> None:
        crews = tuple(crews)
        for crew in crews:
            crew.stop.set()
        for crew in crews:
            crew.thread.join()
            crew.translator.close()
