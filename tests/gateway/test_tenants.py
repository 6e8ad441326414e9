"""What belongs to one tenant: no other sees, hits, counts or deletes it. A table of every route, so that a new one is
one row here and cannot be forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import event

from gateway import keys
from gateway.app import create_app
from gateway.callers import SCOPES, caller_of
from gateway.connections import async_client
from gateway.errors import NotFound
from gateway.settings import load_settings
from gateway.state import tenants
from gateway.state.database import Database
from models.catalogue import Catalogue
from tests.clients.test_isolation import PATHS as CLIENTS
from tests.gateway.deployed import ENTRY, Deployed, database_in, deployed, make_key

TEXT = "La señora Zuruqwexafía abre la biblioteca."


@dataclass(frozen=True, slots=True)
class Row:
    """A route, a body it takes and the scope it asks for; `cached`: a second asking reaches no model; `counts`: the
    characters it is counted with, where they are not those of its text."""

    method: str
    path: str
    body: dict[str, Any] | None
    scope: str
    cached: bool = False
    counts: int | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that is made with POST, has an id, and is found, listed and deleted under it."""

    path: str
    body: dict[str, Any]
    scope: str
    listed: str  # the field of the list's answer


PAIR = {"source": "es", "target": "an"}
SAID = {"source": TEXT, "source_lang": "es", "target_lang": "an"}
ROWS = (
    Row("POST", "/v1/translate", {"text": TEXT, **PAIR}, "translate", cached=True),
    Row("POST", "/v1/translate", {"text": f"<p>{TEXT}</p>", "format": "html", **PAIR}, "translate", cached=True),
    Row("POST", "/v1/summarize", {"text": TEXT, **PAIR}, "summarize", cached=True),
    Row("POST", "/v1/simplify", {"text": TEXT, "source": "es"}, "simplify"),
    Row("POST", "/v1/accessible", {"text": TEXT, "lang": "es", "outputs": ["plain"]}, "accessible"),
    Row("POST", "/v1/detect", {"text": TEXT}, "detect"),
    Row("GET", "/v1/documents/0", None, "documents"),
    Row("GET", "/v1/usage", None, "usage"),
    Row("GET", "/v1/memory", None, "review", counts=0),
    Row("POST", "/v1/memory", {"units": [{"source": TEXT, "target": TEXT}], **PAIR}, "review", counts=0),
    Row("POST", "/v1/memory/lookup", {"text": TEXT, **PAIR}, "review", counts=0),
    Row("DELETE", "/v1/memory/{unit_id}", None, "review", counts=0),
    Row("POST", "/v1/feedback", {"suggested": TEXT, "kind": "wrong", **SAID}, "translate", counts=2 * len(TEXT)),
    Row("GET", "/v1/feedback/{ticket}", None, "translate", counts=0),
    Row("GET", "/v1/review", None, "review", counts=0),
    Row("POST", "/v1/review", {"target": TEXT, **SAID}, "review", counts=2 * len(TEXT)),
    Row("POST", "/v1/review/{ticket}", {"decision": "reject"}, "review", counts=0),
)
RESOURCES: tuple[Resource, ...] = (
    Resource("/v1/glossaries", {"terms": [{"source": "a", "target": "b"}], **PAIR}, "glossaries", "glossaries"),
)
# What says the same to everyone and keeps nothing of anyone.
OPEN = {
    "/v1/languages",
    "/v1/models",
    "/openapi.json",
    "/v1/models/{model_id}/card",
    "/v1/accessibility/capabilities",
    "/healthz",
    "/readyz",
    # The web page, for callers without a key: its form asks for the scope of what it does (tests/gateway/test_page.py).
    "/",
    "/page.css",
}

by_route = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path} {row.cached}")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_in(tmp_path) as opened:
        yield opened


def answers(database: Database, row: Row, *keys: str | None, **settings: str) -> list[httpx.Response]:
    """What a process without a Redis says: who is refused is refused before any work."""

    async def scenario() -> list[httpx.Response]:
        async with async_client("unix:///tmp/no-such.sock") as redis:
            app = create_app(load_settings(settings), Catalogue((ENTRY,)), redis, database=database)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
                return [
                    await client.request(
                        row.method, row.path, json=row.body, headers={} if key is None else {"X-API-Key": key}
                    )
                    for key in keys
                ]

    return asyncio.run(scenario())


def paths(routes: Iterable[Any]) -> Iterator[str]:
    """Of routes and of the routers among them."""
    for route in routes:
        inside = getattr(route, "original_router", None)
        if inside is None:
            yield route.path
        else:
            yield from paths(inside.routes)


