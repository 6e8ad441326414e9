from __future__ import annotations

import pytest

from accessibility.document import Block, Document, Inline, plain_text, walk
from accessibility.parse import parse
from tests.accessibility.pages import spanish, tag


def blocks(markup: str, lang: str = "es") -> tuple[Block, ...]:
    return parse(markup, "html", tag(lang)).blocks


def outline(found: tuple[Block, ...]) -> list[object]:
    """Kinds and texts: `("paragraph", "text")`, and for blocks with blocks `("list", [...])`."""
    return [(each.kind, outline(each.blocks) if each.blocks else plain_text(each.inlines)) for each in found]


def kinds(document: Document) -> set[str]:
    return {node.kind for node in walk(document)}


def test_a_page_keeps_its_structure() -> None:
    page = spanish()
    assert page.title == "Biblioteca municipal"
    assert [each.kind for each in page.blocks] == [
        "heading", "paragraph", "heading", "list", "list", "table", "paragraph", "paragraph", "quote", "paragraph",
        "section", "definitions", "paragraph",
    ]  # fmt: skip
    assert {"link", "abbreviation", "image", "field", "label", "sup", "deleted", "code"} <= kinds(page)
    assert [block.get("level") for block in page.blocks if block.kind == "heading"] == ["1", "4"]
    assert page.blocks[4].get("start") == "3"


def test_header_cells_say_what_they_head() -> None:
    table = spanish().blocks[5]
    caption, heads, monday, _ = table.blocks
    assert plain_text(caption.inlines) == "Horario de verano"
    assert [cell.get("scope") for cell in heads.blocks] == ["col"] * 3
    assert [(cell.get("header"), cell.get("scope")) for cell in monday.blocks] == [("true", "row"), ("", ""), ("", "")]


def test_entities_and_white_space_are_read_as_a_browser_shows_them() -> None:
    assert outline(blocks("<p>  a &amp;\n\n b&nbsp; &lt;c&gt; <b> d </b> e</p>")) == [
        ("paragraph", "a & b\u00a0 <c> d e")
    ]
    assert outline(blocks("<p>a<br> b <br></p>")) == [("paragraph", "a\nb")]
    assert outline(blocks("<pre>\n a\n  b\n</pre>")) == [("code", " a\n  b")]


def test_text_outside_of_blocks_becomes_paragraphs() -> None:
    assert outline(blocks("a<div>b<p>c</p>d</div><b>e</b>")) == [("paragraph", each) for each in "abcde"]
    assert outline(blocks("<a href='/x'><h2>T</h2><p>u</p></a>")) == [("heading", "T"), ("paragraph", "u")]
    heading = blocks("<a href='/x'><h2>T</h2></a>")[0]
    assert heading.inlines[0].kind == "link"
    assert outline(blocks("<ul>a<li>b<p>c</p></li><p>d</p></ul>")) == [
        ("list", [("item", "a"), ("item", [("paragraph", "b"), ("paragraph", "c")]), ("item", "d")])
    ]


def test_a_language_is_kept_where_it_differs_and_only_there() -> None:
    (paragraph,) = blocks('<div lang="es"><p>uno <i lang="es">dos</i> <i lang="EN-us">three</i></p></div>')
    assert paragraph.lang is None
    assert [each.lang for each in paragraph.inlines if each.kind == "emphasis"] == [None, "en-US"]
    (arabic,) = blocks('<div lang="ar"><p>نص</p></div>')
    assert arabic.lang == "ar"
    (unknown,) = blocks('<p lang="xx-not-a-language">uno</p>')
    assert unknown.lang is None


def test_what_the_caller_says_of_the_language_counts_more_than_the_page() -> None:
    assert parse('<html lang="en"><p>uno</p></html>', "html", tag("es")).lang == "es"
    assert parse('<html lang="es"><p>uno</p></html>', "html", tag("es")).blocks[0].lang is None
    from accessibility.parse_html import parse as parse_html

    page = parse_html('<html lang="ckb" dir="rtl"><p>دەق</p></html>')
    assert (page.lang, page.direction) == ("ckb", "rtl")
    assert parse_html("<p>a</p>").lang == "und"


