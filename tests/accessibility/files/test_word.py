"""What Word documents keep, in the places where formats differ."""

from __future__ import annotations

import io
import re

import docx

from tests.accessibility.files import slides, word
from tests.accessibility.files.opening import part, saved
from tests.accessibility.files.opening import texts as texts_of

TRANSLATED = {
    "Pida cita en <g1>la sede electrónica</g1> o por teléfono.": "Na <g1>sede electrónica</g1> pide cita.",
    "Consulte <g1>las bases</g1> antes de firmar.": "Llei <g1>les bases</g1>.",
}


def word_of(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


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