def test_every_route_is_in_this_table(clean_valkey: str) -> None:
    async def scenario() -> set[str]:
        async with async_client(clean_valkey) as redis:
            app = create_app(load_settings({}), Catalogue((ENTRY,)), redis)
            return set(paths(app.routes))

    known = {row.path for row in ROWS} | OPEN
    # Those of other services' clients have a table of their own.
    known |= CLIENTS | {f"/deepl{path}" for path in CLIENTS if path.startswith("/v2/")}
    known |= {f"/v1/documents{path}" for path in ("", "/{job_id}", "/{job_id}/events", "/{job_id}/result")}
    known -= {"/v1/documents/0"}  # what they share is in test_documents.py
    known |= {path for each in RESOURCES for path in (each.path, f"{each.path}/{{id}}")}
    assert asyncio.run(scenario()) == known
    assert {row.scope for row in ROWS} | {each.scope for each in RESOURCES} | {"glossaries"} == set(SCOPES)


@by_route
def test_who_has_no_good_key_is_refused(database: Database, row: Row) -> None:
    other = make_key(database, "other", *(scope for scope in SCOPES if scope != row.scope))
    wrong = other[:-1] + ("A" if other[-1] != "A" else "B")
    refused = answers(database, row, None, wrong, other, MALGIL_ANONYMOUS="false")
    told = [(answer.status_code, answer.json()["code"]) for answer in refused]
    assert told == [(401, "key_required"), (401, "unknown_key"), (403, "scope_missing")]
    assert [answer.headers.get("www-authenticate") for answer in refused] == ['Bearer realm="malgil"'] * 2 + [None]
    assert not any(other.split("_", 2)[2] in answer.text for answer in refused)


def test_a_request_costs_no_query(database: Database) -> None:
    known, unknown = make_key(database, "a"), "malgil_" + "0" * 16 + "_" + "A" * 43
    asked: list[str] = []
    assert database._engine is not None
    detect = next(row for row in ROWS if row.scope == "detect")
    answers(database, detect, None)  # the process reads the keys when it starts

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(database._engine, "before_cursor_execute", note)
    told = answers(database, detect, *[known, unknown, None] * 20)
    assert {answer.status_code for answer in told} == {200, 401}
    assert len([each for each in asked if "api_keys" in each]) == 1


@by_route
def test_the_public_may_do_what_the_operator_lets_it(database: Database, row: Row) -> None:
    others = " ".join(scope for scope in SCOPES if scope != row.scope)
    [refused] = answers(database, row, None, MALGIL_ANONYMOUS_SCOPES=others)
    assert (refused.status_code, refused.json()["code"]) == (401, "key_required")


async def computed_by(service: Deployed, row: Row, key: str | None) -> int:
    """How many segments the model translated for a request."""
    before = len(service.model.translated)
    answer = await service.ask(row.method, row.path, row.body, key)
    assert answer.status_code == 200, answer.text
    return len(service.model.translated) - before


@pytest.mark.parametrize("row", [row for row in ROWS if row.cached], ids=lambda row: f"{row.path} {len(row.body)}")
@pytest.mark.usefixtures("brisk")
def test_no_tenant_hits_what_another_had_cached(clean_valkey: str, database: Database, row: Row) -> None:
    a, again, b = make_key(database, "a"), make_key(database, "a"), make_key(database, "b")
    shares, too = make_key(database, "shares"), make_key(database, "shares-too")
    with database.writing() as connection:
        for tenant in ("shares", "shares-too"):
            assert tenants.share_cache(connection, tenant, True)

    async def scenario() -> list[int]:
        async with deployed(clean_valkey, database) as service:
            return [await computed_by(service, row, key) for key in (a, again, b, None, shares, too, a)]

    first, second_key_of_a, of_b, of_the_public, shared, shared_too, later = asyncio.run(scenario())
    assert first == of_b == of_the_public > 0
    assert [second_key_of_a, shared, shared_too, later] == [0, 0, 0, 0]


@by_route
@pytest.mark.usefixtures("brisk")
def test_each_key_counts_its_own_and_no_other(clean_valkey: str, database: Database, row: Row) -> None:
    a, same_tenant, b = make_key(database, "a"), make_key(database, "a"), make_key(database, "b")

    async def scenario() -> list[list[dict[str, Any]]]:
        async with deployed(clean_valkey, database) as service:
            await service.ask(row.method, row.path, row.body, a)
            asked = [await service.ask("GET", "/v1/usage", key=key) for key in (a, same_tenant, b)]
            return [answer.json()["days"] for answer in asked]

    of_a, *others = asyncio.run(scenario())
    assert others == [[], []]
    counted = [(day["requests"], day["characters"]) for day in of_a]
    characters = len(row.body["text"]) if row.body and row.counts is None else row.counts
    assert counted == ([] if characters is None else [(1, characters)])


