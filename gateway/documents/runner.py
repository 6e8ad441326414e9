"""Takes jobs and does them, in every API process: texts through the bulk lane, the file written, originals erased."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from gateway.batch_queue import now_ms
from gateway.cancellation import is_cancelled
from gateway.documents import texts
from gateway.documents.folder import Folder
from gateway.documents.guide import Guide
from gateway.documents.parsing import Parsing
from gateway.errors import ERRORS, DocumentUnknown, GatewayError, SegmentFailed, StateUnavailable
from gateway.segments import Delivery
from gateway.state import documents as jobs
from gateway.state.database import Database
from gateway.state.documents import DocumentJob
from gateway.telemetry import log, where
from gateway.translation import Translation

AT_ONCE = 2
LOOK_S = 2.0
# A runner that says nothing for so long is dead, and its job is anybody's.
LEASE_S = 20
SAY_S = 1.0
SWEEP_S = 30.0
# Longer than a file takes to arrive: a folder without a job is what a crash left behind.
ORPHAN_S = 3600
# A window of texts that nobody answered in this time is asked for again; what was finished comes from the cache.
PATIENCE_MS = 120_000


class Gone(Exception):
    """The job was cancelled, or somebody else has it."""


@dataclass(slots=True)
class _Running:
    """`resumed`: characters that were translated before."""

    job: DocumentJob
    translated: int
    resumed: int


class Runner:
    """`handed_in` wakes it; `kept_s` is how long results are kept."""

    def __init__(
        self,
        database: Database,
        folder: Folder,
        parsing: Parsing,
        translation: Callable[[], Translation],
        handed_in: asyncio.Event,
        kept_s: int,
        clock: Callable[[], float] = time.time,
        guide: Guide | None = None,
    ) -> None:
        self._database = database
        self._folder = folder
        self._parsing = parsing
        self._translation = translation
        self._handed_in = handed_in
        self._kept_s = kept_s
        self._clock = clock
        self._guide = guide
        self._name = secrets.token_hex(16)

    async def run(self) -> None:
        """Until it is cancelled; then what it was at is anybody's at once."""
        if not self._database.available:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sweep())
            for _ in range(AT_ONCE):
                group.create_task(self._work())

    async def _work(self) -> None:
        while not is_cancelled():
            try:
                job = await self._claim()
                if job is None:
                    await self._bell()
                    continue
                await self._do(job)
            # A loop that must go on: the job stays claimed until its lease ends, and is then tried again.
            except StateUnavailable:
                await asyncio.sleep(LOOK_S)
            # Whatever it was, the documents after it are still waiting.
            except Exception as error:  # noqa: BLE001
                log().error("documents_halted", **where(error))
                await asyncio.sleep(LOOK_S)

    async def _claim(self) -> DocumentJob | None:
        now = round(self._clock())
        job = await self._database.write(jobs.claim, self._name, now, now + LEASE_S)
        if job is not None and not self._folder.holds(job.id):
            # Its file is gone, or on another machine that does not share this folder.
            await self._end(job, error=ERRORS[DocumentUnknown].code)
            return None
        return job

    async def _bell(self) -> None:
        self._handed_in.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._handed_in.wait()

    async def _do(self, job: DocumentJob) -> None:
        try:
            done = await self._while_wanted(_Running(job, job.translated, job.translated))
        except Gone:
            await self._erase_cancelled(job)
        except asyncio.CancelledError:
            with contextlib.suppress(StateUnavailable):
                await asyncio.shield(self._database.write(jobs.give_back, job, self._name))
            raise
        except StateUnavailable:
            raise
        except GatewayError as error:
            await self._end(job, error=ERRORS[type(error)].code)
        # A file or a model that nobody foresaw ends its own job and no other.
        except Exception as error:  # noqa: BLE001
            if await self._erase_cancelled(job):
                return  # while one of its files was in use
            log().error("document_failed", **where(error))
            await self._end(job, error=ERRORS[SegmentFailed].code)
        else:
            await self._end(job, done=done)

    async def _while_wanted(self, running: _Running) -> texts.Done:
        """What came of the job, while the database is told how far it is; raises Gone when the job is. Both are tasks
        of their own, not of a group: that ends by cancelling whoever waits for it, who must go on to the next job."""
        saying, working = (asyncio.create_task(each) for each in (self._say(running), self._translate(running)))
        try:
            await asyncio.wait((saying, working), return_when=asyncio.FIRST_COMPLETED)
            if saying.done():
                saying.result()
            return working.result()
        finally:
            for task in (saying, working):
                task.cancel()
            await asyncio.gather(saying, working, return_exceptions=True)

    async def _say(self, running: _Running) -> NoReturn:
        while True:
            await asyncio.sleep(SAY_S)
            until = round(self._clock()) + LEASE_S
            far = running.translated, until, running.resumed
            if not await self._database.write(jobs.progress, running.job, self._name, *far):
                raise Gone

    async def _translate(self, running: _Running) -> texts.Done:
        job = running.job
        guidance = await self._guide.guidance(job) if self._guide else None
        given = await asyncio.to_thread(self._folder.texts, job.id)
        known, counted = await asyncio.to_thread(self._folder.done, job.id)
        running.translated = running.resumed = sum(texts.length(given[place]) for place in known)

        async def progress(more: Mapping[int, str], counts: Mapping[str, int]) -> None:
            await asyncio.to_thread(self._folder.keep_done, job.id, more, counts)
            running.translated += sum(texts.length(given[place]) for place in more)

        def delivery() -> Delivery:
            return Delivery(now_ms() + PATIENCE_MS, job.kept, job.tenant, "bulk", job.cache)

        way = job.source, job.target, delivery, progress
        done = await texts.translate(self._translation, given, *way, known, guidance)
        order = self._folder.order(job.id)
        written = await self._parsing.write(
            self._folder.source(job.id), order, tuple(done.texts), job.source, job.target, self._folder.result(job.id)
        )
        done.counts += counted
        done.counts.update(texts.of_file(written.unmarked, written.pictures))
        return done

    async def _end(self, job: DocumentJob, *, error: str | None = None, done: texts.Done | None = None) -> None:
        now = round(self._clock())
        warnings = done.warnings if done else None
        counts = {name: done.counts[name] for name in texts.COUNTS if done.counts[name]} if done else None
        ended = await self._database.write(
            jobs.finish,
            job,
            self._name,
            now_s=now,
            expires_s=now + self._kept_s,
            error=error,
            warnings=warnings,
            counts=counts,
        )
        if ended:
            await asyncio.to_thread(self._folder.erase_originals, job.id)
            log().info("document_done", form=job.form, characters=job.characters, error=error)
        else:
            await self._erase_cancelled(job)

    async def _erase_cancelled(self, job: DocumentJob) -> bool:
        """Whether nobody wants it any more; what was written since is erased too."""
        gone = await self._database.read(jobs.find, job.tenant, job.id) is None
        if gone:
            await asyncio.to_thread(self._folder.erase, job.id)
        return gone

    async def _sweep(self) -> None:
        """Erases what has expired, and what a crash left behind."""
        while True:
            try:
                await self.sweep()
            except StateUnavailable:
                pass  # told where it was asked
            except Exception as error:  # noqa: BLE001 what is to be erased is so the next time
                log().error("documents_not_swept", **where(error))
            await asyncio.sleep(SWEEP_S)

    async def sweep(self) -> None:
        """Once."""
        for job_id in await self._database.write(jobs.remove_expired, round(self._clock())):
            await asyncio.to_thread(self._folder.erase, job_id)
        old = await asyncio.to_thread(self._folder.older_than, ORPHAN_S)
        known = await self._database.read(jobs.known, old)
        for job_id in old:
            if job_id not in known:
                await asyncio.to_thread(self._folder.erase, job_id)
