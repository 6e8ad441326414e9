"""Documents over HTTP, with a real queue, database and folder, and a model without weights."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from gateway import keys
from gateway.settings import load_settings
from gateway.state.database import Database
from tests.accessibility.files import pdfs, texts, word
from tests.accessibility.files.opening import texts as texts_of
from tests.gateway.deployed import ENTRY, Deployed, database_in, deployed, make_key

pytestmark = pytest.mark.usefixtures("brisk", "quick")
FORM = {"source": "es", "target": "an"}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same loops with shorter waits."""
    monkeypatch.setattr("gateway.documents.service.LOOK_S", 0.02)
    monkeypatch.setattr("gateway.documents.runner.SAY_S", 0.02)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_in(tmp_path) as opened:
        yield opened


@asynccontextmanager
async def service(
    url: str, database: Database | None, folder: Path, *, engine: bool = True, **settings: str
) -> AsyncIterator[Deployed]:
    given = load_settings({"MALGIL_DATA_FOLDER": str(folder / "data"), **settings})
    async with deployed(url, database, given, engine=engine) as running:
        yield running


async def send(running: Deployed, name: str, content: bytes, key: str | None = None, **form: Any) -> httpx.Response:
    headers = {} if key is None else {"X-API-Key": key}
    given = {**FORM, **form}
    data = {name: value for name, value in given.items() if value is not None}
    return await running.client.post("/v1/documents", files={"file": (name, content)}, data=data, headers=headers)


async def until(claim: Callable[[], Any]) -> None:
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(claim):  # noqa: ASYNC110 a folder tells nobody
            await asyncio.sleep(0.02)


def files(folder: Path) -> list[Path]:
    root = folder / "data" / "documents"
    return sorted(path for path in root.rglob("*") if path.is_file()) if root.exists() else []


def test_a_document_comes_back_translated_and_what_was_sent_is_erased(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with service(clean_valkey, database, tmp_path) as running:
            sent = await send(running, "carta.docx", word.appointment())
            assert sent.status_code == 202, sent.text
            job = sent.json()
            assert (job["format"], job["source"], job["lang"], job["dir"]) == ("docx", "es", "an", "ltr")
            path = sent.headers["location"]
            async with running.client.stream("GET", f"{path}/events") as told:
                events = [line async for line in told.aiter_lines()]
            done = json.loads(events[-2].removeprefix("data: "))
            assert "event: done" in events
            assert (done["state"], done["percent"], done["seconds_left"]) == ("done", 100, 0)
            await until(lambda: [path.name for path in files(tmp_path)] == ["order", "reply", "result"])
            for file in files(tmp_path):
                assert stat.S_IMODE(file.stat().st_mode) == 0o600
                assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
            result = await running.client.get(done["result"])
            assert result.headers["content-disposition"] == 'attachment; filename="carta.an.docx"'
            assert "sandbox" in result.headers["content-security-policy"]
            assert "Cita~an médica~an" in texts_of("a.docx", result.content)
            assert (await running.client.delete(path)).status_code == 204
            assert (await running.client.get(path)).status_code == 404
            assert files(tmp_path) == []

    asyncio.run(scenario())


def test_no_tenant_reaches_the_document_of_another(clean_valkey: str, database: Database, tmp_path: Path) -> None:
    a, b = make_key(database, "a"), make_key(database, "b")

    async def scenario() -> list[tuple[int, str]]:
        async with service(clean_valkey, database, tmp_path, engine=False) as running:
            path = (await send(running, "a.txt", b"Hola", a)).headers["location"]
            asked = [
                await running.ask("GET", path, key=b),
                await running.ask("GET", f"{path}/events", key=b),
                await running.ask("GET", f"{path}/result", key=b),
                await running.ask("DELETE", path, key=b),
                await running.ask("GET", path),
            ]
            assert (await running.ask("GET", path, key=a)).status_code == 200
            return [(answer.status_code, answer.json()["code"]) for answer in asked]

    assert asyncio.run(scenario()) == [(404, "unknown_document")] * 5


BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "wrong ending": ({"name": "a.odt", "content": b"%PDF-1.7 x"}, 422, "document_misnamed"),
    "macros": ({"name": "a.docm", "content": b"x"}, 422, "document_has_macros"),
    "scan": ({"name": "a.pdf", "content": pdfs.scan()}, 422, "document_without_text"),
    "password": ({"name": "a.pdf", "content": pdfs.locked()}, 422, "document_encrypted"),
    "damaged": ({"name": "a.docx", "content": b"PK\x03\x04x"}, 422, "document_damaged"),
    "no columns": ({"name": "a.csv", "content": texts.CSV.encode()}, 422, "document_columns_unknown"),
    "unknown kind": ({"name": "a.xyz", "content": b"x"}, 422, "document_unsupported"),
    "no such result": ({"name": "a.txt", "content": b"Hola", "output": "docx"}, 422, "invalid_field"),
    "too many pages": ({"name": "a.pdf", "content": pdfs.letter(3)}, 413, "document_too_many_parts"),
    "too long": ({"name": "a.txt", "content": b"ab " * 20_000}, 413, "document_too_long"),
    "too large": ({"name": "a.txt", "content": b"a " * 540_000}, 413, "document_too_large"),
    "much too large": ({"name": "a.txt", "content": b"a " * 1_200_000}, 413, "body_too_large"),
    "unknown language": ({"name": "a.txt", "content": b"Hola", "target": "nope!"}, 422, "unknown_language"),
    "no such direction": ({"name": "a.txt", "content": b"Hola", "target": "ko"}, 422, "pair_not_served"),
    "language not recognised": ({"name": "a.txt", "content": b"zq xw", "source": None}, 422, "language_uncertain"),
    "unknown field": ({"name": "a.txt", "content": b"Hola", "colour": "red"}, 422, "unknown_field"),
    "no such glossary": ({"name": "a.txt", "content": b"Hola", "glossary": "g0"}, 404, "unknown_glossary"),
    "no target": ({"name": "a.txt", "content": b"Hola", "target": None}, 422, "invalid_field"),
}  # fmt: skip


