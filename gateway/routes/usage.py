"""GET /v1/usage."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from gateway.callers import Caller, may
from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.schemas.tenants import MOST_DAYS, UsageResponse
from gateway.wire.tenants import usage_of

router = APIRouter(prefix="/v1", tags=["usage"])


@router.get("/usage", responses=problem_answers(401, 403, 422, 503))
async def usage(
    caller: Annotated[Caller, Depends(may("usage"))],
    service: Annotated[Parts, Depends(parts)],
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="How many days, today included.")] = 31,
) -> UsageResponse:
    """What the key of this request was used for, day by day, and what is left of its quotas."""
    return await usage_of(caller, service, days)
