"""Who asks: a key's tenant with its scopes and limits, or the public.

A key comes as `Authorization: Bearer …`, as `X-API-Key` or, for clients of other services, where theirs put it
(`Authorization: DeepL-Auth-Key …`; a field of the body goes to `require`). It is looked up in memory (`api_keys`).
Whatever is kept, cached, counted or queued for a request belongs to `caller_of(request).tenant`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast, get_args

from fastapi import FastAPI, Request

from gateway.api_keys import KeyRing
from gateway.batch_queue import PUBLIC
from gateway.cache import SegmentKeys
from gateway.errors import KeyRequired, KeyUnknown, ScopeMissing
from gateway.settings import PREFIX, Settings, SettingsInvalid
from gateway.state.tenants import ApiKey, Tenant
from gateway.state.usage import NO_KEY

Scope = Literal[
    "translate", "summarize", "simplify", "accessible", "detect", "documents", "glossaries", "review", "usage"
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
# Nobody unknown decides what everybody reads.
PUBLIC_SCOPES = frozenset(SCOPES) - {"review"}

Unit = Literal["requests", "characters"]

_CALLER = "malgil.caller"
_KNOWN = 4096
# What stands before a key in `Authorization`. Anything else there, as a proxy's `Basic`, is not meant for us.
_SCHEMES = ("bearer", "deepl-auth-key")


@dataclass(frozen=True, slots=True)
class Quota:
    """So many of a unit in each window; the unit is its name."""

    unit: Unit
    quota: int
    window_s: int


@dataclass(frozen=True, slots=True)
class Caller:
    """`tenant` shares the queue and owns what is kept; `id` has the quotas; `api_key` is the id of a key, or NO_KEY."""

    tenant: Tenant
    id: str
    api_key: str = NO_KEY
    scopes: frozenset[str] = frozenset(SCOPES)
    quotas: tuple[Quota, ...] = ()
    expires_s: int | None = None


_WHERE_A_KEY_GOES: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer malgil_…`"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "`X-API-Key: malgil_…`"},
    "deepl": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "As DeepL's clients send it: `Authorization: DeepL-Auth-Key malgil_…`",
    },
    "libretranslate": {
        "type": "apiKey",
        "in": "query",
        "name": "api_key",
        "description": "The field `api_key` of LibreTranslate's clients; best in the body, for proxies log addresses.",
    },
}


def _any_of(*schemes: str) -> list[dict[str, list[str]]]:
    needed: list[dict[str, list[str]]] = [{scheme: []} for scheme in schemes]
    return [{}, *needed]


# Parts of the API where a key goes elsewhere, or nowhere.
_TAGGED: dict[str, list[dict[str, list[str]]]] = {
    "DeepL": _any_of("deepl", "bearer", "header"),
    "LibreTranslate": _any_of("libretranslate", "bearer", "header"),
    "health": [],
}


class Callers:
    """Tells callers apart. `scopes` are those of the public; None serves nobody without a key."""

    def __init__(
        self,
        ring: KeyRing,
        names: SegmentKeys,
        scopes: frozenset[str] | None = PUBLIC_SCOPES,
        limits: Mapping[Unit, int] | None = None,
    ) -> None:
        self._ring = ring
        self._names = names
        self._scopes = scopes
        self._limits: Mapping[Unit, int] = limits or {}
        self._quotas = quotas(self._limits)
        self._public = Tenant(PUBLIC)
        # A caller seldom asks only once, and the fast path counts in microseconds.
        self._anonymous = lru_cache(_KNOWN)(self._nobody)
        self._of_key = lru_cache(_KNOWN)(self._holder)

    def identify(self, request: Request, given: str = "") -> Caller:
        """Raises KeyRequired, KeyUnknown, KeyRevoked or KeyExpired. `given` is a key that came in the body."""
        written = presented(request) or given
        if written:
            return self._of_key(self._ring.holder(written))
        return self.public(request)

    def public(self, request: Request) -> Caller:
        """Somebody without a key; raises KeyRequired."""
        return self._anonymous(request.client.host if request.client else "")

    def _nobody(self, host: str) -> Caller:
        if self._scopes is None:
            raise KeyRequired
        return Caller(self._public, self._names.key("caller", _network(host)), NO_KEY, self._scopes, self._quotas)

    @property
    def keyless(self) -> bool:
        """Whether everybody is served and nobody has a key."""
        return self._scopes is not None and self._ring.empty

    @property
    def key_required(self) -> bool:
        return self._scopes is None

    def _holder(self, key: ApiKey) -> Caller:
        own: dict[Unit, int | None] = {"requests": key.requests_per_minute, "characters": key.characters_per_day}
        limits = {unit: self._limits.get(unit, 0) if limit is None else limit for unit, limit in own.items()}
        scopes = frozenset(key.scopes or SCOPES)
        return Caller(key.tenant, self._names.key("key", key.id), key.id, scopes, quotas(limits), key.expires_s)


def callers(settings: Settings, ring: KeyRing, names: SegmentKeys) -> Callers:
    """As the settings say; raises SettingsInvalid."""
    scopes = frozenset(settings.anonymous_scopes.split()) or PUBLIC_SCOPES
    if unknown := scopes - set(SCOPES):
        told = ", ".join(sorted(unknown))
        raise SettingsInvalid(f"{PREFIX}ANONYMOUS_SCOPES: no such scope: {told}. There are: {', '.join(SCOPES)}.")
    limits: dict[Unit, int] = {"requests": settings.requests_per_minute, "characters": settings.characters_per_day}
    return Callers(ring, names, scopes if settings.anonymous else None, limits)


def quotas(limits: Mapping[Unit, int]) -> tuple[Quota, ...]:
    """A limit of 0 is none."""
    windows_s: dict[Unit, int] = {"requests": 60, "characters": 86_400}
    return tuple(Quota(unit, limits[unit], s) for unit, s in windows_s.items() if limits.get(unit))


def caller_of(request: Request) -> Caller:
    """Who asks, found out once for each request; raises what `Callers.identify` raises."""
    known = request.scope.get(_CALLER)
    if known is None:
        known = request.scope[_CALLER] = request.app.state.parts.callers.identify(request)
    return cast(Caller, known)


def describe(app: FastAPI) -> None:
    """Say in the API's description where a key goes; which routes need one is the operator's to say, so none must."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        told = plain()
        told["components"]["securitySchemes"] = _WHERE_A_KEY_GOES
        told["security"] = _any_of("bearer", "header")
        for methods in told["paths"].values():
            for operation in methods.values():
                for tag in _TAGGED.keys() & operation.get("tags", ()):
                    operation["security"] = _TAGGED[tag]
        return told

    app.openapi = described  # type: ignore[method-assign]


