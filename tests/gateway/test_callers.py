"""Who asks: where a key may stand, and what comes of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from fastapi import FastAPI, Request

from gateway.api_keys import KeyHash, KeyRing, new_key
from gateway.cache import SegmentKeys
from gateway.callers import PUBLIC_SCOPES, Callers, Quota, Unit, caller_of, callers, describe, require
from gateway.errors import KeyRequired, KeyUnknown, ScopeMissing
from gateway.settings import SettingsInvalid, load_settings
from gateway.state.tenants import Tenant

NAMES = SegmentKeys(b"secret")
MADE = new_key(KeyHash(), Tenant("udal"), "proba", ("translate",), requests_per_minute=5, characters_per_day=0, now_s=1)
KEY = MADE.written


def known(limits: dict[Unit, int] | None = None) -> Callers:
    ring = KeyRing()
    ring.learn(1, [MADE.key])
    return Callers(ring, NAMES, limits=limits)


def request(*headers: tuple[str, str], host: str = "203.0.113.7") -> Request:
    app = SimpleNamespace(state=SimpleNamespace(parts=SimpleNamespace(callers=known())))
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return Request({"type": "http", "headers": raw, "client": (host, 1), "app": app})


@pytest.mark.parametrize(
    "header",
    [
        ("authorization", f"Bearer {KEY}"),
        ("authorization", f"bearer  {KEY} "),
        ("authorization", f"DeepL-Auth-Key {KEY}"),
        ("x-api-key", KEY),
    ],
)
def test_a_key_is_read_where_clients_put_it(header: tuple[str, str]) -> None:
    caller = caller_of(request(header))
    assert (caller.tenant.id, caller.api_key, sorted(caller.scopes)) == ("udal", MADE.key.id, ["translate"])


@pytest.mark.parametrize(
    "headers",
    [
        [("authorization", "Bearer ")],
        [("authorization", "Bearer x")],
        [("authorization", "Bearer x"), ("x-api-key", KEY)],
    ],
)
def test_a_key_that_is_not_good_is_never_passed_over(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(KeyUnknown):
        caller_of(request(*headers))


@pytest.mark.parametrize("headers", [[], [("x-api-key", "")], [("authorization", "Basic dXNlcjpwYXNz")]])
def test_who_sends_no_key_is_the_public(headers: list[tuple[str, str]]) -> None:
    caller = caller_of(request(*headers))
    assert (caller.tenant.id, caller.api_key, sorted(caller.scopes)) == ("public", "", sorted(PUBLIC_SCOPES))


def test_a_key_may_come_in_the_body_and_one_in_the_headers_comes_first() -> None:
    assert require(request(), "translate", KEY).tenant.id == "udal"
    assert require(request(), "translate", "").tenant.id == "public"
    assert require(request(("x-api-key", KEY)), "translate", "other").tenant.id == "udal"
    with pytest.raises(KeyUnknown):
        require(request(), "translate", "other")


def test_the_caller_of_a_body_is_the_caller_of_the_request() -> None:
    asked = request()
    assert require(asked, "translate", KEY) is caller_of(asked)


def test_a_key_for_other_work_is_told_so_and_the_public_is_asked_for_a_key() -> None:
    with pytest.raises(ScopeMissing) as raised:
        require(request(("x-api-key", KEY)), "documents")
    assert raised.value.values == {"scope": "documents"}
    nobody = Callers(KeyRing(), NAMES, scopes=None)
    with pytest.raises(KeyRequired):
        nobody.identify(request())


def test_limits_of_a_key_come_before_those_of_the_service() -> None:
    limited = known({"requests": 100, "characters": 1000})
    assert limited.identify(request(("x-api-key", KEY))).quotas == (Quota("requests", 5, 60),)
    public = limited.identify(request())
    assert public.quotas == (Quota("requests", 100, 60), Quota("characters", 1000, 86_400))


def test_callers_have_one_id_by_key_wherever_they_are_and_it_is_not_the_key() -> None:
    here, there = (known().identify(request(("x-api-key", KEY), host=host)) for host in ("203.0.113.7", "2001:db8::1"))
    assert here.id == there.id
    assert MADE.key.id not in here.id


def test_the_description_says_where_a_key_goes() -> None:
    app = FastAPI()
    for tag in ("x", "DeepL", "LibreTranslate", "health"):
        app.get(f"/{tag}", tags=[tag], response_model=dict[str, int])(lambda: {})
    app.post("/v1/x")(_answer)
    describe(app)
    told = app.openapi()
    asked = {
        path: methods["get"].get("security", told["security"])
        for path, methods in told["paths"].items()
        if "get" in methods
    }
    assert all({} in each for path, each in asked.items() if path != "/health")
    assert asked["/health"] == []
    assert asked["/DeepL"][1] == {"deepl": []}
    assert asked["/LibreTranslate"][1] == {"libretranslate": []}
    assert {name for every in asked.values() for each in every for name in each} == set(
        told["components"]["securitySchemes"]
    )


def _answer(body: Quota) -> Quota:
    return body


def test_scopes_of_the_public_are_checked_at_the_start() -> None:
    with pytest.raises(SettingsInvalid, match=r"MALGIL_ANONYMOUS_SCOPES.*telepathy"):
        callers(load_settings({"MALGIL_ANONYMOUS_SCOPES": "translate telepathy"}), KeyRing(), NAMES)
