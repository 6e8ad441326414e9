"""Files that are not what they say, that cannot be read, or that were made to harm: each is refused for its reason."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from accessibility.files import refusals
from accessibility.files.archive import has_part, mimetype
from accessibility.files.formats import open_file, output_of, recognise
from accessibility.files.opened import MIB, SAME, Options
from accessibility.files.pdf import PDF
from tests.accessibility.files import open_document, pdfs, word
from tests.accessibility.files.corpus import CORPUS
from tests.accessibility.files.opening import limited, package

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">&b;</w:document>'
)
FETCHES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">&a;</w:document>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def document(part: bytes) -> bytes:
    return word.with_parts(word.appointment(), {"word/document.xml": part})


def flagged_encrypted(content: bytes) -> bytes:
    """Bit 0 of the flags of each part is set, in its own header and in the list."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            changed[place + offset] |= 1
            place = content.find(signature, place + 4)
    return bytes(changed)


def locked_odt() -> bytes:
    manifest = (
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        b'manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    )
    return word.with_parts(open_document.notice(), {"META-INF/manifest.xml": manifest})


def locked_epub(algorithm: bytes) -> bytes:
    encryption = (
        b'<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><e:EncryptedData '
        b'xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptionMethod Algorithm="'
        + algorithm
        + b'"/></e:EncryptedData>'
        b"</encryption>"
    )
    return word.with_parts(CORPUS["book3.epub"](), {"META-INF/encryption.xml": encryption})


def libraries(link: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE library:libraries PUBLIC '
        '"-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">'
        '<library:libraries xmlns:library="http://openoffice.org/2000/library">'
        f'<library:library library:name="Standard" library:link="{link}"/></library:libraries>'
    ).encode()


def doubled() -> bytes:
    target = io.BytesIO(word.appointment())
    with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("word/document.xml", b"<other/>")
    return target.getvalue()


def scratched() -> bytes:
    """Some bytes in the middle of a part are others."""
    content = bytearray(word.appointment())
    place = content.find(b"word/document.xml") + 200
    content[place : place + 20] = bytes(20)
    return bytes(content)


EMPTY_PDF = b"%PDF-1.4\ntrailer\n"
REFUSED = {
    "unknown ending": ("letter.exe", b"MZ", refusals.FileUnsupported),
    "old Word": ("letter.doc", OLE, refusals.FileUnsupported),
    "zip without a name": ("file", package([("a.txt", b"a")]), refusals.FileUnsupported),
    "program without a name": ("file", b"\x7fELF\0\0", refusals.FileUnsupported),
    "PDF named Word": ("letter.docx", b"%PDF-1.7 x", refusals.FileMisnamed),
    "Word named text": ("letter.txt", word.appointment(), refusals.FileMisnamed),
    "Word named OpenDocument": ("letter.odt", word.appointment(), refusals.FileMisnamed),
    "text named Word": ("letter.docx", b"Hola", refusals.FileDamaged),
    "half a package": ("letter.docx", word.appointment()[:3000], refusals.FileDamaged),
    "scratched package": ("letter.docx", scratched(), refusals.FileDamaged),
    "broken XML": ("letter.docx", document(b"<w:document"), refusals.FileDamaged),
    "entities in entities": ("letter.docx", document(LAUGHS), refusals.FileDamaged),
    "entity that fetches": ("letter.docx", document(FETCHES), refusals.FileDamaged),
    "unknown entity": ("b.epub", word.with_parts(CORPUS["book3.epub"](), {"OEBPS/nav.xhtml": b"<html>&nix;</html>"}), refusals.FileDamaged),
    "path out": ("letter.docx", word.with_parts(word.appointment(), {"../../etc/cron": b"x"}), refusals.FileDamaged),
    "absolute path": ("letter.docx", word.with_parts(word.appointment(), {"/etc/cron": b"x"}), refusals.FileDamaged),
    "two parts of one name": ("letter.docx", doubled(), refusals.FileDamaged),
    "no document in it": ("l.odt", word.with_parts(package([("mimetype", open_document.TYPE.encode())]), {"a": b"b"}), refusals.FileDamaged),
    "book without a list": ("b.epub", package([("mimetype", b"application/epub+zip"), ("a", b"b")]), refusals.FileDamaged),
    "macros by name": ("letter.docm", b"", refusals.FileHasMacros),
    "macros inside": ("letter.docx", word.with_parts(word.appointment(), {"word/vbaProject.bin": b"x"}), refusals.FileHasMacros),
    "Basic inside": ("letter.odt", word.with_parts(open_document.notice(), {"Basic/Standard/Module1.xml": b"x"}), refusals.FileHasMacros),
    "Basic of another file": ("letter.odt", word.with_parts(open_document.notice(), {"Basic/script-lc.xml": libraries("true")}), refusals.FileHasMacros),
    "Basic that nobody can read": ("letter.odt", word.with_parts(open_document.notice(), {"Basic/script-lc.xml": b"x"}), refusals.FileHasMacros),
    "Word with a password": ("letter.docx", OLE + "EncryptedPackage".encode("utf-16-le"), refusals.FileEncrypted),
    "zip with a password": ("letter.docx", flagged_encrypted(word.appointment()), refusals.FileEncrypted),
    "OpenDocument with a password": ("letter.odt", locked_odt(), refusals.FileEncrypted),
    "book with rights management": ("b.epub", locked_epub(b"http://www.w3.org/2001/04/xmlenc#aes128-cbc"), refusals.FileEncrypted),
    "PDF with a password": ("letter.pdf", pdfs.locked(), refusals.FileEncrypted),
    "PDF of nothing": ("letter.pdf", EMPTY_PDF, refusals.FileDamaged),
    "scan": ("scan.pdf", pdfs.scan(), refusals.FileWithoutText),
    "nothing to translate": ("a.txt", b"123\n\n***\n", refusals.FileWithoutText),
    "empty": ("a.txt", b"", refusals.FileWithoutText),
    "picture named text": ("a.txt", word.picture().getvalue(), refusals.FileDamaged),
    "no subtitles": ("a.srt", b"Hola", refusals.FileDamaged),
    "no catalogue": ("a.po", b"Hola", refusals.FileDamaged),
    "broken catalogue": ("a.po", b'msgid "a"\nbogus\n', refusals.FileDamaged),
    "not XLIFF": ("a.xlf", b"<x><xliff/></x>", refusals.FileDamaged),
    "not TMX": ("a.tmx", b"<x><tmx/></x>", refusals.FileDamaged),
    "table without columns": ("a.csv", b"a,b\n", refusals.ColumnsUnknown),
    "page too deep": ("a.md", b"> " * 200 + b"a", refusals.FileDamaged),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_refused_for_its_reason(why: str) -> None:
    name, content, refusal = REFUSED[why]
    with pytest.raises(refusal):
        open_file(content, name, Options())


def test_lists_of_libraries_without_programs_are_no_macros() -> None:
    empty = {"Basic/script-lc.xml": libraries("false"), "Basic/Standard/script-lb.xml": libraries("false")}
    content = word.with_parts(open_document.notice(), empty)
    assert open_file(content, "letter.odt", Options())[0].name == "odt"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("letter.txt", "pdf"), ("letter.txt", "docx"), ("letter.pdf", "pdf"), ("letter.pdf", SAME), ("letter.pdf", "odt")],
)
def test_what_a_file_cannot_become_is_refused(name: str, wanted: str) -> None:
    with pytest.raises(refusals.OutputUnfit):
        open_file(CORPUS[name](), name, Options(output=wanted))


