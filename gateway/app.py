"""The API process, top to bottom: settings → Redis → cache → queue → translation → routes."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from importlib.metadata import version

import redis.asyncio
from fastapi import FastAPI

from gateway import keys, problems, wire
from gateway.api_keys import KeyHash, KeyRing
from gateway.batch_queue import LANES, Capacity, Submitter, script
from gateway.cache import SegmentCache, SegmentKeys
from gateway.callers import callers, describe
from gateway.canary import Canaries, Plan
from gateway.certainty import Bands
from gateway.connections import REDIS_ERRORS
from gateway.glossaries import Glossaries
from gateway.limits import RedisLimits
from gateway.memories import Memories
from gateway.middleware import Envelope, JsonByDefault, WhileAwaited
from gateway.parts import Parts
from gateway.receiver import ENGINE_SILENT_MS
from gateway.responses import Translations
from gateway.routes import (
    accessible,
    detect,
    glossaries,
    health,
    languages,
    memory,
    models,
    page,
    review,
    simplify,
    summarize,
    translate,
    usage,
)
from gateway.schemas import Readiness
from gateway.segments import QueuedSegments
from gateway.settings import Settings
from gateway.state.database import Database
from gateway.succession import Offer, Succession
from gateway.summary import Summarisation
from gateway.telemetry import QUEUE_LENGTH
from gateway.translation import Limits, Translation
from gateway.usage import Counted, Usage
from locales.detection import detect as detect_language
from models.catalogue import Catalogue
from models.lifecycle import Standing
from models.quality import measured

REDIS_TIMEOUT_S = 2.0
ENGINES = script("engines.lua")


def create_app(
    settings: Settings,
    catalogue: Catalogue,
    client: redis.asyncio.Redis,
    standings: Sequence[Standing] = (),
    plan: Plan | None = None,
    news: Callable[[], Offer | None] = lambda: None,
    database: Database | None = None,
) -> FastAPI:
    """`catalogue` holds what serves, `plan` what is on trial; `standings` tell of every model that is known; `news`
    tells when all that changes. Without a `database` nobody has a key."""
    cache = SegmentCache(client, settings.local_cache_segments)
    secret = settings.cache_secret.get_secret_value().encode() if settings.cache_secret else secrets.token_bytes(32)

    capacity = Capacity(settings.queue_capacity, settings.tenant_queue_capacity)

    def submitter(model: str) -> Submitter:
        return Submitter(client, cache, model, capacity)

    kept = database or Database(None)
    ring = KeyRing(KeyHash.of(settings))
    ring.open(kept)
    terms, memories = Glossaries(kept, settings), Memories(kept, settings)
    memories.open()
    used = Usage(kept)
    limits = Counted(RedisLimits(client), used)
    known = callers(settings, ring, SegmentKeys(secret))

    def build(offer: Offer, submitters: Mapping[str, Submitter]) -> Parts:
        catalogue, standings, plan = offer.catalogue, offer.standings, offer.plan
        segments = QueuedSegments(SegmentKeys(secret), cache, submitters, settings.cache_ttl_s)
        sizes = Limits(settings.max_texts, settings.max_text_chars)
        canaries = Canaries(plan, SegmentKeys(secret), client) if plan and plan.trials else None
        translation = Translation(catalogue, segments, sizes, Bands(standings), canaries)
        return Parts(
            settings=settings,
            catalogue=catalogue,
            quality={each.entry.reference: measured(each.record) for each in standings if each.record},
            translation=translation,
            translations=Translations(
                translation, wire.translations, SegmentKeys(secret), settings.kept_response_bytes, settings.cache_ttl_s
            ),
            summarisation=Summarisation(translation),
            readiness=lambda: readiness(client, catalogue),
            models={each.entry.id: each for each in standings},
            limits=limits,
            usage=used,
            callers=known,
            database=kept,
            glossaries=terms,
            memories=memories,
        )

    async def alive(catalogue: Catalogue) -> bool:
        return (await readiness(client, catalogue)).status == "ready"

    succession = Succession(
        Offer(catalogue, standings, plan),
        client=client,
        build=build,
        submitter=submitter,
        alive=alive,
        news=news,
        patience_s=settings.request_timeout_ms / 1000,
    )

    async def run(app: FastAPI) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(succession.run(app))
            group.create_task(ring.follow(kept))
            group.create_task(memories.follow())
            group.create_task(used.follow())

    return assemble(succession.parts, run)


async def _nothing(_: FastAPI) -> None:
    return


def assemble(parts: Parts, run: Callable[[FastAPI], Coroutine[None, None, None]] = _nothing) -> FastAPI:
    """The web application around its parts; `run` runs as long as it does, and may put others in their place."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(detect_language, "La primera pregunta no debe esperar a que se cargue el detector.")
        running = asyncio.create_task(run(app))
        yield
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    app = FastAPI(
        title="Malgil",
        version=version("malgil"),
        summary="Translation for low-resource languages, delivered so that everyone can use it.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = parts
    app.state.max_body_bytes = parts.settings.max_body_bytes
    for module in (
        translate,
        summarize,
        simplify,
        accessible,
        detect,
        languages,
        glossaries,
        memory,
        review,
        models,
        usage,
        health,
    ):
        app.include_router(module.router)
    if parts.settings.web_page and parts.settings.anonymous:  # a person on a page has no key
        app.include_router(page.router)
        app.state.problem_page = page.problem_page
    problems.install(app)
    describe(app)
    app.add_middleware(JsonByDefault, prefix="/v1/")
    app.add_middleware(WhileAwaited)
    app.add_middleware(Envelope, max_body_bytes=parts.settings.max_body_bytes, larger=_larger(parts.settings))
    return app


def _larger(settings: Settings) -> dict[str, int]:
    """Routes that take files."""
    return dict.fromkeys(("/v1/glossaries", "/v1/memory"), max(settings.max_import_bytes, settings.max_body_bytes))


async def readiness(client: redis.asyncio.Redis, catalogue: Catalogue) -> Readiness:
    models = {entry.reference: False for entry in catalogue.entries}
    try:
        async with asyncio.timeout(REDIS_TIMEOUT_S):
            await _look(client, models)
    except (*REDIS_ERRORS, TimeoutError):
        return Readiness(status="not_ready", redis=False, models=models)
    return Readiness(status="ready" if models and all(models.values()) else "not_ready", redis=True, models=models)


async def _look(client: redis.asyncio.Redis, models: dict[str, bool]) -> None:
    for model in models:
        _, alive = await client.register_script(ENGINES)(keys=[keys.engines(model)], args=[ENGINE_SILENT_MS])
        models[model] = len(alive) > 0
        for lane in LANES:
            QUEUE_LENGTH.labels(model, lane).set(await client.zcard(keys.waiting(model, lane)))
        QUEUE_LENGTH.labels(model, "running").set(await client.xlen(keys.queue(model)))
