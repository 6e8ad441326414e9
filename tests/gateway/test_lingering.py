"""Who is refused while they send gets the answer, and what they sent is thrown away."""

from __future__ import annotations

import asyncio
import http.client
from itertools import repeat
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.types import Message

from gateway import lingering
from tests.clients.live import live
from tests.gateway.deployed import database_in, make_key

# Far more than lies in the buffers of a connection that nobody reads.
BODY = "ⵣ የሀ".encode() * 500_000
TIMES = 10


def post(url: str, path: str) -> tuple[int, str | None]:
    """Header and body are sent in one go, and the answer is looked for only then."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request("POST", path, BODY, {"X-API-Key": "malgil_wrong", "Content-Type": "multipart/form-data"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("connection")
    finally:
        connection.close()


def test_who_sends_all_before_listening_gets_the_refusal(clean_valkey: str, tmp_path: Path) -> None:
    with database_in(tmp_path) as database:
        make_key(database, "a")  # without any, the public is served
        with live(clean_valkey, database=database, MALGIL_DATA_FOLDER=str(tmp_path / "data")) as running:
            before = {path for path in tmp_path.rglob("*") if path.is_file()}
            for path, status in (("/v1/documents", 401), ("/v2/document", 403), ("/v1/translate", 413)):
                assert [post(running.url, path) for _ in range(TIMES)] == [(status, "close")] * TIMES, path
            assert {path for path in tmp_path.rglob("*") if path.is_file()} <= before


PART = {"type": "http.request", "body": b"x" * 100, "more_body": True}


@pytest.mark.parametrize(
    ("messages", "taken"),
    [
        (repeat(PART), 10),
        ([PART, {"type": "http.request", "body": b"x", "more_body": False}, PART], 2),
        ([PART, PART, {"type": "http.disconnect"}, PART], 3),
        ([PART], 1),
    ],
    ids=["without end", "all", "left", "silent"],
)
def test_what_is_thrown_away_has_an_end(messages: list[Message], taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lingering, "LINGER_S", 0.05)
    coming, seen = iter(messages), 0

    async def receive() -> Message:
        nonlocal seen
        if message := next(coming, None):
            seen += 1
            return message
        await asyncio.sleep(60)
        raise AssertionError

    asyncio.run(lingering.throw_away(receive, 1000))
    assert seen == taken
