"""/v1/memory: what an organisation translated before. Texts never stand in an address."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway import memories
from gateway.callers import Caller, may
from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.schemas.terms import LookedUp, LookUp, MemoryResponse, MemoryTaken
from gateway.wire import terms as terms_wire

router = APIRouter(prefix="/v1/memory", tags=["memory"])

Service = Annotated[Parts, Depends(parts)]
Who = Annotated[Caller, Depends(may("review"))]
_FILES: dict[str, Any] = {each.media_type: {"schema": {"type": "string"}} for each in memories.FORMATS.values()}
_JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/MemoryGiven"}}}


def _problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    return problem_answers(401, 403, *codes, 429, 503)


@router.get(
    "",
    response_model=MemoryResponse,
    dependencies=[Depends(may("review"))],
    responses=_problems(415, 422) | {200: {"content": _FILES}},
)
async def read(
    request: Request,
    service: Service,
    source: str | None = None,
    target: str | None = None,
    after: Annotated[str, Query(pattern=r"^[0-9a-f]{0,24}$")] = "",
    reviewed: bool = False,
    format: str | None = None,
) -> Response:
    """Which pairs there are; of a pair its units: JSON by pages, or all as TMX, CSV or TSV (`reviewed`: only those)."""
    await service.limits.admit(request, 0)
    languages = terms_wire.pair(source, target) if source or target else None
    return await terms_wire.memory_response(request, format, languages, after, reviewed, service)


@router.post(
    "",
    responses=_problems(400, 413, 415, 422),
    dependencies=[Depends(may("review"))],
    openapi_extra={"requestBody": {"required": True, "content": {**_JSON, **_FILES}}},
)
async def take_in(
    request: Request,
    service: Service,
    source: str | None = None,
    target: str | None = None,
    format: str | None = None,
) -> MemoryTaken:
    """Take up a TMX, CSV or TSV file (`source` and `target` in the address) or JSON, all of it or nothing."""
    await service.limits.admit(request, 0)
    return await terms_wire.memory_taken(request, format, source, target, service)


@router.post("/lookup", responses=_problems(400, 413, 422))
async def look_up(body: LookUp, request: Request, service: Service, caller: Who) -> LookedUp:
    """The unit of exactly this text, if there is one."""
    await service.limits.admit(request, 0)
    found = await service.memories.look_up(caller.tenant.id, terms_wire.pair(body.source, body.target), body.text)
    return LookedUp(unit=terms_wire.unit(found) if found else None)


@router.delete("/{unit_id}", status_code=204, responses=_problems(404))
async def remove(unit_id: str, request: Request, service: Service, caller: Who) -> None:
    """Take back one unit, as a correction that was none: the next request is answered without it."""
    await service.limits.admit(request, 0)
    await service.memories.remove(caller.tenant.id, unit_id)


@router.delete("", status_code=204, responses=_problems(422))
async def clear(request: Request, service: Service, caller: Who, source: str, target: str) -> None:
    """Take back every unit of a pair."""
    await service.limits.admit(request, 0)
    await service.memories.clear(caller.tenant.id, terms_wire.pair(source, target))
