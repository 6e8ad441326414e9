"""POST /v1/translate."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from gateway import accessible, terms_wire, wire
from gateway.callers import may
from gateway.output_schemas import TranslateRequest
from gateway.parts import Parts, parts
from gateway.schemas import Problem, TranslateResponse

router = APIRouter(prefix="/v1", tags=["translation"])


@router.post(
    "/translate",
    dependencies=[Depends(may("translate"))],
    response_model=TranslateResponse,
    responses={code: {"model": Problem} for code in (400, 401, 403, 404, 413, 422, 429, 503, 504)},
)
async def translate(body: TranslateRequest, request: Request, service: Annotated[Parts, Depends(parts)]) -> Response:
    """Translate one text or several into one language or several: one result per text and target, texts first."""
    order = wire.order(body, request, service.settings)
    await service.limits.admit(request, wire.characters(order.texts, order.targets, order.alternatives))
    order = await terms_wire.guided(order, body.glossary, body.memory, service)
    return Response(await accessible.translated(body, order, request, service), media_type="application/json")
