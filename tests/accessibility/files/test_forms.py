"""What documents ask their readers, diagrams, and slides of OpenDocument."""

from __future__ import annotations

import docx

from tests.accessibility.files import open_document, slides, word
from tests.accessibility.files.opening import part, saved
from tests.accessibility.files.opening import texts as texts_of


def test_a_form_of_word_asks_in_the_new_language() -> None:
    found = texts_of("a.docx", word.asking())
    wanted = {"turno", "por la mañana", "por la tarde", "Como en su documento", "escriba aquí", "la primera parte"}
    assert wanted <= set(found)
    assert not {"Entrada", "IV", "n"} & set(found)  # a name of another text, a number that is counted again, a name
    content = part(saved("a.docx", word.asking(), lambda text: f"ⵣ{text}")[0], "word/document.xml")
    for said in (
        'w:displayText="ⵣpor la tarde" w:value="t"',
        'w:type="text" w:val="ⵣComo en su documento"',
        '<w:default w:val="ⵣescriba aquí"/>',
        "<w:t>ⵣescriba aquí</w:t>",
        "<w:t>ⵣla primera parte</w:t>",
    ):
        assert said in content


def test_whether_a_box_of_word_is_ticked_is_no_text() -> None:
    box = (
        '<w:p><w:r><w:t>Acepto</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:sizeAuto/>'
        '<w:default w:val="true"/></w:checkBox></w:ffData></w:fldChar></w:r></w:p>'
    )
    asking = docx.Document()
    word.appended(asking, box)
    content = word.saved(asking)
    assert "true" not in texts_of("a.docx", content)
    written = part(saved("a.docx", content, lambda text: f"ⵣ{text}")[0], "word/document.xml")
    assert '<w:default w:val="true"/>' in written
    assert "ⵣ" in written


def test_a_list_of_contents_in_one_paragraph_is_translated() -> None:
    assert "Requisitos\n1" in texts_of("a.docx", word.asking())
    content, kept = saved("a.docx", word.asking(), {"Requisitos\n1": "Ὅροι\n1"})
    assert all(kept)
    assert "Ὅροι" in part(content, "word/document.xml")


def test_a_form_of_open_document_asks_in_the_new_language() -> None:
    found = texts_of("a.odt", open_document.asking())
    wanted = {
        "Acepto las condiciones",
        "Marque para aceptar",
        "Turno de tarde",
        "Escriba su municipio",
        "aquí",
        "tarde",
    }
    assert wanted | {"la primera parte", "fecha", "Fecha: <g1>elija <g2>una</g2> fecha</g1>"} <= set(found)
    content = part(saved("a.odt", open_document.asking(), {"tarde": "ቀትር", "aquí": "እዚህ"})[0], "content.xml")
    assert '<text:label text:value="ቀትር"/>ቀትር</text:drop-down>' in content
    assert ">እዚህ</text:text-input>" in content


def test_a_diagram_is_translated_once_into_both_of_its_parts() -> None:
    found = texts_of("a.docx", word.diagram())
    assert found.count("Rellene el impreso") == 1
    content, _ = saved("a.docx", word.diagram(), {"Rellene el impreso": "املأ الاستمارة"}, "ar")
    for name in ("data", "drawing"):
        drawn = part(content, f"word/diagrams/{name}1.xml")
        assert "املأ الاستمارة" in drawn
        assert 'lang="ar"' in drawn
        assert 'rtl="1"' in drawn


def test_slides_of_open_document_come_back_without_what_masters_say() -> None:
    found = texts_of("a.odp", open_document.slides())
    assert found == ["Ayuntamiento", "Pida cita", "ቀጠሮ ይያዙ", "Hable despacio", "Aviso de obras"]
    content, _ = saved("a.odp", open_document.slides(), {"Pida cita": "Pidi cita"})
    assert "Pidi cita" in part(content, "content.xml")


def test_a_paragraph_in_another_script_keeps_its_direction() -> None:
    arabic = "<w:p><w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr><w:t>المركز الصحي</w:t></w:r></w:p>"
    plain = "<w:p><w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr><w:t>Pida cita</w:t></w:r></w:p>"
    document = docx.Document()
    for each in (arabic, plain):
        word.appended(document, each)
    body = part(saved("a.docx", word.saved(document), {})[0], "word/document.xml")
    assert body.count("<w:bidi/>") == body.count("<w:rtl/>") == 1
    slide = part(saved("a.pptx", slides.talk(), {"Es gratis": "مجاني"}, "ar")[0], "ppt/slides/slide1.xml")
    again = word.with_parts(slides.talk(), {"ppt/slides/slide1.xml": slide.encode()})
    back = part(saved("a.pptx", again, {"La vacuna de la gripe": "Vacuna"}, "es")[0], "ppt/slides/slide1.xml")
    assert back.count('rtl="1"') == 1


def test_spans_around_every_word_are_no_marks() -> None:
    page = '<p><span class="a">El </span><span class="b">agua</span><span class="a"> está <i>fría</i></span>.</p>'
    assert texts_of("a.html", page.encode()) == ["El <g1>agua</g1> está <g2>fría</g2>."]
    content, kept = saved(
        "a.html", page.encode(), {"El <g1>agua</g1> está <g2>fría</g2>.": "<g2>Fría</g2> está <g1>l'agua</g1>."}
    )
    assert all(kept)
    assert (
        '<p><span class="a"><i>Fría</i> está </span><span class="b">l\'agua</span><span class="a">.</span></p>'
        in content.decode()
    )


def test_the_number_of_a_note_is_no_text() -> None:
    page = '<p>La ayuda<sup><a href="#n">iv</a></sup> y <a href="#m">[2]</a> más <a href="/2">aquí</a>.</p>'
    assert texts_of("a.html", page.encode()) == ["La ayuda<x1/> y <x2/> más <g3>aquí</g3>."]


def test_marks_around_marks_are_one_pair() -> None:
    page = '<p>Lea <a href="/b"><b><i>las bases</i></b></a> hoy.</p>'
    content, _ = saved("a.html", page.encode(), {"Lea <g1>las bases</g1> hoy.": "Llei güei <g1>les bases</g1>."})
    assert '<a href="/b"><b><i>les bases</i></b></a>.' in content.decode()


def test_the_name_of_a_file_is_no_description_of_a_picture() -> None:
    page = '<p>Hola<img src="a.png" alt="foto_01.JPG"><img src="b.png" alt="Reloj"></p>'
    assert texts_of("a.html", page.encode()) == ["Hola", "Reloj"]
