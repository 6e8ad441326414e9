"""The API process, top to bottom: settings → Redis → cache → queue → translation → routes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from importlib.metadata import version

import redis.asyncio
from fastapi import FastAPI

from accessibility.files.opened import MIB
from gateway import description, keys, problems
from gateway.api_keys import KeyHash, KeyRing
from gateway.batch_queue import LANES, Capacity, Submitter, script
from gateway.cache import SegmentCache, SegmentKeys
from gateway.cache_secret import cache_secret
from gateway.callers import callers, describe
from gateway.canary import Canaries, Plan
from gateway.certainty import Bands
from gateway.clients.schemas import DeeplError, LibreTranslateError
from gateway.connections import REDIS_ERRORS
from gateway.documents.folder import Folder
from gateway.documents.guide import Guide
from gateway.documents.parsing import parsing_of
from gateway.documents.runner import Runner
from gateway.documents.service import Documents, bounds_of
from gateway.glossaries import Glossaries
from gateway.limits import RedisLimits
from gateway.memories import Memories
from gateway.middleware import Envelope, JsonByDefault, WhileAwaited
from gateway.parts import Parts
from gateway.receiver import ENGINE_SILENT_MS
from gateway.responses import Translations
from gateway.routes import (
    accessible,
    deepl,
    detect,
    documents,
    glossaries,
    health,
    languages,
    libretranslate,
    memory,
    models,
    page,
    review,
    simplify,
    summarize,
    translate,
    usage,
)
from gateway.schemas.problems import Problem, Readiness
from gateway.schemas.terms import GlossaryGiven, GlossaryRevised, MemoryGiven
from gateway.schemas.translation import TranslateRequest
from gateway.segments import QueuedSegments
from gateway.settings import Settings
from gateway.state.database import Database
from gateway.state.folder import data_folder
from gateway.succession import Offer, Succession
from gateway.summary import Summarisation
from gateway.telemetry import QUEUE_LENGTH, log, where
from gateway.translation import Limits, Translation
from gateway.usage import Counted, Usage
from gateway.wire.translation import translations
from locales.detection import detect as detect_language
from locales.tags import parse
from models.catalogue import Catalogue
from models.quality import measured
from models.standing import Standing

REDIS_TIMEOUT_S = 2.0
WARM_AFTER_S = 0.3
# Where files come in: as large as a document may be, with the fields and borders of a form around it.
UPLOADS = ("/v1/documents",)
# Where clients of other services send files; these routes tell forms from JSON themselves.
CLIENT_UPLOADS = ("/translate_file", "/v2/document", "/deepl/v2/document")
AROUND_FILE = 64 * 1024
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
    secret = cache_secret(settings).encode()

    capacity = Capacity(settings.queue_capacity, settings.tenant_queue_capacity)

    def submitter(model: str) -> Submitter:
        return Submitter(client, cache, model, capacity)

    kept = database or Database(None)
    ring = KeyRing(KeyHash.of(settings))
    ring.open(kept)
    used = Usage(kept)
    limits = Counted(RedisLimits(client), used)
    terms, memories = Glossaries(kept, settings), Memories(kept, settings)
    memories.open()
    known = callers(settings, ring, SegmentKeys(secret))

    def in_service() -> Translation:
        serving: Parts = app.state.parts
        return serving.translation

    guide = Guide(terms, memories)
    folder, parsing = Folder(data_folder(settings) / "documents"), parsing_of(settings)
    documents = Documents(kept, folder, parsing, in_service, bounds_of(settings), guide=guide)
    kept_s = settings.document_kept_s
    runner = Runner(kept, folder, parsing, in_service, documents.handed_in, kept_s, guide=guide)

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
                translation, translations, SegmentKeys(secret), settings.kept_response_bytes, settings.cache_ttl_s
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
            documents=documents,
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
            group.create_task(used.follow())
            group.create_task(memories.follow())
            group.create_task(runner.run())

    app = assemble(succession.parts, run)
    return app


async def _warm() -> None:
    """Load what the first text in an unnamed language, and the first unusual language tag, would wait for; texts whose
    language is named need none of it, nor do those who ask whether the service is ready."""

    def load() -> None:
        detect_language("La primera pregunta no debe esperar a que se cargue el detector.")
        parse("und")

    await asyncio.sleep(WARM_AFTER_S)
    await asyncio.to_thread(load)


def _stop_without(running: asyncio.Task[None]) -> None:
    """A process whose background work ended can deliver nothing and does not know: it stops, and another begins."""
    if not running.cancelled() and (error := running.exception()) is not None:
        log().error("background_work_ended", **where(error))
        signal.raise_signal(signal.SIGTERM)


async def _nothing(_: FastAPI) -> None:
    return


def assemble(parts: Parts, run: Callable[[FastAPI], Coroutine[None, None, None]] = _nothing) -> FastAPI:
    """The web application around its parts; `run` runs as long as it does, and may put others in their place."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(run(app))
        running.add_done_callback(_stop_without)
        warming = asyncio.create_task(_warm())
        yield
        running.cancel()
        warming.cancel()
        await asyncio.gather(running, warming, return_exceptions=True)

    app = FastAPI(
        title="Malgil",
        version=version("malgil"),
        summary="Translation for low-resource languages, delivered so that everyone can use it.",
        description="Errors are problem details (RFC 9457) with a stable code, in the language of `Accept-Language`; "
        "on the routes for clients of LibreTranslate and DeepL they are as these know them.",
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
        documents,
        detect,
        languages,
        glossaries,
        memory,
        review,
        models,
        usage,
        libretranslate,
        health,
    ):
        app.include_router(module.router)
    for router in deepl.routers:
        app.include_router(router)
    if parts.settings.web_page and parts.settings.anonymous:  # a person on a page has no key
        app.include_router(page.router)
        app.state.problem_page = page.problem_page
    problems.install(app)
    described = (TranslateRequest, GlossaryGiven, GlossaryRevised, MemoryGiven)
    description.install(app, (*described, Problem, DeeplError, LibreTranslateError))
    describe(app)
    app.add_middleware(JsonByDefault, prefix="/v1/", others=frozenset(UPLOADS))
    app.add_middleware(WhileAwaited)
    app.add_middleware(Envelope, max_body_bytes=parts.settings.max_body_bytes, larger=_larger(parts.settings))
    return app


def _larger(settings: Settings) -> dict[str, int]:
    """Routes that take files."""
    tables = dict.fromkeys(("/v1/glossaries", "/v1/memory"), max(settings.max_import_bytes, settings.max_body_bytes))
    return tables | dict.fromkeys((*UPLOADS, *CLIENT_UPLOADS), settings.max_document_mb * MIB + AROUND_FILE)


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
