"""GET /v1/languages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.problems import spoken_in
from gateway.schemas.languages import LanguagesResponse
from gateway.wire import languages as wire

router = APIRouter(prefix="/v1", tags=["languages"])


@router.get("/languages", responses=problem_answers(422))
async def languages(
    request: Request,
    response: Response,
    service: Annotated[Parts, Depends(parts)],
    source: Annotated[str | None, Query(description="Only what is translated from this language.")] = None,
    target: Annotated[str | None, Query(description="Only what is translated into this language.")] = None,
) -> LanguagesResponse:
    """What is served: every source with its targets, their model, licence and measured quality."""
    # Names of languages are told in the caller's.
    response.headers.update(spoken_in(request))
    return wire.languages(service, request, source, target)
