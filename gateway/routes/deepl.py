"""DeepL's API, version 2, at its own addresses and under /deepl: its clients work when their URL is changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse

from gateway import simplification
from gateway.callers import caller_of
from gateway.clients import deepl as contract
from gateway.clients import deepl_glossaries, documents, exchange, fields
from gateway.clients.fields import Fields
from gateway.clients.schemas import (
    DeeplDocument,
    DeeplDocumentKey,
    DeeplDocumentRequest,
    DeeplDocumentStatus,
    DeeplError,
    DeeplGlossaries,
    DeeplGlossary,
    DeeplGlossaryRequest,
    DeeplImprovements,
    DeeplLanguage,
    DeeplLanguagesRequest,
    DeeplPairs,
    DeeplRephraseRequest,
    DeeplRequest,
    DeeplTranslations,
    DeeplUsage,
    body_of,
    form_of,
)
from gateway.description import answers
from gateway.documents import wire as document_wire
from gateway.parts import Parts, parts
from gateway.wire import requests

PREFIXES = ("/v2", "/deepl/v2")

Service = Annotated[Parts, Depends(parts)]
Translating = Annotated[Fields, Depends(fields.allowed("translate", "auth_key"))]
Simplifying = Annotated[Fields, Depends(fields.allowed("simplify", "auth_key"))]
Documents = Annotated[Fields, Depends(fields.allowed("documents", "auth_key"))]
Uploaded = Annotated[Fields, Depends(fields.uploaded("auth_key"))]
Glossaries = Annotated[Fields, Depends(fields.allowed("glossaries", "auth_key"))]
Using = Annotated[Fields, Depends(fields.allowed("usage", "auth_key"))]
_ERRORS = answers(DeeplError, 400, 403, 404, 413, 429, 456, 500, 503)


async def _translate(request: Request, response: Response, service: Service, given: Translating) -> DeeplTranslations:
    """Translate texts; with `tag_handling` also HTML and XML, whose tags stay as they are."""
    body = given.parsed(DeeplRequest, contract.LISTS)
    wish = contract.wish(body, request, service)
    await service.limits.admit(request, requests.characters(wish.texts))
    wish = await exchange.guided(wish, contract.glossary(body), service)
    answers = await exchange.translate(service.translation, wish)
    exchange.told(response, answers)
    return contract.translations(body, answers, wish.texts)


async def _languages(request: Request, service: Service, given: Translating) -> list[DeeplLanguage]:
    """The languages that are translated from (`type=source`) or into (`type=target`)."""
    # Its own client sends a form with a GET.
    body = given.parsed(DeeplLanguagesRequest)
    return contract.languages(service.catalogue, request, body.type)


async def _usage(request: Request, service: Service, _: Using) -> DeeplUsage:
    """Characters used of the caller's quota; without a quota both are left out."""
    for level in await service.limits.levels(caller_of(request)):
        if level.quota.unit == "characters":
            return DeeplUsage(character_count=level.quota.quota - level.left, character_limit=level.quota.quota)
    return DeeplUsage()


async def _rephrase(request: Request, service: Service, given: Simplifying) -> DeeplImprovements:
    """Say texts in simple language (`writing_style` `simple`), as /v1/simplify does."""
    body = given.parsed(DeeplRephraseRequest, contract.LISTS)
    order = contract.simplify_order(body, service)
    await service.limits.admit(request, requests.characters(order.texts))
    return contract.improvements(await simplification.simplify(order, service.translation), body)


async def _create_glossary(request: Request, service: Service, given: Glossaries) -> DeeplGlossary:
    """Make a glossary of terms in TSV or CSV."""
    await service.limits.admit(request, 0)
    return await deepl_glossaries.created(given.parsed(DeeplGlossaryRequest), caller_of(request).tenant.id, service)


async def _glossaries(request: Request, service: Service, _: Glossaries) -> DeeplGlossaries:
    """The caller's glossaries."""
    await service.limits.admit(request, 0)
    found = await service.glossaries.listed(caller_of(request).tenant.id)
    return DeeplGlossaries(glossaries=[deepl_glossaries.described(each) for each in found])


async def _glossary(glossary_id: str, request: Request, service: Service, _: Glossaries) -> DeeplGlossary:
    """What a glossary is called and of which languages it is."""
    await service.limits.admit(request, 0)
    return deepl_glossaries.described(await service.glossaries.look(caller_of(request).tenant.id, glossary_id))


async def _glossary_entries(glossary_id: str, request: Request, service: Service, _: Glossaries) -> Response:
    """The terms of a glossary as TSV."""
    await service.limits.admit(request, 0)
    text = await deepl_glossaries.entries(glossary_id, caller_of(request).tenant.id, service)
    return Response(text, media_type=_TSV)


async def _remove_glossary(glossary_id: str, request: Request, service: Service, _: Glossaries) -> None:
    """Delete a glossary."""
    await service.limits.admit(request, 0)
    await service.glossaries.remove(caller_of(request).tenant.id, glossary_id)


async def _glossary_pairs(service: Service, _: Glossaries) -> DeeplPairs:
    """The pairs of languages that glossaries can be of: all that are served."""
    return deepl_glossaries.pairs(service.catalogue)


async def _submit_document(request: Request, service: Service, given: Uploaded) -> DeeplDocument:
    """Translate a document in the background."""
    return await documents.deepl_submitted(given, request, caller_of(request), service)


async def _document_status(
    document_id: str, request: Request, service: Service, given: Documents
) -> DeeplDocumentStatus:
    """How far a document is."""
    documents.check_key(document_id, given)
    job = await service.documents.status(caller_of(request).tenant, document_id)
    return documents.deepl_status(job, request, service)


async def _document_result(document_id: str, request: Request, service: Service, given: Documents) -> FileResponse:
    """The translated document."""
    documents.check_key(document_id, given)
    return document_wire.file_response(await service.documents.result(caller_of(request).tenant, document_id))


_TSV = "text/tab-separated-values"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
_TERMS: dict[int | str, dict[str, Any]] = {200: {"content": {_TSV: {"schema": {"type": "string"}}}}}
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
    router.get("/glossary-language-pairs", **common)(_glossary_pairs)
    router.post("/glossaries", status_code=201, openapi_extra=body_of(DeeplGlossaryRequest), **common)(_create_glossary)
    router.get("/glossaries", **common)(_glossaries)
    router.get("/glossaries/{glossary_id}", **common)(_glossary)
    router.delete("/glossaries/{glossary_id}", status_code=204, responses=_ERRORS)(_remove_glossary)
    router.get("/glossaries/{glossary_id}/entries", response_class=Response, responses=_ERRORS | _TERMS)(
        _glossary_entries
    )
    router.post("/document", openapi_extra=form_of(DeeplDocumentRequest), **common)(_submit_document)
    key = body_of(DeeplDocumentKey)
    router.post("/document/{document_id}", openapi_extra=key, **common)(_document_status)
    router.post(
        "/document/{document_id}/result",
        response_class=FileResponse,
        openapi_extra=key,
        responses=_ERRORS | _FILE,
    )(_document_result)
    router.post("/write/rephrase", openapi_extra=body_of(DeeplRephraseRequest), **common)(_rephrase)
    return router


routers = tuple(map(_router, PREFIXES))
