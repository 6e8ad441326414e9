"""GET /v1/models and GET /v1/models/{id}/card."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from gateway import model_cards
from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.schemas.cards import ModelCard, ModelsResponse

router = APIRouter(prefix="/v1", tags=["models"])


@router.get("/models")
async def models(service: Annotated[Parts, Depends(parts)]) -> ModelsResponse:
    """Every model that is known, and whether it serves."""
    return model_cards.listed(service)


@router.get(
    "/models/{model_id}/card",
    response_model=ModelCard,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}, **problem_answers(404)},
)
async def card(model_id: str, request: Request, service: Annotated[Parts, Depends(parts)]) -> Response:
    """What a model is for, how good it is and what was waived for it: JSON, or HTML where that is preferred."""
    return model_cards.card(service, model_id, request)
