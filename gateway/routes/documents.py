"""POST /v1/documents and the routes of a job."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from gateway.callers import Caller, may
from gateway.description import problem_answers
from gateway.documents.wire import file_response
from gateway.parts import Parts, parts
from gateway.schemas.documents import Document, DocumentForm
from gateway.uploads import BeforeBody
from gateway.wire import documents as wire

router = APIRouter(prefix="/v1", tags=["documents"], route_class=BeforeBody)

# Proxies drop a stream that is silent for longer, some after half a minute.
ALIVE_S = 15.0

_Service = Annotated[Parts, Depends(parts)]
_Allowed = Annotated[Caller, Depends(may("documents"))]


@router.post("/documents", status_code=202, responses=problem_answers(400, 401, 403, 413, 422, 429, 503))
async def submit(
    form: Annotated[DocumentForm, Form(media_type="multipart/form-data")],
    request: Request,
    response: Response,
    caller: _Allowed,
    service: _Service,
) -> Document:
    """Translate a document in the background; what cannot be read is refused at once."""
    job = await wire.submit(form, request, caller, service)
    response.headers["Location"] = f"/v1/documents/{job.id}"
    return wire.document(job, service.documents, request)


@router.get("/documents/{job_id}", responses=problem_answers(401, 403, 404, 503))
async def status(job_id: str, request: Request, caller: _Allowed, service: _Service) -> Document:
    """How far it is, and how long it will take."""
    job = await service.documents.status(caller.tenant, job_id)
    return wire.document(job, service.documents, request)


@router.get(
    "/documents/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **problem_answers(401, 403, 404, 503)},
)
async def events(job_id: str, request: Request, caller: _Allowed, service: _Service) -> StreamingResponse:
    """The same as it changes, as server-sent events, until it is done or has failed."""
    await service.documents.status(caller.tenant, job_id)  # an unknown job is an error, not an empty stream
    watched = service.documents.watch(caller.tenant, job_id, ALIVE_S)
    told: AsyncIterator[bytes] = wire.events(watched, service.documents, request)
    # nginx would gather the events and hand them on together.
    return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.get(
    "/documents/{job_id}/result",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
        **problem_answers(401, 403, 404, 409, 422, 500, 503),
    },
)
async def result(job_id: str, caller: _Allowed, service: _Service) -> FileResponse:
    """The translated document."""
    return file_response(await service.documents.result(caller.tenant, job_id))


@router.delete("/documents/{job_id}", status_code=204, responses=problem_answers(401, 403, 404, 503))
async def cancel(job_id: str, caller: _Allowed, service: _Service) -> None:
    """End the job and erase all there is of it: document, translation, progress."""
    await service.documents.cancel(caller.tenant, job_id)
