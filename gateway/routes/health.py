"""GET /healthz (the process lives) and GET /readyz (it can translate)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from gateway.parts import Parts, parts
from gateway.schemas.problems import Health, Readiness

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process lives."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(response: Response, service: Annotated[Parts, Depends(parts)]) -> Readiness:
    """Ready: Redis answers and every model has a live engine."""
    readiness = await service.readiness()
    response.status_code = 200 if readiness.status == "ready" else 503
    return readiness
