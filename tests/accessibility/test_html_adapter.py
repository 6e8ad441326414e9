from __future__ import annotations

from collections.abc import Callable

import pytest

from accessibility.adapters import html
from accessibility.adapters.html import HtmlOptions
from accessibility.dates import machine_readable
from accessibility.document import Block, Document, Inline
from accessibility.parse import parse
from accessibility.spans import find
from locales.languages import text_direction
from locales.tags import LanguageTag
from tests.accessibility.language_oracle import spoken
from tests.accessibility.pages import all_pages, spanish, tag

ES = tag("es")


def article(document: Document, options: HtmlOptions | None = None) -> str:
    return str(html.render(document, options or HtmlOptions()).content)


def of(markup: str, options: HtmlOptions | None = None, lang: str = "es") -> str:
    """What is inside the article that this markup becomes."""
    content = article(parse(markup, "html", tag(lang)), options)
    return content.removeprefix(content.split("\n")[0] + "\n").removesuffix("\n</article>")


def leaves(document: Document) -> set[tuple[str, str | None, str | None]]:
    """Each text of a document in its language and direction, worked out from the model alone."""
    found: set[tuple[str, str | None, str | None]] = set()

    def lines(inlines: tuple[Inline, ...], lang: LanguageTag, direction: str) -> None:
        for each in inlines:
            here, way = each.lang or lang, each.dir or (text_direction(each.lang) if each.lang else direction)
            if each.kind in ("text", "keep") and each.text.strip() and "://" not in each.text and "@" not in each.text:
                found.add((each.text.strip(), here, way))
            lines(each.children, here, way)

    def walk(blocks: tuple[Block, ...], lang: LanguageTag, direction: str) -> None:
        for block in blocks:
            here, way = block.lang or lang, block.dir or (text_direction(block.lang) if block.lang else direction)
            lines(block.inlines, here, way)
            walk(block.blocks, here, way)

    walk(document.blocks, document.lang, document.direction)
    return found


def amiss(page: Document, content: str) -> object:
    """What is wrong with the markup, or the texts that it does not hold in their language and direction."""
    found, faults = spoken(content)
    heard = {way: " ".join(text for text, *said in found if tuple(said) == way) for way in {each[1:] for each in found}}
    return faults or {leaf for leaf in leaves(page) if leaf[0] not in heard.get(leaf[1:], "")}


@pytest.mark.parametrize("name", all_pages())
def test_every_text_is_in_its_language_and_direction(name: str) -> None:
    page = all_pages()[name]
    assert not amiss(page, article(page, HtmlOptions(notice=True, status=True, ui_lang=tag("fr"))))


MUTATIONS: dict[str, Callable[[str], str]] = {
    "another language on the article": lambda page: page.replace('lang="es"', 'lang="fi"', 1),
    "no language on the article": lambda page: page.replace(' lang="es"', "", 1),
    "no language on a phrase": lambda page: page.replace(' lang="en" dir="ltr"', ""),
    "no direction on a phrase": lambda page: page.replace('lang="ar" dir="rtl"', 'lang="ar"'),
    "languages swapped": lambda page: page.replace('lang="en"', 'lang="_"').replace('lang="ar"', 'lang="en"'),
    "wrong direction": lambda page: page.replace('dir="rtl"', 'dir="ltr"'),
    "a block's language lost": lambda page: page.replace(' lang="gl" dir="ltr"', ""),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=list(MUTATIONS))
def test_the_oracle_sees_what_checkers_do_not(mutation: Callable[[str], str]) -> None:
    content = article(spanish())
    damaged = mutation(content)
    assert damaged != content
    assert amiss(spanish(), damaged)


def test_the_article_has_one_root_that_says_language_and_direction() -> None:
    assert article(all_pages()["ps"]).startswith('<article lang="ps" dir="rtl">\n')
    rendered = html.render(all_pages()["ps"], HtmlOptions())
    assert (rendered.lang, rendered.dir, rendered.exact) == ("ps", "rtl", True)
    assert rendered.content_type == "text/html; charset=utf-8"
    assert html.capability(tag("ast")).exact


