"""GET /v1/languages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway import wire
from gateway.parts import Parts, parts
from gateway.schemas import LanguagesResponse

router = APIRouter(prefix="/v1", tags=["languages"])


@router.get("/languages")
async def languages(request: Request, service: Annotated[Parts, Depends(parts)]) -> LanguagesResponse:
    """What is served: every source with its targets, their model, licence and measured quality."""
    return wire.languages(service, request)
