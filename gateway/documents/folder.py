"""The files of jobs on disk: a folder for each, private to this service, gone with the job."""

from __future__ import annotations

import asyncio
import math
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import msgspec

from accessibility.files.opened import MIB
from gateway.documents.parsing import FileOptions
from gateway.errors import DocumentTooLarge, StateUnavailable

_ID = re.compile(r"[0-9a-f]{32}")
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


class Folder:
    """`root/<id>/` holds `order` (name and options), `source` (as sent), `texts` (to translate), `done` (those that
    are), `result` and `reply` (its name and type)."""

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
            try:
                size = 0
                async for piece in content:
                    size += len(piece)
                    if size > most:
                        raise DocumentTooLarge(limit=most // MIB)
                    await asyncio.to_thread(_write_all, descriptor, piece)
                await asyncio.to_thread(os.fsync, descriptor)
            finally:
                os.close(descriptor)
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

    def keep_done(self, job_id: str, done: Mapping[int, str], counts: Mapping[str, int]) -> None:
        """Translated texts by their places, and what was counted of them, behind those that are there: a job goes on
        from here after a crash."""
        record = msgspec.msgpack.encode((dict(done), dict(counts)))
        descriptor = os.open(self._root / job_id / "done", os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE_FILE)
        with open(descriptor, "ab") as file:
            file.write(len(record).to_bytes(4) + record)

    def done(self, job_id: str) -> tuple[dict[int, str], Counter[str]]:
        """What `keep_done` kept. A record that a crash cut off or left empty is taken out of the file, with what stands
        behind it: nothing there would be read."""
        found: dict[int, str] = {}
        counts: Counter[str] = Counter()
        path = self._root / job_id / "done"
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return found, counts
        end = 0
        while (size := _whole(content, end)) is not None:
            try:
                texts, counted = _record(content[end + 4 : end + 4 + size])
            except msgspec.DecodeError:
                break
            found |= texts
            counts.update(counted)
            end += 4 + size
        if end < len(content):
            os.truncate(path, end)
        return found, counts

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
        for name in ("source", "texts", "done"):
            (self._root / job_id / name).unlink(missing_ok=True)

    def older_than(self, seconds: float) -> list[str]:
        """Ids of the folders that nobody has touched for so long."""
        if not self._root.is_dir():
            return []
        before = time.time() - seconds
        with os.scandir(self._root) as found:
            return [each.name for each in found if _ID.fullmatch(each.name) and _touched(each) < before]


def _touched(entry: os.DirEntry[str]) -> float:
    """When; never for what another process has just erased."""
    try:
        return entry.stat().st_mtime
    except OSError:
        return math.inf


def _whole(content: bytes, start: int) -> int | None:
    """How long the record that starts here is; None where no whole one stands."""
    size = int.from_bytes(content[start : start + 4])
    return size if start + 4 + size <= len(content) and size else None


def _record(written: bytes) -> tuple[dict[int, str], dict[str, int]]:
    """The release before counted nothing."""
    record = msgspec.msgpack.decode(written, type=dict[int, str] | tuple[dict[int, str], dict[str, int]])
    return record if isinstance(record, tuple) else (record, {})


def _write_all(descriptor: int, piece: bytes) -> None:
    while piece:
        piece = piece[os.write(descriptor, piece) :]