@pytest.mark.usefixtures("brisk")
def test_a_quota_used_up_by_one_key_is_whole_for_the_others(clean_valkey: str, database: Database) -> None:
    a, b = (make_key(database, tenant, requests_per_minute=1) for tenant in ("a", "b"))
    free = make_key(database, "a")

    async def scenario() -> tuple[list[int], str]:
        async with deployed(clean_valkey, database) as service, async_client(clean_valkey) as redis:
            asked = [await service.ask("POST", "/v1/detect", {"text": "ሰላም"}, key) for key in (a, a, b, b, free, free)]
            return [answer.status_code for answer in asked], str(await redis.keys())

    statuses, names = asyncio.run(scenario())
    assert statuses == [200, 429, 200, 429, 200, 200]
    assert not any(part in names for key in (a, b) for part in key.split("_", 2)[1:])


def test_a_tenant_waits_in_its_own_share_of_the_queue(clean_valkey: str, database: Database) -> None:
    a = make_key(database, "a")

    async def scenario() -> dict[Any, Any]:
        async with deployed(clean_valkey, database, engine=False) as service, async_client(clean_valkey) as redis:
            asking = [asyncio.create_task(service.ask("POST", "/v1/translate", ROWS[0].body, key)) for key in (a, None)]
            async with asyncio.timeout(10):
                while len(held := await redis.hgetall(keys.held(ENTRY.reference))) < 2:  # noqa: ASYNC110 Redis tells nobody
                    await asyncio.sleep(0.01)
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            return held

    assert asyncio.run(scenario()) == {b"a": b"1", b"public": b"1"}


async def faults_of(service: Deployed, resource: Resource, a: str, b: str) -> set[str]:
    """What tenant B can do to what A made, and A then cannot."""
    item = (await service.ask("POST", resource.path, resource.body, a)).json()["id"]
    path = f"{resource.path}/{item}"
    faults = set()
    if (await service.ask("GET", path, key=b)).status_code != 404:
        faults.add("seen")
    if any(each["id"] == item for each in (await service.ask("GET", resource.path, key=b)).json()[resource.listed]):
        faults.add("listed")
    if (await service.ask("DELETE", path, key=b)).status_code != 404:
        faults.add("deleted")
    mine = (await service.ask("GET", resource.path, key=a)).json()[resource.listed]
    if (await service.ask("GET", path, key=a)).status_code != 200 or item not in [each["id"] for each in mine]:
        faults.add("lost")
    return faults


def test_no_tenant_reaches_what_another_made(clean_valkey: str, database: Database) -> None:
    a, b = make_key(database, "a"), make_key(database, "b")

    async def scenario() -> dict[str, set[str]]:
        async with deployed(clean_valkey, database, prepare=lambda app: notes(app, leaks=False)) as service:
            return {each.path: await faults_of(service, each, a, b) for each in (*RESOURCES, NOTES)}

    assert not any(asyncio.run(scenario()).values())


def test_a_resource_that_leaks_is_found_out(clean_valkey: str, database: Database) -> None:
    a, b = make_key(database, "a"), make_key(database, "b")

    async def scenario() -> set[str]:
        async with deployed(clean_valkey, database, prepare=lambda app: notes(app, leaks=True)) as service:
            return await faults_of(service, NOTES, a, b)

    assert asyncio.run(scenario()) == {"seen", "listed", "deleted", "lost"}


NOTES = Resource("/v1/notes", {"text": TEXT}, "translate", "notes")


def notes(app: FastAPI, *, leaks: bool) -> None:
    """The smallest resource there is, kept by tenant or for everyone."""
    kept: dict[tuple[str, str], str] = {}

    def owner(request: Request) -> str:
        return "everyone" if leaks else caller_of(request).tenant.id

    @app.post("/v1/notes")
    async def create(body: dict[str, str], request: Request) -> dict[str, str]:
        kept[owner(request), "1"] = body["text"]
        return {"id": "1"}

    @app.get("/v1/notes")
    async def listed(request: Request) -> dict[str, list[dict[str, str]]]:
        return {"notes": [{"id": item} for whose, item in kept if whose == owner(request)]}

    @app.get("/v1/notes/{item}")
    async def read(item: str, request: Request) -> dict[str, str]:
        if (owner(request), item) not in kept:
            raise NotFound
        return {"id": item}

    @app.delete("/v1/notes/{item}")
    async def delete(item: str, request: Request) -> dict[str, str]:
        if kept.pop((owner(request), item), None) is None:
            raise NotFound
        return {}
