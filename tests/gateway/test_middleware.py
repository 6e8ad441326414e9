"""A request whose client leaves ends; all others go their way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from gateway.middleware import Envelope, WhileAwaited
from tests.gateway.logs import capture_logs

SCOPE = {"type": "http", "method": "POST", "path": "/v1/translate", "headers": []}
BODY = {"type": "http.request", "body": b"{}", "more_body": False}


def asked(app: Callable[[Scope, Receive, Send], Awaitable[None]], leaves_after_s: float) -> list[Message]:
    """What the server sent to a client that leaves so long after its request."""
    sent: list[Message] = []

    async def scenario() -> None:
        messages = iter([BODY])

        async def receive() -> Message:
            if message := next(messages, None):
                return message
            await asyncio.sleep(leaves_after_s)
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        async with asyncio.timeout(5):
            await Envelope(WhileAwaited(app), 1000)(dict(SCOPE), receive, send)
        assert len(asyncio.all_tasks()) <= 2

    asyncio.run(scenario())
    return sent


async def answer(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def test_the_work_of_a_client_that_left_ends() -> None:
    ended = []

    async def for_ever(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)
        await answer(send)

    with capture_logs() as logged:
        assert asked(for_ever, 0.01) == []
    assert ended == [True]
    assert [event["status"] for event in logged] == [499]


def test_a_cancellation_that_was_swallowed_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.middleware.TELL_AGAIN_S", 0.01)

    async def deaf_once(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)
        await answer(send)

    assert asked(deaf_once, 0.01) == []


def test_who_waits_is_answered() -> None:
    async def soon(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.sleep(0.01)
        await answer(send)

    assert [message["type"] for message in asked(soon, 1)] == ["http.response.start", "http.response.body"]


def test_a_server_that_stops_ends_its_requests_itself() -> None:
    async def scenario() -> None:
        async def receive() -> Message:
            return BODY

        async def send(_: Message) -> None: ...

        async def for_ever(_: Scope, __: Receive, ___: Send) -> None:
            await asyncio.sleep(60)

        request = asyncio.create_task(WhileAwaited(for_ever)(dict(SCOPE), receive, send))
        await asyncio.sleep(0)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request

    asyncio.run(scenario())
