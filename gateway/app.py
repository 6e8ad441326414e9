"""The API process, top to bottom: settings → Redis → cache → queue → translation → routes."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from importlib.metadata import version

import redis.asyncio
from fastapi import FastAPI
from redis.exceptions import RedisError

from gateway import keys, problems
from gateway.batch_queue import ENGINE_SILENT_MS, Submitter, now_ms
from gateway.cache import SegmentCache, SegmentKeys
from gateway.canary import Canaries, Plan
from gateway.certainty import Bands
from gateway.middleware import Envelope, JsonByDefault
from gateway.parts import Parts
from gateway.routes import accessible, detect, health, languages, models, summarize, translate
from gateway.schemas import Readiness
from gateway.segments import QueuedSegments
from gateway.settings import Settings
from gateway.summary import Summarisation
from gateway.telemetry import QUEUE_LENGTH
from gateway.translation import Limits, Translation
from locales.detection import detect as detect_language
from models.catalogue import Catalogue
from models.lifecycle import Standing
from models.quality import measured

REDIS_TIMEOUT_S = 2.0


def create_app(
    settings: Settings,
    catalogue: Catalogue,
    client: redis.asyncio.Redis,
    standings: Sequence[Standing] = (),
    plan: Plan | None = None,
) -> FastAPI:
    """`catalogue` holds what serves, `plan` what is on trial; `standings` tell of every model that is known."""
    cache = SegmentCache(client, settings.local_cache_segments)
    submitters = {
        entry.reference: Submitter(client, cache, entry.reference, settings.queue_capacity)
        for entry in (*catalogue.entries, *(trial.entry for trial in (plan.trials if plan else ())))
    }
    secret = settings.cache_secret.get_secret_value().encode() if settings.cache_secret else secrets.token_bytes(32)
    segments = QueuedSegments(SegmentKeys(secret), cache, submitters, settings.cache_ttl_s)
    limits = Limits(settings.max_texts, settings.max_text_chars)
    canaries = Canaries(plan, SegmentKeys(secret), client) if plan and plan.trials else None
    translation = Translation(catalogue, segments, limits, Bands(standings), canaries)
    parts = Parts(
        settings=settings,
        catalogue=catalogue,
        quality={each.entry.reference: measured(each.record) for each in standings if each.record},
        translation=translation,
        summarisation=Summarisation(translation),
        readiness=lambda: readiness(client, catalogue),
        models={each.entry.id: each for each in standings},
    )
    return assemble(parts, submitters)


def assemble(parts: Parts, submitters: Mapping[str, Submitter]) -> FastAPI:
    """The web application around its parts; `submitters` run as long as it does."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(detect_language, "La primera pregunta no debe esperar a que se cargue el detector.")
        running = [asyncio.create_task(submitter.run()) for submitter in submitters.values()]
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

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
    for module in (translate, summarize, accessible, detect, languages, models, health):
        app.include_router(module.router)
    problems.install(app)
    app.add_middleware(JsonByDefault, prefix="/v1/")
    app.add_middleware(Envelope, max_body_bytes=parts.settings.max_body_bytes)
    return app


async def readiness(client: redis.asyncio.Redis, catalogue: Catalogue) -> Readiness:
    models = {entry.reference: False for entry in catalogue.entries}
    try:
        async with asyncio.timeout(REDIS_TIMEOUT_S):
            await _look(client, models)
    except (RedisError, TimeoutError):
        return Readiness(status="not_ready", redis=False, models=models)
    return Readiness(status="ready" if all(models.values()) else "not_ready", redis=True, models=models)


async def _look(client: redis.asyncio.Redis, models: dict[str, bool]) -> None:
    for model in models:
        alive = await client.zcount(keys.engines(model), now_ms() - ENGINE_SILENT_MS, "+inf")
        models[model] = alive > 0
        QUEUE_LENGTH.labels(model).set(await client.xlen(keys.queue(model)))


def async_client(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(url, socket_connect_timeout=REDIS_TIMEOUT_S, health_check_interval=0)
