"""What surrounds every request: an id, the body limit, one log event, the last resort for unexpected errors."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import Request
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import problems
from gateway.errors import BodyTooLarge
from gateway.limits import HEADERS
from gateway.lingering import UNREAD, leave_unread, throw_away
from gateway.telemetry import REQUEST_SECONDS, REQUESTS, log, where

QUIET_ROUTES = ("/healthz", "/readyz")
# What the log says of a request that got no answer because nobody waited for it; no such status is ever sent.
CLIENT_LEFT = 499
TELL_AGAIN_S = 0.2
# Where a request keeps what its content type was before JsonByDefault.
CONTENT_TYPE = "malgil.content_type"
# An answer from the cache is quicker than that and needs no watch.
WATCH_AFTER_S = 0.005

_JSON = b"application/json"
_NOT_KEPT = (b"cache-control", b"no-store")


class Envelope:
    """Outermost layer: whatever happens inside, the caller gets an answer and the log gets no text."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, larger: Mapping[str, int] | None = None) -> None:
        """`larger` limits of paths, by how they begin."""
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._larger = tuple((larger or {}).items())
        self._most_thrown_away = max((max_body_bytes, *(larger or {}).values()))

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
                own = message.get("headers", ())
                message["headers"] = [
                    *own,
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    *(() if any(name == b"cache-control" for name, _ in own) else (_NOT_KEPT,)),
                    *scope.get(HEADERS, ()),
                ]
            elif UNREAD in scope:
                message["more_body"] = True  # at the end of an answer the server would close the connection
            await send(message)

        try:
            await self._inside(scope, receive, send_marked)
        # The last resort. Its words may quote the request, so only its place is logged.
        except Exception as error:  # noqa: BLE001
            log().error("request_failed", request_id=request_id, **where(error))
            if not status:
                await problems.internal(Request(scope))(scope, receive, send_marked)
        status = status or CLIENT_LEFT
        seconds = time.perf_counter() - began
        route = getattr(scope.get("route"), "path", "unmatched")
        answered, took = _metrics(route, status)
        answered.inc()
        took.observe(seconds)
        write = log().debug if route in QUIET_ROUTES else log().info
        write("request", request_id=request_id, route=route, status=status, ms=round(seconds * 1000, 1))
        if UNREAD in scope:
            await throw_away(receive, self._most_thrown_away)
            await send({"type": "http.response.body", "body": b""})

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "0")
        path = scope["path"]
        limit = next((each for begin, each in self._larger if path.startswith(begin)), self._max_body_bytes)
        scope[problems.BODY_LIMIT] = limit
        if declared.isdigit() and int(declared) > limit:
            leave_unread(scope)
            await problems.response(Request(scope), BodyTooLarge(limit=limit))(scope, receive, send)
            return
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise HTTPException(413)
            return message

        await self._app(scope, receive_limited, send)


@cache
def _metrics(route: str, status: int) -> tuple[Counter, Histogram]:
    """Finding a metric by its labels takes longer than counting."""
    return REQUESTS.labels(route, status), REQUEST_SECONDS.labels(route)


class WhileAwaited:
    """Ends the work of a request whose client left: nobody would read the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        work = asyncio.current_task()
        assert work is not None
        watched = _Watched(work, receive, send)
        try:
            await self._app(scope, watched.receive, watched.send)
        except asyncio.CancelledError:
            if not watched.left:
                raise
            while work.uncancel():
                pass
        finally:
            watched.end()


class _Watched:
    """A request from the end of its body to the beginning of its answer: the time in which its client may leave."""

    def __init__(self, work: asyncio.Task[Any], receive: Receive, send: Send) -> None:
        self.left = False
        self._work = work
        self._receive = receive
        self._send = send
        self._timer: asyncio.TimerHandle | None = None
        self._watch: asyncio.Task[None] | None = None
        self._answering = False

    async def receive(self) -> Message:
        message = await self._receive()
        if self._timer is None and message["type"] == "http.request" and not message.get("more_body"):
            self._timer = self._work.get_loop().call_later(WATCH_AFTER_S, self._start)
        return message

    async def send(self, message: Message) -> None:
        self._answering = True
        await self._send(message)

    def end(self) -> None:
        self._answering = True
        if self._timer is not None:
            self._timer.cancel()
        if self._watch is not None:
            self._watch.cancel()

    def _start(self) -> None:
        if not self._answering:
            self._watch = asyncio.create_task(self._notice())

    async def _notice(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        # More than once: a Redis client can swallow a cancellation (gateway.cancellation).
        while not self._answering:
            self.left = True
            self._work.cancel()
            await asyncio.sleep(TELL_AGAIN_S)


class JsonByDefault:
    """`curl -d '{…}'` sends JSON under a form's content type; routes under `prefix` read JSON whatever it is called,
    except the `others`, which read forms."""

    def __init__(self, app: ASGIApp, prefix: str, others: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._prefix = prefix
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self._prefix) and scope["path"] not in self._others:
            given = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
            scope[CONTENT_TYPE] = given.decode("latin-1")
            if given != _JSON:
                # In place: a copied scope would hide the matched route from the outer layer.
                others = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
                scope["headers"] = [*others, (b"content-type", _JSON)]
        await self._app(scope, receive, send)
