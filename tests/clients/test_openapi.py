"""The API descriptions: valid, linted, complete, and true of whatever a client may send."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from docs.reference_pages import admin_description
from gateway.admin import create_admin
from gateway.api_keys import KeyHash, new_key
from gateway.routes.deepl import PREFIXES
from gateway.settings import load_settings
from gateway.state import tenants
from gateway.state.database import Database, open_database
from gateway.state.tenants import Tenant
from tests.accessibility.tools import needs
from tests.clients.live import live
from tests.gateway.test_app import working_app

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
LINT = Path(__file__).parent / "lint"
DESCRIBED: dict[str, Any] = json.loads((REFERENCE / "openapi.json").read_text(encoding="utf-8"))
FOR_ADMINS: dict[str, Any] = json.loads((REFERENCE / "admin-openapi.json").read_text(encoding="utf-8"))
DESCRIPTIONS = {"openapi.json": DESCRIBED, "admin-openapi.json": FOR_ADMINS}
EXAMPLES = 10
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# What HTTP itself may answer on any route: docs/reference/errors.md.
EVERYWHERE = (405, 431)
ADMIN_TOKEN = "a token of the test's own, made of words"


def operations_of(description: dict[str, Any]) -> list[tuple[str, str]]:
    return [(method, path) for path, methods in description["paths"].items() for method in methods]


OPERATIONS = operations_of(DESCRIBED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: where, as it is described, by whom."""

    url: str
    description: dict[str, Any]
    headers: dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[Database]:
    opened = open_database(load_settings({"MALGIL_DATA_FOLDER": str(folder)}))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api(valkey_url: str, folder: Path, database: Database) -> Iterator[Asked]:
    """Asked by a tenant whose key may do everything."""
    given_settings: dict[str, Any] = {"MALGIL_DATA_FOLDER": str(folder), "MALGIL_SUGGESTIONS": "true"}
    made = new_key(KeyHash.of(load_settings(given_settings)), Tenant("tests"), "all scopes", now_s=round(time.time()))
    asyncio.run(database.write(tenants.create, made.key))
    with live(valkey_url, model="described", database=database, **given_settings) as started:
        yield Asked(started.url, DESCRIBED, {"Authorization": f"Bearer {made.written}"})


@pytest.fixture(scope="module")
def admin_api(database: Database) -> Iterator[Asked]:
    app = create_admin(load_settings({"MALGIL_ADMIN_TOKEN": ADMIN_TOKEN}), database)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = threading.Thread(target=server.run, name="admin-under-test")
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Asked(f"http://127.0.0.1:{port}", FOR_ADMINS, {"Authorization": f"Bearer {ADMIN_TOKEN}"})
    server.should_exit = True
    thread.join(10)


