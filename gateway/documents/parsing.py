"""Files read and written in a process apart (`gateway.documents.worker`), so that none can stop or fill this one."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import msgspec

from accessibility.files import refusals
from accessibility.files.opened import MIB, Limits
from gateway.documents.asking import Act, Answer, Request
from gateway.errors import (
    DocumentColumnsUnknown,
    DocumentDamaged,
    DocumentEncrypted,
    DocumentHasMacros,
    DocumentMisnamed,
    DocumentTooLarge,
    DocumentTooLong,
    DocumentTooManyParts,
    DocumentUnsupported,
    DocumentWithoutText,
    FieldInvalid,
    GatewayError,
)
from gateway.settings import Settings
from gateway.telemetry import log
from locales.tags import LanguageTag

_REFUSALS: Mapping[str, type[GatewayError]] = {
    refusal.__name__: error
    for refusal, error in (
        (refusals.FileUnsupported, DocumentUnsupported),
        (refusals.FileMisnamed, DocumentMisnamed),
        (refusals.FileDamaged, DocumentDamaged),
        (refusals.FileEncrypted, DocumentEncrypted),
        (refusals.FileTooLarge, DocumentTooLarge),
        (refusals.FileTooLong, DocumentTooLong),
        (refusals.FileTooManyParts, DocumentTooManyParts),
        (refusals.FileHasMacros, DocumentHasMacros),
        (refusals.FileWithoutText, DocumentWithoutText),
        (refusals.OutputUnfit, FieldInvalid),
        (refusals.ColumnsUnknown, DocumentColumnsUnknown),
    )
}
_PROCESSES = 2


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What a caller chose for a file: its name, the columns of a table, what it becomes."""

    name: str
    columns: tuple[str, ...] = ()
    output: str = ""


class Parsing:
    """At most two files at a time; each gets so many seconds and so much memory."""

    def __init__(self, limits: Limits, seconds: int, memory_mb: int) -> None:
        self._limits = limits
        self._seconds = seconds
        self._memory = memory_mb * MIB
        self._free = asyncio.Semaphore(_PROCESSES)

    async def read(self, path: Path, options: FileOptions) -> Answer:
        """Format, texts and language of a file; raises the GatewayError that says why not."""
        return await self._ask(self._request("read", path, options))

    async def write(
        self,
        path: Path,
        options: FileOptions,
        texts: tuple[str, ...],
        source: LanguageTag,
        target: LanguageTag,
        to: Path,
    ) -> Answer:
        """The file in the target language, at `to`."""
        request = self._request("write", path, options)
        return await self._ask(msgspec.structs.replace(request, texts=texts, source=source, target=target, to=str(to)))

    def _request(self, act: Act, path: Path, options: FileOptions) -> Request:
        limits = astuple(self._limits)
        return Request(act, str(path), options.name, options.columns, options.output, limits)

    async def _ask(self, request: Request) -> Answer:
        async with self._free:
            answer = await self._run(request)
        if answer.refused:
            raise refusal(answer.refused, answer.values)
        return answer

    async def _run(self, request: Request) -> Answer:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "gateway.documents.worker", str(self._memory), str(self._seconds)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # What a library says of a file may quote it.
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            async with asyncio.timeout(2 * self._seconds):
                written, _ = await process.communicate(msgspec.msgpack.encode(request))
        except TimeoutError:
            written = b""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            log().warning("document_unreadable", act=request.act, status=process.returncode)
            raise DocumentDamaged
        return msgspec.msgpack.decode(written, type=Answer)


def limits_of(settings: Settings) -> Limits:
    """Those that the settings set for one file."""
    return Limits(
        bytes=settings.max_document_mb * MIB,
        unpacked_bytes=settings.max_unpacked_mb * MIB,
        chars=settings.max_document_chars,
        pages=settings.max_document_pages,
    )


def parsing_of(settings: Settings) -> Parsing:
    """As the settings say."""
    return Parsing(limits_of(settings), settings.document_seconds, settings.document_memory_mb)


def refusal(name: str, values: Mapping[str, str | int]) -> GatewayError:
    """The error that tells a caller of a FileRefused of this name."""
    return _REFUSALS[name](**values)


def _environment() -> Mapping[str, str]:
    """What finds the program again, and no setting or secret of this process."""
    kept = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    given = {name: os.environ[name] for name in kept if name in os.environ}  # noqa: TID251 handed on, not read
    return {**given, "OMP_NUM_THREADS": "1"}