def test_translate_no_keeps_a_text_and_yes_ends_that() -> None:
    (paragraph,) = blocks('<p translate="no">Iker <b>Pérez</b> <span translate="yes">vive</span></p>')
    found = [(each.kind, plain_text((each,))) for each in paragraph.inlines]
    assert found == [("keep", "Iker "), ("strong", "Pérez"), ("text", " vive")]
    assert paragraph.inlines[1].children[0].kind == "keep"


def test_a_layout_table_and_a_table_in_a_table_become_lists() -> None:
    (layout,) = blocks('<table role="presentation"><tr><td>a<td>b<tr><td>c</table>')
    assert outline((layout,)) == [("list", [("item", "a b"), ("item", "c")])]
    (outer,) = blocks("<table><tr><th>x<td><table><caption>k<tr><td>a<td><p>b<p>c</table></table>")
    inner = outer.blocks[0].blocks[1]
    assert outline((inner,)) == [
        ("cell", [("list", [("item", "k"), ("item", [("paragraph", "a"), ("paragraph", "b"), ("paragraph", "c")])])])
    ]
    assert blocks("<table></table><table role=none><tr><td></table>") == ()


def test_a_labelled_box_stays_a_section() -> None:
    (section,) = blocks('<nav aria-label="Menú"><p>a</p></nav>')
    assert (section.kind, section.get("role"), section.get("aria-label")) == ("section", "navigation", "Menú")
    assert outline(blocks("<section><p>a</p></section>")) == [("paragraph", "a")]


def test_lines_inside_lines_are_told_in_one() -> None:
    assert outline(blocks("<h2><div>a</div><div>b</div></h2><dl><dt><p>t</p><dd>d</dl>")) == [
        ("heading", "a\nb"),
        ("definitions", [("term", "t"), ("description", "d")]),
    ]
    assert outline(blocks("<table><caption><p>a</p><p>b</p></caption><tr><td>c</table>"))[0] == (
        "table", [("caption", "a\nb"), ("row", [("cell", "c")])]
    )  # fmt: skip


def test_fields_keep_their_words_and_lose_their_action() -> None:
    (form,) = blocks(
        '<form action="/pay" aria-label="Pago"><input placeholder="Nombre" name="n" required>'
        '<input type="password" value="x"><input type="submit" value="Pagar"><button>Enviar</button></form>'
    )
    inlines = form.blocks[0].inlines
    assert [each.kind for each in inlines] == ["field", "button"]
    assert inlines[0].attributes == (("name", "n"), ("placeholder", "Nombre"), ("required", ""))


def test_markdown_is_read_with_tables_and_strikethrough() -> None:
    page = parse("# T\n\na *b* ~~c~~\nd\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n3. e\n\n<b>f</b>", "markdown", tag("ast"))
    assert [each.kind for each in page.blocks] == ["heading", "paragraph", "table", "list", "paragraph"]
    assert {"emphasis", "deleted", "strong"} <= kinds(page)
    assert page.blocks[3].get("start") == "3"


def test_plain_text_is_never_markup() -> None:
    page = parse("a <b>c</b>\n# d\n\n \n\ne\u202e\r\nf\n", "text", tag("es"))
    assert outline(page.blocks) == [("paragraph", "a <b>c</b>\n# d"), ("paragraph", "e\nf")]
    assert page.blocks[0].inlines[1] == Inline("break")
    assert parse(" \n\n", "text", tag("es")).blocks == ()


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_an_empty_text_is_an_empty_document(form: str) -> None:
    assert parse("", form, tag("km")).empty  # type: ignore[arg-type]


def test_a_page_of_frames_has_no_text() -> None:
    assert blocks("<frameset><frame src='x'></frameset>") == ()


def test_values_that_mean_nothing_are_not_kept() -> None:
    (table,) = blocks('<table><tr><th scope="column" colspan="-1" role="button">a<td rowspan="2">b</table>')
    first, second = table.blocks[0].blocks
    assert first.attributes == (("header", "true"), ("scope", "row"))
    assert second.attributes == (("rowspan", "2"),)
    assert blocks('<p id="a b">x</p>')[0].attributes == ()
