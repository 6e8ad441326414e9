"""LibreTranslate's API at its own addresses: its clients work when their URL is changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from gateway import dialects, wire
from gateway.callers import Scope, require_of_client
from gateway.clients import exchange, fields
from gateway.clients import libretranslate as contract
from gateway.clients.fields import Fields
from gateway.clients.schemas import (
    DetectedLanguage,
    FrontendSettings,
    LibreTranslateDetectRequest,
    LibreTranslateError,
    LibreTranslateHealth,
    LibreTranslateLanguage,
    LibreTranslateRequest,
    LibreTranslation,
    body_of,
)
from gateway.parts import Parts, parts

router = APIRouter(tags=["LibreTranslate"])

Service = Annotated[Parts, Depends(parts)]
_ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": LibreTranslateError} for code in (400, 413, 429, 500, 503, 504)
}


async def _allowed(request: Request, scope: Scope) -> Fields:
    given = await fields.read(request)
    require_of_client(request, scope, given.text("api_key"))
    return given


@router.post(
    "/translate", response_model=LibreTranslation, responses=_ERRORS, openapi_extra=body_of(LibreTranslateRequest)
)
async def translate(request: Request, service: Service) -> Response:
    """Translate a text or, in JSON, several; also HTML, whose tags stay as they are."""
    given = await _allowed(request, "translate")
    body = given.parsed(LibreTranslateRequest)
    wish = contract.wish(body, request, service)
    await service.limits.admit(request, wire.characters(wish.texts))
    return contract.translations(body, await exchange.translate(service.translation, wish))


@router.post(
    "/detect",
    response_model=list[DetectedLanguage],
    responses=_ERRORS,
    openapi_extra=body_of(LibreTranslateDetectRequest),
)
async def detect(request: Request, service: Service) -> Response:
    """The likeliest languages of a text, at most three."""
    given = await _allowed(request, "detect")
    body = given.parsed(LibreTranslateDetectRequest)
    await service.limits.admit(request, wire.characters(wire.texts(body.q, service.settings)))
    return contract.detections(body)


@router.get("/languages", response_model=list[LibreTranslateLanguage])
async def languages(request: Request, service: Service) -> Response:
    """The languages that are served, with what each is translated into."""
    return contract.languages(service, request)


@router.get("/frontend/settings", response_model=FrontendSettings)
async def settings(request: Request, service: Service) -> Response:
    """What a page in front of the service should know of it."""
    return contract.settings(service, request)


@router.get("/health", response_model=LibreTranslateHealth)
async def health() -> Response:
    """The process lives; `/readyz` says whether it can translate."""
    return contract.answer({"status": "ok"})


async def _asked_by_a_page() -> Response:
    return Response(headers=dict(dialects.LIBRETRANSLATE.headers))


for _path in ("/translate", "/detect", "/languages", "/frontend/settings", "/health"):
    router.add_api_route(_path, _asked_by_a_page, methods=["OPTIONS"], include_in_schema=False)
