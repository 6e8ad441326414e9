"""POST /v1/translate."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from gateway.bodies import parsed
from gateway.callers import require
from gateway.description import json_body, problem_answers
from gateway.parts import Parts
from gateway.problems import spoken_in
from gateway.routes.direct import Direct
from gateway.schemas.translation import TranslateRequest, TranslateResponse
from gateway.wire import requests, terms, translation

router = APIRouter(prefix="/v1", tags=["translation"], route_class=Direct)


@router.post(
    "/translate",
    response_model=TranslateResponse,
    responses=problem_answers(400, 401, 403, 404, 413, 422, 429, 503, 504),
    openapi_extra=json_body(TranslateRequest),
)
async def translate(request: Request) -> Response:
    """Translate one text or several into one language or several: one result per text and target, texts first."""
    service: Parts = request.app.state.parts
    require(request, "translate")
    body = parsed(await request.body(), TranslateRequest)
    order = translation.order(body, request, service.settings)
    await service.limits.admit(request, requests.characters(order.texts, order.targets, order.alternatives))
    order = await terms.guided(order, body.glossary, body.memory, service)
    content = await translation.translated(body, order, request, service)
    return Response(content, headers=spoken_in(request), media_type="application/json")
