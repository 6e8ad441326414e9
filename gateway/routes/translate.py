"""POST /v1/translate."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway import accessible
from gateway.output_schemas import TranslateRequest, TranslateResponse
from gateway.parts import Parts, parts
from gateway.schemas import Problem

router = APIRouter(prefix="/v1", tags=["translation"])


@router.post("/translate", responses={code: {"model": Problem} for code in (400, 413, 422, 503, 504)})
async def translate(
    body: TranslateRequest, request: Request, service: Annotated[Parts, Depends(parts)]
) -> TranslateResponse:
    """Translate one text or several into one language or several: one result per text and target, texts first."""
    return await accessible.translated(body, request, service)
