"""POST /v1/translate."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from gateway import wire
from gateway.parts import Parts, parts
from gateway.problems import locale_of
from gateway.schemas import Problem, TranslateRequest, TranslateResponse

router = APIRouter(prefix="/v1", tags=["translation"])


@router.post(
    "/translate",
    response_model=TranslateResponse,
    responses={code: {"model": Problem} for code in (400, 413, 422, 429, 503, 504)},
)
async def translate(body: TranslateRequest, request: Request, service: Annotated[Parts, Depends(parts)]) -> Response:
    """Translate one text or several into one language or several: one result per text and target, texts first."""
    order = wire.order(body, request, service.settings)
    await service.limits.admit(request, wire.characters(order.texts, order.targets))
    return Response(await service.translations.answer(order, locale_of(request)), media_type="application/json")
