from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.adapters import html
from accessibility.adapters.html import HtmlOptions
from accessibility.document import Document, Inline, walk
from accessibility.masking import mask
from accessibility.parse import parse
from accessibility.passages import passages, restored
from tests.accessibility.pages import all_pages, spanish, tag

AST = tag("ast")


def page(markup: str, lang: str = "es") -> Document:
    return parse(markup, "html", tag(lang))


def fragment(document: Document) -> str:
    return str(html.render(document, html.HtmlOptions(whole=False, id_prefix="")).content)


def translated(markup: str, *texts: str) -> tuple[str, tuple[int, ...]]:
    done = restored(page(markup), texts, AST)
    return fragment(done.document), done.unmarked


def texts(markup: str) -> list[str]:
    return [each.text for each in passages(page(markup))]


def test_a_block_is_one_passage_with_marks_for_what_is_marked_up() -> None:
    assert texts('<p>Vaya a <a href="/x">la <b>sede</b></a>, no al <i>centro</i>.</p>') == [
        "Vaya a <g1>la <g2>sede</g2></g1>, no al <g3>centro</g3>."
    ]


def test_what_is_not_translated_stands_alone() -> None:
    assert texts(
        '<p>Use <code>x()</code>, <span translate="no">Iker</span> y <i lang="en">good</i> <img src=a></p>'
    ) == ["Use <x1/>, <x2/> y <x3/> <x4/>"]
    assert texts("<pre>código</pre><p lang='en'>English</p><p>2024</p><p translate=no>Pérez</p>") == []


def test_a_mark_around_a_whole_line_is_none() -> None:
    assert texts("<li><a href='/x'><b>Leer más</b></a></li>") == ["Leer más"]
    assert translated("<p><a href='/x'><b>Leer más</b></a></p>", "Lleer más")[0] == (
        '<p><a href="/x"><strong>Lleer más</strong></a></p>'
    )


def test_words_in_attributes_are_passages_too() -> None:
    markup = (
        '<p title="uno"><img src="a" alt="dos"> tres <input placeholder="cuatro" aria-label="cinco"></p>'
        '<table aria-description="seis"><tr><td>siete</table><nav aria-label="ocho"><p>nueve</nav>'
    )
    found = {each.text: each.place for each in passages(page(markup))}
    assert found == {
        "dos": "alt", "cuatro": "placeholder", "cinco": "aria-label", "<x1/> tres <x2/>": "content", "uno": "title",
        "siete": "content", "seis": "aria-description", "nueve": "content", "ocho": "aria-label",
    }  # fmt: skip


def test_a_line_end_in_a_line_stays_one() -> None:
    assert texts("<p>Calle Mayor, 3<br>22400 Monzón</p>") == ["Calle Mayor, 3\n22400 Monzón"]
    assert translated("<p>Uno<br>dos</p>", "Ún\ndos")[0] == "<p>Ún<br>dos</p>"


def test_marks_may_move_with_the_words() -> None:
    done, unmarked = translated("<p>La <b>casa</b> <i>roja</i></p>", "<g2>Red</g2> <g1>house</g1>")
    assert (done, unmarked) == ("<p><em>Red</em> <strong>house</strong></p>", ())
    done, unmarked = translated("<p>La <b>casa</b> azul</p>", "La < G1 >casa</ g1 > azul")
    assert (done, unmarked) == ("<p>La <strong>casa</strong> azul</p>", ())


LINK = '<p>Vaya a <a href="/x">la sede</a> con <b>su</b> <img src="a.png" alt="3"></p>'


@pytest.mark.parametrize(
    ("came", "line"),
    [
        # Everything lost, emphasis lost, a link opened and not closed, closed before it opens, crossing, doubled.
        ("Vete", 'Vete <a href="/x" lang="es" dir="ltr">la sede</a> <img src="a.png" alt="3">'),
        ("<g1>Vete</g1> col to <x3/>", '<a href="/x">Vete</a> col to <img src="a.png" alt="3">'),
        ("<g1>Vete <g2>col</g2> <x3/>", 'Vete <strong>col</strong> <img src="a.png" alt="3">'
         ' <a href="/x" lang="es" dir="ltr">la sede</a>'),
        ("</g1>Vete<g1> <g2>col</g2> <x3/>", 'Vete <strong>col</strong> <img src="a.png" alt="3">'
         ' <a href="/x" lang="es" dir="ltr">la sede</a>'),
        ("<g1>Vete <g2>col</g1> to</g2> <x3/>", '<a href="/x">Vete col</a> to <img src="a.png" alt="3">'),
        ("<g1></g1>Vete <g2>col</g2> <x3/> <x3/>", 'Vete <strong>col</strong> <img src="a.png" alt="3">'
         ' <a href="/x" lang="es" dir="ltr">la sede</a>'),
        ("<g1>a</g1> <g1>b</g1> <g2>c</g2><x3/>", 'a b <strong>c</strong><img src="a.png" alt="3">'
         ' <a href="/x" lang="es" dir="ltr">la sede</a>'),
    ],
)  # fmt: skip
def test_damaged_marks_lose_no_link_and_no_image(came: str, line: str) -> None:
    done, unmarked = translated(LINK, came)
    assert (done, unmarked) == (f"<p>{line}</p>", (0,))


