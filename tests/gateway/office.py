"""Two organisations and the public at one application, as tests of terms and memories ask it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from gateway.api_keys import KeyHash, KeyRing, new_key
from gateway.app import assemble
from gateway.cache import SegmentKeys
from gateway.callers import Callers
from gateway.glossaries import Glossaries
from gateway.memories import Memories
from gateway.parts import Parts
from gateway.responses import Translations
from gateway.schemas.problems import Readiness
from gateway.segments import DirectSegments
from gateway.settings import load_settings
from gateway.state import tenants
from gateway.state.database import Database, open_database
from gateway.state.tenants import Tenant
from gateway.summary import Summarisation
from gateway.translation import Limits, Translation
from gateway.wire.translation import translations
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from tests.models.tiny_model import tiny_entry

ENTRY = tiny_entry()
SETTINGS = {"MALGIL_MAX_GLOSSARY_TERMS": "5", "MALGIL_MAX_TERM_CHARS": "40", "MALGIL_MAX_GLOSSARIES": "3"}
MORE = {"MALGIL_MAX_IMPORT_BYTES": "20000", "MALGIL_MAX_BODY_BYTES": "2000", "MALGIL_MAX_MEMORY_UNITS": "4"}
TERMS = [{"source": "agua", "target": "augua"}, {"id": "brand", "source": "Malgil", "translate": False}]
GLOSSARY = {"name": "Consultorio", "source": "es", "target": "an", "terms": TERMS}
TMX = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header srclang="es"/><body>
<tu><tuv xml:lang="es"><seg>Cerrado hoy.</seg></tuv><tuv xml:lang="an"><seg>Zarrau hue.</seg></tuv></tu>
</body></tmx>"""
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tmx><body><tu>&b;</tu></body></tmx>'


async def _ready() -> Readiness:
    return Readiness(status="ready", redis=True, models={})


@dataclass
class Office:
    """The application of two organisations, and the public, around a fake model and a real database."""

    database: Database
    keys: dict[str, str]
    fake: FakeTranslator
    app: Any
    parts: Parts

    def ask(self, method: str, path: str, who: str = "clinic", **options: Any) -> httpx.Response:
        headers = {**options.pop("headers", {})}
        if who != "public":
            headers["authorization"] = f"Bearer {self.keys[who]}"

        async def scenario() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://malgil") as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(scenario())

    def glossary(self, who: str = "clinic") -> dict[str, Any]:
        made = self.ask("POST", "/v1/glossaries", who, json=GLOSSARY)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    def translate(self, text: str, who: str = "clinic", **more: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/v1/translate", who, json={"text": text, "source": "es", "target": "an", **more})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["results"][0]
        return found


@contextmanager
def organisations(tmp_path: Path) -> Iterator[Office]:
    settings = load_settings({"MALGIL_DATA_FOLDER": str(tmp_path), **SETTINGS, **MORE})
    database = open_database(settings)
    made = {}
    with database.writing() as connection:
        for name, scopes in (("clinic", ()), ("school", ()), ("reader", ("translate",))):
            tenant = Tenant("clinic" if name == "reader" else name)
            made[name] = new_key(KeyHash(), tenant, name, scopes, now_s=0)
            tenants.create(connection, made[name].key)
    ring = KeyRing()
    ring.open(database)
    fake = FakeTranslator(ENTRY)
    translation = Translation(Catalogue((ENTRY,)), DirectSegments({ENTRY.reference: fake}), Limits(10, 1000))
    parts = Parts(
        settings=settings,
        catalogue=Catalogue((ENTRY,)),
        quality={},
        translation=translation,
        translations=Translations(translation, translations, SegmentKeys(b"x"), 100_000, 60),
        summarisation=Summarisation(translation),
        readiness=_ready,
        callers=Callers(ring, SegmentKeys(b"x")),
        database=database,
        glossaries=Glossaries(database, settings, clock=lambda: 7),
        memories=Memories(database, settings, clock=lambda: 7),
    )
    try:
        yield Office(database, {name: key.written for name, key in made.items()}, fake, assemble(parts), parts)
    finally:
        database.close()


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
