"""Documents translated in the background: handed in, watched, fetched, erased. One object per API process.

What a job is stands in the database (`gateway.state.documents`), its files in the data folder (`folder.py`), its
finished segments in the cache. So any API process goes on with a job whose process died, and does nothing twice.
"""

from __future__ import annotations

import asyncio
import math
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from accessibility.files.opened import MIB
from gateway.documents.folder import Folder
from gateway.documents.guide import Guide
from gateway.documents.parsing import FileOptions, Parsing
from gateway.documents.texts import length, source_of
from gateway.errors import (
    ERRORS,
    DocumentDamaged,
    DocumentNotReady,
    DocumentsFull,
    DocumentUnknown,
    GatewayError,
    GlossaryUnknown,
    PairNotServed,
    SegmentFailed,
)
from gateway.settings import Settings
from gateway.state import documents as jobs
from gateway.state.database import Database
from gateway.state.documents import DocumentJob
from gateway.state.tenants import Tenant
from gateway.translation import Translation
from locales.tags import LanguageTag

LOOK_S = 0.5
_UNNAMED = "document"
_LONGEST_STEM = 120


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """`source` None is detected. `columns`: of a table, by name or number. `output`: what the file becomes, as
    `accessibility.files.opened.Options` has it. `glossary`: `id@version`, or `id` for the newest. `memory`: whether
    the tenant's answers first. `kept`: whether its segments may be cached."""

    name: str
    source: LanguageTag | None
    target: LanguageTag
    output: str = ""
    columns: tuple[str, ...] = ()
    glossary: str = ""
    memory: bool = True
    kept: bool = True


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """A translated file, and the name it may be saved under: `letter.ast.docx`."""

    path: Path
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest file in bytes, the most unfinished jobs of a tenant, how long what is finished is kept, and how long
    what is not."""

    file_bytes: int
    tenant_jobs: int
    kept_s: int
    unfinished_s: int


def bounds_of(settings: Settings) -> Bounds:
    """As the settings say."""
    return Bounds(
        file_bytes=settings.max_document_mb * MIB,
        tenant_jobs=settings.tenant_documents,
        kept_s=settings.document_kept_s,
        unfinished_s=settings.document_patience_s,
    )


class Documents:
    """`translation` gives the models in service; `clock` Unix time in seconds."""

    def __init__(
        self,
        database: Database,
        folder: Folder,
        parsing: Parsing,
        translation: Callable[[], Translation],
        bounds: Bounds,
        clock: Callable[[], float] = time.time,
        guide: Guide | None = None,
    ) -> None:
        self._database = database
        self._folder = folder
        self._parsing = parsing
        self._translation = translation
        self._bounds = bounds
        self._clock = clock
        self._guide = guide
        self.handed_in = asyncio.Event()

    async def admit(self, tenant: Tenant) -> None:
        """DocumentsFull where the tenant has as many unfinished jobs as it may have."""
        if await self._database.read(jobs.unfinished, tenant.id) >= self._bounds.tenant_jobs:
            raise DocumentsFull(limit=self._bounds.tenant_jobs)

    async def submit(
        self,
        tenant: Tenant,
        order: DocumentOrder,
        content: AsyncIterator[bytes],
        admit: Callable[[int], Awaitable[None]] | None = None,
    ) -> DocumentJob:
        """Reads the file and takes it on. `admit` is asked with its characters, once they are known, and may refuse.

        Raises what is wrong with file, languages or quota; then nothing of it is left.
        """
        await self.admit(tenant)
        job_id = uuid.uuid4().hex
        options = FileOptions(order.name, order.columns, order.output)
        try:
            await self._folder.receive(job_id, options, content, self._bounds.file_bytes)
            job = await self._read(tenant, job_id, order, options)
            if admit is not None:
                await admit(job.characters)
            await self._database.write(jobs.create, job, self._bounds.tenant_jobs)
        except jobs.Full:
            self._folder.erase(job_id)
            raise DocumentsFull(limit=self._bounds.tenant_jobs) from None
        except BaseException:
            # Whatever ended it, a caller that left as well: nobody will ever ask for it.
            self._folder.erase(job_id)
            raise
        self.handed_in.set()
        return job

    async def _read(self, tenant: Tenant, job_id: str, order: DocumentOrder, options: FileOptions) -> DocumentJob:
        read = await self._parsing.read(self._folder.source(job_id), options)
        said = None if read.said is None else LanguageTag(read.said)
        translation = self._translation()
        if order.source is None:
            source = await asyncio.to_thread(source_of, translation, read.texts, said, order.target)
        else:
            source = order.source
            translation.admit_pair(source, order.target)
        glossary = ""
        if order.glossary:
            if self._guide is None:
                raise GlossaryUnknown
            glossary = await self._guide.fixed(tenant.id, order.glossary, source, order.target)
        stem = PurePosixPath(order.name.replace("\\", "/")).stem[:_LONGEST_STEM] or _UNNAMED
        self._folder.keep_reply(job_id, f"{stem}.{order.target}{read.ending}", read.media_type)
        await asyncio.to_thread(self._folder.keep_texts, job_id, read.texts)
        now = round(self._clock())
        return DocumentJob(
            tenant=tenant.id,
            id=job_id,
            form=read.form,
            source=source,
            target=order.target,
            characters=sum(map(length, read.texts)),
            created_s=now,
            expires_s=now + self._bounds.unfinished_s,
            cache=tenant.cache,
            glossary=glossary,
            memory=order.memory,
            kept=order.kept,
        )

    async def status(self, tenant: Tenant, job_id: str) -> DocumentJob:
        """Raises DocumentUnknown, also for a job of another tenant and for one that has expired."""
        job = await self._database.read(jobs.find, tenant.id, job_id)
        if job is None or job.expires_s <= self._clock():
            raise DocumentUnknown
        return job

    async def result(self, tenant: Tenant, job_id: str) -> DocumentResult:
        """Raises DocumentNotReady, or what ended the job."""
        job = await self.status(tenant, job_id)
        if job.state == "failed":
            raise failure(job)
        if job.state != "done":
            raise DocumentNotReady
        name, media_type = self._folder.reply(job_id)
        return DocumentResult(self._folder.result(job_id), name, media_type)

    async def cancel(self, tenant: Tenant, job_id: str) -> None:
        """Ends a job that runs and erases all there is of it."""
        if not await self._database.write(jobs.remove, tenant.id, job_id):
            raise DocumentUnknown
        await asyncio.to_thread(self._folder.erase, job_id)

    async def watch(self, tenant: Tenant, job_id: str, again_s: float = math.inf) -> AsyncIterator[DocumentJob]:
        """The job now and whenever something of it has changed, and as it was after so long without a change, until it
        is finished."""
        before, told_at = None, -math.inf
        while True:
            job = await self.status(tenant, job_id)
            if job != before or time.monotonic() - told_at >= again_s:
                yield job
                before, told_at = job, time.monotonic()
            if job.finished:
                return
            await asyncio.sleep(LOOK_S)

    async def wait(self, tenant: Tenant, job_id: str, seconds: float) -> DocumentJob:
        """The job once it is finished, or as it is after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                async for job in self.watch(tenant, job_id):  # noqa: B007 the last one counts
                    pass
        except TimeoutError:
            return await self.status(tenant, job_id)
        return job

    def seconds_left(self, job: DocumentJob) -> int | None:
        """Until the job is finished, at the pace so far."""
        return job.seconds_left(round(self._clock()))


def failure(job: DocumentJob) -> GatewayError:
    """The error that a failed job ended with."""
    return {
        ERRORS[PairNotServed].code: PairNotServed(job.source, job.target, ()),
        ERRORS[DocumentDamaged].code: DocumentDamaged(),
        ERRORS[DocumentUnknown].code: DocumentUnknown(),
        ERRORS[GlossaryUnknown].code: GlossaryUnknown(),
    }.get(job.error or "", SegmentFailed())
