"""Markup whose texts are replaced: tags come back as they were, texts never become tags."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility import tag_writer, tagged
from accessibility.document import DocumentTooDeep, DocumentTooLarge
from accessibility.tag_scanner import MarkupBroken, scan
from accessibility.tagged import Rules
from locales.tags import LanguageTag

ES, AR = LanguageTag("es"), LanguageTag("ar")
_SHOUTED = re.compile(r"</?[gx]\d+/?>|(\w)")
XML = Rules(xml=True, lines=True)


def shouted(markup: str, rules: Rules | None = None, source: LanguageTag | None = None) -> str:
    """Its texts in capitals, marks left alone."""
    taken = tagged.read(markup, rules or Rules(), source)
    return tag_writer.write(taken, [_SHOUTED.sub(_shout, text) for text in taken.texts], AR)[0]


def _shout(found: re.Match[str]) -> str:
    return found[0].upper() if found[1] else found[0]


def texts(markup: str, rules: Rules | None = None, source: LanguageTag | None = None) -> tuple[str, ...]:
    return tagged.read(markup, rules or Rules(), source).texts


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("hola", "HOLA"),
        ("", ""),
        ("12 <br> 3 &lt; 4", "12 <br> 3 &lt; 4"),
        ("a < b & c", "A &lt; B &amp; C"),
        ("<p class=x data-y='>'>hola</p>", "<p class=x data-y='>'>HOLA</p>"),
        ("<p>uno</p>\n\n<p>dos</p>", "<p>UNO</p>\n\n<p>DOS</p>"),
        ("<p>&lt;script&gt;alerta</p>", "<p>&lt;SCRIPT&gt;ALERTA</p>"),
        ("<p>uno<br>dos</p>", "<p>UNO<br>DOS</p>"),
        ("<p>uno <b>dos</b> tres</p>", "<p>UNO <b>DOS</b> TRES</p>"),
        ("<p>uno <b>dos <i>tres</b> cuatro</i></p>", "<p>UNO <b>DOS <i>TRES</b> CUATRO</i></p>"),
        ("<script>var hola</script><style>a{}</style>hola", "<script>var hola</script><style>a{}</style>HOLA"),
        ("<script>sin fin", "<script>sin fin"),
        ("<!-- no --><!doctype html>si<!-- sin fin", "<!-- no --><!doctype html>SI<!-- sin fin"),
        ("<p>pulse <code>ls -l</code> ahora</p>", "<p>PULSE <code>ls -l</code> AHORA</p>"),
        ("<p><span translate='no'>Ana</span> dice</p>", "<p><span translate='no'>Ana</span> DICE</p>"),
        ("<b class='notranslate'>Ana</b> y <x-a>eva</x-a>", "<b class='notranslate'>Ana</b> Y <x-a>EVA</x-a>"),
        ("<p>uno <a", "<p>UNO &lt;A"),
        ("</p>uno<li>dos", "</p>UNO<li>DOS"),
        ("uno <i class=icon></i> dos", "UNO <i class=icon></i> DOS"),
        ("<svg><text>no</text></svg>si", "<svg><text>no</text></svg>SI"),
        ("ሰላም <b>ዓለም</b>", "ሰላም <b>ዓለም</b>"),
    ],
)
def test_tags_stay_as_they_are_and_only_texts_change(markup: str, expected: str) -> None:
    assert shouted(markup) == expected


def test_a_sentence_is_one_text_whatever_is_marked_up_in_it() -> None:
    assert texts("<p><b> Hola <a href=x>mundo</a>\n cruel </b></p><p>uno<br>dos</p>") == (
        "Hola <g1>mundo</g1> cruel", "uno", "dos",
    )  # fmt: skip


def test_texts_of_attributes_are_texts_and_addresses_are_none() -> None:
    page = '<img alt="Una  foto" src="foto"><p>ver <a title=nota href=\'#nota\'>aquí</a></p><br title="12">'
    assert texts(page) == ("Una foto", "nota", "ver <g1>aquí</g1>")
    assert shouted(page).startswith('<img alt="UNA FOTO" src="foto"><p>VER <a title="NOTA" href=\'#nota\'>')


def test_a_quotation_mark_in_a_translated_attribute_ends_nothing() -> None:
    taken = tagged.read("<img alt='una foto'>", Rules())
    assert tag_writer.write(taken, ['"><script>'], AR)[0] == '<img alt="&quot;&gt;&lt;script&gt;">'


def test_the_language_of_the_source_becomes_that_of_the_target() -> None:
    page = '<html lang="es-MX" dir="ltr"><p lang=es>hola</p><p lang="fr">bonjour</p><p lang="?!">si</p></html>'
    assert shouted(page, source=ES) == (
        '<html lang="ar" dir="rtl"><p lang="ar">HOLA</p><p lang="fr">bonjour</p><p lang="?!">SI</p></html>'
    )
    assert "BONJOUR" in shouted(page)
    assert shouted("<p hidden data-n=1 lang=es>hola</p>", source=ES) == '<p hidden data-n=1 lang="ar">HOLA</p>'


def test_tags_that_a_model_lost_stand_around_their_text_when_they_must_not_be_lost() -> None:
    taken = tagged.read("<p>ver <a href=x>la <b>nota</b></a> y <img src=a> <i>más</i></p>", Rules(), ES)
    assert tag_writer.write(taken, ["todo perdido"], AR) == ("<p><a href=x>todo perdido <img src=a></a></p>", True)
    nested = tagged.read("<p>a <i>b <b>c</b></i> <a href=x>d</a></p>", Rules())
    assert tag_writer.write(nested, ["A <g1>B <g2>C</g2></g1> D"], AR) == (
        "<p><a href=x>A <i>B <b>C</b></i> D</a></p>", True,
    )  # fmt: skip
    xml = tagged.read("<d>uno <a>dos</a> <b>tres</b></d>", Rules(xml=True, non_splitting=frozenset({"a", "b"})))
    assert tag_writer.write(xml, ["perdido"], AR) == ("<d><a><b>perdido</b></a></d>", True)


def test_as_many_texts_as_there_are_places() -> None:
    with pytest.raises(ValueError, match="1 texts wanted, 2 given"):
        tag_writer.write(tagged.read("hola", Rules()), ["a", "b"], AR)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Rules(xml=True), ("uno <g1>dos</g1>", "tres", "cuatro")),
        (Rules(xml=True, outline=False), ("<g1>uno <g2>dos</g2></g1><g3>tres</g3><g4>cuatro</g4>",)),
        (Rules(xml=True, outline=False, splitting=frozenset({"c"})), ("uno <g1>dos</g1>", "tres", "cuatro")),
        (Rules(xml=True, splitting=frozenset({"b"})), ("uno", "dos", "tres", "cuatro")),
        (Rules(xml=True, ignored=frozenset({"b", "c"})), ("uno",)),
    ],
    ids=["outline", "no-outline", "splitting", "splitting-inline", "ignored"],
)
def test_xml_is_cut_by_its_outline_or_by_the_names_given(rules: Rules, expected: tuple[str, ...]) -> None:
    markup = "<d><a>uno <b>dos</b></a><c>tres</c><c>cuatro</c></d>"
    assert texts(markup, rules) == expected
    assert re.sub(r"[^<>/]", "", shouted(markup, rules)) == re.sub(r"[^<>/]", "", markup)


def test_lines_of_xml_are_sentences_and_its_sections_of_characters_are_text() -> None:
    assert texts("<a>uno\n  dos</a>", XML) == ("uno", "dos")
    assert shouted("<a>uno\n  dos</a>", XML) == "<a>UNO\n  DOS</a>"
    assert shouted("<?xml version='1.0'?><a><![CDATA[uno & dos]]></a>", XML) == (
        "<?xml version='1.0'?><a>UNO &amp; DOS</a>"
    )
    assert shouted("<a><![CDATA[12]]></a><![CDATA[", Rules(xml=True)) == "<a><![CDATA[12]]></a><![CDATA["


@pytest.mark.parametrize("markup", ["<a>uno", "uno</a>", "<a><b></a></b>", "<a <b>", "a < b", "<1/>"])
def test_broken_xml_is_refused(markup: str) -> None:
    with pytest.raises(MarkupBroken):
        tagged.read(markup, XML)


def test_excess_is_refused_and_costs_little() -> None:
    with pytest.raises(DocumentTooLarge):
        tagged.read("<b>" * 50_001, Rules())
    with pytest.raises(DocumentTooDeep):
        tagged.read("hola <b>a" * 101 + "</b>" * 101, Rules())


@pytest.mark.parametrize(
    "part",
    ["<a ", '<a "', "<script>", "</script", "<!--", "<b x='", "< ", "<a title=", "<code>", "&lt;", "<b>a</b>", "\n "],
)
def test_time_is_linear_in_the_markup(part: str) -> None:
    def seconds(length: int) -> float:
        began = time.process_time()
        tagged.read(part * (length // len(part)), Rules(), ES)
        return time.process_time() - began

    seconds(1000)
    short, long = (min(seconds(length) for _ in range(2)) for length in (5_000, 40_000))
    assert long < 24 * short + 0.05


PIECES = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<i class='a b'>", "</i>", "<br>", "<img alt='una foto'>", "uno ", "dos", " ", "\n",
     "<code>", "</code>", "<span lang=fr>", "</span>", "&amp;", "<", ">", "<!--", "-->", "'", '"', "<script>", "ሰላም"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_markup_comes_back_with_all_its_tags_in_order(markup: str) -> None:
    taken = tagged.read(markup, Rules(), ES)
    written, _ = tag_writer.write(taken, taken.texts, ES)
    assert "".join(token.raw for token in scan(markup, xml=False)) == markup
    names = [[token.name for token in scan(text, xml=False) if token.name] for text in (markup, written)]
    assert names[0] == names[1]
