"""Every error in the shape of the API that was called; keys and quotas as its clients know them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import deepl
import httpx
import pytest

from gateway.api_keys import KeyHash, new_key
from gateway.errors import ERRORS, GatewayError
from gateway.segments import DirectSegments
from gateway.settings import load_settings
from gateway.state import tenants
from gateway.state.database import Database, open_database
from gateway.state.tenants import Tenant
from gateway.translation import Limits, Translation
from locales.messages import READABLE
from locales.tags import LanguageTag
from tests.clients.live import live
from tests.gateway.test_app import CATALOGUE, FACTS, app_around, ask

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.timeout(120),
]

NOW_S = 1_700_000_000


class Refusing(Translation):
    """Admits nothing and says why."""

    def __init__(self, fact: GatewayError) -> None:
        super().__init__(CATALOGUE, DirectSegments({}), Limits(10, 1000))
        self._fact = fact

    def admit(self, texts: object) -> None:  # noqa: ARG002
        raise self._fact


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_fact_is_told_in_both_shapes_with_statuses_their_clients_know(kind: type[GatewayError]) -> None:
    app = app_around(Refusing(FACTS[kind]))
    libre = ask(app, path="/translate", json={"q": "Zuruqwexafía", "source": "es", "target": "an"})
    deep = ask(app, path="/v2/translate", json={"text": ["Zuruqwexafía"], "target_lang": "AN"})
    assert list(libre.json()) == ["error"]
    assert list(deep.json()) == ["message", "detail"]
    assert all(isinstance(text, str) and text for text in deep.json().values())
    assert libre.headers["malgil-error"] == deep.headers["malgil-error"] == ERRORS[kind].code
    assert libre.status_code in (400, 403, 404, 405, 413, 429, 500, 503, 504)
    assert deep.status_code in (400, 403, 404, 405, 413, 429, 456, 500, 503)
    for answer in (libre, deep):
        assert "Zuruqwexaf" not in answer.text
        assert answer.headers.get("retry-after") == (
            str(ERRORS[kind].retry_after_s) if ERRORS[kind].retry_after_s else None
        )


@pytest.mark.parametrize("locale", READABLE)
def test_errors_are_told_in_every_language(locale: LanguageTag) -> None:
    app = app_around(Refusing(FACTS[next(iter(ERRORS))]))
    for path in ("/translate", "/v2/translate"):
        assert ask(app, path=path, json={}, headers={"accept-language": locale}).headers["content-language"] == locale


def test_what_nobody_foresaw_is_told_in_both_shapes_without_the_text() -> None:
    app = app_around(Refusing(RuntimeError("secret")))  # type: ignore[arg-type]
    for path, names, body in (
        ("/translate", ["error"], {"q": "Zuruq", "source": "es", "target": "an"}),
        ("/v2/translate", ["message", "detail"], {"text": "Zuruq", "target_lang": "an"}),
    ):
        answer = ask(app, path=path, json=body)
        assert (answer.status_code, list(answer.json())) == (500, names)
        assert "secret" not in answer.text
        assert "Zuruq" not in answer.text


def test_addresses_there_are_not_answer_in_the_shape_of_their_neighbours() -> None:
    app = app_around(Translation(CATALOGUE, DirectSegments({}), Limits(10, 1000)))
    assert list(ask(app, "GET", "/v2/nowhere").json()) == ["message", "detail"]
    assert list(ask(app, "DELETE", "/deepl/v2/translate").json()) == ["message", "detail"]
    assert list(ask(app, "DELETE", "/translate").json()) == ["error"]
    assert "code" in ask(app, "GET", "/nowhere").json()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(load_settings({"MALGIL_DATA_FOLDER": str(tmp_path)}))


def a_key(database: Database, *scopes: str) -> str:
    made = new_key(KeyHash(), Tenant("town"), "app", scopes, now_s=NOW_S)
    with database.writing() as connection:
        tenants.create(connection, made.key)
    return made.written


def outcome(url: str, key: str) -> str:
    """What the official client makes of one short translation."""
    with closing(deepl.DeepLClient(key, server_url=url)) as client:
        try:
            client.translate_text("Hola", source_lang="ES", target_lang="FR")
        except deepl.DeepLException as error:
            return type(error).__name__
    return "translated"


def test_a_key_opens_what_it_is_for_and_a_wrong_one_nothing(valkey_url: str, database: Database) -> None:
    key, narrow = a_key(database), a_key(database, "detect")
    with live(valkey_url, database=database) as gateway:
        found = [outcome(gateway.url, each) for each in (key, "wrong", narrow)]
        assert found == ["translated", "AuthorizationException", "AuthorizationException"]
        body = {"q": "Hola", "source": "es", "target": "fr"}
        for given, status in ((key, 200), ("", 200), ("wrong", 403), (narrow, 403)):
            for sent in ({"json": {**body, "api_key": given}}, {"params": {**body, "api_key": given}}):
                assert httpx.post(f"{gateway.url}/translate", **sent).status_code == status  # type: ignore[arg-type]
        assert httpx.get(f"{gateway.url}/frontend/settings").json()["apiKeys"] is True


def test_without_a_key_where_one_is_needed_each_answers_as_its_clients_know(
    valkey_url: str, database: Database
) -> None:
    with live(valkey_url, database=database, MALGIL_ANONYMOUS="false") as gateway:
        libre = httpx.post(f"{gateway.url}/translate", json={"q": "Hola", "source": "es", "target": "fr"})
        deep = httpx.post(f"{gateway.url}/v2/translate", json={"text": ["Hola"], "target_lang": "FR"})
        told = httpx.get(f"{gateway.url}/frontend/settings").json()
    assert (libre.status_code, deep.status_code) == (400, 403)
    assert libre.headers["malgil-error"] == deep.headers["malgil-error"] == "key_required"
    assert told["keyRequired"] is True


def test_used_up_quotas_are_what_the_official_client_calls_them(
    clean_valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deepl.http_client.max_network_retries", 0)
    with live(clean_valkey, MALGIL_CHARACTERS_PER_DAY="6") as gateway:
        assert [outcome(gateway.url, "any") for _ in range(2)] == ["translated", "QuotaExceededException"]
        with closing(deepl.DeepLClient("any", server_url=gateway.url)) as client:
            used = client.get_usage().character
        assert (used.count, used.limit) == (4, 6)
    with live(clean_valkey, MALGIL_REQUESTS_PER_MINUTE="1", MALGIL_CACHE_SECRET="other") as gateway:
        assert [outcome(gateway.url, "any") for _ in range(2)] == ["translated", "TooManyRequestsException"]
        slow = httpx.post(f"{gateway.url}/translate", data={"q": "Hola", "source": "es", "target": "fr"})
    assert (slow.status_code, list(json.loads(slow.content))) == (429, ["error"])
    assert int(slow.headers["retry-after"]) > 0
