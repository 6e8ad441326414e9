"""What is refused before an upload is read: the answer comes although not a byte of the upload does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from gateway.settings import load_settings
from gateway.state.database import Database
from tests.gateway.deployed import Deployed, database_in, deployed, make_key

ROUTES = ("/v1/documents", "/v2/document", "/translate_file")
BOUNDARY = "x"
BODY = (
    b'--x\r\nContent-Disposition: form-data; name="source"\r\n\r\nes\r\n'
    b'--x\r\nContent-Disposition: form-data; name="target"\r\n\r\nan\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nHola a todos\r\n--x--\r\n'
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_in(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.lingering.LINGER_S", 0.01)


class Upload:
    """A body that knows how much of it was taken; nothing comes of one that is held back."""

    def __init__(self, *, held_back: bool) -> None:
        self.taken = 0
        self._held_back = held_back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._held_back:
            await asyncio.sleep(60)
        for place in range(0, len(BODY), 64):
            self.taken += 64
            yield BODY[place : place + 64]


async def send(
    running: Deployed, route: str, key: str | None, *, held_back: bool = True, **parameters: str
) -> tuple[httpx.Response, int]:
    upload = Upload(held_back=held_back)
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"} | ({"X-API-Key": key} if key else {})
    async with asyncio.timeout(10):
        answer = await running.client.post(route, content=upload, headers=headers, params=parameters)
    return answer, upload.taken


@pytest.mark.parametrize("route", ROUTES)
def test_a_caller_without_quota_is_refused_before_the_upload_is_read(
    route: str, clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    poor = make_key(database, "a", characters_per_day=12)
    settings = load_settings({"MALGIL_DATA_FOLDER": str(tmp_path / "data")})

    async def scenario() -> None:
        async with deployed(clean_valkey, database, settings, engine=False) as running:
            good, taken = await send(running, "/v1/documents", poor, held_back=False)
            assert (good.status_code, taken >= len(BODY)) == (202, True)
            refused, taken = await send(running, route, poor)
            assert (refused.status_code, taken) == (456 if "v2" in route else 429, 0)
            assert refused.headers["connection"] == "close"
            assert 7000 < int(refused.headers["retry-after"]) <= 7201
            assert '"characters";r=0' in refused.headers["ratelimit"]

    asyncio.run(scenario())


@pytest.mark.parametrize("route", ROUTES)
def test_a_key_that_is_not_good_is_refused_before_the_upload_is_read(
    route: str, clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    make_key(database, "a")
    other = make_key(database, "b", "translate")
    settings = load_settings({"MALGIL_DATA_FOLDER": str(tmp_path / "data")})

    async def scenario() -> None:
        async with deployed(clean_valkey, database, settings, engine=False) as running:
            for key in ("malgil_wrong", other):
                refused, taken = await send(running, route, key)
                assert (refused.status_code in (401, 403), taken) == (True, 0)

    asyncio.run(scenario())


def test_a_key_in_the_address_is_known_before_the_upload_too(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    make_key(database, "a")
    settings = load_settings({"MALGIL_DATA_FOLDER": str(tmp_path / "data")})

    async def scenario() -> None:
        async with deployed(clean_valkey, database, settings, engine=False) as running:
            refused, taken = await send(running, "/translate_file", None, api_key="wrong")
            assert (refused.status_code, taken) == (403, 0)

    asyncio.run(scenario())


def test_who_has_too_many_documents_is_told_before_the_next_is_read(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    settings = load_settings({"MALGIL_DATA_FOLDER": str(tmp_path / "data"), "MALGIL_TENANT_DOCUMENTS": "1"})

    async def scenario() -> None:
        async with deployed(clean_valkey, database, settings, engine=False) as running:
            assert (await send(running, "/v1/documents", None, held_back=False))[0].status_code == 202
            for route in ROUTES:
                refused, taken = await send(running, route, None)
                assert (refused.status_code, taken) == (429, 0), route

    asyncio.run(scenario())