def require(request: Request, scope: Scope, given: str = "") -> Caller:
    """The caller, if it may do this: 401 for a key that is missing or not good, 403 for one meant for other work.

    `given` is a key that came in the body; a key in the headers comes first, and an empty one is none."""
    if given:
        request.scope[_CALLER] = request.app.state.parts.callers.identify(request, given)
    caller = caller_of(request)
    if scope in caller.scopes:
        return caller
    raise KeyRequired if caller.api_key == NO_KEY else ScopeMissing(scope)


def require_of_client(request: Request, scope: Scope, given: str = "") -> Caller:
    """The same for clients of other services, which may not do without a key: where nobody has one, any will do."""
    callers: Callers = request.app.state.parts.callers
    if callers.keyless:
        request.scope[_CALLER] = callers.public(request)
        given = ""
    return require(request, scope, given)


def may(scope: Scope) -> Callable[[Request], Awaitable[Caller]]:
    """The dependency of a route: `caller: Annotated[Caller, Depends(may("translate"))]`."""

    async def allowed(request: Request) -> Caller:
        return require(request, scope)

    return allowed


def presented(request: Request) -> str:
    """The key in the headers, or nothing; raises KeyUnknown for one that is empty."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in _SCHEMES:
        if not key.strip():
            raise KeyUnknown
        return key.strip()
    return request.headers.get("x-api-key", "").strip()


def _network(host: str) -> str:
    """An address, of IPv6 its network, tells callers without a key apart."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)
