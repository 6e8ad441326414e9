"""The matrix of tests/gateway/test_tenants.py for the routes of other services' clients: who may ask, and what stays
with its tenant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from gateway.callers import SCOPES
from gateway.state.database import Database
from tests.clients.live import Live, live
from tests.gateway.deployed import database_in, make_key

pytestmark = pytest.mark.timeout(120)

TEXT = "La señora Zuruqwexafía abre la biblioteca."


@dataclass(frozen=True, slots=True)
class Row:
    """A route, what is sent to it, and the scope it asks for. LibreTranslate's clients send their key in a field."""

    method: str
    path: str
    scope: str
    sent: dict[str, Any]

    @property
    def in_a_field(self) -> bool:
        return "/v2/" not in self.path


LIBRE = {"source": "es", "target": "fr"}
DEEPL = {"source_lang": "ES", "target_lang": "FR"}
FILE = {"file": ("a.txt", b"Hola amigo.")}
TERMS = {"name": "a", "entries": "Hola\tCoucou", "entries_format": "tsv", **DEEPL}
KEY = {"document_key": "0"}
ROWS = (
    Row("POST", "/translate", "translate", {"data": {"q": TEXT, **LIBRE}}),
    Row("POST", "/detect", "detect", {"data": {"q": TEXT}}),
    Row("POST", "/suggest", "translate", {"data": {"q": TEXT, "s": "a", **LIBRE}}),
    Row("POST", "/translate_file", "documents", {"data": LIBRE, "files": FILE}),
    Row("POST", "/v2/translate", "translate", {"json": {"text": [TEXT], **DEEPL}}),
    Row("GET", "/v2/translate", "translate", {"params": {"text": TEXT, **DEEPL}}),
    Row("GET", "/v2/languages", "translate", {}),
    Row("GET", "/v2/usage", "usage", {}),
    Row("POST", "/v2/write/rephrase", "simplify", {"json": {"text": [TEXT], "writing_style": "simple"}}),
    Row("GET", "/v2/glossary-language-pairs", "glossaries", {}),
    Row("POST", "/v2/glossaries", "glossaries", {"json": TERMS}),
    Row("GET", "/v2/glossaries", "glossaries", {}),
    Row("GET", "/v2/glossaries/g0000000000000000", "glossaries", {}),
    Row("GET", "/v2/glossaries/g0000000000000000/entries", "glossaries", {}),
    Row("DELETE", "/v2/glossaries/g0000000000000000", "glossaries", {}),
    Row("POST", "/v2/document", "documents", {"data": DEEPL, "files": FILE}),
    Row("POST", "/v2/document/0", "documents", {"json": KEY}),
    Row("POST", "/v2/document/0/result", "documents", {"json": KEY}),
)
# What says the same to everyone; and what nobody finds who was not told.
OPEN = {"/languages", "/frontend/settings", "/health", "/download_file/{name}"}
PATHS = OPEN | {row.path.replace("g0000000000000000", "{glossary_id}").replace("/0", "/{document_id}") for row in ROWS}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with database_in(tmp_path_factory.mktemp("state")) as opened:
        yield opened


@pytest.fixture(scope="module")
def keys(database: Database) -> dict[str, str]:
    """Of two tenants, and one for all but each scope."""
    narrow = {str(scope): make_key(database, "b", *(each for each in SCOPES if each != scope)) for scope in SCOPES}
    return {"a": make_key(database, "a"), "b": make_key(database, "b"), **narrow}


@pytest.fixture(scope="module")
def guarded(
    valkey_url: str, database: Database, keys: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """Serves nobody without a key."""
    assert keys
    settings: dict[str, Any] = {"MALGIL_DATA_FOLDER": str(tmp_path_factory.mktemp("data")), "MALGIL_ANONYMOUS": "false"}
    with live(valkey_url, model="guarded", database=database, **settings) as started:
        yield started


def ask(gateway: Live, row: Row, key: str, **more: Any) -> httpx.Response:
    sent = {**row.sent, **more}
    if row.in_a_field:
        sent["data"] = {**sent.get("data", {}), "api_key": key}
    elif key:
        sent["headers"] = {"authorization": f"DeepL-Auth-Key {key}"}
    return httpx.request(row.method, gateway.url + row.path, timeout=60, **sent)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_who_has_no_good_key_is_refused(guarded: Live, keys: dict[str, str], row: Row) -> None:
    told = [ask(guarded, row, key) for key in ("", "wrong", keys[row.scope], keys["a"])]
    codes = [answer.headers.get("malgil-error") for answer in told]
    assert codes[:3] == ["key_required", "unknown_key", "scope_missing"]
    assert codes[3] in (None, "unknown_glossary", "unknown_document", "suggestions_off")
    assert [answer.status_code for answer in told[:3]] == [400 if row.in_a_field else 403, 403, 403]


@pytest.mark.parametrize("path", ["/translate", "/v2/translate"])
def test_no_tenant_hits_what_another_had_cached(guarded: Live, keys: dict[str, str], path: str) -> None:
    text = f"Un texto que solo se pide en {path[1:4]} hoy."
    row = next(each for each in ROWS if each.path == path)
    more = {"data": {"q": text, **LIBRE}} if row.in_a_field else {"json": {"text": [text], **DEEPL}}
    computed = []
    for key in ("a", "a", "b"):
        before = len(guarded.engine.translated)
        assert ask(guarded, row, keys[key], **more).status_code == 200
        computed.append(len(guarded.engine.translated) - before)
    assert computed == [1, 0, 1]


def test_no_tenant_reaches_what_another_made(guarded: Live, keys: dict[str, str]) -> None:
    def asked(key: str, method: str, path: str, **sent: Any) -> httpx.Response:
        return ask(guarded, Row(method, path, "", sent), keys[key])

    glossary = asked("a", "POST", "/v2/glossaries", json=TERMS).json()["glossary_id"]
    document = asked("a", "POST", "/v2/document", data=DEEPL, files=FILE).json()
    of_a = f"/v2/document/{document['document_id']}"
    key = {"document_key": document["document_key"]}
    for method, path in (("GET", ""), ("GET", "/entries"), ("DELETE", "")):
        assert asked("b", method, f"/v2/glossaries/{glossary}{path}").status_code == 404
    used = {"json": {"text": ["Hola"], "glossary_id": glossary, **DEEPL}}
    assert asked("b", "POST", "/v2/translate", **used).status_code == 404
    assert asked("b", "GET", "/v2/glossaries").json() == {"glossaries": []}
    for path in ("", "/result"):
        assert asked("b", "POST", of_a + path, json=key).status_code == 404
    assert asked("a", "POST", of_a, json=key).status_code == 200
    assert asked("a", "POST", "/v2/translate", **used).json()["translations"][0]["text"].startswith("Coucou")
    assert asked("a", "DELETE", f"/v2/glossaries/{glossary}").status_code == 204