def test_headings_begin_where_the_host_page_wants_them_and_skip_no_level() -> None:
    page = "<h2>a</h2><h5>b</h5><h6>c</h6><h3>d</h3><h2>e</h2>"
    levels = [line[2] for line in of(page, HtmlOptions(heading_base=3)).split("\n")]
    assert levels == ["3", "4", "5", "4", "3"]
    assert [line[2] for line in of(page, HtmlOptions(heading_base=6)).split("\n")] == ["6"] * 5
    assert [line[2] for line in of(page).split("\n")] == ["2", "5", "6", "3", "2"]


def test_the_notice_comes_first_and_is_in_the_readers_language() -> None:
    options = HtmlOptions(notice=True, status=True, ui_lang=tag("fr-CA"))
    assert of("<p>a</p>", options) == (
        '<p role="note" lang="fr" dir="ltr">Traduction automatique</p>\n'
        '<p role="status" lang="fr" dir="ltr">Traduction prête</p>\n<p>a</p>'
    )
    # No catalogue in Khmer: English, and said to be English.
    assert 'lang="en" dir="ltr">Machine translation' in of("<p>a</p>", HtmlOptions(notice=True, ui_lang=tag("km")))


def test_the_source_stands_in_a_labelled_section_with_ids_of_its_own() -> None:
    source = parse('<p id="x">الأصل</p>', "html", tag("ar"))
    content = article(parse('<p id="x">a</p>', "html", ES), HtmlOptions(source=source, ui_lang=tag("ca")))
    assert '<section lang="ca" dir="ltr" aria-label="Text original"><div lang="ar" dir="rtl">' in content
    assert '<p id="text-x">a</p>' in content
    assert '<p id="text-source-x">الأصل</p>' in content


def test_a_landmark_needs_a_name() -> None:
    landmark = HtmlOptions(landmark=True)
    assert article(parse("<h2>Ayuda & más</h2>", "html", ES), landmark).startswith(
        '<section aria-label="Ayuda &amp; más" lang="es" dir="ltr">'
    )
    assert article(parse("<p>a</p>", "html", ES), landmark).startswith('<article lang="es"')


def test_tables_have_captions_and_scopes() -> None:
    content = article(spanish())
    assert "<caption>Horario de verano</caption>\n<thead>" in content
    assert '<th scope="col">Día</th>' in content
    assert '<th scope="row">Martes</th><td colspan="2">Cerrado</td>' in content


def test_a_table_without_headers_is_said_to_be_one() -> None:
    rendered = html.render(parse("<table><tr><td>a<td>b</table>", "html", ES), HtmlOptions())
    assert rendered.warnings == ("table_without_headers",)
    only_heads = of("<table><tr><th>a<th></table>")
    assert only_heads == '<table>\n<tbody>\n<tr><th scope="col">a</th><td></td></tr>\n</tbody>\n</table>'


def test_an_abbreviation_is_spelt_out_once() -> None:
    content = article(spanish())
    assert content.count("Documento Nacional de Identidad") == 1
    assert "<li>El Documento Nacional de Identidad (<abbr>DNI</abbr>)</li>" in content
    assert "Traiga el <abbr>DNI</abbr>." in content
    inside = html.render(spanish(), HtmlOptions(whole=False)).content
    assert str(inside).count('<abbr title="Documento Nacional de Identidad">DNI</abbr>') == 2
    assert of("<p><abbr>DNI</abbr></p>", HtmlOptions(whole=False)) == "<p><abbr>DNI</abbr></p>"


def test_a_bare_address_is_a_link_that_says_where_it_leads() -> None:
    assert of("<p>Vea https://www.example.org/a?b=1&amp;c=2, gracias.</p>") == (
        '<p>Vea <a href="https://www.example.org/a?b=1&amp;c=2"><bdi>example.org</bdi> (enlace web)</a>, gracias.</p>'
    )
    assert of("<p>www.example.org</p>", lang="am") == (
        '<p><a href="https://www.example.org"><bdi>example.org</bdi></a></p>'
    )
    assert of("<p>a@example.org</p>") == '<p><a href="mailto:a@example.org"><bdi>a@example.org</bdi></a></p>'
    assert of("<p><a href='/x'>https://example.org/</a></p>") == '<p><a href="/x">https://example.org/</a></p>'
    assert of("<p>https://example.org/</p>", HtmlOptions(whole=False)).startswith("<p>https")


