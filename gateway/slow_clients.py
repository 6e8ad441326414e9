"""Clients that send too slowly, or headers without end, lose their connection; uvicorn itself would wait for ever.

The rule is that of Apache's mod_reqtimeout: a request, header or body, has `patience_s`, and one second more for every
500 bytes that arrived. A form over a satellite link gets through, a byte a second does not.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LEAST_BYTES_PER_S = 500
MOST_HEADER_BYTES = 65_536

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class ImpatientProtocol(HttpToolsProtocol):
    """One connection. Requests that arrive at once cost no timer."""

    patience_s = 20.0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._received = 0
        self._in_header = True
        self._awaited = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if not self._awaited:
            self._stop()
        elif self._in_header and self._received > MOST_HEADER_BYTES:
            self._end(_TOO_LONG)
        elif self._timer is None:
            self._begin(self._received)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._awaited = self._in_header = True

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._in_header = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._awaited = False
        self._received = 0

    def _begin(self, received: int = 0) -> None:
        self._since = self.loop.time()
        self._received = received
        self._timer = self.loop.call_later(self.patience_s, self._look)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        left_s = self._since + self.patience_s + self._received / LEAST_BYTES_PER_S - self.loop.time()
        if self._answering_another():
            left_s = max(left_s, 1.0)
        if left_s > 0:
            self._timer = self.loop.call_later(left_s, self._look)
        else:
            self._end(_TOO_SLOW)

    def _answering_another(self) -> bool:
        """Whether the request before this one, on the same connection, still waits for its answer."""
        return self._in_header and self.cycle is not None and not self.cycle.response_complete

    def _end(self, answer: bytes) -> None:
        self._stop()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(answer)
        self.transport.close()


def impatient(patience_s: float) -> type[ImpatientProtocol]:
    """The protocol with this patience; uvicorn makes one of the type for each connection."""
    return type("ImpatientProtocol", (ImpatientProtocol,), {"patience_s": patience_s})
