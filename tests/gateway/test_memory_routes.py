"""Memories over HTTP: what was translated before, taken up, looked up and exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.office import LAUGHS, TMX, Office, code, organisations


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with organisations(tmp_path) as made:
        yield made


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
