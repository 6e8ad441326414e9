"""Corrections, suggestions and reviews over HTTP: who answers for what everybody reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.app import assemble
from gateway.callers import SCOPES
from gateway.glossaries import Glossaries
from gateway.memories import Memories
from gateway.state.database import Database
from tests.gateway.office import GLOSSARY, Office, code, organisations


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with organisations(tmp_path) as made:
        yield made


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