def test_what_is_wrong_is_said_at_once_and_nothing_is_left(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    async def scenario() -> dict[str, tuple[int, str]]:
        limits = {
            "MALGIL_MAX_DOCUMENT_MB": "1",
            "MALGIL_MAX_DOCUMENT_CHARS": "50000",
            "MALGIL_MAX_DOCUMENT_PAGES": "2",
        }
        async with service(clean_valkey, database, tmp_path, engine=False, **limits) as running:
            told = {}
            for why, (given, _, _) in BAD.items():
                answer = await send(running, **given)
                told[why] = (answer.status_code, answer.json()["code"])
            no_file = await running.client.post("/v1/documents", data=FORM)
            assert (no_file.json()["code"], no_file.json()["field"]) == ("invalid_field", "file")
            return told

    assert asyncio.run(scenario()) == {why: (status, code) for why, (_, status, code) in BAD.items()}
    assert files(tmp_path) == []


TERMS = {
    "name": "Ayuntamiento",
    "source": "es",
    "target": "an",
    "terms": [{"source": "agua", "target": "augua"}, {"source": "cita previa", "target": "cita~previa"}],
}
LETTER = "El agua está cara.\n\nPida cita previa. Cerrado hoy.\n\nHoy llueve.".encode()


def test_terms_and_memory_hold_for_a_document_as_they_were_when_it_was_taken_on(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    async def scenario() -> None:
        a, b = make_key(database, "a"), make_key(database, "b")
        async with service(clean_valkey, database, tmp_path) as running:
            made = (await running.ask("POST", "/v1/glossaries", TERMS, a)).json()["id"]
            unit = {"source": "es", "target": "an", "units": [{"source": "Cerrado hoy.", "target": "Zarrau hue."}]}
            assert (await running.ask("POST", "/v1/memory", unit, a)).status_code in (200, 201)
            sent = (await send(running, "carta.txt", LETTER, a, glossary=made)).json()
            assert sent["glossary"] == {"glossary": f"{made}@1", "passed": 0, "failed": 0}
            revised = {"terms": [{"source": "llueve", "target": "plebe"}]}
            assert (await running.ask("PUT", f"/v1/glossaries/{made}", revised, a)).json()["version"] == 2

            async def finished(job: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
                path = f"/v1/documents/{job['id']}"
                async with asyncio.timeout(60):
                    while (told := (await running.ask("GET", path, key=key)).json())["state"] != "done":  # noqa: ASYNC110
                        await asyncio.sleep(0.02)
                return told, (await running.ask("GET", f"{path}/result", key=key)).text

            told, text = await finished(sent, a)
            assert text.split("\n\n") == [
                "El~an augua está~an cara~an.",
                "Pida~an cita~previa. Zarrau hue.",
                "Hoy~an llueve~an.",
            ]
            assert told["glossary"] == {"glossary": f"{made}@1", "passed": 2, "failed": 0}
            assert (told["recalled"], told["warnings"]) == (1, [])
            newest = (await send(running, "carta.txt", LETTER, a, glossary=made, memory="false")).json()
            told, text = await finished(newest, a)
            assert told["glossary"] == {"glossary": f"{made}@2", "passed": 1, "failed": 0}
            assert "plebe" in text
            assert (told["recalled"], "Zarrau" in text) == (0, False)
            assert (await send(running, "carta.txt", LETTER, b, glossary=made)).json()["code"] == "unknown_glossary"
            other = await send(running, "carta.txt", LETTER, a, glossary=made, target="ast")
            assert other.json()["code"] == "glossary_pair"
            plain, text = await finished((await send(running, "carta.txt", LETTER, b)).json(), b)
            assert (plain["glossary"], plain["recalled"]) == (None, 0)
            assert "augua" not in text

    asyncio.run(scenario())


def test_a_document_whose_glossary_was_deleted_fails_and_says_so(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    async def scenario() -> Any:
        async with service(clean_valkey, database, tmp_path, engine=False) as running:
            made = (await running.ask("POST", "/v1/glossaries", TERMS)).json()["id"]
            with database.writing() as connection:
                gone = "CREATE TRIGGER gone AFTER INSERT ON documents BEGIN DELETE FROM glossaries; END"
                connection.exec_driver_sql(gone)
            path = (await send(running, "carta.txt", LETTER, glossary=made)).headers["location"]
            async with asyncio.timeout(30):
                while (told := (await running.ask("GET", path)).json())["state"] != "failed":  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            return told["error"]["code"]

    assert asyncio.run(scenario()) == "unknown_glossary"


def test_errors_are_said_in_the_language_of_the_caller(clean_valkey: str, database: Database, tmp_path: Path) -> None:
    async def scenario() -> Any:
        async with service(clean_valkey, database, tmp_path, engine=False) as running:
            running.client.headers["accept-language"] = "an"
            return (await send(running, "a.docm", b"x")).json()

    problem = asyncio.run(scenario())
    assert problem["lang"] == "an"
    assert "macros" in problem["message"]


def test_a_document_waits_in_the_bulk_lane_and_leaves_it_when_it_is_cancelled(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with service(clean_valkey, database, tmp_path, engine=False) as running:
            with redis.Redis.from_url(clean_valkey) as client:

                def waiting(lane: str) -> int:
                    return int(client.zcard(keys.waiting(ENTRY.reference, lane)))

                path = (await send(running, "a.txt", texts.LETTER.encode())).headers["location"]
                await until(lambda: waiting("bulk"))
                assert waiting("interactive") == 0
                not_ready = await running.client.get(f"{path}/result")
                assert (not_ready.status_code, not_ready.json()["code"]) == (409, "document_not_ready")
                status = (await running.client.get(path)).json()
                assert (status["state"], status["percent"], status["result"]) == ("translating", 0, None)
                assert (await running.client.delete(path)).status_code == 204
                await until(lambda: waiting("bulk") == 0)
                assert files(tmp_path) == []

    asyncio.run(scenario())


def test_a_sentence_is_answered_while_a_book_waits(clean_valkey: str, database: Database, tmp_path: Path) -> None:
    book = "\n".join(f"Frase{number} del libro." for number in range(400)).encode()

    async def scenario() -> int:
        async with service(clean_valkey, database, tmp_path) as running:
            path = (await send(running, "libro.txt", book)).headers["location"]
            asked = await running.ask("POST", "/v1/translate", {"text": "Una frase.", **FORM})
            assert asked.status_code == 200
            computed = [each.text for each in running.model.translated]
            before = sum(text.startswith("Frase") for text in computed[: computed.index("Una frase.")])
            async with running.client.stream("GET", f"{path}/events") as told:
                assert "event: done" in [line async for line in told.aiter_lines()]
            return before

    assert asyncio.run(scenario()) < 400


def test_a_tenant_has_only_so_many_documents_at_a_time(clean_valkey: str, database: Database, tmp_path: Path) -> None:
    a = make_key(database, "a")

    async def scenario() -> list[tuple[int, str | None]]:
        async with service(clean_valkey, database, tmp_path, engine=False, MALGIL_TENANT_DOCUMENTS="1") as running:
            answers = [await send(running, "a.txt", b"Hola", key) for key in (None, None, a)]
            return [(answer.status_code, answer.json().get("code")) for answer in answers]

    assert asyncio.run(scenario()) == [(202, None), (429, "documents_full"), (202, None)]


def test_a_quota_counts_the_characters_of_a_document(clean_valkey: str, database: Database, tmp_path: Path) -> None:
    a = make_key(database, "a", characters_per_day=10)

    async def scenario() -> list[int]:
        async with service(clean_valkey, database, tmp_path, engine=False) as running:
            return [(await send(running, "a.txt", b"Hola a todos los que leen", a)).status_code for _ in range(2)]

    assert asyncio.run(scenario()) == [202, 429]
    assert len({path.parent for path in files(tmp_path)}) == 1


def test_a_quota_of_requests_is_asked_before_a_file_is_read(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    a = make_key(database, "a", requests_per_minute=2)

    async def scenario() -> list[int]:
        async with service(clean_valkey, database, tmp_path, engine=False) as running:
            good = await send(running, "a.txt", b"Hola a todos", a)
            return [good.status_code, *[(await send(running, "a.docx", b"x", a)).status_code for _ in range(2)]]

    assert asyncio.run(scenario()) == [202, 422, 429]


def test_a_document_is_cached_unless_its_caller_forbids_it(
    clean_valkey: str, database: Database, tmp_path: Path
) -> None:
    async def scenario() -> list[int]:
        async with service(clean_valkey, database, tmp_path) as running:
            counts = []
            with redis.Redis.from_url(clean_valkey) as client:
                for directive in ("no-store", "no-cache"):
                    running.client.headers["cache-control"] = directive
                    path = (await send(running, "a.txt", "Hola a todos. შეხვედრა.".encode())).headers["location"]
                    async with running.client.stream("GET", f"{path}/events") as told:
                        assert "event: done" in [line async for line in told.aiter_lines()]
                    counts.append(len(client.keys(f"{keys.segment('')}*")))
            return counts

    none, some = asyncio.run(scenario())
    assert none == 0
    assert some > 0


def test_a_stream_without_news_says_that_it_is_alive(
    clean_valkey: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.routes.documents.ALIVE_S", 0.05)

    async def scenario() -> list[str]:
        async with service(clean_valkey, database, tmp_path, engine=False) as running:
            path = (await send(running, "a.txt", b"Hola")).headers["location"]

            async def cancel() -> None:
                await asyncio.sleep(1)
                await running.ask("DELETE", path)

            cancelling = asyncio.create_task(cancel())
            lines: list[str] = []
            async with running.client.stream("GET", f"{path}/events") as told:
                assert told.headers["x-accel-buffering"] == "no"
                lines += [line async for line in told.aiter_lines()]
            await cancelling
            return lines

    lines = asyncio.run(scenario())
    assert lines.count(":") >= 3


def test_a_machine_that_keeps_nothing_takes_no_documents(clean_valkey: str, tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with service(clean_valkey, None, tmp_path, engine=False) as running:
            answer = await send(running, "a.txt", b"Hola")
            return answer.status_code, answer.json()["code"]

    assert asyncio.run(scenario()) == (503, "state_unavailable")
