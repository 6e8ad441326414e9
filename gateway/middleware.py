"""What surrounds every request: an id, the body limit, one log event, the last resort for unexpected errors."""

from __future__ import annotations

import random
import time
from functools import cache

from fastapi import Request
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import problems
from gateway.errors import BodyTooLarge
from gateway.telemetry import REQUEST_SECONDS, REQUESTS, log, where

QUIET_ROUTES = ("/healthz", "/readyz")

_OF_EVERY_ANSWER = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))


class Envelope:
    """Outermost layer: whatever happens inside, the caller gets an answer and the log gets no text."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = request_id = f"{random.getrandbits(64):016x}"  # to be found in the log, not a secret
        began = time.perf_counter()
        status = 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", request_id.encode()),
                    *_OF_EVERY_ANSWER,
                ]
            await send(message)

        try:
            await self._inside(scope, receive, send_marked)
        # The last resort. Its words may quote the request, so only its place is logged.
        except Exception as error:  # noqa: BLE001
            log().error("request_failed", request_id=request_id, **where(error))
            if not status:
                await problems.internal(Request(scope))(scope, receive, send_marked)
        seconds = time.perf_counter() - began
        route = getattr(scope.get("route"), "path", "unmatched")
        answered, took = _metrics(route, status)
        answered.inc()
        took.observe(seconds)
        write = log().debug if route in QUIET_ROUTES else log().info
        write("request", request_id=request_id, route=route, status=status, ms=round(seconds * 1000, 1))

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > self._max_body_bytes:
            error = BodyTooLarge(limit=self._max_body_bytes)
            await problems.response(Request(scope), error, {"Connection": "close"})(scope, receive, send)
            return
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > self._max_body_bytes:
                    raise HTTPException(413)
            return message

        await self._app(scope, receive_limited, send)


@cache
def _metrics(route: str, status: int) -> tuple[Counter, Histogram]:
    """Finding a metric by its labels takes longer than counting."""
    return REQUESTS.labels(route, status), REQUEST_SECONDS.labels(route)


class JsonByDefault:
    """`curl -d '{…}'` sends JSON under a form's content type; routes under `prefix` read JSON whatever it is called."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self._prefix):
            # In place: a copied scope would hide the matched route from the outer layer.
            others = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
            scope["headers"] = [*others, (b"content-type", b"application/json")]
        await self._app(scope, receive, send)
