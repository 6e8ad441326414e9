"""POST /v1/accessible and GET /v1/accessibility/capabilities."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway import accessible as wire
from gateway.callers import may
from gateway.description import problem_answers
from gateway.output_schemas import AccessibleRequest, AccessibleResponse, CapabilitiesResponse
from gateway.parts import Parts, parts

router = APIRouter(prefix="/v1", tags=["accessibility"])


@router.post(
    "/accessible",
    dependencies=[Depends(may("accessible"))],
    responses=problem_answers(400, 401, 403, 413, 422, 429, 504),
)
async def accessible(
    body: AccessibleRequest, request: Request, service: Annotated[Parts, Depends(parts)]
) -> AccessibleResponse:
    """A text in the forms people read, hear and feel; no model touches it."""
    return await wire.accessible(body, request, service)


@router.get("/accessibility/capabilities", responses=problem_answers(422))
async def capabilities(lang: str | None = None) -> CapabilitiesResponse:
    """Which outputs there are for a language, or for every language known here, and what they would use."""
    return await wire.capabilities(lang)
