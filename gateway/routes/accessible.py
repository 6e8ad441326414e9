"""POST /v1/accessible and GET /v1/accessibility/capabilities."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from gateway.callers import may
from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.problems import spoken_in
from gateway.schemas.accessible import AccessibleRequest, AccessibleResponse, CapabilitiesResponse
from gateway.wire import accessible as wire

router = APIRouter(prefix="/v1", tags=["accessibility"])


@router.post(
    "/accessible",
    dependencies=[Depends(may("accessible"))],
    responses=problem_answers(400, 401, 403, 413, 422, 429, 503, 504),
)
async def accessible(
    body: AccessibleRequest, request: Request, response: Response, service: Annotated[Parts, Depends(parts)]
) -> AccessibleResponse:
    """A text in the forms people read, hear and feel; no model touches it."""
    response.headers.update(spoken_in(request))
    return await wire.accessible(body, request, service)


@router.get("/accessibility/capabilities", responses=problem_answers(422))
async def capabilities(lang: str | None = None) -> CapabilitiesResponse:
    """Which outputs there are for a language, or for every language known here, and what they would use."""
    return await wire.capabilities(lang)
