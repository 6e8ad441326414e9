"""Who is answered before their body was read may still be sending it: a connection that is closed at once is reset, and
the answer lost (RFC 9112, section 9.6). So what still comes is taken for a while, and thrown away."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope

from gateway.limits import HEADERS

LINGER_S = 2.0
# Where a request keeps that nobody reads its body.
UNREAD = "malgil.unread"


def leave_unread(scope: Scope) -> None:
    """The connection ends with the answer to this request: its client is to send no more on it."""
    scope[UNREAD] = True
    scope[HEADERS] = (*scope.get(HEADERS, ()), (b"connection", b"close"))


async def throw_away(receive: Receive, most_bytes: int) -> None:
    """Takes what a client still sends, for LINGER_S at most."""
    try:
        async with asyncio.timeout(LINGER_S):
            while most_bytes > 0:
                message = await receive()
                if not message.get("more_body"):  # all is there, or the client left
                    return
                most_bytes -= len(message.get("body", b""))
    except TimeoutError:
        return
