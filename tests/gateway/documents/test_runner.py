"""Who takes a job ends it, gives it back or loses it: nothing else, and nothing twice."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from accessibility.files.opened import Limits as FileLimits
from gateway.batch_queue import PUBLIC
from gateway.documents import runner as module
from gateway.documents.folder import Folder
from gateway.documents.parsing import Parsing
from gateway.documents.runner import Runner
from gateway.documents.service import Bounds, DocumentOrder, Documents, failure
from gateway.errors import (
    DocumentDamaged,
    DocumentsFull,
    DocumentUnknown,
    GatewayError,
    PairNotServed,
    SegmentFailed,
)
from gateway.segments import Delivery
from gateway.state import documents as jobs
from gateway.state.database import Database
from gateway.state.documents import DocumentJob
from gateway.state.tenants import Tenant
from gateway.translation import Limits, Translation
from models.catalogue import Catalogue
from tests.accessibility.files import pdfs
from tests.gateway.deployed import ENTRY, database_in
from tests.gateway.documents.test_folder import pieces
from tests.gateway.documents.test_texts import Answers
from tests.gateway.logs import capture_logs
from tests.models.tiny_model import tag

PUBLIC_TENANT = Tenant(PUBLIC)
BOOK = "\n\n".join(f"Capítulo {number}." for number in range(120)).encode()


class Office:
    """Everything that jobs need, with a clock that stands still unless it is set."""

    def __init__(self, folder: Path, database: Database, say: Callable[[str], str | GatewayError]) -> None:
        self.now = 1_000.0
        self.database = database
        self.segments: Any = Answers(say)  # some tests put another way to translate in its place
        self.folder = Folder(folder / "documents")
        self.parsing = Parsing(FileLimits(), 20, 1024)
        self.catalogue = Catalogue((ENTRY,))
        self.documents = Documents(
            database, self.folder, self.parsing, self.translation, Bounds(1_000_000, 5, 60, 600), lambda: self.now
        )

    def translation(self) -> Translation:
        return Translation(self.catalogue, self.segments, Limits(1, 1))

    def runner(self) -> Runner:
        return Runner(self.database, self.folder, self.parsing, self.translation, asyncio.Event(), 60, lambda: self.now)

    async def send(self, content: bytes = BOOK) -> DocumentJob:
        self.now += 1  # the older one comes first
        order = DocumentOrder("libro.txt", tag("es"), tag("an"))
        return await self.documents.submit(PUBLIC_TENANT, order, pieces(content))

    async def status(self, job: DocumentJob) -> DocumentJob:
        return await self.documents.status(PUBLIC_TENANT, job.id)

    async def run_until(self, job: DocumentJob, claim: Callable[[DocumentJob], bool]) -> DocumentJob:
        """Runs one runner until something is true of the job, and stops it."""
        task = asyncio.create_task(self.runner().run())
        try:
            async with asyncio.timeout(30):
                while not claim(found := await self.status(job)):  # noqa: ASYNC110 a database tells nobody
                    await asyncio.sleep(0.01)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self.now += module.LEASE_S  # what it was taking at that moment is nobody's only then
        return found


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_in(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAY_S", 0.01)
    monkeypatch.setattr(module, "LOOK_S", 0.01)


def finished(job: DocumentJob) -> bool:
    return job.finished


def run(scenario: Callable[..., Any], *given: Any) -> Any:
    return asyncio.run(scenario(*given))


def test_a_runner_that_is_stopped_gives_back_and_the_next_goes_on_behind_it(tmp_path: Path, database: Database) -> None:
    # Every number is lost, and counted once however often the work was taken up again.
    office = Office(tmp_path, database, lambda text: re.sub("[0-9]", "", text.upper()))
    gate = asyncio.Event()

    async def scenario() -> None:
        job = await office.send()
        translate = office.segments.translate

        async def slow(*given: Any) -> Any:
            if len(office.segments.asked) >= 1:
                await gate.wait()
            return await translate(*given)

        office.segments.translate = slow
        half = await office.run_until(job, lambda each: 0 < each.percent < 100)
        assert half.state == "translating"
        gate.set()
        done = await office.run_until(job, finished)
        assert (done.state, done.error, done.warnings["number_mismatch"]) == ("done", None, 120)
        asked = [text for window in office.segments.asked for text in window]
        assert len(asked) == len(set(asked)) == 120
        result = await office.documents.result(PUBLIC_TENANT, job.id)
        assert result.path.read_text(encoding="utf-8") == re.sub("[0-9]", "", BOOK.decode().upper())

    run(scenario)


def test_a_job_whose_file_is_not_here_fails_and_one_without_a_model_too(tmp_path: Path, database: Database) -> None:
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> list[str | None]:
        gone, unserved = await office.send(b"Hola."), await office.send(b"Hola.")
        office.folder.source(gone.id).unlink()
        office.catalogue = Catalogue(())
        first = await office.run_until(gone, finished)
        second = await office.run_until(unserved, finished)
        assert [type(failure(each)) for each in (first, second)] == [DocumentUnknown, PairNotServed]
        with pytest.raises(PairNotServed):
            await office.documents.result(PUBLIC_TENANT, unserved.id)
        return [first.error, second.error]

    assert run(scenario) == ["unknown_document", "pair_not_served"]


def test_what_nobody_foresaw_ends_its_own_job_and_no_other(tmp_path: Path, database: Database) -> None:
    def say(text: str) -> str:
        if "veneno" in text:
            raise RuntimeError(text)
        return text.upper()

    office = Office(tmp_path, database, say)

    async def scenario() -> None:
        bad, good = await office.send(b"veneno"), await office.send(b"Hola.")
        assert isinstance(failure(await office.run_until(bad, finished)), SegmentFailed)
        assert (await office.run_until(good, finished)).state == "done"

    run(scenario)


def test_a_text_that_the_model_fails_on_is_counted(tmp_path: Path, database: Database) -> None:
    office = Office(tmp_path, database, lambda text: SegmentFailed() if "veneno" in text else text.upper())

    async def scenario() -> dict[str, int]:
        job = await office.send(b"Hola.\n\nveneno")
        return dict((await office.run_until(job, finished)).warnings)

    assert run(scenario)["text_left"] == 1


def test_pages_that_are_pictures_are_counted(tmp_path: Path, database: Database) -> None:
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> dict[str, int]:
        order = DocumentOrder("libro.pdf", tag("es"), tag("an"))
        job = await office.documents.submit(PUBLIC_TENANT, order, pieces(pdfs.mixed()))
        return dict((await office.run_until(job, finished)).warnings)

    assert run(scenario) == {"page_without_text": 2}


def test_a_job_cancelled_at_work_leaves_nothing(tmp_path: Path, database: Database) -> None:
    office = Office(tmp_path, database, str.upper)
    never = asyncio.Event()

    async def scenario() -> None:
        job = await office.send()

        async def stuck(*_: Any) -> Any:
            await never.wait()

        office.segments.translate = stuck
        task = asyncio.create_task(office.runner().run())
        async with asyncio.timeout(20):
            while (await office.status(job)).state != "translating":  # noqa: ASYNC110 nor here
                await asyncio.sleep(0.01)
        await office.documents.cancel(PUBLIC_TENANT, job.id)
        with pytest.raises(DocumentUnknown):
            await office.documents.cancel(PUBLIC_TENANT, job.id)
        await asyncio.sleep(0.1)
        assert not list((tmp_path / "documents").iterdir())
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    run(scenario)


def test_however_many_jobs_fail_the_next_is_done(tmp_path: Path, database: Database) -> None:
    """In Python 3.11 a group of tasks whose task fails while it is waited for leaves its caller marked as cancelled."""
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> None:
        translate = office.segments.translate

        async def failing(*_: Any) -> Any:
            raise FileNotFoundError

        office.segments.translate = failing
        for _ in range(2 * module.AT_ONCE):
            last = await office.send()
        task = asyncio.create_task(office.runner().run())
        async with asyncio.timeout(20):
            while not finished(await office.status(last)):  # noqa: ASYNC110 nor here
                await asyncio.sleep(0.01)
            office.segments.translate = translate
            last = await office.send()
            while not finished(await office.status(last)):  # noqa: ASYNC110 nor here
                await asyncio.sleep(0.01)
        assert (await office.status(last)).state == "done"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    run(scenario)


def test_what_expired_and_what_a_crash_left_is_erased(tmp_path: Path, database: Database) -> None:
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> None:
        job = await office.send(b"Hola.")
        kept = await office.send(b"Adios.")
        orphan = tmp_path / "documents" / ("f" * 32)
        orphan.mkdir()
        for path in (tmp_path / "documents").iterdir():
            os.utime(path, (1, 1))
        with database.writing() as connection:
            jobs.claim(connection, "r", 1002, 1010)
            assert jobs.finish(connection, job, "r", now_s=1003, expires_s=1060)
        office.now = 1_061
        with pytest.raises(DocumentUnknown):
            await office.status(job)
        await office.runner().sweep()
        assert [path.name for path in (tmp_path / "documents").iterdir()] == [kept.id]

    run(scenario)


def test_a_caller_waits_until_it_is_done_or_no_longer(tmp_path: Path, database: Database) -> None:
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> None:
        job = await office.send(b"Hola.")
        assert (await office.documents.wait(PUBLIC_TENANT, job.id, 0.05)).state == "queued"
        assert office.documents.seconds_left(job) is None
        waiting = asyncio.create_task(office.documents.wait(PUBLIC_TENANT, job.id, 30))
        await office.run_until(job, finished)
        assert (await waiting).state == "done"

    run(scenario)


def test_a_job_cancelled_while_its_texts_are_kept_is_no_failure(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAY_S", 60)
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> None:
        job, after = await office.send(b"Hola."), await office.send("გამარჯობა".encode())
        translate = office.segments.translate

        async def cancelled_meanwhile(*given: Any) -> Any:
            with suppress(DocumentUnknown):
                await office.documents.cancel(PUBLIC_TENANT, job.id)
            return await translate(*given)

        office.segments.translate = cancelled_meanwhile
        await office.run_until(after, finished)
        assert not (tmp_path / "documents" / job.id).exists()

    with capture_logs() as logs:
        run(scenario)
    assert [each["event"] for each in logs if each["level"] == "error"] == []


def test_whatever_happens_the_jobs_after_it_are_done_and_it_is_told_without_its_words(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SWEEP_S", 0.01)
    office = Office(tmp_path, database, str.upper)
    broken = ["holds", "older_than"]
    holds, older_than = office.folder.holds, office.folder.older_than

    def breaks(name: str, then: Callable[..., Any]) -> Callable[..., Any]:
        def once(*given: Any) -> Any:
            if name in broken:
                broken.remove(name)
                raise PermissionError("palabras de alguien")
            return then(*given)

        return once

    monkeypatch.setattr(office.folder, "holds", breaks("holds", holds))
    monkeypatch.setattr(office.folder, "older_than", breaks("older_than", older_than))

    async def scenario() -> None:
        await office.send(b"Hola.")
        after = await office.send(b"Adios.")
        await office.run_until(after, finished)

    with capture_logs() as logs:
        run(scenario)
    errors = [each for each in logs if each["level"] == "error"]
    assert {(each["event"], each["error"]) for each in errors} == {
        ("documents_halted", "PermissionError"),
        ("documents_not_swept", "PermissionError"),
    }
    assert "alguien" not in str(logs)


def test_a_takeover_goes_on_where_it_was_and_does_not_count_what_was_done_before(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> None:
        job = await office.send()
        translate, gate = office.segments.translate, asyncio.Event()

        async def slow(*given: Any) -> Any:
            if office.segments.asked:
                await gate.wait()
            return await translate(*given)

        office.segments.translate = slow
        half = await office.run_until(job, lambda each: 0 < each.percent < 100)
        told: list[int] = []
        looked, texts = threading.Event(), office.folder.texts

        def slow_disk(job_id: str) -> tuple[str, ...]:
            assert looked.wait(30)
            return texts(job_id)

        monkeypatch.setattr(office.folder, "texts", slow_disk)

        def begun(each: DocumentJob) -> bool:
            told.append(each.percent)
            if len(told) > 20:
                looked.set()
            return looked.is_set() and each.begun_s != half.begun_s and each.resumed == each.translated

        again = await office.run_until(job, begun)
        assert min(told) == half.percent
        assert again.seconds_left(round(office.now) + 1) is None

    run(scenario)


@pytest.mark.parametrize("kept", [True, False])
def test_segments_of_a_job_are_cached_only_where_its_caller_allows(
    tmp_path: Path, database: Database, kept: bool
) -> None:
    office = Office(tmp_path, database, str.upper)
    deliveries: list[Delivery] = []

    async def scenario() -> None:
        translate = office.segments.translate

        async def noting(model: Any, inputs: Any, delivery: Delivery) -> Any:
            deliveries.append(delivery)
            return await translate(model, inputs, delivery)

        office.segments.translate = noting
        order = DocumentOrder("libro.txt", tag("es"), tag("an"), kept=kept)
        job = await office.documents.submit(PUBLIC_TENANT, order, pieces(b"Hola."))
        await office.run_until(job, finished)

    run(scenario)
    assert [each.store for each in deliveries] == [kept]


def test_a_place_that_was_free_when_the_file_came_and_is_not_any_more_is_refused(
    tmp_path: Path, database: Database
) -> None:
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> None:
        sent = await asyncio.gather(*(office.send(b"Hola.") for _ in range(7)), return_exceptions=True)
        assert sum(isinstance(each, DocumentsFull) for each in sent) == 2
        assert len(list((tmp_path / "documents").iterdir())) == 5

    run(scenario)


def test_without_a_database_nobody_runs() -> None:
    parsing = Parsing(FileLimits(), 1, 256)
    runner = Runner(Database(None), Folder(Path()), parsing, lambda: pytest.fail("asked"), asyncio.Event(), 1)
    run(runner.run)


def test_a_file_that_became_unreadable_fails_its_job(tmp_path: Path, database: Database) -> None:
    office = Office(tmp_path, database, str.upper)

    async def scenario() -> DocumentJob:
        job = await office.send(b"Hola.")
        office.folder.source(job.id).write_bytes(b"\0")
        return await office.run_until(job, finished)

    assert isinstance(failure(run(scenario)), DocumentDamaged)
