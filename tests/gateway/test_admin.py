"""The admin API: who may use it, and what it can do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from gateway.admin import create_admin
from gateway.api_keys import KeyRing
from gateway.errors import KeyRevoked
from gateway.settings import SettingsInvalid, load_settings
from gateway.state import usage
from gateway.state.database import Database
from gateway.state.usage import Account, Spent
from tests.gateway.deployed import database_in

TOKEN = "0123456789abcdef0123456789abcdef"
KEY = {"tenant": "concello", "name": "web do concello", "scopes": ["translate", "usage"]}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_in(tmp_path) as opened:
        yield opened


Asked = tuple[str, str] | tuple[str, str, Any]


def ask(
    database: Database, *wanted: Asked, token: str | None = f"Bearer {TOKEN}", lang: str = "en"
) -> list[httpx.Response]:
    async def scenario() -> list[httpx.Response]:
        app = create_admin(load_settings({"MALGIL_ADMIN_TOKEN": TOKEN}), database)
        headers = {"accept-language": lang} | ({} if token is None else {"authorization": token})
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
            return [
                await client.request(method, f"/admin/v1{path}", json=body[0] if body else None)
                for method, path, *body in wanted
            ]

    return asyncio.run(scenario())


EVERYTHING: list[Asked] = [
    ("GET", "/keys"),
    ("POST", "/keys", KEY),
    ("DELETE", "/keys/0123456789abcdef"),
    ("GET", "/tenants"),
    ("PATCH", "/tenants/public", {"shares_cache": True}),
    ("GET", "/usage"),
]


@pytest.mark.parametrize(
    "token", [None, "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}0", f"Basic {TOKEN}", "Bearer ключ"]
)
def test_without_its_token_nothing_is_told_or_done(database: Database, token: str | None) -> None:
    refused = ask(database, *EVERYTHING, token=token.encode() if token else None)  # type: ignore[arg-type]
    assert {answer.status_code for answer in refused} == {401}
    assert TOKEN not in "".join(answer.text for answer in refused)
    [left] = ask(database, ("GET", "/keys"))
    assert left.json() == {"keys": []}


def test_every_route_is_behind_the_token(database: Database) -> None:
    paths = create_admin(load_settings({"MALGIL_ADMIN_TOKEN": TOKEN}), database).openapi()["paths"]
    asked = {
        (each[0].lower(), each[1].replace("0123456789abcdef", "{key_id}").replace("public", "{tenant}"))
        for each in EVERYTHING
    }
    assert {(method, path.removeprefix("/admin/v1")) for path, methods in paths.items() for method in methods} == asked


def test_a_key_is_told_once_works_at_once_and_is_revoked_for_good(database: Database) -> None:
    [made] = ask(database, ("POST", "/keys", {**KEY, "days": 30, "requests_per_minute": 5}))
    assert made.status_code == 201
    written, key_id = made.json()["key"], made.json()["info"]["id"]
    known = KeyRing()
    known.open(database)
    assert known.holder(written).scopes == ("translate", "usage")
    with capture_logs() as logs:
        listed, revoked, again, gone = ask(
            database,
            ("GET", "/keys?tenant=concello"),
            ("DELETE", f"/keys/{key_id}"),
            ("DELETE", f"/keys/{key_id}"),
            ("DELETE", "/keys/x"),
        )
    [told] = listed.json()["keys"]
    assert (told["id"], told["tenant"], told["requests_per_minute"], told["revoked"]) == (key_id, "concello", 5, None)
    assert revoked.json()["revoked"] == again.json()["revoked"] is not None
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    secret = written.split("_", 2)[2]
    assert secret not in listed.text + revoked.text + str(logs)
    assert {"key_revoked"} <= {each["event"] for each in logs}
    asyncio.run(known.look(database))
    with pytest.raises(KeyRevoked):
        known.holder(written)


def test_keys_of_a_tenant_are_only_its_own(database: Database) -> None:
    *_, of_one, of_nobody = ask(
        database,
        ("POST", "/keys", KEY),
        ("POST", "/keys", {**KEY, "tenant": "otro"}),
        ("GET", "/keys?tenant=otro"),
        ("GET", "/keys?tenant=x"),
    )
    assert [key["tenant"] for key in of_one.json()["keys"]] == ["otro"]
    assert of_nobody.json() == {"keys": []}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"tenant": "Con Espacios"}, "tenant"),
        ({"tenant": "a:b"}, "tenant"),
        ({"tenant": "a\n"}, "tenant"),
        ({"tenant": "x" * 65}, "tenant"),
        ({"name": ""}, "name"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"requests_per_minute": -1}, "requests_per_minute"),
        ({"characters_per_day": 10**16}, "characters_per_day"),
        ({"days": 0}, "days"),
        ({"id": "mine"}, "id"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_by_name_and_leaves_nothing(
    database: Database, change: dict[str, Any], named: str
) -> None:
    refused, listed, tenants = ask(database, ("POST", "/keys", KEY | change), ("GET", "/keys"), ("GET", "/tenants"))
    assert (refused.status_code, refused.json()["field"]) == (422, named)
    assert listed.json() == {"keys": []}
    assert [each["id"] for each in tenants.json()["tenants"]] == ["public"]


def test_tenants_say_whether_they_share(database: Database) -> None:
    _, changed, listed, unknown = ask(
        database,
        ("POST", "/keys", KEY),
        ("PATCH", "/tenants/concello", {"shares_cache": True}),
        ("GET", "/tenants"),
        ("PATCH", "/tenants/nobody", {"shares_cache": True}),
    )
    assert changed.json() == {"id": "concello", "shares_cache": True}
    assert listed.json()["tenants"] == [changed.json(), {"id": "public", "shares_cache": False}]
    assert unknown.status_code == 404


def test_usage_is_told_by_tenant_key_and_day(database: Database) -> None:
    today = datetime.now(UTC).date()
    with database.writing() as connection:
        spent = {Account("public", "", today): Spent(3, 30), Account("public", "", date(2020, 1, 1)): Spent(1, 1)}
        usage.add(connection, spent)
    everything, of_one = ask(database, ("GET", "/usage"), ("GET", "/usage?tenant=concello"))
    row = {"tenant": "public", "key": None, "day": str(today), "requests": 3, "characters": 30}
    assert everything.json() == {"usage": [row]}
    assert of_one.json() == {"usage": []}


def test_faults_are_told_in_the_language_of_the_reader(database: Database) -> None:
    [refused] = ask(database, ("GET", "/keys"), token="Bearer x", lang="ast")
    assert (refused.json()["lang"], refused.json()["message"]) == ("ast", "Esta clave d'API nun se conoz equí.")


def test_a_database_that_is_away_is_said_so() -> None:
    [answer] = ask(Database(None), ("GET", "/keys"))
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "state_unavailable", "5")


def test_a_token_that_could_be_guessed_is_refused_without_showing_it() -> None:
    with pytest.raises(SettingsInvalid, match="MALGIL_ADMIN_TOKEN") as raised:
        load_settings({"MALGIL_ADMIN_TOKEN": "geheim"})
    assert "geheim" not in str(raised.value)
