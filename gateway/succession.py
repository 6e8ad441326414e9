"""How an API process passes from one set of models to the next while requests are under way.

A new set takes over when an engine has each of its models. Requests that began under the old set end under it: its
models are named in Redis as long as one of them may still ask, so no engine drops a model before that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import redis.asyncio
from fastapi import FastAPI

from gateway import keys
from gateway.batch_queue import Submitter, now_ms
from gateway.canary import Plan
from gateway.cancellation import is_cancelled
from gateway.connections import REDIS_ERRORS
from gateway.parts import Parts
from gateway.promotions import POLL_S
from gateway.telemetry import log, where
from models.catalogue import Catalogue, CatalogueEntry
from models.standing import Standing

# What a request needs besides its time-out: to be read, and to be told that its time is over.
MARGIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Offer:
    """What serves, where every known model stands, and what is on trial."""

    catalogue: Catalogue
    standings: Sequence[Standing] = ()
    plan: Plan | None = None

    @property
    def entries(self) -> tuple[CatalogueEntry, ...]:
        """Every model that may be asked."""
        return (*self.catalogue.entries, *(trial.entry for trial in (self.plan.trials if self.plan else ())))


@dataclass(slots=True)
class _Running:
    submitter: Submitter
    task: asyncio.Task[None] | None = None
    until: float | None = None


class Succession:
    """`build` makes the parts of an offer, `submitter` the way to one model, `alive` says whether an engine has every
    model of a catalogue, `news` gives the next offer or None; a request lives `patience_s` at most."""

    def __init__(
        self,
        offer: Offer,
        *,
        client: redis.asyncio.Redis,
        build: Callable[[Offer, Mapping[str, Submitter]], Parts],
        submitter: Callable[[str], Submitter],
        alive: Callable[[Catalogue], Awaitable[bool]],
        news: Callable[[], Offer | None],
        patience_s: float,
    ) -> None:
        self._client = client
        self._build = build
        self._submitter = submitter
        self._alive = alive
        self._news = news
        self._patience_s = patience_s
        self._running: dict[str, _Running] = {}
        self._serving: frozenset[str] = frozenset()
        self._coming: Offer | None = None
        self.parts = self._parts(offer)

    async def run(self, app: FastAPI) -> None:
        """Deliver answers and follow the news until cancelled; puts each new set of parts into `app.state`."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._start(group)
                await self._look(app, group)
                if is_cancelled():
                    raise asyncio.CancelledError
                await asyncio.sleep(POLL_S)

    async def _look(self, app: FastAPI, group: asyncio.TaskGroup) -> None:
        try:
            if offer := await asyncio.to_thread(self._news):
                self._coming = offer
                self._join(offer)
                self._start(group)  # they listen before anybody asks them
            if self._coming and await self._has_engines(self._coming):
                self._switch(app, self._coming)
                self._coming = None
            self._drop_drained()
            await self._say_who_is_asked()
        except REDIS_ERRORS as error:
            log().warning("redis_lost", **where(error))
        # The loop that keeps models in memory: whatever was raised, it begins anew.
        except Exception as error:  # noqa: BLE001
            log().error("succession_failed", **where(error))

    async def _has_engines(self, offer: Offer) -> bool:
        new = tuple(entry for entry in offer.entries if entry.reference not in self._serving)
        return not new or await self._alive(Catalogue(new))

    def _switch(self, app: FastAPI, offer: Offer) -> None:
        app.state.parts = self.parts = self._parts(offer)
        log().info("models_changed", models=[entry.reference for entry in offer.entries])

    def _parts(self, offer: Offer) -> Parts:
        self._join(offer)
        models = frozenset(entry.reference for entry in offer.entries)
        parts = self._build(offer, {model: self._running[model].submitter for model in models})
        end = now_ms() / 1000 + self._patience_s + MARGIN_S
        for model in self._running.keys() - models:
            self._running[model].until = self._running[model].until or end
        self._serving = models
        return parts

    def _join(self, offer: Offer) -> None:
        for entry in offer.entries:
            running = self._running.setdefault(entry.reference, _Running(self._submitter(entry.reference)))
            running.until = None

    def _start(self, group: asyncio.TaskGroup) -> None:
        for running in self._running.values():
            if running.task is None:
                running.task = group.create_task(running.submitter.run())

    def _drop_drained(self) -> None:
        for model, running in list(self._running.items()):
            if running.until is not None and running.until < now_ms() / 1000:
                del self._running[model]
                if running.task:
                    running.task.cancel()

    async def _say_who_is_asked(self) -> None:
        for model in tuple(self._running):
            await self._client.set(keys.awaited(model), "1", px=keys.AWAITED_MS)
