"""LibreTranslate's API at its own addresses: its clients work when their URL is changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse

from gateway import dialects
from gateway.callers import caller_of
from gateway.clients import documents, exchange, fields
from gateway.clients import libretranslate as contract
from gateway.clients.fields import Fields
from gateway.clients.schemas import (
    DetectedLanguage,
    FrontendSettings,
    LibreTranslateDetectRequest,
    LibreTranslateError,
    LibreTranslateFile,
    LibreTranslateFileRequest,
    LibreTranslateHealth,
    LibreTranslateLanguage,
    LibreTranslateRequest,
    LibreTranslateSuccess,
    LibreTranslateSuggestion,
    LibreTranslation,
    body_of,
    form_of,
)
from gateway.description import answers
from gateway.documents import wire as document_wire
from gateway.parts import Parts, parts
from gateway.wire import requests

router = APIRouter(tags=["LibreTranslate"])

Service = Annotated[Parts, Depends(parts)]
Translating = Annotated[Fields, Depends(fields.allowed("translate", "api_key"))]
Detecting = Annotated[Fields, Depends(fields.allowed("detect", "api_key"))]
Uploaded = Annotated[Fields, Depends(fields.uploaded("api_key"))]
_ERRORS = answers(LibreTranslateError, 400, 403, 404, 413, 429, 500, 503, 504)

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post(
    "/translate", response_model=LibreTranslation, responses=_ERRORS, openapi_extra=body_of(LibreTranslateRequest)
)
async def translate(request: Request, service: Service, given: Translating) -> Response:
    """Translate a text or, in JSON, several; also HTML, whose tags stay as they are."""
    body = given.parsed(LibreTranslateRequest)
    wish = contract.wish(body, request, service)
    await service.limits.admit(request, requests.characters(wish.texts, alternatives=wish.alternatives))
    wish = await exchange.guided(wish, None, service)
    return contract.translations(body, await exchange.translate(service.translation, wish))


@router.post(
    "/detect",
    response_model=list[DetectedLanguage],
    responses=_ERRORS,
    openapi_extra=body_of(LibreTranslateDetectRequest),
)
async def detect(request: Request, service: Service, given: Detecting) -> Response:
    """The likeliest languages of a text, at most three."""
    body = given.parsed(LibreTranslateDetectRequest)
    await service.limits.admit(request, requests.characters(requests.texts(body.q, service.settings)))
    return contract.detections(body)


@router.get("/languages", response_model=list[LibreTranslateLanguage])
async def languages(request: Request, service: Service) -> Response:
    """The languages that are served, with what each is translated into."""
    return contract.languages(service, request)


@router.get("/frontend/settings", response_model=FrontendSettings)
async def settings(request: Request, service: Service) -> Response:
    """What a page in front of the service should know of it."""
    return contract.settings(service, request)


@router.post(
    "/translate_file",
    response_model=LibreTranslateFile,
    responses=_ERRORS,
    openapi_extra=form_of(LibreTranslateFileRequest),
)
async def translate_file(request: Request, service: Service, given: Uploaded) -> Response:
    """Translate a document; the answer says where to fetch it."""
    made = await documents.libre_submitted(given, request, caller_of(request), service)
    return contract.answer(made.model_dump())


@router.get("/download_file/{name}", response_class=FileResponse, responses=_ERRORS | _FILE)
async def download_file(name: str, request: Request, service: Service) -> FileResponse:
    """A translated document."""
    return document_wire.file_response(await documents.libre_result(name, request, service))


@router.post(
    "/suggest",
    response_model=LibreTranslateSuccess,
    responses=_ERRORS,
    openapi_extra=body_of(LibreTranslateSuggestion),
)
async def suggest(request: Request, service: Service, given: Translating) -> Response:
    """Suggest another translation; somebody reviews it (`/v1/review`)."""
    suggestion = contract.suggestion(given.parsed(LibreTranslateSuggestion), service)
    await service.limits.admit(request, len(suggestion.source) + len(suggestion.suggested))
    await service.memories.suggest(caller_of(request).tenant.id, suggestion, store=True)
    return contract.answer({"success": True})


@router.get("/health", response_model=LibreTranslateHealth)
async def health() -> Response:
    """The process lives; `/readyz` says whether it can translate."""
    return contract.answer({"status": "ok"})


async def _asked_by_a_page() -> Response:
    return Response(headers=dict(dialects.LIBRETRANSLATE.headers))


for _path in ("/translate", "/detect", "/languages", "/frontend/settings", "/translate_file", "/suggest", "/health"):
    router.add_api_route(_path, _asked_by_a_page, methods=["OPTIONS"], include_in_schema=False)
