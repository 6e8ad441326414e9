"""POST /v1/detect."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway.callers import may
from gateway.description import problem_answers
from gateway.parts import Parts, parts
from gateway.schemas.languages import DetectRequest, DetectResponse
from gateway.wire import languages, requests

router = APIRouter(prefix="/v1", tags=["languages"])


@router.post(
    "/detect",
    dependencies=[Depends(may("detect"))],
    responses=problem_answers(400, 401, 403, 413, 422, 429),
)
async def detect(body: DetectRequest, request: Request, service: Annotated[Parts, Depends(parts)]) -> DetectResponse:
    """The language of each text, with the doubt."""
    texts = requests.texts(body.text, service.settings)
    await service.limits.admit(request, requests.characters(texts))
    return languages.detections(texts)
