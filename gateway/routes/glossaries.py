"""/v1/glossaries: the terms of an organisation."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from gateway import term_files
from gateway.bodies import parsed
from gateway.callers import Caller, may
from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.schemas.terms import GlossariesResponse, Glossary, GlossaryDetail, GlossaryGiven, GlossaryRevised
from gateway.wire import terms as terms_wire

router = APIRouter(prefix="/v1/glossaries", tags=["glossaries"])

Service = Annotated[Parts, Depends(parts)]
Who = Annotated[Caller, Depends(may("glossaries"))]
Id = Annotated[str, Path(alias="id", max_length=64)]
MEDIA_TYPES = {name: each.media_type for name, each in term_files.FORMATS.items()}


def _problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    return problem_answers(401, 403, *codes, 429, 503)


def _body(schema: str) -> dict[str, Any]:
    files = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES.values()}
    json = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"required": True, "content": {**json, **files}}}


@router.post("", status_code=201, responses=_problems(400, 413, 415, 422), openapi_extra=_body("GlossaryGiven"))
async def create(
    request: Request,
    service: Service,
    caller: Who,
    source: str | None = None,
    target: str | None = None,
    name: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    format: str | None = None,
) -> Glossary:
    """Make a glossary from JSON, or from a TBX, CSV or TSV file; then `source` and `target` stand in the address."""
    await service.limits.admit(request, 0)
    form, body = await terms_wire.content(request, term_files.FORMATS, MEDIA_TYPES, format)
    if form == "json":
        given = await asyncio.to_thread(parsed, body, GlossaryGiven)
        name, languages, terms = given.name, terms_wire.pair(given.source, given.target), terms_wire.terms(given.terms)
    else:
        languages = terms_wire.pair(source, target)
        terms = await asyncio.to_thread(term_files.read_file, form, body, languages.source, languages.target)
    tenant = caller.tenant.id
    created = await service.glossaries.create(tenant, name, languages.source, languages.target, terms)
    return await terms_wire.made(created, tenant, service)


@router.get("", responses=_problems())
async def listed(request: Request, service: Service, caller: Who) -> GlossariesResponse:
    """The caller's glossaries, oldest first."""
    await service.limits.admit(request, 0)
    found = await service.glossaries.listed(caller.tenant.id)
    return GlossariesResponse(glossaries=[terms_wire.listed(each) for each in found])


@router.get(
    "/{id}",
    response_model=GlossaryDetail,
    dependencies=[Depends(may("glossaries"))],
    responses=_problems(404, 415)
    | {200: {"content": {each: {"schema": {"type": "string"}} for each in MEDIA_TYPES.values()}}},
)
async def read(reference: Id, request: Request, service: Service, format: str | None = None) -> Response:
    """A glossary, `id` or `id@version`: JSON, or a TBX, CSV or TSV file where `Accept` or `format` asks for one."""
    await service.limits.admit(request, 0)
    return await terms_wire.glossary_response(reference, request, format, service)


@router.put(
    "/{id}",
    status_code=201,
    responses=_problems(400, 404, 413, 415, 422),
    openapi_extra=_body("GlossaryRevised"),
)
async def revise(
    glossary_id: Id, request: Request, service: Service, caller: Who, format: str | None = None
) -> Glossary:
    """Make the next version, with all its terms; older versions stay as they were."""
    await service.limits.admit(request, 0)
    tenant = caller.tenant.id
    there = await service.glossaries.look(tenant, glossary_id)
    form, body = await terms_wire.content(request, term_files.FORMATS, MEDIA_TYPES, format)
    name = None
    if form == "json":
        given = await asyncio.to_thread(parsed, body, GlossaryRevised)
        name, terms = given.name, terms_wire.terms(given.terms)
    else:
        terms = await asyncio.to_thread(term_files.read_file, form, body, there.source, there.target)
    return await terms_wire.made(await service.glossaries.revise(tenant, there.id, terms, name), tenant, service)


@router.delete("/{id}", status_code=204, responses=_problems(404))
async def remove(glossary_id: Id, request: Request, service: Service, caller: Who) -> None:
    """Delete a glossary with all its versions."""
    await service.limits.admit(request, 0)
    await service.glossaries.remove(caller.tenant.id, glossary_id)
