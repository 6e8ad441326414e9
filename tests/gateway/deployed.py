"""An API process and an engine without a network between them: the application of `create_app` with everything real."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI

from gateway.api_keys import KeyHash, new_key
from gateway.app import create_app
from gateway.connections import async_client
from gateway.settings import Settings, load_settings
from gateway.state import tenants
from gateway.state.database import Database, open_database
from gateway.state.tenants import Tenant
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from tests.gateway.running import engine_on
from tests.models.tiny_model import tiny_entry

ENTRY = tiny_entry()


@contextmanager
def database_in(folder: Path) -> Iterator[Database]:
    with closing(open_database(load_settings({"MALGIL_DATA_FOLDER": str(folder / "data")}))) as database:
        yield database


def make_key(database: Database, tenant: str, *scopes: str, **limits: int) -> str:
    """A key as it is sent."""
    made = new_key(KeyHash(), Tenant(tenant), "test", scopes, now_s=round(time.time()), **limits)
    with database.writing() as connection:
        tenants.create(connection, made.key)
    return made.written


@dataclass(frozen=True, slots=True)
class Deployed:
    app: FastAPI
    client: httpx.AsyncClient
    model: FakeTranslator

    async def ask(self, method: str, path: str, body: object = None, key: str | None = None) -> httpx.Response:
        headers = {} if key is None else {"X-API-Key": key}
        return await self.client.request(method, path, json=body, headers=headers)


@asynccontextmanager
async def deployed(
    url: str,
    database: Database | None,
    settings: Settings | None = None,
    prepare: Callable[[FastAPI], None] = lambda _: None,
    *,
    engine: bool = True,
) -> AsyncIterator[Deployed]:
    """`prepare` may add what a test needs to the application."""
    model = FakeTranslator(ENTRY)
    async with contextlib.AsyncExitStack() as stack:
        if engine:
            stack.enter_context(engine_on(url, model))
        redis = await stack.enter_async_context(async_client(url))
        app = create_app(settings or load_settings({}), Catalogue((ENTRY,)), redis, database=database)
        prepare(app)
        await stack.enter_async_context(app.router.lifespan_context(app))
        await asyncio.sleep(0.01)  # no network: without this its tasks might not have begun before the last request
        transport = httpx.ASGITransport(app)
        client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://test"))
        yield Deployed(app, client, model)
