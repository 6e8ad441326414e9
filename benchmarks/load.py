"""A small HTTP load: raw keep-alive connections on loopback, so that the client costs the cores little."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """What a load did: seconds in all, seconds of each request, bodies in the order of the requests."""

    seconds: float
    latencies: tuple[float, ...]
    bodies: tuple[bytes, ...]


async def send(port: int, requests: Sequence[bytes], callers: int) -> Sent:
    """Send every request once, `callers` at a time; raises when an answer is not 200."""
    waiting = list(enumerate(requests))[::-1]
    latencies = [0.0] * len(requests)
    bodies = [b""] * len(requests)

    async def caller() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            number, request = waiting.pop()
            began = time.perf_counter()
            writer.write(request)
            bodies[number] = await _answer(reader)
            latencies[number] = time.perf_counter() - began
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(min(callers, len(requests)))))
    return Sent(time.perf_counter() - began, tuple(latencies), tuple(bodies))


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"answer: {head.splitlines()[0].decode()}")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    return await reader.readexactly(length)


def post(path: str, body: object, *, store: bool) -> bytes:
    content = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    ]
    if not store:
        lines.append("Cache-Control: no-store")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
