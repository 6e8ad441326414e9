"""What each format keeps, in the places where formats differ."""

from __future__ import annotations

import io
import re

import docx
import pytest

from accessibility.files.formats import open_file
from accessibility.files.opened import Options
from tests.accessibility.files import books, open_document, pdfs, slides, texts, word
from tests.accessibility.files.opening import part, saved
from tests.accessibility.files.opening import texts as texts_of

TRANSLATED = {
    "Pida cita en <g1>la sede electrónica</g1> o por teléfono.": "Na <g1>sede electrónica</g1> pide cita.",
    "Consulte <g1>las bases</g1> antes de firmar.": "Llei <g1>les bases</g1>.",
}


def word_of(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def xliff1(inside: str) -> bytes:
    return (
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        f'<file original="a" source-language="es" datatype="x"><body>{inside}</body></file></xliff>'
    ).encode()


def test_what_a_group_or_a_file_keeps_is_kept_unless_a_unit_says_otherwise() -> None:
    unit = '<trans-unit id="{0}"{1}><source>Línea {0}</source></trans-unit>'
    said = ' translate="yes"'
    groups = (
        f'<group id="g" translate="no">{unit.format(1, "")}<group id="h">{unit.format(2, "")}</group>'
        f"{unit.format(3, said)}</group>{unit.format(4, '')}"
    )
    assert texts_of("a.xlf", xliff1(groups)) == ["Línea 3", "Línea 4"]
    second = (
        '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="es"><file id="f" translate="no">'
        '<unit id="u"><segment><source>Iker</source></segment></unit>'
        '<unit id="v" translate="yes"><segment><source>Cierre</source></segment></unit></file></xliff>'
    )
    assert texts_of("a.xlf", second.encode()) == ["Cierre"]


def test_what_is_marked_as_protected_in_a_text_stands_there_as_it_was() -> None:
    for attribute in ('mtype="protected"', 'mtype="x" translate="no"'):
        unit = f'<trans-unit id="1"><source>Abra <mrk {attribute}>ግእዝ ቆልፍ</mrk> y <g id="1">salga</g></source></trans-unit>'
        assert texts_of("a.xlf", xliff1(unit)) == ["Abra <x1/> y <g2>salga</g2>"]
        content = saved("a.xlf", xliff1(unit), str.upper)[0].decode()
        target = re.search("<target.*</target>", content, re.DOTALL)
        assert target is not None
        assert f"<mrk {attribute}>ግእዝ ቆልፍ</mrk>" in target[0]


def xliff2(inside: str) -> bytes:
    return (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="es"><file id="f"><unit id="u">'
        f"<segment><source>{inside}</source></segment></unit></file></xliff>"
    ).encode()


def test_ends_of_a_span_stay_around_its_words() -> None:
    span = 'Abra <sm id="m1"/>la <ph id="2"/>puerta<em startRef="m1"/> <sc id="3"/>azul<ec startRef="3"/> ya'
    assert texts_of("a.xlf", xliff2(span)) == ["Abra <g1>la <x2/>puerta</g1> <g3>azul</g3> ya"]
    said = "Abra <g3>azul</g3> <g1>la <x2/>puerta</g1> ya"
    content, kept = saved("a.xlf", xliff2(span), lambda _: said)
    assert all(kept)
    assert (
        '<target>Abra <sc id="3"/>azul<ec startRef="3"/> <sm id="m1"/>la <ph id="2"/>puerta<em startRef="m1"/> ya</target>'
        in content.decode()
    )


def test_a_span_that_is_not_to_be_translated_is_not_and_one_without_an_end_stays() -> None:
    span = 'Abra <sm id="m1" translate="no"/>ግእዝ<em startRef="m1"/> y <sm id="m2"/>salga'
    assert texts_of("a.xlf", xliff2(span)) == ["Abra <x1/> y <x2/>salga"]
    content = saved("a.xlf", xliff2(span), str.upper)[0].decode()
    assert '<target>ABRA <sm id="m1" translate="no"/>ግእዝ<em startRef="m1"/> Y <sm id="m2"/>SALGA</target>' in content


def test_links_of_both_kinds_go_around_the_translated_words() -> None:
    content, kept = saved("a.docx", word.linked(), TRANSLATED)
    assert all(kept)
    first, second = word_of(content).paragraphs
    assert [(each.text, each.address) for each in first.hyperlinks] == [
        ("sede electrónica", "https://example.org/cita")
    ]
    assert first.text == "Na sede electrónica pide cita."
    assert second.text == "Llei les bases."
    assert re.search(r"separate.*les bases.*\"end\"", part(content, "word/document.xml"), re.DOTALL)


def test_a_link_that_a_model_lost_stands_at_the_end() -> None:
    content, kept = saved("a.docx", word.linked(), lambda text: re.sub("<[^>]*>", "", text))
    assert kept == [False, False]
    assert word_of(content).paragraphs[0].text == "Pida cita en la sede electrónica o por teléfono. la sede electrónica"


def test_emphasis_that_a_model_lost_takes_no_word_with_it() -> None:
    content, _ = saved("a.docx", word.appointment(), lambda text: re.sub("<[^>]*>", "", text))
    assert word_of(content).paragraphs[1].text == "Le esperamos el lunes 3 de mayo a las 9:30 en el centro de salud."


def test_a_note_stays_where_it_belongs_and_is_translated() -> None:
    content, _ = saved(
        "a.docx",
        word.noted(),
        {"La ayuda<x1/> se paga cada mes.": "Cada mes págase l'ayuda<x1/>.", "Según la ley.": "Acordies cola llei."},
    )
    assert re.search(
        r"l'ayuda</w:t>.*footnoteReference.*<w:t[^>]*>\.</w:t>", part(content, "word/document.xml"), re.DOTALL
    )
    assert "Acordies cola llei." in part(content, "word/footnotes.xml")


def test_an_endnote_is_translated_like_a_footnote() -> None:
    content, _ = saved("a.docx", word.ended(), {"Según la ley.": "Acordies cola llei."})
    assert "Acordies cola llei." in part(content, "word/endnotes.xml")


def test_a_box_that_is_drawn_twice_is_translated_once_into_both() -> None:
    found = texts_of("a.docx", word.drawn_twice())
    assert found == ["Antes del recuadro.", "Pida cita", "Solo aquí", "Plano de la entrada"]
    content, kept = saved("a.docx", word.drawn_twice(), {"Pida cita": "ቀጠሮ ይያዙ", "Plano de la entrada": "Planu"})
    document = part(content, "word/document.xml")
    assert (document.count("ቀጠሮ ይያዙ"), document.count("Pida cita"), len(kept)) == (2, 0, 4)
    assert 'descr="Planu"' in document
    assert 'alt="Planu"' in document


def test_a_word_document_is_known_whatever_its_parts_are_called() -> None:
    content, _ = saved("carta.docx", word.renamed(), {"Cita médica": "طبي موعد"})
    assert "طبي موعد" in part(content, "word/document2.xml")
    assert word_of(content).paragraphs[0].text == "طبي موعد"


def test_a_strict_word_document_is_read_and_stays_strict() -> None:
    content, _ = saved("carta.docx", word.strict(), {"Cita médica": "Cita del médicu"})
    for name in ("word/document.xml", "word/styles.xml", "word/settings.xml"):
        assert f'xmlns:w="{word.STRICT}"' in part(content, name)
        assert "wordprocessingml/2006/main" not in part(content, name)
    assert "Cita del médicu" in part(content, "word/document.xml")
    assert 'w:val="ast"' in part(content, "word/styles.xml")
    assert texts_of("carta.docx", word.strict()) == texts_of("carta.docx", word.appointment())


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


def test_the_language_of_a_word_document_is_said_everywhere() -> None:
    content, _ = saved("a.docx", word.revised(), {})
    assert 'w:lang w:val="ast"' in part(content, "word/styles.xml").replace(' w:eastAsia="en-US" w:bidi="ar-SA"', "")
    assert "<w:lang" not in part(content, "word/document.xml")
    assert word_of(content).core_properties.language == "ast"


def test_tracked_changes_are_taken_on() -> None:
    content, _ = saved("a.docx", word.revised(), {})
    assert word_of(content).paragraphs[0].text == "El plazo termina el jueves."


def test_a_language_that_runs_from_right_to_left_turns_its_paragraphs() -> None:
    content, _ = saved("a.docx", word.appointment(), {"Cita médica": "موعد طبي"}, "ar")
    document = part(content, "word/document.xml")
    assert document.count("<w:bidi/>") >= 3
    assert "<w:rtl/>" in document
    assert 'w:bidi="ar"' in part(content, "word/styles.xml")
    back, _ = saved("a.docx", content, {"موعد طبي": "Cita médica"}, "es")
    assert "<w:bidi/>" not in part(back, "word/document.xml")


def test_tables_bold_and_size_turn_with_a_language_from_right_to_left() -> None:
    bare = part(word.benefit(), "word/styles.xml").replace("<w:bCs/>", "").encode()
    content, _ = saved("a.docx", word.with_parts(word.benefit(), {"word/styles.xml": bare}), {}, "ar")
    assert "<w:b/><w:bCs/>" in part(content, "word/styles.xml")
    document = part(content, "word/document.xml")
    assert re.search(r"<w:tblPr><w:tblStyle [^>]*/><w:bidiVisual/><w:tblW", document)
    assert "<w:b/><w:bCs/>" in document
    assert "<w:i/><w:iCs/>" in document
    assert "bidiVisual" not in part(saved("a.docx", content, {}, "es")[0], "word/document.xml")
    table = part(saved("a.pptx", slides.table(), {}, "ar")[0], "ppt/slides/slide1.xml")
    assert re.search('<a:tblPr [^>]*rtl="1"', table)


def test_styles_without_a_language_get_one() -> None:
    bare = word.with_parts(word.appointment(), {"word/styles.xml": f"<w:styles {word.W}/>".encode()})
    styles = part(saved("a.docx", bare, {}, "ast")[0], "word/styles.xml")
    assert '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="ast"/>' in styles


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


def test_subtitles_are_broken_anew_and_dialogue_is_not() -> None:
    long = "Esto ye una frase que tien enforma más de cuarenta y dos lletres nuna llinia"
    content, _ = saved(
        "a.srt",
        texts.SRT.encode(),
        {
            "El agua no se puede beber <g1>hoy</g1>.": long,
            "- ¿Por qué?\n- Por las obras.": "- ¿Por qué?\n- Poles obres.",
        },
    )
    cues = content.decode().split("\n\n")
    assert [len(line) <= 42 for line in cues[0].split("\n")[2:]] == [True, True]
    assert cues[1].endswith("- ¿Por qué?\n- Poles obres.")


def test_subtitles_that_say_their_language_say_the_new_one() -> None:
    cue = "WEBVTT - ejemplo\nKind: captions\nLanguage: es\n\n00:01.000 --> 00:02.000\nLanguage: es"
    written = saved("a.vtt", cue.encode(), {}, "zh-Hant")[0].decode()
    assert written == cue.replace("Language: es", "Language: zh-Hant", 1)


def test_pages_of_a_pdf_that_are_pictures_are_counted() -> None:
    assert open_file(pdfs.mixed(), "a.pdf", Options())[1].pictures == 2
    assert open_file(pdfs.letter(), "a.pdf", Options())[1].pictures == 0


def test_a_tag_without_its_end_and_one_without_its_beginning_stay() -> None:
    cue = "WEBVTT\n\n00:01.000 --> 00:02.000\n<i>Uno dos</b> tres"
    assert saved("a.vtt", cue.encode(), {})[0].decode() == cue
    assert texts_of("a.vtt", cue.encode()) == ["Uno dos<x1/> tres"]


def test_words_too_long_for_a_line_of_subtitles_are_left_whole() -> None:
    word_ = "a" * 60
    assert word_ in saved("a.srt", texts.SRT.encode(), {"El agua no se puede beber <g1>hoy</g1>.": word_})[0].decode()


def test_messages_get_the_plural_forms_of_their_language_and_wait_for_review() -> None:
    content, _ = saved("a.po", texts.PO.encode(), {"%d fichero": "%d ملف", "%d ficheros": "%d ملفات"}, "ar")
    written = content.decode()
    assert "nplurals=6" in written
    assert 'msgstr[0] "%d ملف"\nmsgstr[1] "%d ملفات"' in written
    assert 'msgstr[5] "%d ملفات"' in written
    assert '#, c-format, fuzzy\nmsgid "Hola, %s"' in written
    assert 'msgstr "Colar"' in written
    japanese = saved("a.po", texts.PO.encode(), {"%d ficheros": "%d 件"}, "ja")[0].decode()
    assert 'msgstr[0] "%d 件"' in japanese
    assert "msgstr[1]" not in japanese


def test_plurals_that_are_not_words_are_left_alone() -> None:
    content = saved("a.po", texts.PO.replace("%d fichero", "%d ").encode(), {})[0].decode()
    assert 'msgid_plural "%d s"' in content


def test_units_that_are_done_or_not_to_be_done_stay() -> None:
    content = saved("a.xlf", texts.XLIFF1.encode(), str.upper)[0].decode()
    assert "<target>Fecho</target>" in content
    assert content.count("<target") == 3
    assert 'target-language="ast"' in content
    second = saved("a.xlf", texts.XLIFF2.encode(), {})[0].decode()
    assert 'trgLang="ast"' in second
    assert '<ph id="2"/>' in second


def test_a_unit_keeps_its_white_space_and_the_language_may_be_missing() -> None:
    unit = texts.XLIFF1.replace(' source-language="es"', "").replace(
        "<source>Cierre", '<source xml:space="preserve">Cie\nrre'
    )
    content = saved("a.xlf", unit.encode(), {})[0].decode()
    assert '<target state="needs-review-translation" xml:space="preserve">Cie\nrre</target>' in content
    assert 'source-language="es"' in content
    assert open_file(texts.XLIFF1.replace('"es"', '"qqq!"').encode(), "a.xlf", Options())[1].said is None


def test_a_memory_gets_variants_unless_it_has_them() -> None:
    content = saved("a.tmx", texts.TMX.encode(), {"Buenos <g1>días</g1>": "Bonos <g1>díes</g1>"})[0].decode()
    assert '<tuv xml:lang="ast"><seg>Bonos <hi>díes</hi></seg></tuv>' in content
    again = saved("a.tmx", content.encode(), {"Buenos <g1>días</g1>": "otro"})[0].decode()
    assert "otro" not in again


def test_a_memory_may_leave_its_language_to_its_units() -> None:
    assert texts_of("a.tmx", texts.TMX.replace('srclang="es"', 'srclang="*all*"').encode()) == ["Buenos <g1>días</g1>"]


def test_a_table_keeps_its_other_cells_its_marks_and_its_line_ends() -> None:
    content = "\ufeff".encode() + texts.CSV.encode()
    written, _ = saved("a.csv", content, str.upper, options=Options(("nombre",)))
    assert written.decode() == '\ufeffcódigo;nombre;nota\r\n1;CASA;grande\r\n2;"PERRO; GATO";\r\n3;7;x\r\n'
    assert saved("a.csv", b"solo\nuna\n", str.upper, options=Options(("1",)))[0] == b"SOLO\nUNA\n"
    assert saved("a.csv", b"a,b\nuno\n", str.upper, options=Options(("2",)))[0] == b"a,B\nuno\n"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_found_where_texts_hold_others(mark: str) -> None:
    table = f'\ufeffid{mark}pregunta\r\n1{mark}¿Dónde está?\r\n2{mark}"Cierra, hoy; no | mañana"\r\n'
    assert texts_of("a.csv", table.encode(), "pregunta") == ["¿Dónde está?", "Cierra, hoy; no | mañana"]


def test_boxes_of_tasks_and_marks_of_notes_stay_in_markdown() -> None:
    page = (
        "- [ ] tarea\n- [x] hecha `[^1]`\n\nNota[^a_1] y [^2].\n\n[^a_1]: Texto\n[^2]: Otro\n\n```\n- [ ] x[^1]\n```\n"
    )
    assert "<x1/> tarea" in texts_of("a.md", page.encode())
    written = saved("a.md", page.encode(), str.upper)[0].decode()
    assert written == (
        "- [ ] TAREA\n- [x] HECHA `[^1]`\n\nNOTA[^a_1] Y [^2].\n\n[^a_1]: TEXTO\n\n[^2]: OTRO\n\n```\n- [ ] x[^1]\n```\n"
    )


def test_front_matter_stays_and_code_too() -> None:
    written, _ = saved("a.md", texts.PAGE.encode(), str.upper)
    assert written.decode().startswith("---\ntitle: kept\n---\n")
    assert (
        "malgil serve"
        in saved("a.md", texts.HOWTO.encode(), lambda text: re.sub(r"\w+(?![^<]*>)", "x", text))[0].decode()
    )


def test_marks_lost_in_a_whole_document_are_told() -> None:
    assert saved("a.md", texts.HOWTO.encode(), lambda text: re.sub("<[^>]*>", "", text))[1] == [True, False, True, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_is_read_in_the_encoding_it_is_in(encoding: str) -> None:
    letter = "El año próximo habrá más información en español, según el ministerio de educación.\n" * 5
    assert texts_of("a.txt", letter.encode(encoding))[0].startswith("El año próximo")


def test_lines_that_were_full_belong_together_and_are_filled_again() -> None:
    written, _ = saved("a.txt", texts.LETTER.encode(), lambda text: f"{text} {text}" if "municipal" in text else text)
    lines = written.decode().split("\n")
    assert max(map(len, lines)) <= 80
    assert lines[-4:] == ["", "- Horario: de 9 a 14", "- Lugar: plaza Mayor", ""]


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
    document = word_of(saved("a.pdf", pdfs.letter(), {}, options=Options(output="docx"))[0])
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Heading 1", "List Bullet", "Normal"} <= styles
    assert document.core_properties.title == "Carta del ayuntamiento"
    assert document.core_properties.language == "ast"
