"""What the headers of an upload tell is told before its body is read: a key that is not good or for other work, a quota
that is used up, as many documents under way as a caller may have. Its size is looked at before (`middleware`)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from gateway import limits
from gateway.callers import Caller, Callers, presented, require, require_of_client
from gateway.errors import GatewayError
from gateway.lingering import leave_unread
from gateway.parts import Parts

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class BeforeBody(APIRoute):
    """Routes of documents whose POST is refused, if it can be, while its body is still on its way."""

    def get_route_handler(self) -> _Handler:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            if request.method == "POST":
                with _not_read(request):
                    await _admit(require(request, "documents"), request)
            return await handle(request)

        return handler


async def look(request: Request, key: str) -> None:
    """The same for clients of other services. A key that comes in the body, as they may send it, is not known yet."""
    callers: Callers = request.app.state.parts.callers
    given = request.query_params.get(key, "")
    if callers.keyless or presented(request) or given:
        with _not_read(request):
            await _admit(require_of_client(request, "documents", given), request)


async def _admit(caller: Caller, request: Request) -> None:
    service: Parts = request.app.state.parts
    limits.refuse_exhausted(await service.limits.levels(caller), request)
    await service.documents.admit(caller.tenant)


@contextmanager
def _not_read(request: Request) -> Iterator[None]:
    """Who is refused here is not read."""
    try:
        yield
    except GatewayError:
        leave_unread(request.scope)
        raise
