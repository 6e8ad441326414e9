"""The gateway on a port of its own, with a real queue and an engine that fakes translation in many languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from gateway.app import create_app
from gateway.connections import async_client
from gateway.server import listen
from gateway.settings import load_settings
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from tests.gateway.running import engine_on, eventually
from tests.models.tiny_model import tiny_entry

START_S = 60
TAGS = ("en", "es", "pt", "ca", "ca-valencia", "oc-aranes", "fr", "de", "ar", "hi", "am", "zh-Hant", "gl")
ENTRY = tiny_entry("many", TAGS, sources=TAGS, prefix="both-tags", tag_format="{target}")


@dataclass(frozen=True, slots=True)
class Live:
    url: str
    engine: FakeTranslator


@contextmanager
def live(valkey_url: str, delay_s: float = 0.0, **settings: str) -> Iterator[Live]:
    """Answers on `url` until the block ends; `settings` by their MALGIL_ names."""
    engine = FakeTranslator(ENTRY, delay_s=delay_s, poison="Veneno")
    app = create_app(load_settings(settings), Catalogue((ENTRY,)), async_client(valkey_url))
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="gateway-under-test")
    with engine_on(valkey_url, engine):
        thread.start()
        try:
            assert eventually(lambda: server.started, START_S), "the gateway did not start"
            yield Live(f"http://127.0.0.1:{listening.getsockname()[1]}", engine)
        finally:
            server.should_exit = True
            thread.join(10)
            listening.close()
    assert not thread.is_alive(), "the gateway did not stop"
