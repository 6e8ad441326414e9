"""The files of jobs on disk: a folder for each, private to this service, gone with the job."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from gateway.documents.parsing import FileOptions
from gateway.errors import DocumentTooLarge, StateUnavailable

_ID = re.compile(r"[0-9a-f]{32}")
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


class Folder:
    """`root/<id>/` holds `order` (name and options), `source` (as sent), `texts` (what is translated), `result` and
    `reply` (name and type of the result)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def source(self, job_id: str) -> Path:
        return self._root / job_id / "source"

    def result(self, job_id: str) -> Path:
        return self._root / job_id / "result"

    def holds(self, job_id: str) -> bool:
        """Whether the file is on this machine."""
        return self.source(job_id).exists()

    async def receive(self, job_id: str, order: FileOptions, content: AsyncIterator[bytes], most: int) -> None:
        """Writes what comes in, piece by piece; DocumentTooLarge beyond so many bytes."""
        try:
            await asyncio.to_thread(self._make, job_id, order)
            descriptor = os.open(self.source(job_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
            with open(descriptor, "wb") as file:
                async for piece in content:
                    most -= len(piece)
                    if most < 0:
                        raise DocumentTooLarge(limit=(file.tell() + len(piece) + most) // (1024 * 1024))
                    await asyncio.to_thread(file.write, piece)
                await asyncio.to_thread(_to_disk, file.fileno(), file.flush)
        except OSError:
            raise StateUnavailable from None

    def _make(self, job_id: str, order: FileOptions) -> None:
        self._root.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        (self._root / job_id).mkdir(mode=_PRIVATE_FOLDER)
        self._write(job_id, "order", msgspec.msgpack.encode((order.name, order.columns, order.output)))

    def order(self, job_id: str) -> FileOptions:
        content = (self._root / job_id / "order").read_bytes()
        name, columns, output = msgspec.msgpack.decode(content, type=tuple[str, tuple[str, ...], str])
        return FileOptions(name, columns, output)

    def keep_reply(self, job_id: str, name: str, media_type: str) -> None:
        """What the result is called and what it is."""
        self._write(job_id, "reply", msgspec.msgpack.encode((name, media_type)))

    def reply(self, job_id: str) -> tuple[str, str]:
        return msgspec.msgpack.decode((self._root / job_id / "reply").read_bytes(), type=tuple[str, str])

    def keep_texts(self, job_id: str, texts: tuple[str, ...]) -> None:
        self._write(job_id, "texts", msgspec.msgpack.encode(texts))

    def texts(self, job_id: str) -> tuple[str, ...]:
        return msgspec.msgpack.decode((self._root / job_id / "texts").read_bytes(), type=tuple[str, ...])

    def _write(self, job_id: str, name: str, content: bytes) -> None:
        descriptor = os.open(self._root / job_id / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
        with open(descriptor, "wb") as file:
            file.write(content)

    def erase(self, job_id: str) -> None:
        """All there is of a job; none is no error."""
        if _ID.fullmatch(job_id):
            shutil.rmtree(self._root / job_id, ignore_errors=True)

    def erase_originals(self, job_id: str) -> None:
        """What was sent, once the translation stands beside it."""
        for name in ("source", "texts"):
            (self._root / job_id / name).unlink(missing_ok=True)

    def older_than(self, seconds: float) -> list[str]:
        """Ids of the folders that nobody has touched for so long."""
        if not self._root.is_dir():
            return []
        before = time.time() - seconds
        with os.scandir(self._root) as found:
            return [each.name for each in found if _ID.fullmatch(each.name) and each.stat().st_mtime < before]


def _to_disk(descriptor: int, flush: object) -> None:
    assert callable(flush)
    flush()
    os.fsync(descriptor)
