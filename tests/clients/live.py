"""The gateway on a port of its own, with a real queue and an engine that fakes translation in many languages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from gateway.app import create_app
from gateway.connections import async_client
from gateway.listening import listen
from gateway.settings import load_settings
from gateway.state.database import Database
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from tests.gateway.running import engine_on, eventually
from tests.models.tiny_model import tiny_entry

START_S = 60
TAGS = ("en", "es", "pt", "ca", "ca-valencia", "oc-aranes", "fr", "de", "ar", "hi", "am", "zh-Hant", "gl")


@dataclass(frozen=True, slots=True)
class Live:
    url: str
    engine: FakeTranslator


@contextmanager
def live(
    valkey_url: str, delay_s: float = 0.0, model: str = "many", database: Database | None = None, **settings: str
) -> Iterator[Live]:
    """Answers on `url` until the block ends; `settings` by their MALGIL_ names. Engines of one model share its work."""
    entry = tiny_entry(model, TAGS, sources=TAGS, prefix="both-tags", tag_format="{target}")
    engine = FakeTranslator(entry, delay_s=delay_s, poison="Veneno")
    listening = listen("127.0.0.1", 0)
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        async with async_client(valkey_url) as client:
            app = create_app(load_settings(settings), Catalogue((entry,)), client, database=database)
            servers.append(uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)))
            await servers[0].serve(sockets=[listening])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="gateway-under-test")
    with engine_on(valkey_url, engine):
        thread.start()
        try:
            assert eventually(lambda: servers and servers[0].started, START_S), "the gateway did not start"
            yield Live(f"http://127.0.0.1:{listening.getsockname()[1]}", engine)
        finally:
            servers[0].should_exit = True
            thread.join(START_S)
            listening.close()
    assert not thread.is_alive(), "the gateway did not stop"