def test_what_looks_like_a_mark_in_the_text_is_text() -> None:
    markup = "<p>El &lt;g1&gt; y el <b>dos</b></p>"
    assert texts(markup) == ["El <g1> y el <g2>dos</g2>"]
    assert translated(markup, "El <g1> ya'l <g2>dos</g2>") == ("<p>El &lt;g1&gt; ya'l <strong>dos</strong></p>", ())


def test_what_stays_behind_is_marked_with_its_language() -> None:
    done, _ = translated(
        '<p><span translate="no">Iker</span> vive en <i lang="eu">Bilbo</i></p>', "<x1/> vive en <x2/>"
    )
    assert done == (
        '<p><span translate="no" lang="es" dir="ltr">Iker</span> vive en <em lang="eu" dir="ltr">Bilbo</em></p>'
    )
    done, _ = translated('<p lang="es-MX">Hola</p><p lang="gl">Ola</p>', "Hola")
    assert done == '<p>Hola</p>\n<p lang="gl" dir="ltr">Ola</p>'


@pytest.mark.parametrize("name", all_pages())
def test_a_page_comes_back_as_it_was_when_nothing_is_changed(name: str) -> None:
    document = all_pages()[name]
    done = restored(document, [each.text for each in passages(document)], document.lang)
    assert done.unmarked == ()
    assert fragment(done.document) == fragment(document).replace(' translate="no"', ' translate="no"')


def test_a_whole_page_keeps_everything_but_its_words() -> None:
    document = spanish()
    words = [each.text for each in passages(document)]
    done = restored(document, [f"§{text}" for text in words], AST).document
    assert done.title == "§Biblioteca municipal"
    assert [node.kind for node in walk(done)].count("link") == [node.kind for node in walk(document)].count("link")
    before = [node.attributes for node in walk(document) if not isinstance(node, Inline)]
    after = [node.attributes for node in walk(done) if not isinstance(node, Inline)]
    assert [dict(each).keys() for each in after] == [dict(each).keys() for each in before]
    assert [dict(each).get("scope") for each in after] == [dict(each).get("scope") for each in before]


def test_texts_must_be_as_many_as_there_are_passages() -> None:
    for given_texts in ([], ["a", "b", "c"]):
        with pytest.raises(ValueError, match="texts wanted"):
            restored(page("<p>uno</p><p>dos</p>"), given_texts, AST)


def test_marks_are_placeholders_that_the_gateway_takes_out_before_a_model_sees_them() -> None:
    (text,) = texts(LINK)
    masked = mask(text)
    assert masked.text == "Vaya a {0}la sede{1} con {2}su{3} {4}"
    assert masked.restore(masked.text) == text


def test_a_passage_has_a_form_without_marks() -> None:
    (passage,) = passages(page(LINK))
    assert passage.bare == "Vaya a la sede con su "


@given(st.lists(st.sampled_from(["<g1>", "</g1>", "<g2>", "</g2>", "<x3/>", "a ", "<g9>", "\n"]), max_size=12))
def test_whatever_a_translator_makes_of_the_marks_the_page_stays_whole(pieces: list[str]) -> None:
    done, _ = translated(LINK, "".join(pieces))
    assert done.count('href="/x"') == 1
    assert done.count('src="a.png"') == 1
    assert done.count("<a ") == done.count("</a>") == 1


def test_the_direction_goes_with_the_language_it_was_of() -> None:
    page = parse('<p dir="rtl">مرحبا <b dir="rtl">بك</b> <span dir="ltr">+20 2 2795</span>', "html", tag("ar"))
    done = restored(page, ["Hola <g1>tú</g1> <g2>+20 2 2795</g2>"], tag("es")).document
    assert html.render(done, HtmlOptions(whole=False)).content == (
        '<p>Hola <strong>tú</strong> <span dir="ltr">+20 2 2795</span></p>'
    )
    only = parse('<p><span dir="rtl">مرحبا</span>', "html", tag("ar"))
    assert "dir" not in str(html.render(restored(only, ["Hola"], tag("es")).document, HtmlOptions(whole=False)).content)
    item = parse('<ul><li><p dir="ltr">12</p></ul>', "html", tag("ar"))
    assert '<p dir="ltr">12</p>' in str(html.render(item, HtmlOptions(whole=False)).content)


def test_a_page_stays_a_page() -> None:
    page = parse("<!-- x --><!DOCTYPE html><html lang=es><p>Hola", "html", tag("es"))
    assert page.page
    assert page.canonical() != parse("<p>Hola", "html", tag("es")).canonical()
    assert restored(page, ["Hello"], tag("en")).document.page
    assert not parse("<p>&lt;html> <b>a</b><html lang=es>", "html", tag("es")).page
