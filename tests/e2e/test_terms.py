"""An organisation's terms and corrections on the real service, with real files, over a restart of every process."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.service import Service, running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

TBX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="es"><text><body>
<termEntry id="library"><langSet xml:lang="es"><tig><term>biblioteca municipal</term></tig></langSet>
<langSet xml:lang="an"><tig><term>Casa d'os Libros</term></tig></langSet></termEntry>
<termEntry id="name"><admin type="x-malgil-translate">false</admin>
<langSet xml:lang="es"><tig><term>Portal Abierto</term></tig></langSet>
<langSet xml:lang="an"><tig><term>Portal Abierto</term></tig></langSet></termEntry>
</body></text></martif>
"""
TMX = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4">
<header srclang="es"/><body><tu><tuv xml:lang="es"><seg>Cerrado por obras.</seg></tuv>
<tuv xml:lang="an"><seg>Zarrau por obras.</seg></tuv></tu></body></tmx>
"""
NOTICE = "La biblioteca municipal abre a las 9:30 con Portal Abierto."
CORRECTION = {
    "source": "Vuelva mañana a las 10.",
    "target": "Torne maitín a las 10.",
    "source_lang": "es",
    "target_lang": "an",
    "reviewer": "Consello d'a Luenga",
}
SCOPES = "translate glossaries review"


def translated(client: httpx.Client, text: str, **more: str) -> dict[str, object]:
    answer = client.post("/v1/translate", json={"text": text, "source": "es", "target": "an", **more})
    assert answer.status_code == 200, answer.text
    [result] = answer.json()["results"]
    return dict(result)


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name: a socket's path has 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="malgil-") as made:
        yield Path(made)


def test_terms_and_corrections_outlive_every_process(folder: Path) -> None:
    kept = folder / "kept"
    settings = {"MALGIL_DATA_FOLDER": str(kept), "MALGIL_ANONYMOUS_SCOPES": SCOPES, "MALGIL_API_PROCESSES": "2"}
    with running(folder, **settings) as service:
        reference = _fill(service)
    with running(folder, **settings) as service, service.client() as client:
        told = translated(client, NOTICE, glossary=reference)
        assert "Casa d'os Libros" in str(told["text"])
        assert "Portal Abierto" in str(told["text"])
        assert "9:30" in str(told["text"])
        assert told["glossary"]["outcome"] == "pass"  # type: ignore[index]
        for text, origin, reviewed in (("Cerrado por obras.", "memory", False), (CORRECTION["source"], "memory", True)):
            told = translated(client, text)
            assert (told["origin"], told["reviewed"], told["model"]) == (origin, reviewed, None)
        assert told["reviewer"] == CORRECTION["reviewer"]
        exported = client.get(f"/v1/glossaries/{reference}", headers={"accept": "text/csv"})
        rows = list(csv.DictReader(io.StringIO(exported.text)))
        assert [(row["id"], row["target"]) for row in rows] == [
            ("library", "Casa d'os Libros"),
            ("name", "Portal Abierto"),
        ]
        memory = client.get("/v1/memory?source=es&target=an&format=tmx").text
        assert CORRECTION["target"] in memory
        assert client.delete(f"/v1/glossaries/{reference.partition('@')[0]}").status_code == 204
        gone = client.post("/v1/translate", json={"text": NOTICE, "target": "an", "glossary": reference})
        assert (gone.status_code, gone.json()["code"]) == (404, "unknown_glossary")


def _fill(service: Service) -> str:
    with service.client() as client:
        made = client.post(
            "/v1/glossaries?source=es&target=an&name=Consello",
            content=TBX,
            headers={"content-type": "application/x-tbx"},
        )
        assert made.status_code == 201, made.text
        assert made.json()["count"] == 2
        taken = client.post("/v1/memory?source=es&target=an&format=tmx", content=TMX)
        assert taken.json() == {"given": 1, "taken": 1}
        assert client.post("/v1/review", json=CORRECTION).status_code == 201
        too_large = client.post("/v1/memory?source=es&target=an&format=tmx", content=b"<" * 11_000_000)
        assert (too_large.status_code, too_large.json()["code"]) == (413, "body_too_large")
        return str(made.json()["reference"])
