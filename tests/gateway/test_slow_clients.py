"""Clients that send slowly: who makes progress is served, who does not loses the connection."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from gateway.slow_clients import MOST_HEADER_BYTES, impatient

PATIENCE_S = 0.3
REQUEST = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, bytes]]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    if scope["path"] == "/slow":
        await asyncio.sleep(2 * PATIENCE_S)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        echo, http=impatient(PATIENCE_S), log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task


def talk(talking: Talk) -> bytes:
    async def scenario() -> bytes:
        async with serving() as port, asyncio.timeout(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await talking(reader, writer)
            finally:
                writer.close()

    return asyncio.run(scenario())


def test_a_client_that_says_nothing_is_sent_away() -> None:
    assert talk(lambda reader, _: reader.read()).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("sent", [20, len(REQUEST) - 2], ids=["header", "body"])
def test_a_byte_now_and_then_is_not_enough(sent: int) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(REQUEST[:sent])
        answer = asyncio.create_task(reader.read())
        for _ in range(30):
            if answer.done():
                break
            await asyncio.sleep(PATIENCE_S / 5)
            if sent < 21 and not writer.is_closing():
                writer.write(b"a")
        return await answer

    assert talk(drip).startswith(b"HTTP/1.1 408 ")


def test_a_slow_client_that_makes_progress_is_served() -> None:
    size, parts = 2000, 10

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % size)
        for _ in range(parts):
            await asyncio.sleep(PATIENCE_S / 4)
            writer.write(b"x" * (size // parts))
        return await reader.read()

    answer = talk(trickle)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"x" * size)


def test_an_answer_that_takes_its_time_is_not_the_clients_fault() -> None:
    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(REQUEST.replace(b"POST /", b"POST /slow"))
        writer.write(b"POST / HT")  # the next request begins meanwhile
        first = await reader.readuntil(b"body")
        return first + await reader.read()

    first, second = talk(wait).split(b"body")
    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 408 ")


def test_a_connection_serves_many_requests() -> None:
    async def several(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        answers = b""
        for _ in range(5):
            writer.write(REQUEST)
            answers += await reader.readuntil(b"body")
            await asyncio.sleep(PATIENCE_S / 3)
        return answers

    assert talk(several).count(b"HTTP/1.1 200 ") == 5


def test_headers_without_end_are_refused() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\nx: " + b"a" * (MOST_HEADER_BYTES + 1))
        return await reader.read(100)

    assert talk(flood).startswith(b"HTTP/1.1 431 ")