@pytest.mark.parametrize(
    ("name", "wanted"), [("letter.txt", "text"), ("letter.txt", SAME), ("letter.pdf", "html"), ("letter.pdf", "docx")]
)
def test_what_a_file_can_become_is_not(name: str, wanted: str) -> None:
    assert open_file(CORPUS[name](), name, Options(output=wanted))[1].slots


def test_a_bomb_is_stopped_while_it_unpacks() -> None:
    bomb = word.with_parts(word.appointment(), {"word/media/a.bin": b"\0" * 30_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(refusals.FileTooLarge):
        open_file(bomb, "bomb.docx", limited(unpacked_bytes=10_000_000))


@pytest.mark.parametrize(
    ("name", "limits", "refusal", "told"),
    [
        ("appointment.docx", {"bytes": 3 * MIB // 2}, refusals.FileTooLarge, 1),
        ("appointment.docx", {"parts": 3}, refusals.FileTooManyParts, 3),
        ("letter.txt", {"chars": 20}, refusals.FileTooLong, 20),
        ("letter.pdf", {"pages": 2}, refusals.FileTooManyParts, 2),
    ],
)
def test_limits_are_limits_and_the_one_that_was_met_is_told(
    name: str, limits: dict[str, int], refusal: type[refusals.FileRefused], told: int
) -> None:
    padding = b"\0" * (2 * MIB) if "bytes" in limits else b""
    with pytest.raises(refusal) as refused:
        open_file(CORPUS[name]() + padding, name, limited(**limits))
    assert refused.value.values == {"limit": told}


def test_marks_are_no_characters_of_a_text() -> None:
    page = b"<p>El agua no se puede <b>beber</b></p>"
    assert open_file(page, "a.html", limited(chars=len("El agua no se puede beber")))[1].slots


@pytest.mark.parametrize("columns", [("nombre", "falta"), ("0",), ("9",)])
def test_columns_that_are_not_there_are_told(columns: tuple[str, ...]) -> None:
    with pytest.raises(refusals.ColumnsUnknown):
        open_file(CORPUS["table.csv"](), "table.csv", Options(columns))


def test_refusals_say_no_word_of_the_file() -> None:
    with pytest.raises(refusals.FileMisnamed) as caught:
        recognise(b"%PDF-1.7 secreto", "carta.docx")
    assert caught.value.values == {"ending": ".docx", "form": "pdf"}
    assert "secreto" not in repr(caught.value)


def test_fonts_made_unreadable_do_not_lock_a_book() -> None:
    content = locked_epub(b"http://www.idpf.org/2008/embedding")
    assert open_file(content, "b.epub", Options())[0].name == "epub"


@pytest.mark.parametrize(
    ("name", "form"),
    [("file", "docx"), ("", "docx"), ("CARTA.DOCX", "docx"), ("a/b\\carta.docx", "docx")],
)
def test_without_an_ending_the_content_says_what_it_is(name: str, form: str) -> None:
    assert recognise(word.appointment(), name).name == form


def test_text_without_an_ending_is_text_and_a_page_may_be_sent_as_text() -> None:
    assert recognise(b"Hola a todos", "file").name == "txt"
    assert recognise(b"<!doctype html><p>Hola", "file").name == "html"
    assert recognise(b"<!doctype html><p>Hola", "page.txt").name == "txt"


def test_what_is_no_package_has_no_parts() -> None:
    assert not has_part(b"PK\x03\x04 broken", "a")
    assert mimetype(b"PK\x03\x04 broken") == mimetype(b"") == ""


def test_a_pdf_becomes_a_page_unless_a_word_document_is_wanted() -> None:
    assert output_of(PDF, "")[0] == ".html"
    assert output_of(PDF, "docx")[0] == ".docx"
