"""The API description: valid, complete, and true of whatever a client may send."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.routes.deepl import PREFIXES
from gateway.settings import load_settings
from gateway.state.database import open_database
from tests.clients.live import Live, live
from tests.gateway.test_app import working_app

DESCRIBED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs/reference/openapi.json").read_text(encoding="utf-8")
)
OPERATIONS = [(method, path) for path, methods in DESCRIBED["paths"].items() for method in methods]
EXAMPLES = 15
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# What any route may answer, described once for all: docs/reference/errors.md.
EVERYWHERE = (400, 401, 403, 404, 405, 413, 422, 429, 431)


@pytest.fixture(scope="module")
def keeping(valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    given_settings: dict[str, Any] = {"MALGIL_DATA_FOLDER": str(tmp_path_factory.mktemp("data"))}
    database = open_database(load_settings(given_settings))
    with live(valkey_url, model="described", database=database, **given_settings) as started:
        yield started


def routes(found: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Method and path of routes and of the routers among them."""
    for each in found:
        if (inside := getattr(each, "original_router", None)) is not None:
            yield from routes(inside.routes)
        else:
            yield from ((method.lower(), each.path) for method in each.methods - {"HEAD", "OPTIONS"})


def test_the_description_is_valid() -> None:
    validate(DESCRIBED)


def test_every_route_is_described_and_says_what_it_does() -> None:
    served = set(routes(working_app().routes))
    aliases = {pair for pair in served if pair[1].startswith(PREFIXES[1])} | {("get", "/v2/translate")}
    page = {("get", "/"), ("post", "/"), ("get", "/page.css")}  # for people
    assert served - aliases - page - set(OPERATIONS) == {("get", "/openapi.json")}
    for method, path in OPERATIONS:
        operation = DESCRIBED["paths"][path][method]
        assert operation.get("description") or operation["tags"] == ["health"], (method, path)
        assert operation["tags"], (method, path)
    identifiers = [DESCRIBED["paths"][path][method]["operationId"] for method, path in OPERATIONS]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_no_request_breaks_the_service_or_its_description(keeping: Live, method: str, path: str) -> None:
    operation = schemathesis.openapi.from_dict(DESCRIBED)[path][method.upper()]

    @seed(20)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def asked(case: Any) -> None:
        answer = case.call(base_url=keeping.url)
        checks = [check for check in CHECKS if answer.status_code not in EVERYWHERE or check is not CHECKS[1]]
        case.validate_response(answer, checks=checks)

    asked()
