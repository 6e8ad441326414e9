"""Glossaries, memories, suggestions and reviews over HTTP: each organisation sees its own, and bad input is named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.api_keys import KeyHash, KeyRing, new_key
from gateway.app import assemble
from gateway.cache import SegmentKeys
from gateway.callers import SCOPES, Callers
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


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
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
    yield Office(database, {name: key.written for name, key in made.items()}, fake, assemble(parts), parts)
    database.close()


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_glossary_is_made_listed_read_revised_and_deleted(office: Office) -> None:
    made = office.glossary()
    assert {name: made[name] for name in ("version", "name", "source", "target", "count", "created_s")} == {
        "version": 1,
        "name": "Consultorio",
        "source": "es",
        "target": "an",
        "count": 2,
        "created_s": 7,
    }
    path = f"/v1/glossaries/{made['id']}"
    detail = office.ask("GET", path).json()
    assert [(term["id"], term["target"]) for term in detail["terms"]] == [("t1", "augua"), ("brand", "Malgil")]
    revised = office.ask("PUT", path, json={"terms": TERMS[:1]})
    assert (revised.status_code, revised.json()["reference"]) == (201, f"{made['id']}@2")
    assert office.ask("GET", f"{path}@1").json()["count"] == 2
    assert office.ask("GET", path).json()["versions"] == [2, 1]
    assert [each["version"] for each in office.ask("GET", "/v1/glossaries").json()["glossaries"]] == [2]
    assert office.ask("DELETE", path).status_code == 204
    assert code(office.ask("GET", path)) == (404, "unknown_glossary")
    assert code(office.ask("DELETE", path)) == (404, "unknown_glossary")
    assert office.ask("GET", "/v1/glossaries").json() == {"glossaries": []}


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("text/csv", "", "text/csv"),
        ("application/x-tbx", "", "application/x-tbx"),
        ("text/html, application/x-tbx;q=0.8, application/json;q=0.1", "", "application/x-tbx"),
        ("*/*", "?format=tsv", "text/tab-separated-values"),
        ("*/*", "", "application/json"),
        ("image/png", "", "application/json"),
        ("text/csv;q=0", "", "application/json"),
    ],
)
def test_a_glossary_comes_in_the_form_that_was_asked_for(
    office: Office, accept: str, query: str, media_type: str
) -> None:
    made = office.glossary()
    answer = office.ask("GET", f"/v1/glossaries/{made['id']}{query}", headers={"accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("form", ["csv", "tsv", "tbx"])
def test_what_was_exported_is_imported_again_alike(office: Office, form: str) -> None:
    made = office.glossary()
    file = office.ask("GET", f"/v1/glossaries/{made['id']}?format={form}").content
    again = office.ask("POST", f"/v1/glossaries?source=es&target=an&name=Dos&format={form}", content=file)
    assert again.status_code == 201, again.text
    both = [office.ask("GET", f"/v1/glossaries/{each['id']}").json() for each in (made, again.json())]
    assert both[0]["terms"] == both[1]["terms"]
    assert both[1]["name"] == "Dos"
    replaced = office.ask("PUT", f"/v1/glossaries/{made['id']}?format={form}", content=file)
    assert replaced.json()["version"] == 2


def test_the_content_type_of_a_file_is_enough(office: Office) -> None:
    answer = office.ask(
        "POST",
        "/v1/glossaries?source=es&target=an",
        content="agua,augua\n",
        headers={"content-type": "text/csv; charset=utf-8"},
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("path", ["", "@1", "@2"])
def test_another_organisation_s_glossary_is_one_that_there_is_not(office: Office, path: str) -> None:
    made = office.glossary("clinic")
    there, nowhere = f"{made['id']}{path}", f"g{'0' * 16}{path}"
    told = []
    for reference in (there, nowhere):
        for method, body in (("GET", None), ("PUT", {"terms": TERMS}), ("DELETE", None)):
            if method == "GET" or not path:
                told.append(office.ask(method, f"/v1/glossaries/{reference}", "school", json=body))
        wanted = {"text": "agua", "source": "es", "target": "an", "glossary": reference}
        told.append(office.ask("POST", "/v1/translate", "school", json=wanted))
    assert {code(each) for each in told} == {(404, "unknown_glossary")}
    assert office.ask("GET", "/v1/glossaries", "school").json() == {"glossaries": []}
    assert office.ask("GET", f"/v1/glossaries/{made['id']}").status_code == 200


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tmx><body><tu>&b;</tu></body></tmx>'


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("", {**GLOSSARY, "terms": []}, (422, "glossary_empty")),
        ("", {**GLOSSARY, "terms": [*TERMS, TERMS[0]]}, (422, "entry_twice")),
        ("", {**GLOSSARY, "terms": [{"source": "a" * 41, "target": "b"}]}, (422, "entry_too_long")),
        ("", {**GLOSSARY, "terms": [{"source": "a", "target": ""}]}, (422, "entry_invalid")),
        ("", {**GLOSSARY, "terms": [{"source": "a", "target": "b\u0000"}]}, (422, "entry_invalid")),
        ("", {**GLOSSARY, "terms": [{"source": f"a{n}", "target": "b"} for n in range(6)]}, (422, "too_many_entries")),
        ("", {**GLOSSARY, "source": "xx-nope"}, (422, "unknown_language")),
        ("", {**GLOSSARY, "colour": "red"}, (422, "unknown_field")),
        ("", {"source": "es", "target": "an"}, (422, "invalid_field")),
        ("", "{", (400, "body_not_json")),
        ("", {**GLOSSARY, "name": "a\u0000b"}, (422, "invalid_field")),
        ("?source=es&target=an&format=csv&name=a%00b", "a,b", (422, "invalid_field")),
        ("?format=csv", "agua,augua", (422, "invalid_field")),
        ("?source=es&target=an&format=csv", "agua\n", (422, "file_damaged")),
        ("?source=es&target=an&format=csv", "", (422, "glossary_empty")),
        ("?source=es&target=an&format=tbx", "<tbx/>", (422, "file_pair_missing")),
        ("?source=es&target=an&format=tbx", "<tbx", (422, "file_damaged")),
        ("?source=es&target=an&format=tbx", LAUGHS, (422, "file_forbidden")),
        ("?source=es&target=an&format=doc", "x", (415, "unsupported_format")),
        ("?source=es&target=an&format=csv", "x" * 20_001, (413, "body_too_large")),
    ],
)
def test_what_makes_no_glossary_is_refused_by_name(
    office: Office, query: str, body: Any, expected: tuple[int, str]
) -> None:
    given = {"content": body} if isinstance(body, str) else {"json": body}
    answer = office.ask("POST", f"/v1/glossaries{query}", **given, headers={"accept-language": "am, ar"})
    assert code(answer) == expected
    assert answer.json()["lang"] == "ar"
    assert office.ask("GET", "/v1/glossaries").json() == {"glossaries": []}


def test_a_file_of_a_kind_nobody_reads_is_refused(office: Office) -> None:
    answer = office.ask("POST", "/v1/glossaries", content="x", headers={"content-type": "image/png"})
    assert code(answer) == (415, "unsupported_format")
    assert code(office.ask("GET", f"/v1/glossaries/g{'0' * 16}?format=doc")) == (415, "unsupported_format")


def test_an_organisation_has_so_many_glossaries(office: Office) -> None:
    for _ in range(3):
        office.glossary()
    assert code(office.ask("POST", "/v1/glossaries", json=GLOSSARY)) == (422, "too_many_entries")
    office.glossary("school")


def test_a_translation_holds_the_terms_of_the_version_it_names(office: Office) -> None:
    made = office.glossary()
    first = office.translate("El agua de Malgil.", glossary=made["reference"])
    assert first["text"] == "El~an augua de~an Malgil~an."
    assert (first["checks"]["glossary"], first["glossary"]["outcome"]) == ("pass", "pass")
    assert first["glossary"]["glossary"] == made["reference"]
    assert first["glossary"]["segments"][0]["terms"] == ["t1", "brand"]
    revised = [{"source": "agua", "target": "aigua"}]
    office.ask("PUT", f"/v1/glossaries/{made['id']}", json={"terms": revised})
    assert office.translate("El agua de Malgil.", glossary=made["reference"]) == first
    assert office.translate("El agua de Malgil.", glossary=made["id"])["text"] == "El~an aigua de~an Malgil~an."
    plain = office.translate("El agua de Malgil.")
    assert (plain["text"], plain["glossary"]) == ("El~an agua~an de~an Malgil~an.", None)
    assert "glossary" not in plain["checks"]


def test_a_glossary_of_other_languages_and_one_that_was_deleted_are_refused(office: Office) -> None:
    made = office.glossary()
    body = {"text": "agua", "source": "es", "target": "ast", "glossary": made["id"]}
    assert code(office.ask("POST", "/v1/translate", json=body)) == (422, "glossary_pair")
    office.translate("agua", glossary=made["reference"])
    office.ask("DELETE", f"/v1/glossaries/{made['id']}")
    gone = office.ask("POST", "/v1/translate", json={**body, "target": "an", "glossary": made["reference"]})
    assert code(gone) == (404, "unknown_glossary")
    for nonsense in ("x", "g1@", f"g{'0' * 16}@0", f"g{'0' * 16}@999999999999"):
        answer = office.ask("POST", "/v1/translate", json={**body, "glossary": nonsense})
        assert code(answer) == (404, "unknown_glossary")


def test_pages_hold_terms_and_remember_lines(office: Office) -> None:
    made = office.glossary()
    office.ask("POST", "/v1/memory?source=es&target=an&format=tmx", content=TMX)
    page = "<p>Cerrado hoy.</p><p>El agua.</p>"
    told = office.translate(page, format="html", glossary=made["id"])
    assert "Zarrau hue." in told["text"]
    assert "augua" in told["text"]
    assert told["origin"] == "mixed"
    assert told["memory"][0]["source_span"] is None


def test_a_memory_is_taken_up_looked_up_exported_and_answers(office: Office) -> None:
    path = "/v1/memory?source=es&target=an"
    assert office.translate("Cerrado hoy.")["origin"] == "machine"
    taken = office.ask("POST", path, content=TMX, headers={"content-type": "application/x-tmx+xml"})
    assert (taken.status_code, taken.json()) == (200, {"given": 1, "taken": 1})
    computed = len(office.fake.translated)
    told = office.translate("Cerrado hoy.")
    assert {name: told[name] for name in ("text", "origin", "reviewed", "reviewer", "model")} == {
        "text": "Zarrau hue.",
        "origin": "memory",
        "reviewed": False,
        "reviewer": None,
        "model": None,
    }
    assert len(office.fake.translated) == computed
    assert office.translate("Cerrado hoy.", memory=False)["origin"] == "machine"
    looked = office.ask("POST", "/v1/memory/lookup", json={"text": " Cerrado hoy. ", "source": "es", "target": "an"})
    assert looked.json()["unit"]["target"] == "Zarrau hue."
    assert office.ask("GET", "/v1/memory").json()["pairs"] == [{"source": "es", "target": "an", "units": 1}]
    exported = office.ask("GET", path, headers={"accept": "application/x-tmx+xml"})
    assert "<seg>Zarrau hue.</seg>" in exported.text
    assert office.ask("GET", f"{path}&reviewed=true&format=csv").text.splitlines()[1:] == []
    assert "Cerrado hoy.\tZarrau hue." in office.ask("GET", f"{path}&format=tsv").text
    [unit] = office.ask("GET", path).json()["units"]
    assert office.ask("DELETE", f"/v1/memory/{unit['id']}").status_code == 204
    assert code(office.ask("DELETE", f"/v1/memory/{unit['id']}")) == (404, "unknown_item")
    assert office.translate("Cerrado hoy.")["origin"] == "machine"


def test_a_long_memory_comes_in_pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.wire.terms.PAGE", 2)
    office.ask("POST", "/v1/memory?source=es&target=an&format=csv", content="a,1\nb,2\nc,3\n")
    path, found = "/v1/memory?source=es&target=an", []
    while path:
        page = office.ask("GET", path).json()
        found += [unit["source"] for unit in page["units"]]
        path = f"/v1/memory?source=es&target=an&after={page['next']}" if page["next"] else ""
    assert sorted(found) == ["a", "b", "c"]
    assert code(office.ask("GET", "/v1/memory?source=es&target=an&after=x%00")) == (422, "invalid_field")
    assert code(office.ask("DELETE", "/v1/memory/a%00b")) == (404, "unknown_item")


def test_units_come_as_json_too_and_a_pair_is_cleared(office: Office) -> None:
    body = {"source": "es", "target": "an", "units": [{"source": "Uno.", "target": "Un."}]}
    assert office.ask("POST", "/v1/memory", json=body).json() == {"given": 1, "taken": 1}
    assert office.ask("DELETE", "/v1/memory?source=es&target=an").status_code == 204
    assert office.ask("GET", "/v1/memory").json()["pairs"] == []


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("?source=es&target=an&format=tmx", TMX[:-3], (422, "file_damaged")),
        ("?source=es&target=ca&format=tmx", TMX, (422, "file_pair_missing")),
        ("?source=es&target=an&format=tmx", LAUGHS, (422, "file_forbidden")),
        ("?source=es&target=an&format=csv", "a,\n", (422, "entry_invalid")),
        ("?source=es&target=an&format=csv", "a," + "b" * 4001, (422, "entry_too_long")),
        ("?source=es&target=an&format=csv", "".join(f"a{n},b\n" for n in range(5)), (422, "too_many_entries")),
        ("?source=es&format=csv", "a,b", (422, "invalid_field")),
        ("?format=tbx", "x", (415, "unsupported_format")),
    ],
)
def test_a_bad_file_leaves_the_memory_as_it_was(
    office: Office, query: str, body: str, expected: tuple[int, str]
) -> None:
    assert code(office.ask("POST", f"/v1/memory{query}", content=body)) == expected
    assert office.ask("GET", "/v1/memory").json()["pairs"] == []
    assert code(office.ask("GET", "/v1/memory?format=tmx")) == (422, "invalid_field")


CORRECTION = {"source": "Abre a las 9.", "target": "Ubre a las 9.", "source_lang": "es", "target_lang": "an"}


def test_a_correction_answers_from_then_on_with_who_answers_for_it(office: Office) -> None:
    office.translate("Abre a las 9.")
    made = office.ask("POST", "/v1/review", json={**CORRECTION, "reviewer": "Equipo de lengua"})
    assert made.status_code == 201, made.text
    told = office.translate("Abre a las 9.")
    assert {name: told[name] for name in ("text", "origin", "reviewed", "reviewer", "model")} == {
        "text": "Ubre a las 9.",
        "origin": "memory",
        "reviewed": True,
        "reviewer": "Equipo de lengua",
        "model": None,
    }
    assert told["memory"][0]["id"] == made.json()["id"]
    for who in ("school", "public"):
        other = office.translate("Abre a las 9.", who)
        assert (other["origin"], other["text"]) == ("machine", "Abre~an a~an las~an 9.")
    nobody = office.ask("POST", "/v1/review", json={**CORRECTION, "source": "Cierra a las 9."})
    assert nobody.json()["reviewer"].startswith("API key ")


def test_a_correction_that_changes_a_number_must_be_meant(office: Office) -> None:
    wrong = {**CORRECTION, "target": "Ubre a las 8."}
    refused = office.ask("POST", "/v1/review", json=wrong)
    assert code(refused) == (422, "correction_doubtful")
    assert "numbers" in refused.json()["message"]
    assert office.translate("Abre a las 9.")["origin"] == "machine"
    assert office.ask("POST", "/v1/review", json={**wrong, "despite_checks": True}).status_code == 201
    assert office.translate("Abre a las 9.")["text"] == "Ubre a las 8."


def suggested(office: Office, store: bool = True, **change: Any) -> str:
    body = {
        "source": CORRECTION["source"],
        "suggested": CORRECTION["target"],
        "source_lang": "es",
        "target_lang": "an",
        "kind": "wrong",
        "consent": {"store": store},
        **change,
    }
    answer = office.ask("POST", "/v1/feedback", "reader", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "received"
    return str(answer.json()["ticket"])


def state(office: Office, ticket: str, who: str = "reader") -> Any:
    return office.ask("GET", f"/v1/feedback/{ticket}", who).json()


def test_a_suggestion_serves_nobody_until_somebody_accepts_it(office: Office) -> None:
    ticket = suggested(office)
    assert office.translate("Abre a las 9.")["origin"] == "machine"
    [waiting] = office.ask("GET", "/v1/review").json()["waiting"]
    assert (waiting["ticket"], waiting["suggested"]) == (ticket, "Ubre a las 9.")
    mended = {"decision": "accept", "text": "Se ubre a las 9.", "reviewer": "Ana", "reason": "gracias"}
    assert office.ask("POST", f"/v1/review/{ticket}", json=mended).json()["state"] == "accepted"
    assert state(office, ticket) == {"ticket": ticket, "state": "accepted", "reason": "gracias"}
    told = office.translate("Abre a las 9.", "reader")
    assert (told["text"], told["reviewer"]) == ("Se ubre a las 9.", "Ana")
    again = office.ask("POST", f"/v1/review/{ticket}", json={"decision": "reject"})
    assert code(again) == (409, "already_decided")
    assert office.ask("GET", "/v1/review").json() == {"waiting": []}


def test_a_rejected_suggestion_serves_nobody(office: Office) -> None:
    ticket = suggested(office)
    office.ask("POST", f"/v1/review/{ticket}", json={"decision": "reject", "reason": "no"})
    assert state(office, ticket)["state"] == "rejected"
    assert office.translate("Abre a las 9.")["origin"] == "machine"


def test_a_suggestion_that_swaps_a_number_is_not_accepted_by_oversight(office: Office) -> None:
    ticket = suggested(office, suggested="Ubre a las 8.")
    answer = office.ask("POST", f"/v1/review/{ticket}", json={"decision": "accept"})
    assert code(answer) == (422, "correction_doubtful")
    assert state(office, ticket)["state"] == "received"


def test_without_consent_no_text_is_kept(office: Office) -> None:
    ticket = suggested(office, store=False)
    assert office.ask("GET", "/v1/review").json() == {"waiting": []}
    answer = office.ask("POST", f"/v1/review/{ticket}", json={"decision": "accept"})
    assert code(answer) == (422, "invalid_field")
    kept = b"".join(path.read_bytes() for path in Path(str(office.parts.settings.data_folder)).iterdir())
    assert b"Ubre a las 9." not in kept
    assert ticket.encode() in kept


def test_tickets_of_others_are_tickets_that_there_are_not(office: Office) -> None:
    ticket = suggested(office)
    for path in (f"/v1/feedback/{ticket}", f"/v1/feedback/{'0' * 32}", "/v1/feedback/a%00b"):
        assert code(office.ask("GET", path, "school")) == (404, "unknown_item")
    answer = office.ask("POST", f"/v1/review/{ticket}", "school", json={"decision": "accept"})
    assert code(answer) == (404, "unknown_item")
    assert office.ask("GET", "/v1/review", "school").json() == {"waiting": []}


@pytest.mark.parametrize("who", ["reader", "public"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/memory"),
        ("POST", "/v1/memory"),
        ("POST", "/v1/memory/lookup"),
        ("DELETE", "/v1/memory/x"),
        ("DELETE", "/v1/memory?source=es&target=an"),
        ("GET", "/v1/review"),
        ("POST", "/v1/review"),
        ("POST", "/v1/review/x"),
    ],
)
def test_only_reviewers_decide_what_everybody_reads(office: Office, who: str, method: str, path: str) -> None:
    body = {"text": "x", "source": "es", "target": "an"} if path.endswith("lookup") else CORRECTION
    if path.endswith("/x") and method == "POST":
        body = {"decision": "accept"}
    answer = office.ask(method, path, who, **({"json": body} if method == "POST" else {}))
    assert code(answer) == ((403, "scope_missing") if who == "reader" else (401, "key_required"))
    assert "review" in SCOPES


def test_another_process_hears_of_a_correction(office: Office) -> None:
    elsewhere = Memories(office.database, office.parts.settings)
    elsewhere.open()
    assert elsewhere.of("clinic") is None
    office.ask("POST", "/v1/review", json=CORRECTION)
    asyncio.run(elsewhere.look())
    found = elsewhere.of("clinic")
    assert found is not None
    assert found[0] == "1"
    assert elsewhere.of("school") is None


def test_without_a_database_nothing_is_kept_and_translation_goes_on(office: Office) -> None:
    nothing = Database(None)
    parts = replace(
        office.parts,
        database=nothing,
        glossaries=Glossaries(nothing, office.parts.settings),
        memories=Memories(nothing, office.parts.settings),
    )
    parts.memories.open()
    office.app = assemble(parts)
    assert code(office.ask("POST", "/v1/glossaries", json=GLOSSARY)) == (503, "state_unavailable")
    assert office.translate("agua")["text"] == "agua~an"


def test_no_text_of_people_is_in_an_error(office: Office) -> None:
    secret = "Zuruqwexafía"
    bodies = [
        {**GLOSSARY, "terms": [{"source": secret * 9, "target": "b"}]},
        {**GLOSSARY, "terms": [{"source": secret, "target": ""}]},
        {**GLOSSARY, "name": secret, "terms": 3},
    ]
    for body in bodies:
        answer = office.ask("POST", "/v1/glossaries", json=body)
        assert answer.status_code == 422
        assert secret not in json.dumps(answer.json(), ensure_ascii=False)
