"""Glossaries over HTTP: each organisation sees its own, and bad input is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.office import GLOSSARY, LAUGHS, TERMS, Office, code, organisations


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with organisations(tmp_path) as made:
        yield made


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