def test_a_telephone_number_can_be_dialled() -> None:
    def phones(text: str) -> list[tuple[int, int]]:
        return [(start, start + 12) for start in (text.find("974 10 20 30"),) if start >= 0] + [(0, 5)]

    assert of("<p>a@b.es, 974 10 20 30</p>", HtmlOptions(phones=phones)) == (
        '<p><a href="mailto:a@b.es"><bdi>a@b.es</bdi></a>, <a href="tel:974102030"><bdi>974 10 20 30</bdi></a></p>'
    )


def test_only_a_whole_number_can_be_dialled() -> None:
    def phones(lang: str) -> HtmlOptions:
        return HtmlOptions(
            phones=lambda text: [each.span for each in find(text, tag(lang)) if each.kind == "phone"], whole=True
        )

    halves = of("<p>Llame al 974 <b>10 20 30</b> o al <b>974 10 20 31</b></p>", phones("es"))
    assert halves == (
        "<p>Llame al 974 <strong>10 20 30</strong> o al "
        '<strong><a href="tel:974102031"><bdi>974 10 20 31</bdi></a></strong></p>'
    )
    # Digits of any script are dialled as those of a telephone.
    assert 'href="tel:+20227954321"' in of("<p>+٢٠ ٢ ٢٧٩٥ ٤٣٢١</p>", phones("ar"), "ar")
    assert "tel:" not in of("<p>974 10<code>20</code>20 30</p>", phones("es"))


def test_an_address_cut_by_markup_leads_nowhere() -> None:
    assert "<a" not in of("<p>https://example.org/<b>a</b></p>")
    assert of("<p>https://example.org <a href='/b'>www.example.org</a> a@b.es</p>").count("<a ") == 3


def test_the_word_for_a_link_is_in_the_language_around_it() -> None:
    content = of('<p lang="en">See www.example.org <span lang="fr">ou www.example.com</span></p><p>www.example.net</p>')
    assert "(web link)" in content
    assert "(lien web)" in content
    assert "(enlace web)" in content.rpartition("<p>")[2]


def test_the_numbers_of_a_list_stay() -> None:
    content = of(
        '<ol type="a" start="3"><li>a<li value="9">b</ol><ol reversed start="-1"><li>c</ol><ol type="x"><li>d</ol>'
    )
    assert '<ol type="a" start="3">\n<li>a</li>\n<li value="9">b</li>' in content
    assert '<ol reversed start="-1">' in content
    assert content.endswith("<ol>\n<li>d</li>\n</ol>")


def test_what_is_hidden_stays_hidden() -> None:
    content = of(
        '<div hidden><p>a</div><p hidden="">b<hr hidden><pre aria-hidden="true">c</pre><p><b hidden>d</b>'
        '<section aria-hidden="true">e</section><p hidden="until-found">f'
        "<table><tbody hidden><tr><td>g<tbody><tr hidden><th>h</table><h2>i<div hidden>j</div></h2>"
    )
    assert content == (
        '<p hidden>a</p>\n<p hidden>b</p>\n<hr hidden>\n<pre dir="ltr" translate="no" aria-hidden="true"><code>c</code>'
        '</pre>\n<p><strong hidden>d</strong></p>\n<p aria-hidden="true">e</p>\n<p>f</p>\n'
        "<table>\n<tbody>\n<tr><td hidden>g</td></tr>\n"
        '<tr><th scope="col" hidden>h</th></tr>\n</tbody>\n</table>\n<h2>i<br><span hidden>j</span></h2>'
    )


def test_a_state_is_kept_with_the_role_it_is_said_of() -> None:
    assert of(
        '<p>a <span role="checkbox" aria-checked="true">Sí</span> <span role="tab" aria-selected="true">b</span>'
    ) == ('<p>a <span role="checkbox" aria-checked="true">Sí</span> b</p>')
    assert of('<p>a <button aria-pressed="true" aria-busy="true">b</button></p>') == (
        '<p>a <button type="button" aria-busy="true" aria-pressed="true">b</button></p>'
    )


def test_a_reading_stands_beside_the_signs_it_is_of() -> None:
    assert of("<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>を</p>", lang="ja") == "<p>漢字(かんじ)を</p>"


