"""The process that reads and writes files: what it costs is bounded, and its end is not ours."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from accessibility.files.opened import Limits
from gateway.documents.asking import Request
from gateway.documents.parsing import FileOptions, Parsing, limits_of
from gateway.documents.worker import answer
from gateway.errors import DocumentDamaged, DocumentMisnamed
from gateway.settings import load_settings
from locales.tags import LanguageTag
from tests.accessibility.files import word

ES, AN = LanguageTag("es"), LanguageTag("an")
LIMITS = (2**30, 2**30, 100, 10_000, 10)


def test_a_file_is_read_and_written_in_a_process_apart(tmp_path: Path) -> None:
    source, result = tmp_path / "source", tmp_path / "result"
    source.write_bytes(b"Hola.\n\nAdi\xc3\xb3s.")

    async def scenario() -> None:
        parsing = Parsing(Limits(), 20, 1024)
        read = await parsing.read(source, FileOptions("a.txt"))
        assert (read.form, read.texts, read.ending) == ("txt", ("Hola.", "Adiós."), ".txt")
        await parsing.write(source, FileOptions("a.txt"), ("Ola.", "Adeu."), ES, AN, result)
        with pytest.raises(DocumentMisnamed):
            await parsing.read(pdf, FileOptions("a.odt"))

    pdf = tmp_path / "pdf"
    pdf.write_bytes(b"%PDF-1.7")
    asyncio.run(scenario())
    assert result.read_bytes() == b"Ola.\n\nAdeu."


def test_a_file_that_takes_too_much_is_damaged_and_nothing_else_is(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(word.with_parts(word.appointment(), {"word/media/a.bin": bytes(400_000_000)}))
    with pytest.raises(DocumentDamaged):
        asyncio.run(Parsing(Limits(unpacked_bytes=2**30), 20, 300).read(source, FileOptions("a.docx")))


def test_texts_come_back_as_many_as_went_out(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(word.linked())
    read = answer(Request("read", str(source), "a.docx", (), "", LIMITS))
    assert len(read.texts) == 2
    bare = tuple(text.replace("<g1>", "").replace("</g1>", "") for text in read.texts)
    to = tmp_path / "result"
    written = answer(Request("write", str(source), "a.docx", (), "", LIMITS, "es", "an", bare, str(to)))
    assert written.unmarked == 2
    assert not list(tmp_path.glob("*.part"))
    refused = answer(Request("read", str(source), "a.odt", (), "", LIMITS))
    assert (refused.refused, refused.values) == ("FileMisnamed", {"ending": ".odt", "form": "docx"})


def test_limits_are_those_of_the_settings() -> None:
    limits = limits_of(load_settings({"MALGIL_MAX_DOCUMENT_MB": "3", "MALGIL_MAX_DOCUMENT_PAGES": "7"}))
    assert (limits.bytes, limits.pages) == (3 * 2**20, 7)
