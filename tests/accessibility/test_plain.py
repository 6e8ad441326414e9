from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.adapters import plain
from accessibility.adapters.plain import PlainOptions
from accessibility.linear import Manner, lines
from accessibility.parse import parse
from accessibility.registry import ADAPTERS
from accessibility.rendering import AdapterName, NothingToRender
from tests.accessibility.pages import all_pages, spanish, tag


def text(markup: str, options: PlainOptions | None = None, lang: str = "es") -> str:
    return str(plain.render(parse(markup, "html", tag(lang)), options or PlainOptions()).content)


@pytest.mark.parametrize(
    ("lang", "short", "meaning"),
    [
        ("es", "DNI", "documento nacional de identidad"),
        ("ru", "МРОТ", "минимальный размер оплаты труда"),
        ("am", "ኢ.ፌ.ዲ.ሪ", "የኢትዮጵያ ፌዴራላዊ ዲሞክራሲያዊ ሪፐብሊክ"),
        ("ar", "ص.ب", "صندوق بريد"),
    ],
)
@pytest.mark.parametrize("name", ["html", "plain", "ssml", "sms", "ussd"])
def test_an_abbreviation_is_spelt_out_the_first_time_in_every_form(
    name: AdapterName, lang: str, short: str, meaning: str
) -> None:
    once, adapter = f'<p><abbr title="{meaning}">{short}</abbr>', ADAPTERS[name]
    rendered = adapter.render(parse(f"{once}</p>{once}</p>", "html", tag(lang)), adapter.options())
    said = re.sub("<[^>]*>", "", str(rendered.content)).replace("\n", "")
    assert said.count(meaning) == 1
    assert said.index(f"{meaning} ({short})") < said.rindex(short)
    assert said.count(short) == 2


def test_a_page_reads_as_a_screen_reader_tells_it() -> None:
    content = str(plain.render(spanish(), PlainOptions()).content)
    assert content.startswith("Biblioteca municipal\n\nAbre a las 9:00 y cierra a las 20:30 & los sábados <antes>.\n")
    assert "• El Documento Nacional de Identidad (DNI)\n• Una foto\n\n3. Pida cita en la página de citas" in content
    assert "(https://example.org/cita?a=1&b=2).\n  • Por la mañana\n4. Traiga el DNI." in content
    assert (
        "Horario de verano\n\nFila 1. Lunes. Mañana: 9:00. Tarde: 17:00\nFila 2. Martes. Mañana, Tarde: Cerrado"
        in content
    )
    assert "Imagen: Plano del edificio Escriba a ayuda@example.org" in content
    assert content.endswith("Préstamo\n15 días\n\nMida 20 m², no , con x < y.\n")


def test_a_sentence_stands_on_a_line_of_its_own() -> None:
    markup = "<p>Abre a las 9. Vea el art. 3 de la ley. ¿Cuándo? Hoy.</p>"
    assert text(markup) == "Abre a las 9.\nVea el art. 3 de la ley.\n¿Cuándo?\nHoy.\n"
    assert (
        text(markup, PlainOptions(sentence_per_line=False)) == "Abre a las 9. Vea el art. 3 de la ley. ¿Cuándo? Hoy.\n"
    )
    assert text("<p>ቤቱ ተከፈተ። እንኳን መጡ።</p>", lang="am") == "ቤቱ ተከፈተ።\nእንኳን መጡ።\n"


def test_tables_are_told_by_row_or_by_cell() -> None:
    table = "<table><caption>H</caption><tr><th>Día</th><th>Hora</th></tr><tr><td>Lunes</td><td>9:00</td></tr></table>"
    assert text(table) == "H\n\nFila 1. Día: Lunes. Hora: 9:00\n"
    assert text(table, PlainOptions(tables="cells")) == "H\n\nDía: Lunes\nHora: 9:00\n"
    # No catalogue in Amharic: the number alone, no foreign word.
    assert text(table, lang="am").endswith("\n1. Día: Lunes. Hora: 9:00\n")


def test_a_cell_that_reaches_over_others_is_told_with_each() -> None:
    table = (
        "<table><tr><th>A</th><th>B</th><th>C</th></tr><tr><th rowspan=2>x</th><td>1</td><td></td></tr>"
        "<tr><td colspan=2>2</td></tr><tr><td></td></tr></table>"
    )
    assert text(table) == "Fila 1. x. B: 1\nFila 2. x. B, C: 2\n"
    three = "<table><tr><th>A</th><th>B</th></tr><tr><td rowspan=3>x<td>1<tr><td>2<tr><td>3</table>"
    assert text(three) == "".join(f"Fila {number}. A: x. B: {number}\n" for number in (1, 2, 3))
    assert text("<table><tr><td>Lunes.</td><td>9:00</td></tr></table>") == "Fila 1. Lunes. 9:00\n"


def test_a_cell_with_blocks_is_told_in_one_line() -> None:
    assert text("<table><tr><td><p>a</p><p>b!</p><ul><li>c</ul></td><td>d</td></tr></table>") == (
        "Fila 1. a. b! • c. d\n"
    )


