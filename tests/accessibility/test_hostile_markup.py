"""Markup that attacks, breaks or overflows: nothing active comes through, and every page ends in an answer."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import replace

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.adapters import html, markdown, plain
from accessibility.document import Document, DocumentTooDeep, DocumentTooLarge
from accessibility.html_vocabulary import safe_url, words
from accessibility.parse import parse
from accessibility.rendering import NothingToRender
from tests.accessibility.language_oracle import spoken
from tests.accessibility.pages import all_pages, tag

ES = tag("es")

ATTACKS = [
    "<script>alert(1)</script>hola",
    "<scr<script>ipt>alert(1)</script>hola",
    '<img src=x onerror=alert(1) alt="hola">',
    '<p onclick="alert(1)" style="position:fixed">hola</p>',
    '<a href="javascript:alert(1)">hola</a>',
    '<a href=" jAvA\tscr\nipt:alert(1)">hola</a>',
    '<a href="java&#x09;script&colon;alert(1)">hola</a>',
    '<a href="&#14; javascript:alert(1)">hola</a>',
    '<a href="\u200bjavascript:alert(1)">hola</a>',
    '<a href="data:text/html,<script>alert(1)</script>">hola</a>',
    '<a href="vbscript:msgbox(1)">hola</a>',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>" alt="hola">',
    "<svg><script>alert(1)</script><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>hola",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>hola",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>hola",
    "<style>*{background:url(javascript:alert(1))}</style><link rel=stylesheet href=x><base href=//evil>hola",
    '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">hola</button></form>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>hola</noscript>",
    "<!--><img src=x onerror=alert(1)>--> hola",
    '<template><script>alert(1)</script></template><p aria-label="x" aria-onclick="alert(1)">hola</p>',
    '<input type="image" src="x" onerror="alert(1)"><input autofocus onfocus=alert(1) placeholder="hola">',
    '<p id="x&quot; onclick=&quot;alert(1)" title="&quot;><script>alert(1)</script>">hola</p>',
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">hola',
    "<p>&lt;script&gt;alert(1)&lt;/script&gt; hola</p>",
    "<math><mi href='javascript:alert(1)'>x</mi><annotation-xml><p onclick=alert(1)></annotation-xml></math>hola",
]
RUNS = re.compile(r"<script|\s(?:on\w+|aria-on\w+|style|srcdoc|action|formaction)=", re.IGNORECASE)
VALUES = re.compile(r'="[^"]*"')
TAGS = words(
    "article p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tr th td blockquote pre code figure "
    "figcaption section nav aside div hr em strong a abbr cite q dfn mark sub sup del ins time bdi span br img input "
    "label button title math mrow mi mn mo ms mtext mfrac msup msub msqrt"
)  # fmt: skip


def inert(fragment: str) -> None:
    """A sanitiser finds nothing to remove: the same text, the same number of elements, no attribute that runs."""
    allowed = {
        "*": {"lang", "dir", "id", "role", "title", "translate", "scope", "colspan", "rowspan", "headers", "start",
              "datetime", "type", "name", "placeholder", "required", "checked", "autocomplete", "for", "hreflang",
              "width", "height", "href", "src", "alt", "hidden", "reversed", "value", "alttext", "display"},
    }  # fmt: skip
    cleaned = nh3.clean(
        fragment,
        tags=TAGS,
        attributes=allowed,
        generic_attribute_prefixes={"aria-"},
        url_schemes={"http", "https", "mailto", "tel", "sms", "geo"},
        link_rel=None,
    )
    ours, faults = spoken(fragment)
    assert faults == []
    assert spoken(cleaned)[0] == ours
    assert cleaned.count("<") == fragment.count("<")
    assert cleaned.count('="') == fragment.count('="')


def body(content: str) -> str:
    """Of what came as a page, what is inside the frame that is put around it."""
    return content.partition("<body>\n")[2].removesuffix("\n</body>\n</html>") or content


def written(document: Document) -> list[str]:
    whole = html.render(document, html.HtmlOptions(notice=True, status=True, landmark=True, source=document))
    inside = html.render(document, html.HtmlOptions(whole=False))
    return [str(whole.content), body(str(inside.content))]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_active_comes_through(attack: str) -> None:
    document = parse(attack, "html", ES)
    for fragment in written(document):
        inert(fragment)
        assert "hola" in fragment
        assert not RUNS.search(VALUES.sub("=", fragment))
        assert "javascript:" not in "".join(VALUES.findall(fragment))
    for fragment in written(parse(str(markdown.render(document, markdown.MarkdownOptions()).content), "markdown", ES)):
        inert(fragment)


@pytest.mark.parametrize("page", all_pages().values(), ids=list(all_pages()))
def test_a_sanitiser_finds_nothing_to_remove_from_good_pages(page: Document) -> None:
    page = replace(page, page=False)  # a sanitiser of fragments knows no frame
    for fragment in written(page):
        inert(fragment)


PIECES = [
    *"<>/='\"&;:! \n\t",
    "script",
    "a",
    "href",
    "javascript",
    "p",
    "table",
    "td",
    "onclick",
    "b",
    "<a href=",
    "title=",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_is_sent_is_inert_when_written(text: str) -> None:
    for form in ("html", "markdown", "text"):
        for fragment in written(parse(text, form, ES)):
            inert(fragment)


@pytest.mark.parametrize(
    "url", ["/a?b=c:d", "#x", "?q=a:b", "a/b:c", "//example.org/", "https://e.org:80/", "HTTP://e.org", "tel:+34974"]
)
def test_an_address_that_leads_somewhere_stays(url: str) -> None:
    assert safe_url(f" {url} ") == url


HUGE = {
    "one tag": "<b>" * 330_000,
    "boxes": "<div>" * 200_000,
    "lists": "<ul><li>" * 120_000,
    "tables": "<table>" * 140_000,
    "cells": "<table>" + "<td>" * 240_000,
    "links": "<a href=x>" * 100_000,
    "breaks": "<br>" * 250_000,
    "attributes": "<p " + "x=1 " * 249_000 + ">a</p>",
    "one attribute": '<p title="' + "a" * 990_000 + '">a</p>',
    "ampersands": "&" * 1_000_000,
    "angles": "<" * 1_000_000,
    "comments": "<!--" * 250_000,
    "left open where scopes end": "<div><table><td></div></table>" * 20_000,
}


@pytest.mark.parametrize("markup", HUGE.values(), ids=list(HUGE))
def test_a_megabyte_of_anything_ends_in_an_answer_or_a_fact(markup: str) -> None:
    began = time.process_time()
    with contextlib.suppress(DocumentTooDeep, DocumentTooLarge):
        parse(markup, "html", ES)
    # Without the bounds, boxes alone take minutes.
    assert time.process_time() - began < 8


def test_the_bounds_leave_room_for_ordinary_pages() -> None:
    page = "<ul>" + "<li><p>hola <b>mundo</b></p></li>" * 2000 + "</ul>"
    assert len(parse(page, "html", ES).blocks[0].blocks) == 2000
    nested = "<div>" * 90 + "hola" + "</div>" * 90
    assert parse(nested, "html", ES).blocks[0].inlines[0].text == "hola"
    with pytest.raises(DocumentTooDeep):
        parse("<i><u>" * 60 + "hola", "html", ES)
    with pytest.raises(DocumentTooDeep):
        parse("<blockquote>" * 70 + "hola", "html", ES)
    with pytest.raises(DocumentTooDeep):
        parse("> " * 200 + "hola", "markdown", ES)


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_a_text_beyond_the_bound_is_refused_before_it_is_read(form: str) -> None:
    with pytest.raises(DocumentTooLarge) as fact:
        parse("a" * 1_000_001, form, ES)  # type: ignore[arg-type]
    assert fact.value.limit == 1_000_000


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_hidden_characters_are_gone_and_meaningful_ones_stay(form: str) -> None:
    hostile = "uno\u202edos\u202c \ud800tres\x00\x1b\x85\u200cبه‌نام \U000e0041नमस्ते 👩‍🌾"
    document = parse(hostile, form, ES)  # type: ignore[arg-type]
    for content in (*written(document), str(plain.render(document, plain.PlainOptions()).content)):
        content.encode()
        assert not set(content) & set("\u202e\u202c\ud800\x00\x1b\x85\U000e0041")
        assert "به\u200cنام" in content
        assert "👩\u200d🌾" in content


def test_a_hidden_character_written_as_an_entity_is_gone_too() -> None:
    document = parse("<p>a&#x202E;b&#xD800;c&#0;<img alt='&#8238;x'></p>", "html", ES)
    assert not set("".join(written(document))) & set("\u202e\ud800\x00")


def test_an_empty_document_is_refused_by_what_a_reader_would_take_for_an_answer() -> None:
    with pytest.raises(NothingToRender):
        plain.render(parse("<p> </p><hr>", "html", ES), plain.PlainOptions())
