"""POST /v1/summarize."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway import accessible, wire
from gateway.callers import may
from gateway.description import problem_answers
from gateway.output_schemas import SummarizeRequest
from gateway.parts import Parts, parts
from gateway.schemas import SummarizeResponse

router = APIRouter(prefix="/v1", tags=["summaries"])


@router.post(
    "/summarize",
    dependencies=[Depends(may("summarize"))],
    responses=problem_answers(400, 401, 403, 413, 422, 429, 503, 504),
)
async def summarize(
    body: SummarizeRequest, request: Request, service: Annotated[Parts, Depends(parts)]
) -> SummarizeResponse:
    """Shorten one text or several to the sentences that say most, in their own language or translated."""
    order = wire.summary_order(body, request, service.settings)
    await service.limits.admit(request, wire.characters(order.texts, order.targets))
    return await accessible.summarised(body, order, request, service)