def test_images_say_their_text_and_decoration_says_nothing() -> None:
    assert text('<p><img src=a alt="Mapa"><img src=b alt=""></p>') == "Imagen: Mapa\n"
    assert text('<p><img src=a alt="ካርታ"></p>', lang="am") == "ካርታ\n"


def test_raised_and_lowered_digits_stay_so() -> None:
    assert text("<p>10 m<sup>2</sup> H<sub>2</sub>O 1<sup>er</sup></p>") == "10 m² H₂O 1er\n"


def test_struck_out_text_is_left_out_and_quotes_are_marked() -> None:
    assert text("<p>Son <del>20</del> 30 <q>euros</q></p>") == "Son 30 “euros”\n"


def test_labels_code_and_quotations() -> None:
    assert text('<nav aria-label="Menú"><p>a</p></nav><pre>x\n  y</pre><blockquote>z</blockquote><hr>') == (
        "Menú\n\na\n\nx\n  y\n\nz\n"
    )


def test_lists_in_lists_are_indented() -> None:
    assert text("<ul><li>a<ol start=3><li>b<li>c</ol><li><p>d<p>e<li></ul>") == "• a\n  3. b\n  4. c\n• d\n  e\n"
    assert text("<ul><li><p>a</p><li><hr><li>b</ul>") == "• a\n• b\n"


def test_lines_can_be_short() -> None:
    content = text(
        "<p>Una frase bastante larga para una línea.</p><ul><li>Otra que también lo es</ul>", PlainOptions(width=20)
    )
    assert content == "Una frase bastante\nlarga para una\nlínea.\n\n• Otra que también\nlo es\n"


def test_numbers_are_written_as_they_are_spoken_when_asked() -> None:
    def verbalise(said: str, lang: str) -> str:
        return said.replace("3", "tres" if lang == "es" else "three")

    assert text('<p>3 y <i lang="en">3</i></p>', PlainOptions(verbalise=verbalise)) == "tres y three\n"


def test_an_address_follows_its_link_where_it_can_be_of_use() -> None:
    markup = '<p><a href="/x">a</a> <a href="mailto:a@b.es">b</a> <a href="#c">c</a> <a href="tel:112">112</a></p>'
    assert text(markup) == "a (/x) b (a@b.es) c 112\n"
    assert text(markup, PlainOptions(addresses=False)) == "a b c 112\n"


def test_a_line_end_in_a_cell_is_a_space() -> None:
    assert text("<table><tr><td>Calle Mayor, 3<br>Monzón</table>") == "Fila 1. Calle Mayor, 3 Monzón\n"


def test_languages_are_kept_apart_in_runs() -> None:
    (line,) = lines(parse('<p>Hola <i lang="en">good <b>morning</b></i> adiós </p>', "html", tag("es")), Manner())
    assert [(run.text, run.lang) for run in line.runs] == [("Hola ", "es"), ("good morning", "en"), (" adiós", "es")]


def test_a_title_is_not_said_twice() -> None:
    assert text("<title>T</title><h1>T</h1>") == "T\n"
    assert text("<title>T</title><p>a</p>") == "T\n\na\n"
    with pytest.raises(NothingToRender):
        text("<hr>")


def test_plain_text_says_what_it_is() -> None:
    rendered = plain.render(all_pages()["ps"], PlainOptions())
    assert (rendered.content_type, rendered.dir, rendered.exact) == ("text/plain; charset=utf-8", "rtl", True)
    assert plain.capability(tag("ps")).available


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20), min_size=1, max_size=6))
def test_no_word_is_lost_on_the_way(paragraphs: list[str]) -> None:
    document = parse("\n\n".join(paragraphs), "text", tag("es"))
    if document.empty:
        return
    content = str(plain.render(document, PlainOptions(width=10)).content)
    assert "".join(content.split()) == "".join("".join(line.text for line in lines(document, Manner())).split())


def test_words_stay_apart_where_marked_ones_begin_with_a_space() -> None:
    for markup in ("a<strong> b </strong>c", "<em>a</em><strong> b</strong> c", 'a<span lang="en"> b</span> c'):
        page = parse(f"<p>{markup}</p>", "html", tag("es"))
        assert plain.render(page, PlainOptions()).content == "a b c\n"


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<ol><li>a<li value=5>b<li>c</ol>", "1. a\n5. b\n6. c\n"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b\n"),
        ("<ol type=a start=26><li>a<li>b<li value=-1>c</ol>", "z. a\naa. b\n-1. c\n"),
        ("<ol type=I start=4><li>a<li value=4000>b</ol>", "IV. a\n4000. b\n"),
    ],
)
def test_items_keep_the_numbers_that_texts_refer_to(markup: str, said: str) -> None:
    assert text(markup) == said


def test_what_is_hidden_is_not_said() -> None:
    assert text("<p hidden>a<div aria-hidden=true>b</div><p>c <b hidden>d</b> e<ul><li hidden>f<li>g</ul>") == (
        "c e\n\n• g\n"
    )
    assert text("<table><tr><th>a<th hidden>b<tr><td>c<td>d<td hidden>e</table>") == "Fila 1. a: c. d\n"
