from __future__ import annotations

import pytest

from locales.messages import LOCALES
from tests.e2e.service import Service

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

GOOD = {"text": "Hola, buenos días.", "source": "es", "target": "an"}

BODIES: list[tuple[object, int, str]] = [
    ({**GOOD, "target": "klingonese"}, 422, "unknown_language"),
    ({**GOOD, "target": "x" * 500}, 422, "unknown_language"),
    ({**GOOD, "target": "sw"}, 422, "pair_not_served"),
    ({**GOOD, "source": "an"}, 422, "pair_not_served"),
    ({**GOOD, "target": []}, 422, "invalid_field"),
    ({**GOOD, "text": ""}, 422, "text_empty"),
    ({**GOOD, "text": " \n\t "}, 422, "text_empty"),
    ({**GOOD, "text": []}, 422, "text_empty"),
    ({**GOOD, "text": 5}, 422, "invalid_field"),
    ({**GOOD, "text": None}, 422, "invalid_field"),
    ({**GOOD, "text": [["nested"]]}, 422, "invalid_field"),
    ({**GOOD, "target": {"a": 1}}, 422, "invalid_field"),
    ({**GOOD, "format": "docx"}, 422, "invalid_field"),
    ({**GOOD, "colour": "red"}, 422, "unknown_field"),
    ({"target": "an"}, 422, "invalid_field"),
    ({**GOOD, "text": "a" * 200_000}, 413, "text_too_long"),
    ({**GOOD, "text": ["a"] * 5000}, 422, "too_many_texts"),
    ({"text": "zq", "target": "an"}, 422, "language_uncertain"),
    ([1, 2], 422, "invalid_field"),
    ("text", 422, "invalid_field"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES, ids=lambda value: str(value)[:40])
def test_a_wrong_body_gets_a_clear_error(service: Service, body: object, status: int, code: str) -> None:
    with service.client() as client:
        answer = client.post("/v1/translate", json=body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["message"]
    assert problem["help"]


RAW: list[tuple[bytes, int, str]] = [
    (b"", 400, "body_not_json"),
    (b"{", 400, "body_not_json"),
    (b'{"text": "caf\xe9", "target": "an"}', 400, "body_not_utf8"),
    (b'{"text": "\\ud800 hola", "source": "es", "target": "an"}', 422, "invalid_field"),
    (b"[" * 100_000, 400, "body_not_json"),
    (b'{"text": "a", "target": "an", "source": 1e999}', 422, "invalid_field"),
    (b"\x00\x01\x02", 400, "body_not_json"),
    (b'{"text": "' + b"a" * 10_000_000 + b'"}', 413, "body_too_large"),
]


@pytest.mark.parametrize(("content", "status", "code"), RAW, ids=lambda value: str(value)[:30])
def test_a_body_that_is_no_json_gets_a_clear_error(service: Service, content: bytes, status: int, code: str) -> None:
    with service.client() as client:
        answer = client.post("/v1/translate", content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_body_sent_in_chunks_meets_the_same_limit(service: Service) -> None:
    with service.client() as client:
        answer = client.post("/v1/translate", content=(b"a" * 100_000 for _ in range(40)))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_unknown_routes_and_methods_answer_in_the_same_shape(service: Service) -> None:
    with service.client() as client:
        missing, method = client.get("/nowhere"), client.get("/v1/translate")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    assert method.headers["allow"] == "POST"


def test_errors_speak_the_callers_language(service: Service) -> None:
    spoken = {}
    with service.client() as client:
        for locale in LOCALES:
            answer = client.post("/v1/translate", json={**GOOD, "text": ""}, headers={"accept-language": locale})
            problem = answer.json()
            assert problem["lang"] == locale == answer.headers["content-language"]
            spoken[locale] = problem["message"]
    assert len(set(spoken.values())) >= len(LOCALES) - 2


def test_an_unserved_pair_says_what_is_served(service: Service) -> None:
    with service.client() as client:
        problem = client.post("/v1/translate", json={**GOOD, "target": "sw"}).json()
    assert "es → ast" in problem["available"]
    assert "Spanish → Asturian" in problem["message"] + problem["help"]


def test_the_service_still_works_after_all_of_it(service: Service) -> None:
    with service.client() as client:
        assert client.post("/v1/translate", json=GOOD).status_code == 200
