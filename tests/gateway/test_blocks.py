"""Texts that come in blocks: the same documents as from HTML, and nothing that HTML would not be let in with."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.gateway.test_app import ask, working_app

BLOCKS: list[dict[str, Any]] = [
    {"kind": "heading", "level": 2, "text": "Biblioteca"},
    {"kind": "paragraph", "text": [
        {"text": "El "}, {"text": "DNI", "kind": "abbreviation", "title": "Documento Nacional de Identidad"},
        {"text": " y "}, {"text": "مكتبة", "lang": "ar"}, {"text": ".\nVea "},
        {"text": "el plano", "kind": "link", "href": "https://example.org/?a=1&b=2"},
        {"text": " de ", "kind": "strong"}, {"text": "Zuriza-7", "kind": "keep"},
    ]},
    {"kind": "quote", "text": "Unha casa sen libros", "lang": "gl"},
    {"kind": "list", "ordered": True, "items": ["Uno < dos", [{"text": "Tres", "kind": "emphasis"}]]},
    {"kind": "table", "caption": "Horario", "header": ["Día", "Hora"], "rows": [["Lunes", "9:00"]],
     "row_headers": True},
    {"kind": "code", "text": "x < y\n  z"},
    {"kind": "image", "alt": "Mapa", "src": "mapa.png"},
]  # fmt: skip
HTML = """<article lang="es" dir="ltr">
<h2>Biblioteca</h2>
<p>El Documento Nacional de Identidad (<abbr>DNI</abbr>) y <span lang="ar" dir="rtl">مكتبة</span>.<br>Vea \
<a href="https://example.org/?a=1&amp;b=2">el plano</a><strong> de </strong><span translate="no">Zuriza-7</span></p>
<blockquote>
<p lang="gl" dir="ltr">Unha casa sen libros</p>
</blockquote>
<ol>
<li>Uno &lt; dos</li>
<li><em>Tres</em></li>
</ol>
<table>
<caption>Horario</caption>
<thead>
<tr><th scope="col">Día</th><th scope="col">Hora</th></tr>
</thead>
<tbody>
<tr><th scope="row">Lunes</th><td>9:00</td></tr>
</tbody>
</table>
<pre dir="ltr" translate="no"><code>x &lt; y
  z</code></pre>
<p><img src="mapa.png" alt="Mapa"></p>
</article>"""


def given(blocks: Any, **body: Any) -> httpx.Response:
    return ask(working_app(), path="/v1/accessible", json={"blocks": blocks, "lang": "es", "outputs": ["html"], **body})


def test_blocks_become_the_document_that_their_markup_would() -> None:
    answer = given(BLOCKS)
    assert answer.status_code == 200, answer.text
    assert answer.json()["outputs"]["html"]["content"] == HTML


def test_blocks_are_linearised_like_any_table_and_list() -> None:
    plain = given(BLOCKS, outputs=["plain"]).json()["outputs"]["plain"]["content"]
    assert "Lunes. Hora: 9:00" in plain
    assert "1. Uno < dos\n2. Tres" in plain
    assert "(https://example.org/?a=1&b=2) de Zuriza-7" in plain


def test_nothing_active_comes_through_a_block() -> None:
    hostile = [
        {"kind": "paragraph", "text": "<script>alert(1)</script>"},
        {"kind": "paragraph", "text": [{"text": "x", "kind": "link", "href": "javascript:alert(1)"}]},
        {"kind": "paragraph", "text": [{"text": "x", "kind": "abbreviation", "title": '"><script>alert(1)</script>'}]},
        {"kind": "image", "alt": '" onerror="alert(1)', "src": "data:text/html,x"},
        {"kind": "code", "text": "</code></pre><script>"},
    ]
    content = given(hostile).json()["outputs"]["html"]["content"]
    assert "<script" not in content
    assert "javascript:" not in content
    assert " onerror=" not in content.replace("&quot; onerror=", "")
    assert "data:" not in content


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"blocks": None}, 422, "invalid_field"),
        ({"text": "Hola."}, 422, "invalid_field"),
        ({"blocks": []}, 422, "invalid_field"),
        ({"blocks": [{"kind": "video", "text": "x"}]}, 422, "invalid_field"),
        ({"blocks": [{"kind": "heading", "level": 7, "text": "x"}]}, 422, "invalid_field"),
        ({"blocks": [{"kind": "paragraph", "text": "x", "style": "y"}]}, 422, "unknown_field"),
        ({"blocks": [{"kind": "paragraph", "text": "x", "lang": "not a tag"}]}, 422, "unknown_language"),
        ({"blocks": [{"kind": "paragraph", "text": "x" * 100_001}]}, 413, "text_too_long"),
        ({"blocks": [{"kind": "paragraph", "text": " "}]}, 422, "text_empty"),
    ],
)
def test_blocks_that_cannot_be_read_are_a_clear_error(body: dict[str, Any], status: int, code: str) -> None:
    answer = given(**{"blocks": BLOCKS, **body}, outputs=["plain", "sms"])
    assert (answer.status_code, answer.json()["code"]) == (status, code)
