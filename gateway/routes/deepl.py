"""DeepL's API, version 2, at its own addresses and under /deepl: its clients work when their URL is changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from gateway import simplification, wire
from gateway.callers import Scope, caller_of, require_of_client
from gateway.clients import deepl as contract
from gateway.clients import exchange, fields
from gateway.clients.fields import Fields
from gateway.clients.schemas import (
    DeeplError,
    DeeplImprovements,
    DeeplLanguage,
    DeeplLanguagesRequest,
    DeeplRephraseRequest,
    DeeplRequest,
    DeeplTranslations,
    DeeplUsage,
    body_of,
)
from gateway.parts import Parts, parts

PREFIXES = ("/v2", "/deepl/v2")

Service = Annotated[Parts, Depends(parts)]
_ERRORS: dict[int | str, dict[str, Any]] = {code: {"model": DeeplError} for code in (400, 403, 413, 429, 456, 500, 503)}


async def _allowed(request: Request, scope: Scope) -> Fields:
    given = await fields.read(request)
    require_of_client(request, scope, given.text("auth_key"))
    return given


async def _translate(request: Request, response: Response, service: Service) -> DeeplTranslations:
    """Translate texts; with `tag_handling` also HTML and XML, whose tags stay as they are."""
    body = (await _allowed(request, "translate")).parsed(DeeplRequest, contract.LISTS)
    wish = contract.wish(body, request, service)
    await service.limits.admit(request, wire.characters(wish.texts))
    answers = await exchange.translate(service.translation, wish)
    exchange.told(response, answers)
    return contract.translations(body, answers, wish.texts)


async def _languages(request: Request, service: Service) -> list[DeeplLanguage]:
    """The languages that are translated from (`type=source`) or into (`type=target`)."""
    # Its own client sends a form with a GET.
    body = (await _allowed(request, "translate")).parsed(DeeplLanguagesRequest)
    return contract.languages(service.catalogue, request, body.type)


async def _usage(request: Request, service: Service) -> DeeplUsage:
    """Characters used of the caller's quota; without a quota both are left out."""
    await _allowed(request, "usage")
    for level in await service.limits.levels(caller_of(request)):
        if level.quota.unit == "characters":
            return DeeplUsage(character_count=level.quota.quota - level.left, character_limit=level.quota.quota)
    return DeeplUsage()


async def _rephrase(request: Request, service: Service) -> DeeplImprovements:
    """Say texts in simple language (`writing_style` `simple`), as /v1/simplify does."""
    body = (await _allowed(request, "simplify")).parsed(DeeplRephraseRequest, contract.LISTS)
    order = contract.simplify_order(body, service)
    await service.limits.admit(request, wire.characters(order.texts))
    return contract.improvements(await simplification.simplify(order, service.translation), body)


_TYPE = {"parameters": [{"name": "type", "in": "query", "schema": {"enum": ["source", "target"], "default": "source"}}]}


def _router(prefix: str) -> APIRouter:
    """All of it below `prefix`; only the first is described."""
    router = APIRouter(prefix=prefix, tags=["DeepL"], include_in_schema=prefix == PREFIXES[0])
    common: dict[str, Any] = {"responses": _ERRORS, "response_model_exclude_none": True}
    router.post("/translate", openapi_extra=body_of(DeeplRequest), **common)(_translate)
    # Some clients put it all into the address, where proxies write it down: answered, not advertised.
    router.get("/translate", include_in_schema=False, **common)(_translate)
    router.get("/languages", openapi_extra=_TYPE, **common)(_languages)
    router.post("/languages", openapi_extra=body_of(DeeplLanguagesRequest), **common)(_languages)
    router.get("/usage", **common)(_usage)
    router.post("/usage", **common)(_usage)
    router.post("/write/rephrase", openapi_extra=body_of(DeeplRephraseRequest), **common)(_rephrase)
    return router


routers = tuple(map(_router, PREFIXES))
