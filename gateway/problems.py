"""Every error answer of the service: one shape, localised, without the request's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway import dialects
from gateway.errors import (
    ERRORS,
    BodyNotJson,
    BodyNotUtf8,
    BodyTooLarge,
    FieldInvalid,
    FieldUnknown,
    GatewayError,
    MethodNotAllowed,
    NotFound,
    help_id,
    named,
)
from gateway.schemas.problems import Problem
from locales.languages import text_direction
from locales.messages import READABLE, message
from locales.negotiation import negotiate
from locales.tags import LanguageTag

MEDIA_TYPE = "application/problem+json"
# Where a request keeps how large its body may be.
BODY_LIMIT = "malgil.body_limit"
DEFAULT_LOCALE = LanguageTag("en")
PAGE_PATH = "/"

_FIELD_NAME = re.compile(r"[a-z_]{1,32}")
_HTTP_ERRORS: dict[int, type[GatewayError]] = {404: NotFound, 405: MethodNotAllowed}


def locale_of(request: Request) -> LanguageTag:
    """The language to answer in; on the web page a reader can choose another than their browser's."""
    chosen = request.query_params.get("lang") if request.scope["path"] == PAGE_PATH else None
    dialect = dialects.of(request)
    asked = dialect.asked(request) if dialect else None
    return _negotiated(asked or request.headers.get("accept-language"), chosen)


def spoken_in(request: Request) -> dict[str, str]:
    """The headers of an answer whose warnings and labels are in the caller's locale."""
    return {"Content-Language": locale_of(request), "Vary": "Accept-Language"}


@lru_cache(maxsize=256)
def _negotiated(accept_language: str | None, chosen: str | None) -> LanguageTag:
    return negotiate(chosen, READABLE, negotiate(accept_language, READABLE, DEFAULT_LOCALE))


def install(app: FastAPI) -> None:
    app.add_exception_handler(GatewayError, _gateway_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


def response(request: Request, error: GatewayError, headers: dict[str, str] | None = None) -> Response:
    answered = _answered(request, problem(request, error), error)
    answered.headers.update(headers_of(error) | (headers or {}))
    return answered


def internal(request: Request) -> Response:
    return _answered(request, _problem(request, 500, "internal", {}, {}))


def problem(request: Request, error: GatewayError) -> Problem:
    """The fact as the caller is told it."""
    mapping = ERRORS[type(error)]
    extra: dict[str, Any] = {}
    if error.available:
        extra["available"] = list(error.available)
    if "field" in error.values:
        extra["field"] = error.values["field"]
    return _problem(request, mapping.status, mapping.code, named(error, locale_of(request)), extra)


def headers_of(error: GatewayError) -> dict[str, str]:
    """When to try again, where that helps; how to say who one is, where that was missing."""
    mapping = ERRORS[type(error)]
    headers = {"WWW-Authenticate": 'Bearer realm="malgil"'} if mapping.status == 401 else {}
    if seconds := error.retry_after_s or mapping.retry_after_s:
        headers["Retry-After"] = str(seconds)
    return headers


def _problem(request: Request, status: int, code: str, values: dict[str, str | int], extra: dict[str, Any]) -> Problem:
    locale = locale_of(request)
    request_id = request.scope.get("request_id", "")
    filled = {**values, "request_id": request_id}
    return Problem(
        type=f"urn:malgil:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        message=message(f"error.{code}.message", locale, **filled),
        help=message(help_id(code, filled), locale, **filled),
        lang=locale,
        dir=text_direction(locale),
        request_id=request_id,
        **extra,
    )


def _answered(request: Request, problem: Problem, error: GatewayError | None = None) -> Response:
    if request.scope["path"] == PAGE_PATH and (page := getattr(request.app.state, "problem_page", None)):
        # Who reads the page in a browser gets a page about what went wrong with it.
        answered: Response = page(request, problem)
        return answered
    headers: dict[str, str] = {"Content-Language": problem.lang, "Vary": "Accept-Language"}
    if dialect := dialects.of(request):
        headers |= {dialects.CODE_HEADER: problem.code, **dialect.headers}
        return JSONResponse(dialect.body(problem), dialect.status(problem, error), headers)
    return JSONResponse(problem.model_dump(exclude_none=True), problem.status, headers, media_type=MEDIA_TYPE)


async def _gateway_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, GatewayError)
    return response(request, error)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return response(request, _fact(error.errors()))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:
        return response(request, BodyTooLarge(limit=request.scope.get(BODY_LIMIT, request.app.state.max_body_bytes)))
    unreadable = BodyNotUtf8 if isinstance(error.__cause__, UnicodeDecodeError) else BodyNotJson
    fact = _HTTP_ERRORS.get(error.status_code, unreadable)
    return response(request, fact(), dict(error.headers or {}))


def _fact(faults: Sequence[dict[str, Any]]) -> GatewayError:
    """The first fault of a body as a fact. A key is quoted only when it looks like a field name, a value never."""
    fault = faults[0]
    location = fault["loc"][1:]  # the first says whether it was in the body, the query or the path
    if fault["type"] == "json_invalid" or (fault["type"] == "missing" and not location):
        return BodyNotJson()
    name = next((part for part in location if isinstance(part, str)), "body" if not location else "")
    field = name if _FIELD_NAME.fullmatch(name) else "?"
    return FieldUnknown(field=field) if fault["type"] == "extra_forbidden" else FieldInvalid(field=field)
