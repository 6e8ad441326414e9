"""Files that lack what most have: each is read for what it holds."""

from __future__ import annotations

import codecs
import io
import zipfile

import pytest

from accessibility.files import refusals
from accessibility.files.formats import open_file
from accessibility.files.opened import Options
from accessibility.files.pdf_layout import Line, blocks
from tests.accessibility.files import books, open_document, slides, texts, word
from tests.accessibility.files.opening import part, saved
from tests.accessibility.files.opening import texts as texts_of
from tests.accessibility.files.word import without


def test_a_word_document_without_properties_styles_and_settings_is_translated() -> None:
    bare = without(word.appointment(), "docProps/core.xml", "word/styles.xml", "word/settings.xml")
    content, _ = saved("a.docx", bare, {"Cita médica": "Cita médica n'asturianu"})
    assert "asturianu" in part(content, "word/document.xml")


def test_settings_without_a_language_and_properties_without_a_title_stay_so() -> None:
    settings = word.with_parts(word.appointment(), {"word/settings.xml": f"<w:settings {word.W}/>".encode()})
    assert "themeFontLang" not in part(saved("a.docx", settings, {})[0], "word/settings.xml")
    core = b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    untitled = word.with_parts(word.appointment(), {"docProps/core.xml": core})
    assert ">ast<" in part(saved("a.docx", untitled, {})[0], "docProps/core.xml")
    themed = word.with_parts(
        word.appointment(),
        {"word/settings.xml": f'<w:settings {word.W}><w:themeFontLang w:val="es"/></w:settings>'.encode()},
    )
    assert 'w:themeFontLang w:val="ast"' in part(saved("a.docx", themed, {})[0], "word/settings.xml")


def test_runs_that_are_not_translated_say_no_language_either() -> None:
    said = word.revised_number()
    assert "<w:lang" in part(said, "word/document.xml")
    assert "<w:lang" not in part(saved("a.docx", said, {})[0], "word/document.xml")


def test_an_open_document_without_meta_data_is_translated() -> None:
    assert texts_of("a.odt", without(open_document.noted(), "meta.xml", "META-INF/manifest.xml"))[1] == "Según la ley."
    content = without(open_document.noted(), "meta.xml")
    assert "meta.xml" not in zipfile.ZipFile(io.BytesIO(saved("a.odt", content, {})[0])).namelist()
    empty = b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
    assert "dc:language" not in part(
        saved("a.odt", word.with_parts(open_document.noted(), {"meta.xml": empty}), {})[0], "meta.xml"
    )
    unsaid = empty.replace(b"/>", b"><office:meta/></office:document-meta>")
    said = part(saved("a.odt", word.with_parts(open_document.noted(), {"meta.xml": unsaid}), {})[0], "meta.xml")
    assert ">ast<" in said


def test_a_presentation_without_properties_is_translated() -> None:
    assert "Es gratis" in texts_of("a.pptx", without(slides.talk(), "docProps/core.xml"))


def test_a_book_may_say_no_language_it_knows() -> None:
    opf = part(books.epub3(), "OEBPS/content.opf")
    for said in ("<dc:language>xx!</dc:language>", "<dc:language/>", ""):
        book = word.with_parts(
            books.epub3(), {"OEBPS/content.opf": opf.replace("<dc:language>es</dc:language>", said).encode()}
        )
        assert open_file(book, "a.epub", Options())[1].said is None


def test_a_page_may_be_nothing_but_text_and_have_no_head() -> None:
    assert saved("a.html", b"Hola", {"Hola": "Bones"})[0].count(b'charset="utf-8"') == 1
    with pytest.raises(refusals.FileDamaged):
        open_file(b"<!---->", "a.html", Options())
    with pytest.raises(refusals.FileTooManyParts, match="FileTooManyParts") as refused:
        open_file(b"<i></i>" * 300_001, "a.html", Options())
    assert refused.value.values == {"limit": 300_000}


def test_markdown_beyond_a_document_is_too_long_or_has_too_many_parts() -> None:
    with pytest.raises(refusals.FileTooLong) as refused:
        open_file(b"a " * 600_000, "a.md", Options())
    assert refused.value.values == {"limit": 1_000_000}
    with pytest.raises(refusals.FileTooManyParts) as refused_too:
        open_file(b"a\n\n" * 26_000, "a.md", Options())
    assert refused_too.value.values == {"limit": 50_000}


def test_a_word_document_may_name_the_kind_of_all_parts_at_once() -> None:
    name = "[Content_Types].xml"
    types = part(word.appointment(), name)
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    bare = types.replace(f'<Override PartName="/word/document.xml" ContentType="{main}"/>', "")
    assert bare != types
    content = word.with_parts(word.appointment(), {name: bare.replace("application/xml", main).encode()})
    assert "Cita médica" in texts_of("a.docx", content)


def test_an_entity_in_the_middle_of_a_paragraph_is_a_letter() -> None:
    name = "OEBPS/text/uno 1.xhtml"
    page = part(books.epub3(), name).replace("Nota de", "<b>Nota</b>&nbsp;&eacute;sta de")
    book = word.with_parts(books.epub3(), {name: page.encode()})
    assert "<g1>Nota</g1>\u00a0ésta de la autora." in texts_of("a.epub", book)


def test_a_catalogue_has_only_what_it_says() -> None:
    plural = texts.PO.replace('msgid "%d fichero"', 'msgid "1"')
    assert 'msgstr[0] "%d ficheros"' in saved("a.po", plural.encode(), {})[0].decode()


def test_a_table_without_any_mark_between_cells_is_one_column() -> None:
    with pytest.raises(refusals.FileDamaged):
        open_file(b'a,"' + b"x" * 140_000 + b'"\n', "a.csv", Options(("1",)))


def test_too_many_cells_are_too_many() -> None:
    with pytest.raises(refusals.FileTooManyParts):
        open_file(b"," * 2_000_001 + b"\n", "a.csv", Options(("1",)))


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF8])
def test_a_mark_of_an_encoding_that_is_not_kept_is_no_hindrance(mark: bytes) -> None:
    assert texts_of("a.txt", mark + "Añadido después de la reunión".encode("latin-1") + b"x")


def test_text_of_other_alphabets_is_read() -> None:
    russian = "Поликлиника работает с девяти утра до шести вечера каждый день.\n" * 8
    assert texts_of("a.txt", russian.encode("cp1251"))[0].startswith("Поликлиника")


def test_nothing_on_a_page_is_no_block() -> None:
    assert blocks([]) == ()
    assert blocks([Line("7", 9, False, 0, 1, 0.01, 0, 5)]) == ()
