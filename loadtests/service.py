"""The service under test, seen from outside: where it is, whether it is ready, what it serves."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from loadtests.access import VARIABLE, Access
from loadtests.plan import Directions
from loadtests.profiles import KindName
from loadtests.refusal import LoadTestRefused
from locales.tags import LanguageTag

TIMEOUT_S = 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """`url` without a trailing slash."""

    url: str
    host: str
    port: int
    loopback: bool


class _Target(Struct):
    lang: str


class _Source(Struct):
    lang: str
    targets: list[_Target]


class _Languages(Struct):
    languages: list[_Source]


class _Model(Struct):
    id: str
    version: str
    state: str


class _Models(Struct):
    models: list[_Model]


class _Info(Struct):
    version: str


class _Described(Struct):
    info: _Info


@dataclass(frozen=True, slots=True)
class Service:
    """`keyed`: its callers show an API key."""

    address: Address
    version: str
    models: tuple[str, ...]
    served: frozenset[tuple[LanguageTag, LanguageTag]]
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The directions a run uses and those of the profile it does without; `replaced`: it uses none of the profile's."""

    directions: Directions
    left_out: tuple[tuple[LanguageTag, LanguageTag], ...]
    replaced: bool = False


_GIVE_KEY = f"give one in the variable {VARIABLE} or with --key-file"
# What a refusal means for callers with a key, and for those without.
_NOT_ADMITTED: Mapping[int, tuple[str, str]] = {
    401: ("the API key is unknown, revoked or expired", f"nobody is served without an API key; {_GIVE_KEY}"),
    403: ("the API key lacks the scope for this", f"callers without an API key may not do this; {_GIVE_KEY}"),
    503: ("not to be had there at present", "not to be had there at present"),
}


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: another service would be measured, and shown the key."""

    def redirect_request(self, *_: object) -> None: ...


def address(url: str, *, allow_remote: bool) -> Address:
    """Raises LoadTestRefused for what is no HTTP address, and for another machine unless that is allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError as error:
        raise LoadTestRefused(f"{url}: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path.strip("/"):
        raise LoadTestRefused(f"{url}: an address such as http://127.0.0.1:8080 is needed, without a path")
    if parts.username or parts.password:
        raise LoadTestRefused("The address holds a password; it would end up in the report.")
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise LoadTestRefused(f"{url}: {parts.hostname} is not known here ({error.strerror})") from None
    loopback = all(ipaddress.ip_address(each.split("%")[0]).is_loopback for each in found)
    if not (loopback or allow_remote):
        raise LoadTestRefused(
            f"{url} is another machine. A load test can put it out of service: --allow-remote says that it is yours."
        )
    return Address(url.rstrip("/"), parts.hostname, port, loopback)


def examine(where: Address, access: Access, kinds: Collection[KindName]) -> Service:
    """Raises LoadTestRefused when it does not answer, is not ready, is no Malgil or would not serve these callers."""
    readiness, _ = fetch(f"{where.url}/readyz")
    if readiness == 503:
        raise LoadTestRefused(f"{where.url} is not ready: Redis or an engine is missing. /readyz says which.")
    languages = _read(where, "/v1/languages", _Languages)
    models = _read(where, "/v1/models", _Models)
    described = _read(where, "/openapi.json", _Described)
    _check_admitted(where, access, kinds)
    return Service(
        address=where,
        version=described.info.version,
        models=tuple(f"{each.id}@{each.version}" for each in models.models if each.state == "serving"),
        served=frozenset(
            (LanguageTag(source.lang), LanguageTag(target.lang))
            for source in languages.languages
            for target in source.targets
        ),
        keyed=bool(access.key),
    )


def _check_admitted(where: Address, access: Access, kinds: Collection[KindName]) -> None:
    """Whether the callers would be served, asked with requests that ask for nothing and count towards no quota."""
    asked: list[tuple[str, bytes | None]] = [("/v1/translate", b"{}")] if set(kinds) - {"document"} else []
    if "document" in kinds:
        asked.append(("/v1/documents/none", None))
    for path, body in asked:
        status, _ = fetch(f"{where.url}{path}", {"Content-Type": "application/json", **access.headers}, body=body)
        if status in _NOT_ADMITTED:
            known, unknown = _NOT_ADMITTED[status]
            raise LoadTestRefused(f"{where.url}{path}: {known if access.key else unknown} (status {status})")


def choose(wanted: Directions, service: Service, written_in: frozenset[str], *, any_direction: bool) -> Choice:
    """Those of the profile's directions that are served and that texts can be made for.

    Raises LoadTestRefused when there is none, unless any served direction may stand in.
    """
    usable = {pair: weight for pair, weight in wanted.items() if pair in service.served and pair[0] in written_in}
    left_out = tuple(pair for pair in wanted if pair not in usable)
    if usable:
        return Choice(usable, left_out)
    served = {pair: 1.0 for pair in sorted(service.served) if pair[0] in written_in}
    if any_direction and served:
        return Choice(served, left_out, replaced=True)
    have = ", ".join(map(arrow, served)) or "none that texts can be made for"
    raise LoadTestRefused(
        f"{service.address.url} serves none of the profile's directions ({', '.join(map(arrow, wanted))}).\n"
        f"It serves: {have}. --any-direction runs with these; the report will say so."
    )


def arrow(direction: tuple[str, str]) -> str:
    return f"{direction[0]} → {direction[1]}"


def fetch(
    url: str, headers: Mapping[str, str] | None = None, timeout_s: float = TIMEOUT_S, body: bytes | None = None
) -> tuple[int, bytes]:
    """Status and body. Raises LoadTestRefused when nothing answers."""
    # Without the proxies of the environment: they would be measured too.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    try:
        with opener.open(urllib.request.Request(url, body, dict(headers or {})), timeout=timeout_s) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
    except (OSError, HTTPException, ssl.SSLError) as error:
        reason = getattr(error, "reason", error)
        raise LoadTestRefused(f"{url} does not answer ({reason}). Is the service running?") from None


def _read(where: Address, path: str, kind: type[T]) -> T:
    status, body = fetch(f"{where.url}{path}")
    try:
        if status == 200:
            return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    raise LoadTestRefused(f"{where.url}{path} does not answer as Malgil does (status {status}).")