def test_links_and_ids_keep_pointing_at_each_other() -> None:
    content = of(
        '<h2 id="a">t</h2><p id="a">u</p><p><a href="#a">v</a> <a href="#">w</a></p><p aria-describedby="a b">x</p>'
    )
    assert content.split("\n") == [
        '<h2 id="text-a">t</h2>',
        "<p>u</p>",
        '<p><a href="#text-a">v</a> <a href="#">w</a></p>',
        '<p aria-describedby="text-a text-b">x</p>',
    ]


def test_a_link_that_says_nothing_says_its_address() -> None:
    assert of('<p>a <a href="https://example.org/x"><img src="i.png" alt=""></a></p>').endswith(">example.org</a></p>")
    assert of('<p>a <a href="x.pdf"><img src="i.png" alt=""></a></p>').endswith(">x.pdf</a></p>")
    assert of('<p>a <a href="http://[x"><img src="i.png" alt=""></a></p>').endswith(">http://[x</a></p>")
    labelled = of('<p>a <a href="/x" aria-label="Inicio"><img src="i.png" alt=""></a></p>')
    assert 'aria-label="Inicio"' in labelled
    assert labelled.endswith('alt=""></a></p>')


def test_images_say_what_they_show_and_those_that_do_not_are_reported() -> None:
    assert of('<p><img src="a.png" alt="Plano &amp; guía" width="30"></p>') == (
        '<p><img src="a.png" alt="Plano &amp; guía" width="30"></p>'
    )
    # Its picture was not let through; its words were.
    assert of('<p><img src="data:x" alt="Plano"></p>') == '<p><span role="img" aria-label="Plano"></span></p>'
    rendered = html.render(parse('<p><img src="a.png"><img src="data:x"></p>', "html", ES), HtmlOptions())
    assert rendered.warnings == ("image_without_text",)
    assert '<img src="a.png" alt="">' in str(rendered.content)


def test_a_link_without_an_address_is_text() -> None:
    assert of('<p><a name="x">a</a> <a lang="en">b</a></p>') == '<p>a <span lang="en" dir="ltr">b</span></p>'


def test_fields_are_labelled() -> None:
    assert of('<p><label for="n">Nombre</label> <input id="n" placeholder="Ana"></p>') == (
        '<p><label for="text-n">Nombre</label> <input type="text" id="text-n" placeholder="Ana"></p>'
    )
    assert of('<p><input placeholder="Ana" type="search" required></p>') == (
        '<p><input type="search" aria-label="Ana" placeholder="Ana" required></p>'
    )
    assert of("<p>a <button>Enviar</button></p>") == '<p>a <button type="button">Enviar</button></p>'


def test_what_is_not_translated_says_so() -> None:
    assert of('<p><span translate="no">Iker</span> <code>x &lt; y</code></p>') == (
        '<p><span translate="no">Iker</span> <code dir="ltr" translate="no">x &lt; y</code></p>'
    )
    assert of("<pre>a &lt; b</pre>") == '<pre dir="ltr" translate="no"><code>a &lt; b</code></pre>'


def test_sections_figures_and_the_rest() -> None:
    assert of(
        '<nav aria-label="M"><p>a</nav><aside aria-label="N"><p>b</aside><section aria-label="O"><p>c</section>'
    ) == (
        '<nav aria-label="M">\n<p>a</p>\n</nav>\n<aside aria-label="N">\n<p>b</p>\n</aside>\n'
        '<section aria-label="O">\n<p>c</p>\n</section>'
    )
    assert of('<div aria-label="P"><p>d</div><form aria-label="Q"><p>e</form>') == (
        '<div role="group" aria-label="P">\n<p>d</p>\n</div>\n<div role="group" aria-label="Q">\n<p>e</p>\n</div>'
    )
    assert of('<figure><img src="a" alt="b"><figcaption>c</figcaption></figure><hr>') == (
        '<figure>\n<p><img src="a" alt="b"></p>\n<figcaption>c</figcaption>\n</figure>\n<hr>'
    )
    assert of('<figure><img src="a" alt="b"></figure>') == '<figure>\n<img src="a" alt="b">\n</figure>'
    assert of("<blockquote>a</blockquote><p dir=rtl>b <bdi>c</bdi></p>") == (
        '<blockquote>a</blockquote>\n<p dir="rtl">b <bdi>c</bdi></p>'
    )


