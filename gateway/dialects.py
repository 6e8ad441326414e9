"""How the APIs of other services spell an error: their status codes, their shape. The words and facts are ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from gateway.errors import GatewayError, RateLimited
from gateway.schemas.problems import Problem

CODE_HEADER = "Malgil-Error"


@dataclass(frozen=True, slots=True)
class Dialect:
    """`paths`: those it is spoken on; one that ends in `/` stands for all below. `statuses`: by quota that is
    used up, by code, by status; others stay. `asked`: where a client names its language before `Accept-Language`."""

    paths: tuple[str, ...]
    statuses: Mapping[str | int, int]
    body: Callable[[Problem], dict[str, Any]]
    headers: Mapping[str, str]
    asked: Callable[[Request], str | None] = lambda _: None

    def status(self, problem: Problem, error: GatewayError | None) -> int:
        if isinstance(error, RateLimited) and error.unit in self.statuses:
            return self.statuses[error.unit]
        return self.statuses.get(problem.code, self.statuses.get(problem.status, problem.status))


def _asked_of_libretranslate(request: Request) -> str | None:
    return request.headers.get("x-override-accept-language") or request.query_params.get("lang")


# What its pages and others' read in browsers; without credentials, since nothing here rests on cookies.
OPEN_TO_PAGES: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "Authorization, Content-Language, Malgil-Error, Malgil-Model, Malgil-Warnings, "
    "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Max-Age": "1728000",
}

LIBRETRANSLATE = Dialect(
    paths=(
        "/translate",
        "/detect",
        "/languages",
        "/frontend/settings",
        "/suggest",
        "/health",
        "/translate_file",
        "/download_file/",
    ),
    statuses={
        "text_too_long": 400,
        "document_too_large": 400,
        "document_too_long": 400,
        "document_too_many_parts": 400,
        "document_not_ready": 503,
        "key_required": 400,
        401: 403,
        409: 400,
        415: 400,
        422: 400,
    },
    body=lambda problem: {"error": f"{problem.message} {problem.help}"},
    headers=OPEN_TO_PAGES,
    asked=_asked_of_libretranslate,
)
DEEPL = Dialect(
    paths=("/v2/", "/deepl/v2/"),
    # 503 makes its clients try again later; of 504 they know nothing. 456: no characters left.
    statuses={"characters": 456, "document_not_ready": 503, 401: 403, 409: 400, 415: 400, 422: 400, 504: 503},
    body=lambda problem: {"message": problem.message, "detail": problem.help},
    headers={},
)
_DIALECTS = (LIBRETRANSLATE, DEEPL)


def of(request: Request) -> Dialect | None:
    """The dialect of a request's address; None is our own."""
    path = request.scope["path"]
    if path.startswith("/v1/"):
        return None
    for dialect in _DIALECTS:
        if any(path == each or (each.endswith("/") and path.startswith(each)) for each in dialect.paths):
            return dialect
    return None
