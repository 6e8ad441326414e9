"""/v1/feedback: readers suggest. /v1/review: reviewers decide, and correct."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from accessibility.terms.memory import Unit as MemoryUnit
from gateway.callers import Caller, may
from gateway.description import problem_answers
from gateway.memories import Reviewer
from gateway.parts import Parts, parts
from gateway.schemas.terms import (
    CorrectionGiven,
    FeedbackGiven,
    FeedbackTicket,
    ReviewGiven,
    ReviewResponse,
    Unit,
)
from gateway.wire import terms as terms_wire

router = APIRouter(prefix="/v1", tags=["review"])

Service = Annotated[Parts, Depends(parts)]
Reader = Annotated[Caller, Depends(may("translate"))]
Who = Annotated[Caller, Depends(may("review"))]


def _problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    return problem_answers(401, 403, *codes, 429, 503)


@router.post("/feedback", status_code=202, responses=_problems(400, 413, 422))
async def suggest(body: FeedbackGiven, request: Request, service: Service, caller: Reader) -> FeedbackTicket:
    """Suggest another translation. Without `consent.store` no text is kept, and nobody can take the suggestion up."""
    await service.limits.admit(request, len(body.source) + len(body.suggested))
    given = terms_wire.suggestion(body)
    return terms_wire.ticket(await service.memories.suggest(caller.tenant.id, given, store=body.consent.store))


@router.get("/feedback/{ticket}", responses=_problems(404))
async def state(ticket: str, request: Request, service: Service, caller: Reader) -> FeedbackTicket:
    """What became of a suggestion."""
    await service.limits.admit(request, 0)
    return terms_wire.ticket(await service.memories.ticket(caller.tenant.id, ticket))


@router.get("/review", responses=_problems())
async def waiting(request: Request, service: Service, caller: Who) -> ReviewResponse:
    """Suggestions that nobody decided on yet."""
    await service.limits.admit(request, 0)
    return terms_wire.waiting(await service.memories.waiting(caller.tenant.id, terms_wire.REVIEWED_AT_ONCE))


@router.post("/review", status_code=201, responses=_problems(400, 413, 422))
async def correct(body: CorrectionGiven, request: Request, service: Service, caller: Who) -> Unit:
    """Write a reviewed translation: from now on the answer to exactly this text."""
    await service.limits.admit(request, len(body.source) + len(body.target))
    kept = await service.memories.correct(
        caller.tenant.id,
        terms_wire.pair(body.source_lang, body.target_lang),
        MemoryUnit(body.source, body.target),
        Reviewer(terms_wire.reviewer(body.reviewer, caller), caller.api_key),
        despite_checks=body.despite_checks,
    )
    return terms_wire.unit(kept)


@router.post("/review/{ticket}", responses=_problems(400, 404, 409, 413, 422))
async def decide(ticket: str, body: ReviewGiven, request: Request, service: Service, caller: Who) -> FeedbackTicket:
    """Accept a suggestion, as it is or mended, or reject it. The first decision stands."""
    await service.limits.admit(request, len(body.text or ""))
    decision = terms_wire.decision(body, caller)
    decided = await service.memories.decide(
        caller.tenant.id, ticket, decision, body.text, despite_checks=body.despite_checks
    )
    return terms_wire.ticket(decided)
