"""`malgil translate FILE -o OUTPUT`: the result is of the format that its name says, or nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway import documents_cli
from gateway.batch_queue import now_ms
from gateway.documents_cli import DocumentFile
from gateway.errors import FieldInvalid
from gateway.segments import Delivery
from gateway.settings import load_settings
from gateway.translation import Limits, Translation
from models.catalogue import Catalogue
from tests.accessibility.files import pdfs
from tests.gateway.deployed import ENTRY
from tests.gateway.documents.test_texts import Answers
from tests.models.tiny_model import tag

FILES = {"carta.pdf": pdfs.mixed(), "carta.txt": "Hola\n\nقريبا".encode()}


def translated(folder: Path, name: str, output: str) -> tuple[bytes, dict[str, int]]:
    segments: Any = Answers(str.upper)
    (folder / name).write_bytes(FILES[name])
    file = DocumentFile(folder / name, tag("es"), tag("an"), folder / output)
    way = Translation(Catalogue((ENTRY,)), segments, Limits(1, 1)), Delivery(now_ms() + 60_000)
    found = documents_cli.run(load_settings({}), file, *way)
    return (folder / output).read_bytes(), dict(found)


@pytest.mark.parametrize(
    ("name", "output", "begins"),
    [
        ("carta.pdf", "carta.an.htm", b"<!DOCTYPE html>"),
        ("carta.pdf", "carta.an.docx", b"PK"),
        ("carta.pdf", "carta", b"<!DOCTYPE html>"),
        ("carta.txt", "carta.an", b"HOLA"),
        ("carta.txt", "carta.an.text", b"HOLA"),
    ],
)
def test_what_a_name_says_is_what_is_written(tmp_path: Path, name: str, output: str, begins: bytes) -> None:
    assert translated(tmp_path, name, output)[0].startswith(begins)


@pytest.mark.parametrize(("name", "output"), [("carta.pdf", "carta.an.pdf"), ("carta.txt", "carta.an.docx")])
def test_what_no_file_can_become_is_refused(tmp_path: Path, name: str, output: str) -> None:
    with pytest.raises(FieldInvalid):
        translated(tmp_path, name, output)
    assert not (tmp_path / output).exists()


def test_pages_that_are_pictures_are_told(tmp_path: Path) -> None:
    assert translated(tmp_path, "carta.pdf", "carta.html")[1] == {"page_without_text": 2}
