"""Documents that LibreOffice wrote come back whole and translated; LibreOffice opens what comes back, and shows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from accessibility.files.formats import open_file
from accessibility.files.opened import Options
from accessibility.html_vocabulary import words
from locales.tags import LanguageTag
from tests.accessibility.files import office
from tests.accessibility.files.corpus import CORPUS
from tests.accessibility.files.office import SOFFICE, convert
from tests.accessibility.files.opening import part, texts
from tests.accessibility.files.outline import outline
from tests.accessibility.files.test_round_trip import capitals

OFFICE = [name for name in CORPUS if name.endswith((".docx", ".odt", ".pptx", ".odp"))]
# Titles, alternative texts, speaker's notes and choices of a list are heard or asked for, not seen at once.
HIDDEN = words(
    "Plano entrada oficina Fachada Aviso obras Hable despacio Charla sobre vacuna Resolución ayuda Solicitud guardería "
    "vacunación Ayuda transporte Reunión informativa Niños comedor Comedor Entrada Fotografía principal Escriba "
    "municipio mañana tarde turno pregunten primera parte documento Rellene impreso Acepto condiciones "
    "Marque aceptar Turno Ayuntamiento"
)
EPUBCHECK = Path("/usr/share/java/epubcheck.jar")

pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (apt-get install libreoffice-writer-nogui)"),
    pytest.mark.timeout(300),
]


def translated(name: str, content: bytes, target: str = "ast") -> bytes:
    _, opened = open_file(content, name, Options())
    assert all([slot.put(capitals(slot.text)) for slot in opened.slots])
    return opened.save(LanguageTag("es"), LanguageTag(target))


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """What LibreOffice wrote, and the office documents that it did not."""
    made = office.written(tmp_path_factory.mktemp("written"))
    return {**made, **{name: CORPUS[name]() for name in OFFICE}}


@pytest.fixture(scope="module")
def pages(documents: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The text of every translated office document as LibreOffice shows it."""
    from pdfminer.high_level import extract_text

    folder = tmp_path_factory.mktemp("shown")
    files = {name: f"{re.sub('[./]', '-', name)}{Path(name).suffix}" for name in documents if not _is_book(name)}
    for name, file in files.items():
        (folder / file).write_bytes(translated(name, documents[name]))
    shown = convert(folder, "pdf", *files.values())
    return {name: extract_text(shown / f"{Path(file).stem}.pdf") for name, file in files.items()}


def _is_book(name: str) -> bool:
    return name.endswith(".epub")


def test_libreoffice_wrote_many_of_them(documents: Mapping[str, bytes]) -> None:
    written = [name for name in documents if "/" in name]
    assert len(written) >= 20
    assert {Path(name).suffix for name in written} == {".docx", ".odt", ".odp", ".pptx", ".epub"}


def test_what_libreoffice_wrote_is_the_same_when_nothing_is_changed(documents: Mapping[str, bytes]) -> None:
    for name, content in documents.items():
        _, opened = open_file(content, name, Options())
        assert all([slot.put(slot.text) for slot in opened.slots]), name
        assert outline(opened.save(LanguageTag("es"), LanguageTag("es"))) == outline(content), name


def test_all_that_libreoffice_wrote_is_translated_and_no_sentence_is_cut_at_its_runs(
    documents: Mapping[str, bytes],
) -> None:
    for name, content in documents.items():
        before = texts(name, content)
        assert sorted(texts(name, translated(name, content))) == sorted(map(capitals, before)), name
        assert sum(text.count("<") for text in before) <= 20, name


def test_it_opens_and_shows_the_translation(documents: Mapping[str, bytes], pages: Mapping[str, str]) -> None:
    for name, page in pages.items():
        wanted = {
            word for text in texts(name, documents[name]) for word in text.split() if word.isalpha() and len(word) > 4
        }
        latin = {word.upper() for word in wanted - HIDDEN if word.upper() != word}
        assert not {word for word in latin if word not in page}, name


def test_a_change_that_was_struck_out_is_not_shown_again(pages: Mapping[str, str]) -> None:
    for name in ("odt/resolution.odt", "docx/resolution.docx", "again/resolution.odt", "twice/resolution.docx"):
        assert "VEINTE DÍAS" in pages[name]
        assert "diez" not in pages[name].lower().split(), name


def test_words_of_another_script_keep_their_direction(documents: Mapping[str, bytes]) -> None:
    word = part(translated("a.docx", documents["docx/bilingual.docx"]), "word/document.xml")
    assert re.findall(r'<w:bidi(?: w:val="(?:1|true)")?/>', word)
    for name in ("odt/bilingual.odt", "again/bilingual.odt"):
        written = part(translated(name, documents[name]), "content.xml")
        assert written.count("rl-tb") == part(documents[name], "content.xml").count("rl-tb"), name


def test_choices_of_a_list_are_translated_with_what_was_chosen(documents: Mapping[str, bytes]) -> None:
    for name, choice in (
        ("docx/form.docx", '<w:listItem w:value="tarde" w:displayText="TARDE"/>'),
        ("odt/form.odt", '<text:label text:value="TARDE"'),
        ("again/form.odt", 'loext:display-text="TARDE"'),
    ):
        written = translated(name, documents[name])
        content = part(written, "word/document.xml" if name.endswith("docx") else "content.xml")
        assert choice in content, name
        assert "ESCRIBA AQUÍ" in content, name


@pytest.mark.skipif(
    not (EPUBCHECK.exists() and shutil.which("java")) and not os.environ.get("CI"),  # noqa: TID251
    reason="needs EPUBCheck (apt-get install epubcheck)",
)
@pytest.mark.parametrize("book", ["resolution", "form"])
def test_a_translated_book_is_a_book_to_others(book: str, documents: Mapping[str, bytes], tmp_path: Path) -> None:
    """EPUBCheck, of those who keep the standard, finds nothing that LibreOffice did not put there."""
    content = translated("b.epub", documents[f"epub/{book}.epub"], "ar")
    (tmp_path / "book.epub").write_bytes(content)
    command = ["java", "-jar", str(EPUBCHECK), "--json", "report.json", "book.epub"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=200, check=False)
    told = json.loads((tmp_path / "report.json").read_text())
    faults = {each["ID"] for each in told["messages"] if each["severity"] in ("ERROR", "FATAL")}
    assert faults <= {"CSS-001"}, faults  # its style sheets say a direction
    assert told["publication"]["language"] == "ar"
