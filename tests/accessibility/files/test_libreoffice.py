"""Translated documents open in LibreOffice and show their words; documents that LibreOffice wrote come back as well."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from accessibility.files.formats import open_file
from accessibility.files.opened import Options
from accessibility.html_vocabulary import words
from locales.tags import LanguageTag
from tests.accessibility.files.corpus import CORPUS
from tests.accessibility.files.opening import texts
from tests.accessibility.files.test_round_trip import capitals

SOFFICE = shutil.which("soffice")
OFFICE = [name for name in CORPUS if name.endswith((".docx", ".odt", ".pptx"))]

# Titles, alternative texts and speaker's notes are heard, not seen.
HIDDEN = words("Plano entrada oficina Fachada Aviso obras Hable despacio Charla sobre vacuna")

pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (apt-get install libreoffice-writer-nogui)"),
    pytest.mark.timeout(300),
]


def convert(folder: Path, form: str, *names: str) -> Path:
    """All files of a folder at once: starting the program takes longer than the work."""
    out = folder / form
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", form]
    subprocess.run([*command, "--outdir", str(out), *names], cwd=folder, check=True, capture_output=True, timeout=280)
    return out


def translated(name: str, content: bytes) -> bytes:
    _, opened = open_file(content, name, Options())
    assert all(slot.put(capitals(slot.text)) for slot in opened.slots)
    return opened.save(LanguageTag("es"), LanguageTag("ast"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every translated office document as LibreOffice shows it."""
    folder = tmp_path_factory.mktemp("office")
    for name in OFFICE:
        (folder / f"{name.replace('.', '-')}{Path(name).suffix}").write_bytes(translated(name, CORPUS[name]()))
    return convert(folder, "pdf", *(path.name for path in sorted(folder.iterdir())))


@pytest.mark.parametrize("name", OFFICE)
def test_it_opens_and_shows_the_translation(pages: Path, name: str) -> None:
    from pdfminer.high_level import extract_text

    shown = extract_text(io.BytesIO((pages / f"{name.replace('.', '-')}.pdf").read_bytes()))
    wanted = {word for text in texts(name, CORPUS[name]()) for word in text.split() if word.isalpha() and len(word) > 4}
    assert {word.upper() for word in wanted - HIDDEN} <= set(shown.replace("\n", " ").replace(".", " ").split())


def test_documents_that_libreoffice_wrote_come_back_translated(tmp_path: Path) -> None:
    for name in OFFICE:
        (tmp_path / name).write_bytes(CORPUS[name]())
    made = [
        *convert(tmp_path, "odt", *(name for name in OFFICE if name.endswith(".docx"))).iterdir(),
        *convert(tmp_path, "docx", *(name for name in OFFICE if name.endswith(".odt"))).iterdir(),
    ]
    assert len(made) == sum(name.endswith((".docx", ".odt")) for name in OFFICE)
    for path in made:
        content = path.read_bytes()
        before = texts(path.name, content)
        assert sorted(texts(path.name, translated(path.name, content))) == sorted(map(capitals, before)), path.name
        assert sum(text.count("<") for text in before) <= 20, path.name
