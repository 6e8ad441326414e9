"""POST /v1/summarize."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from gateway.callers import may
from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.problems import spoken_in
from gateway.schemas.summary import SummarizeRequest, SummarizeResponse
from gateway.wire import requests, summary

router = APIRouter(prefix="/v1", tags=["summaries"])


@router.post(
    "/summarize",
    dependencies=[Depends(may("summarize"))],
    responses=problem_answers(400, 401, 403, 413, 422, 429, 503, 504),
)
async def summarize(
    body: SummarizeRequest, request: Request, response: Response, service: Annotated[Parts, Depends(parts)]
) -> SummarizeResponse:
    """Shorten one text or several to the sentences that say most, in their own language or translated."""
    response.headers.update(spoken_in(request))
    order = summary.order(body, request, service.settings)
    await service.limits.admit(request, requests.characters(order.texts, order.targets))
    return await summary.summarised(body, order, request, service)
