from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

import pytest

from models.catalogue import Catalogue
from tests.e2e.service import Service

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PAIRS = Catalogue.load().pairs()
NOTICE = "La biblioteca municipal abre a las 9:30. Escriba a ayuda@ejemplo.es o llame al 971 17 89 00."
NOTICES = {
    "es": NOTICE,
    "an": "A biblioteca municipal ubre a las 9:30. Escriba a ayuda@ejemplo.es u clame a lo 971 17 89 00.",
    "ast": "La biblioteca municipal abre a les 9:30. Escriba a ayuda@ejemplo.es o llame al 971 17 89 00.",
    "oc": "La bibliotèca municipala dobrís a 9:30. Escrivètz a ayuda@ejemplo.es o sonatz lo 971 17 89 00.",
    "oc-aranes": "Era bibliotèca municipau daurís as 9:30. Escriuetz a ayuda@ejemplo.es o aperatz ath 971 17 89 00.",
    "ca": "La biblioteca municipal obre a les 9:30. Escriviu a ayuda@ejemplo.es o truqueu al 971 17 89 00.",
    "ca-valencia": "La biblioteca municipal obri a les 9:30. Escriviu a ayuda@ejemplo.es o telefoneu al 971 17 89 00.",
    "gl": "A biblioteca municipal abre ás 9:30. Escriba a ayuda@ejemplo.es ou chame ao 971 17 89 00.",
    "sc": "Sa biblioteca munitzipale aberit a sas 9:30. Iscriat a ayuda@ejemplo.es o mutat a su 971 17 89 00.",
}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.source}-{pair.target}")
def test_every_direction_translates_through_http(service: Service, pair: object) -> None:
    source, target = pair.source, pair.target  # type: ignore[attr-defined]
    with service.client() as client:
        answer = client.post("/v1/translate", json={"text": NOTICES[source], "source": source, "target": target})
    assert answer.status_code == 200
    [result] = answer.json()["results"]
    assert result["lang"] == target
    assert result["text"] not in ("", NOTICES[source])
    assert "bibliot" in result["text"].lower()
    assert result["licence"]
    assert result["model"].startswith("es-ibero@" if source == "es" else "ibero-es@")
    assert set(result["checks"].values()) <= {"pass", "fail", "not_available"}
    for kept in ("9:30", "ayuda@ejemplo.es", "971 17 89 00"):
        assert kept in result["text"] or any(w["severity"] == "high" for w in result["warnings"])


def test_texts_and_targets_come_back_texts_first(service: Service) -> None:
    body = {"text": ["Buenos días.", "Buenas noches."], "source": "spa_Latn", "target": ["arg", "AST", "oc_aranes"]}
    with service.client() as client:
        results = client.post("/v1/translate", json=body).json()["results"]
    assert [(each["index"], each["lang"]) for each in results] == [
        (index, lang) for index in (0, 1) for lang in ("an", "ast", "oc-aranes")
    ]
    assert {each["source"] for each in results} == {"es"}


def test_the_source_is_detected_with_its_confidence(service: Service) -> None:
    with service.client() as client:
        answer = client.post("/v1/translate", json={"text": NOTICE, "target": "gl"})
    [result] = answer.json()["results"]
    assert result["source"] == "es"
    assert 0.5 <= result["source_confidence"] <= 1


def test_a_connection_outlasts_the_pauses_of_its_client(service: Service) -> None:
    address = urlsplit(service.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    connection.auto_open = 0  # a connection that was closed is not opened again
    connection.connect()
    for pause_s in (0, 6):  # most servers give up after five seconds
        time.sleep(pause_s)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
    connection.close()


def test_plain_curl_without_a_content_type_works(service: Service) -> None:
    with service.client() as client:
        answer = client.post(
            "/v1/translate",
            content='{"text":"La biblioteca abre a las nueve.","target":"an"}',
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
    assert answer.status_code == 200


@pytest.mark.parametrize("text", ["😀🎉 👩‍👩‍👧", "12345", "1.234,50", "—", "² ½ № 7"])
def test_what_has_no_letters_comes_back_as_it_is(service: Service, text: str) -> None:
    with service.client() as client:
        answer = client.post("/v1/translate", json={"text": text, "target": "ast"})
    assert answer.json()["results"][0]["text"] == text


def test_lines_and_spaces_between_sentences_are_kept(service: Service) -> None:
    text = "  Uno.\n\n\tDos días.  \r\nTres.\n"
    with service.client() as client:
        answer = client.post("/v1/translate", json={"text": text, "source": "es", "target": "ca"})
    translated = answer.json()["results"][0]["text"]
    assert translated.count("\n") == 4
    assert translated.startswith("  ")
    assert "\n\n\t" in translated


def test_a_sentence_of_50_000_characters_is_translated_to_its_end(service: Service) -> None:
    words = [f"artículo {number}" for number in range(4000)]
    text = " ".join(words)[:50_000]
    with service.client() as client:
        answer = client.post("/v1/translate", json={"text": text, "source": "es", "target": "an"})
    assert answer.status_code in (200, 504)
    if answer.status_code == 200:
        [result] = answer.json()["results"]
        assert 0.6 < len(result["text"]) / len(text) < 1.6
        cut = "cut_off" in {warning["code"] for warning in result["warnings"]}
        assert cut == (result["checks"]["cut_off"] == "fail")


def test_languages_name_every_direction(service: Service) -> None:
    with service.client() as client:
        answer = client.get("/v1/languages", headers={"accept-language": "eu"}).json()
    served = {(source["lang"], target["lang"]) for source in answer["languages"] for target in source["targets"]}
    assert served == {(pair.source, pair.target) for pair in PAIRS}


def test_detection_says_what_it_does_not_know(service: Service) -> None:
    with service.client() as client:
        answer = client.post("/v1/detect", json={"text": ["¿Dónde está la oficina de empleo más cercana?", "7"]}).json()
    assert answer["results"][0]["candidates"][0]["lang"] == "es"
    assert answer["results"][1]["candidates"] == []


def test_health_and_readiness(service: Service) -> None:
    with service.client() as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert all(ready["models"].values())


def test_openapi_is_served(service: Service) -> None:
    with service.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/translate", "/v1/detect", "/v1/languages", "/healthz", "/readyz"} <= set(paths)