def test_a_page_comes_back_as_a_page_in_its_language() -> None:
    inside = str(html.render(spanish(), HtmlOptions(whole=False, id_prefix="")).content)
    assert inside.startswith(
        '<!doctype html>\n<html lang="es" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<title>Biblioteca municipal</title>\n</head>\n<body>\n<h1 id="inicio">'
    )
    assert inside.endswith("\n</body>\n</html>")
    part = html.render(parse("<title>T</title><p>a", "html", ES), HtmlOptions(whole=False)).content
    assert part == "<title>T</title>\n<p>a</p>"
    assert '<label for="q">Buscar</label> <input type="search" id="q"' in inside


def dated(lang: str) -> HtmlOptions:
    return HtmlOptions(
        dates=lambda text: machine_readable(text, tag(lang)),
        phones=lambda text: [each.span for each in find(text, tag(lang)) if each.kind == "phone"],
    )


@pytest.mark.parametrize(
    ("lang", "text", "written"),
    [
        ("es", "Hasta el 3 de marzo de 2027.", 'Hasta el <time datetime="2027-03-03">3 de marzo de 2027</time>.'),
        ("es", "Mayo 2027", '<time datetime="2027-05">Mayo 2027</time>'),
        ("es", "El 13/03/2027 en Lugo", 'El <time datetime="2027-03-13">13/03/2027</time> en Lugo'),
        ("ca", "Fins al març de 2027.", 'Fins al <time datetime="2027-03">març de 2027</time>.'),
        ("ar", "٣ مارس ٢٠٢٧", '<time datetime="2027-03-03">٣ مارس ٢٠٢٧</time>'),
        ("hi", "3 मार्च 2027", '<time datetime="2027-03-03">3 मार्च 2027</time>'),
        ("en", "On 03/04/2027 or 3 March.", "On 03/04/2027 or 3 March."),
        ("es", "El 31 de febrero de 2027.", "El 31 de febrero de 2027."),
    ],
)
def test_a_date_that_leaves_no_doubt_is_said_to_machines(lang: str, text: str, written: str) -> None:
    assert of(f"<p>{text}</p>", dated(lang), lang) == f"<p>{written}</p>"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "Nacida el 12/03/58 en Lugo."),
        ("es", "En marzo 2000 personas y el 3 de mayo de 1200 personas."),
        ("es", "El 3 de mayo de 1582 a.C."),
        ("th", "วันที่ 3 พฤษภาคม 2570 03/05/2570"),
        ("fa", "۱۴۰۵/۰۳/۱۲ ۱۲ خرداد ۱۴۰۵"),
        ("ar", "١٣/٠٩/١٤٤٧ هـ"),
        ("ti", "5 ጥሪ 2019"),
        ("am", "13/05/2019"),
        ("ne", "13/05/2083"),
    ],
)
def test_a_year_in_doubt_is_not_said_to_machines(lang: str, text: str) -> None:
    assert "<time" not in of(f"<p>{text}</p>", dated(lang), lang)


def test_a_date_in_a_link_or_in_a_date_stays_as_it_is() -> None:
    given = '<p><time datetime="2027-03-03">3 de marzo de 2027</time>, <strong>5 de mayo de 2027</strong></p>'
    written = '<time datetime="2027-05-05">5 de mayo de 2027</time>'
    assert of(given, dated("es")) == given.replace("5 de mayo de 2027", written)
    link = '<p><a href="https://example.org/">3 de marzo de 2027</a> 5 de mayo de 2027</p>'
    assert of(link, dated("es")).count("<time") == 1


def test_what_is_said_to_be_a_heading_is_one() -> None:
    deep = "<div role=heading aria-level=9>Nota</div>"
    given = f"<div role=heading aria-level=3 id=a>Horario</div><p role=heading>Aviso</p>{deep}"
    assert of(given) == '<h3 id="text-a">Horario</h3>\n<h2>Aviso</h2>\n<h6>Nota</h6>'
    assert (
        of('<div>Hola <span role="heading">Título</span></div><div role=note>x</div>')
        == "<p>Hola</p>\n<h2>Título</h2>\n<p>x</p>"
    )
