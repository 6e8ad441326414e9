"""What each format keeps, in the places where formats differ."""

from __future__ import annotations

import io

import docx
import pytest

from accessibility.files.formats import open_file
from accessibility.files.opened import Options
from tests.accessibility.files import books, open_document, pdfs, slides, texts, word
from tests.accessibility.files.opening import part, saved
from tests.accessibility.files.opening import texts as texts_of


def test_a_strict_presentation_is_read_and_stays_strict() -> None:
    names = {
        f"http://schemas.openxmlformats.org/{kind}/2006/main": f"http://purl.oclc.org/ooxml/{kind}/main"
        for kind in ("presentationml", "drawingml")
    }
    usual, slide = slides.table(), "ppt/slides/slide1.xml"
    strict = part(usual, slide)
    for name, other in names.items():
        strict = strict.replace(name, other)
    content = word.with_parts(usual, {slide: strict.encode()})
    assert texts_of("a.pptx", content) == texts_of("a.pptx", usual)
    written = part(saved("a.pptx", content, lambda text: f"ⵣ {text}")[0], slide)
    assert "ⵣ" in written
    assert "2006/main" not in written


def test_open_document_says_its_language_and_direction() -> None:
    content, _ = saved("a.odt", open_document.notice(), {}, "ca-valencia")
    styles = part(content, "styles.xml")
    assert 'fo:language="ca" fo:country="none"' in styles
    assert 'style:rfc-language-tag="ca-valencia"' in styles
    assert "<dc:language>ca-valencia</dc:language>" in part(content, "meta.xml")
    arabic = part(saved("a.odt", open_document.notice(), {}, "ar")[0], "styles.xml")
    assert 'style:writing-mode="rl-tb"' in arabic
    assert 'style:language-complex="ar"' in arabic
    # LibreOffice takes `start` for the left even then.
    assert 'style:writing-mode="rl-tb" fo:text-align="right"' in arabic or (
        'fo:text-align="right" style:writing-mode="rl-tb"' in arabic
    )


ALIGNED = """<style:style style:name='P1' style:family='paragraph'><style:paragraph-properties fo:text-align='{}'/></style:style>
<style:style style:name='P2' style:family='paragraph'><style:paragraph-properties fo:text-align='center'/></style:style>
<style:style style:name='T1' style:family='table'><style:table-properties table:align='left'/></style:style>
<style:style style:name='T2' style:family='text'><style:text-properties fo:font-weight='bold' fo:font-size='9pt'/></style:style>"""


@pytest.mark.parametrize(("before", "after"), [("start", "right"), ("left", "right"), ("end", "left")])
def test_what_stood_on_one_side_stands_on_the_other(before: str, after: str) -> None:
    given = open_document.package("<text:p text:style-name='P1'>Hola</text:p>", ALIGNED.format(before))
    turned, _ = saved("a.odt", given, {}, "ar")
    body = part(turned, "content.xml")
    assert f'fo:text-align="{after}"' in body
    assert 'fo:text-align="center"' in body
    assert 'table:align="right" style:writing-mode="rl-tb"' in body
    assert 'style:font-weight-complex="bold" style:font-size-complex="9pt"' in body
    straight = part(saved("a.odt", given, {}, "ast")[0], "content.xml")
    assert f'fo:text-align="{before}"' in straight
    back = part(saved("a.odt", turned, {}, "es")[0], "styles.xml")
    assert 'style:writing-mode="lr-tb"' in back
    assert 'fo:text-align="left"' in back


def test_spaces_and_comments_of_open_document_stay() -> None:
    content, _ = saved("a.odt", open_document.noted(), {"La ayuda<x1/> se paga cada mes.": "L'ayuda<x1/>  págase."})
    body = part(content, "content.xml")
    assert '<text:s text:c="1"/>' in body
    assert "revisar esto" in body
    assert "text:bookmark" in body


def test_slides_say_their_language_and_direction() -> None:
    content, _ = saved("a.pptx", slides.talk(), {"Es gratis": "مجاني"}, "ar")
    slide = part(content, "ppt/slides/slide1.xml")
    assert 'rtl="1"' in slide
    assert 'lang="ar"' in slide
    assert slide.count('algn="r"') == 2  # the points; where the title stands, its layout says
    back = part(saved("a.pptx", content, {"مجاني": "Es gratis"}, "es")[0], "ppt/slides/slide1.xml")
    assert back.count('algn="l" rtl="0"') + back.count('rtl="0" algn="l"') == 2


@pytest.mark.parametrize("book", [books.epub2, books.epub3])
def test_a_book_says_its_language_everywhere(book: object) -> None:
    assert callable(book)
    content, _ = saved("a.epub", book(), {"uno": "واحد"}, "ar")
    chapter = part(content, "OEBPS/text/uno 1.xhtml")
    assert 'lang="ar"' in chapter
    assert 'dir="rtl"' in chapter
    assert "Kept as it is." in chapter
    opf = part(content, "OEBPS/content.opf")
    assert "<dc:language>ar</dc:language>" in opf
    assert 'page-progression-direction="rtl"' in opf
    assert content[30:38] == b"mimetype"


def test_a_page_keeps_what_is_not_its_text() -> None:
    content, _ = saved("a.html", texts.NOTICE.encode("latin-1"), str.upper)
    page = content.decode()
    for kept in ('class="big"', "<style>p { color: red }</style>", 'var texto = "no";', "Iker Ibáñez", "<pre>código</pre>", '<p lang="en">Call us.</p>', '<meta charset="utf-8">'):  # fmt: skip
        assert kept in page
    assert "<li>CASA<ul><li>PATIO</li></ul></li>" in page


def test_parts_in_the_language_of_the_page_are_in_the_new_one() -> None:
    page = b'<html lang="es"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body><p lang="es-MX">Hola</p><a href="/"><h2>Aviso</h2></a><p lang="x!">Uno</p></body></html>'
    content, _ = saved("a.html", page, {}, "he")
    assert b'<p lang="he">' in content
    assert b'<html lang="he" dir="rtl">' in content
    assert b"<h2>Aviso</h2>" in content


def test_pages_of_a_pdf_that_are_pictures_are_counted() -> None:
    assert open_file(pdfs.mixed(), "a.pdf", Options())[1].pictures == 2
    assert open_file(pdfs.letter(), "a.pdf", Options())[1].pictures == 0


def test_a_pdf_is_read_in_its_order_with_its_headings_and_lists() -> None:
    page = saved("a.pdf", pdfs.letter(), {})[0].decode()
    assert page.count("<h1>") == 3
    assert "se cambiarán las tuberías" in page
    assert "<li>Guarde agua para beber.</li>" in page
    assert page.count("Ayuntamiento de Monzón") == 1
    assert "<title>Carta del ayuntamiento</title>" in page
    assert '<html lang="ast" dir="ltr">' in page
    columns = saved("a.pdf", pdfs.columns(), {})[0].decode()
    assert columns.index("va primero.") < columns.index("La de la derecha")
    assert "<title>La columna de la izquierda va primero.</title>" in columns


def test_a_pdf_becomes_a_word_document_with_real_headings_and_lists() -> None:
    document = docx.Document(io.BytesIO(saved("a.pdf", pdfs.letter(), {}, options=Options(output="docx"))[0]))
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Heading 1", "List Bullet", "Normal"} <= styles
    assert document.core_properties.title == "Carta del ayuntamiento"
    assert document.core_properties.language == "ast"
