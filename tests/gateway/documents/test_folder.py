"""The files of a job: private, whole or not there, and gone when they should be."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from gateway.documents.folder import Folder
from gateway.documents.parsing import FileOptions
from gateway.errors import DocumentTooLarge, StateUnavailable

JOB = "0" * 32
ORDER = FileOptions("carta de Iker.docx", ("nombre",), "docx")


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


def receive(folder: Folder, *given: bytes, most: int = 100) -> None:
    asyncio.run(folder.receive(JOB, ORDER, pieces(*given), most))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "documents")


def test_what_was_sent_is_there_with_its_order(folder: Folder) -> None:
    receive(folder, b"ab", b"cd")
    assert folder.holds(JOB)
    assert folder.source(JOB).read_bytes() == b"abcd"
    assert folder.order(JOB) == ORDER


def test_too_much_is_refused_when_it_is_too_much(folder: Folder) -> None:
    with pytest.raises(DocumentTooLarge):
        receive(folder, b"a" * 60, b"b" * 60)


def test_a_place_that_cannot_be_written_is_no_state(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StateUnavailable):
        receive(Folder(tmp_path / "file"), b"a")


def test_what_is_done_is_kept_text_by_text_and_a_cut_record_is_not_read(folder: Folder, tmp_path: Path) -> None:
    receive(folder, b"a")
    assert folder.done(JOB) == ({}, {})
    folder.keep_done(JOB, {0: "uno", 2: "ثلاثة"}, {"cut_off": 2})
    folder.keep_done(JOB, {1: "dos"}, {"cut_off": 1, "recalled": 1})
    path = tmp_path / "documents" / JOB / "done"
    assert folder.done(JOB) == ({0: "uno", 1: "dos", 2: "ثلاثة"}, {"cut_off": 3, "recalled": 1})
    path.write_bytes(path.read_bytes()[:-1])
    assert folder.done(JOB) == ({0: "uno", 2: "ثلاثة"}, {"cut_off": 2})
    folder.keep_done(JOB, {1: "dos"}, {"cut_off": 1})
    assert folder.done(JOB) == ({0: "uno", 1: "dos", 2: "ثلاثة"}, {"cut_off": 3})
    whole = path.read_bytes()
    for torn in (b"\0", b"\0" * 8, b"\0\0\0\2\0\0" + whole):
        path.write_bytes(whole + torn)
        assert folder.done(JOB)[1] == {"cut_off": 3}
        assert path.read_bytes() == whole


def test_what_the_release_before_kept_is_read(folder: Folder, tmp_path: Path) -> None:
    receive(folder, b"a")
    record = msgspec.msgpack.encode({0: "uno"})
    (tmp_path / "documents" / JOB / "done").write_bytes(len(record).to_bytes(4) + record)
    assert folder.done(JOB) == ({0: "uno"}, {})


def test_only_old_folders_of_jobs_are_found_and_erased(folder: Folder, tmp_path: Path) -> None:
    assert folder.older_than(0) == []
    receive(folder, b"a")
    (tmp_path / "documents" / "mine").mkdir()
    assert folder.older_than(60) == []
    before = time.time() - 100
    for path in (tmp_path / "documents").iterdir():
        os.utime(path, (before, before))
    assert folder.older_than(60) == [JOB]
    erased_meanwhile = tmp_path / "documents" / ("1" * 32)
    erased_meanwhile.symlink_to(tmp_path / "nowhere")  # what stands in the list and is gone when it is looked at
    assert folder.older_than(60) == [JOB]
    erased_meanwhile.unlink()
    folder.erase("../mine")
    folder.erase(JOB)
    folder.erase(JOB)
    assert [path.name for path in (tmp_path / "documents").iterdir()] == ["mine"]