def routes(found: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Method and path of routes and of the routers among them."""
    for each in found:
        if (inside := getattr(each, "original_router", None)) is not None:
            yield from routes(inside.routes)
        else:
            yield from ((method.lower(), each.path) for method in each.methods - {"HEAD", "OPTIONS"})


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_description_is_valid(name: str) -> None:
    validate(DESCRIPTIONS[name])


def lint(*files: Path) -> str:
    """What the linter has to say; empty is well."""
    needs("node")
    if not (LINT / "node_modules").is_dir():
        reason = "not installed: npm ci --ignore-scripts --prefix tests/clients/lint"
        if "CI" in os.environ:  # noqa: TID251 there a skip would hide a failure
            pytest.fail(reason)
        pytest.skip(reason)
    program = LINT / "node_modules/@stoplight/spectral-cli/dist/index.js"
    options = ("--ruleset", str(LINT / "ruleset.yaml"), "--format", "text", "--quiet", "--fail-severity", "hint")
    ran = subprocess.run(
        ["node", str(program), "lint", *options, *map(str, files)],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (ran.returncode == 0) == (not ran.stdout.strip()), ran.stderr
    return ran.stdout.strip()


@pytest.mark.timeout(120)
def test_the_linter_finds_nothing_in_the_descriptions() -> None:
    assert lint(*(REFERENCE / name for name in DESCRIPTIONS)) == ""


@pytest.mark.timeout(120)
def test_the_linter_would_find_a_schema_that_is_not_there(tmp_path: Path) -> None:
    spoiled = json.loads(json.dumps(DESCRIBED))
    del spoiled["components"]["schemas"]["GlossaryGiven"]
    (tmp_path / "spoiled.json").write_text(json.dumps(spoiled), encoding="utf-8")
    assert "GlossaryGiven' does not exist" in lint(tmp_path / "spoiled.json")


def test_the_description_for_admins_is_the_committed_one(tmp_path: Path) -> None:
    assert admin_description(tmp_path) == FOR_ADMINS, "run `make docs`"


def test_every_place_for_a_key_is_described_where_it_is_read() -> None:
    schemes = DESCRIBED["components"]["securitySchemes"]
    assert "DeepL-Auth-Key" in schemes["deepl"]["description"]
    for method, path in OPERATIONS:
        operation = DESCRIBED["paths"][path][method]
        named = [name for each in operation.get("security", DESCRIBED["security"]) for name in each]
        assert set(named) <= schemes.keys()
        assert ("deepl" in named) == path.startswith("/v2/"), path
        assert ("libretranslate" in named) == (operation["tags"] == ["LibreTranslate"]), path
        assert bool(named) == (operation["tags"] != ["health"]), path
    assert FOR_ADMINS["security"] == [{"token": []}]


def test_every_route_is_described_and_says_what_it_does() -> None:
    served = set(routes(working_app().routes))
    aliases = {pair for pair in served if pair[1].startswith(PREFIXES[1])} | {("get", "/v2/translate")}
    page = {("get", "/"), ("post", "/"), ("get", "/page.css")}  # for people
    assert served - aliases - page - set(OPERATIONS) == {("get", "/openapi.json")}
    for description in DESCRIPTIONS.values():
        operations = [each for methods in description["paths"].values() for each in methods.values()]
        for operation in operations:
            assert operation["description"], operation
            assert operation["tags"], operation
        identifiers = [operation["operationId"] for operation in operations]
        assert len(set(identifiers)) == len(identifiers)


def without_keys(description: dict[str, Any]) -> dict[str, Any]:
    """The keys are the test's to show; others would be made up in their place."""
    copied: dict[str, Any] = json.loads(json.dumps(description))
    del copied["components"]["securitySchemes"], copied["security"]
    for methods in copied["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    return copied


def check(asked: Asked, method: str, path: str, mode: GenerationMode) -> None:
    """No request breaks the service, or is answered otherwise than it is described."""
    schema = schemathesis.openapi.from_dict(without_keys(asked.description))
    schema.config.generation.update(modes=[mode])
    operation = schema[path][method.upper()]

    @seed(20)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call(base_url=asked.url, headers=asked.headers)
        assert answer.status_code != 401 or not asked.headers, "the key is not good"
        checks = [each for each in CHECKS if answer.status_code not in EVERYWHERE or each is not CHECKS[1]]
        case.validate_response(answer, checks=checks)

    ask()


def can_be_broken(description: dict[str, Any], method: str, path: str) -> bool:
    """Whether there are requests that are not as described: where all is any text, there are none."""
    operation = description["paths"][path][method]
    parameters = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
    return "requestBody" in operation or any(not _any_text(each["schema"]) for each in parameters)


def _any_text(schema: dict[str, Any]) -> bool:
    kinds = schema.get("anyOf", [schema])
    told = {"title", "description", "examples", "default"}
    return all(each.keys() - told == {"type"} and each["type"] in ("string", "null") for each in kinds)


def every(description: dict[str, Any], *ways: tuple[str, GenerationMode]) -> list[Any]:
    """Who asks what how, for every operation."""
    return [
        pytest.param(method, path, who, mode, id=f"{method} {path}-{who}-{mode.value}")
        for method, path in operations_of(description)
        for who, mode in ways
        if mode is GenerationMode.POSITIVE or can_be_broken(description, method, path)
    ]


WELL, BADLY = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("method", "path", "who", "mode"), every(DESCRIBED, ("nobody", WELL), ("key", WELL), ("key", BADLY))
)
def test_no_request_breaks_the_service_or_its_description(
    api: Asked, method: str, path: str, who: str, mode: GenerationMode
) -> None:
    check(replace(api, headers=api.headers if who == "key" else {}), method, path, mode)


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("method", "path", "who", "mode"), every(FOR_ADMINS, ("nobody", WELL), ("token", WELL), ("token", BADLY))
)
def test_no_request_breaks_the_admin_api_or_its_description(
    admin_api: Asked, method: str, path: str, who: str, mode: GenerationMode
) -> None:
    check(replace(admin_api, headers=admin_api.headers if who == "token" else {}), method, path, mode)
