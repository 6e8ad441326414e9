"""POST /v1/simplify."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from gateway.callers import may
from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.problems import spoken_in
from gateway.schemas.simplification import SimplifyRequest, SimplifyResponse
from gateway.wire import requests, simplification

router = APIRouter(prefix="/v1", tags=["simplification"])


@router.post(
    "/simplify",
    dependencies=[Depends(may("simplify"))],
    responses=problem_answers(400, 401, 403, 413, 422, 429, 503),
)
async def simplify(
    body: SimplifyRequest, request: Request, response: Response, service: Annotated[Parts, Depends(parts)]
) -> SimplifyResponse:
    """Say one text or several in plainer language, sentence by sentence; what the guard doubts stays as it was."""
    response.headers.update(spoken_in(request))
    order = simplification.order(body, request, service.settings)
    await service.limits.admit(request, requests.characters(order.texts))
    return await simplification.simplified(body, order, request, service)
