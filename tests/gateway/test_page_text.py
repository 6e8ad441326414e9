"""Pages at /v1/simplify and /v1/summarize: read as pages, their tags as no words."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from locales.normalisation import normalise
from tests.gateway.test_app import ask, working_app

PAGE = """<h1>Aviso</h1><p>Debe <b>efectuar</b> el pago <a href="https://example.org/p">en línea</a> con anterioridad al
14/03/2026.</p><ul><li>Traiga el DNI.</li><li>Traiga dos fotos.</li></ul><h2>Horario</h2><p hidden>Oculto.</p>
<pre>con anterioridad a = 1</pre><script>alert(1)</script>"""
MARKDOWN = """# Aviso

Debe **efectuar** el pago [en línea](https://example.org/p) con anterioridad al 14/03/2026.

- Traiga el DNI.
- Traiga dos fotos.

## Horario

    con anterioridad a = 1
"""


def results(path: str, text: str | list[str], **options: Any) -> Any:
    return ask(working_app(), path=path, json={"text": text, **options}).json()["results"]


@pytest.mark.parametrize(("page", "form"), [(PAGE, "html"), (MARKDOWN, "markdown")])
def test_a_page_is_simplified_as_what_is_read_of_it(page: str, form: Literal["html", "markdown"]) -> None:
    [result] = results("/v1/simplify", page, source="es", format=form, outputs=["html", "plain"])
    assert result["original"] == (
        "Aviso\n\nDebe efectuar el pago en línea (https://example.org/p) con anterioridad al 14/03/2026.\n\n"
        "• Traiga el DNI.\n• Traiga dos fotos.\n\nHorario"
    )
    assert "antes del 14/03/2026" in result["text"]
    assert "con anterioridad" not in result["text"]
    html = result["outputs"]["html"]["content"]
    assert ("<h1>Aviso</h1>" in html, "<h2>Horario</h2>" in html, html.count("<li>")) == (True, True, 2)
    assert "Oculto" not in html


def test_a_page_becomes_simple_sentence_by_sentence_and_stays_a_list() -> None:
    page = "<ul><li>La renta es fija. No cambia.</li><li>Es así.</li></ul>"
    [result] = results("/v1/simplify", page, source="es", format="html", level="simple", outputs=["html"])
    assert result["text"] == "• La renta es fija.\nNo cambia.\n• Es así."
    assert "&lt;" not in result["outputs"]["html"]["content"]


@pytest.mark.parametrize(
    ("page", "lang", "said"),
    [
        ("<h1>Biblioteca</h1><p>La biblioteca <b>cierra</b> los lunes por la tarde.</p>", "es", "los lunes"),
        ("<p>ቤተ መጻሕፍቱ <b>ሰኞ</b> ይዘጋል። ማክሰኞ ዝናብ ነበር።</p>", "am", "ይዘጋል"),
        ("<p>تغلق المكتبة <b>يوم الاثنين</b>. الجو جميل اليوم.</p>", "ar", "المكتبة"),
        ("<table><tr><td>पुस्तकालय <b>सोमवार</b> को बंद है।</td></tr></table>", "hi", "सोमवार"),
    ],
)
def test_a_summary_of_a_page_holds_no_tag_and_points_into_what_was_read(page: str, lang: str, said: str) -> None:
    [summary] = results("/v1/summarize", page, source=lang, format="html", max_sentences=1)
    assert "<" not in summary["original"]
    [sentence] = summary["sentences"]
    assert summary["original"][slice(*sentence["source_span"])] == sentence["text"]
    assert said in summary["original"]
    assert summary["checks"] == {"verbatim": "pass"}


def test_the_language_of_a_page_is_that_of_its_words() -> None:
    page = "<p>The library is closed on Mondays, and the bus leaves from the square.</p>" + "<br>" * 50
    for path in ("/v1/summarize", "/v1/simplify"):
        [result] = results(path, page, format="html")
        assert result["source"] == "en"


def test_text_is_never_read_as_markup() -> None:
    text = "Escriba <b> y # en la casilla."
    [simple], [summary] = (results(path, text, source="es") for path in ("/v1/simplify", "/v1/summarize"))
    assert normalise(text) == simple["original"] == summary["text"]
    assert "original" not in summary


@pytest.mark.parametrize("path", ["/v1/simplify", "/v1/summarize"])
def test_a_page_without_text_or_too_deep_is_a_clear_error(path: str) -> None:
    empty = ask(working_app(), path=path, json={"text": "<p><br></p>", "source": "es", "format": "html"})
    assert (empty.status_code, empty.json()["code"]) == (422, "text_empty")
    deep = ask(working_app(), path=path, json={"text": "<ul><li>" * 40 + "a", "source": "es", "format": "html"})
    assert (deep.status_code, deep.json()["code"]) == (422, "document_too_deep")
    unknown = ask(working_app(), path=path, json={"text": "a", "source": "es", "format": "docx"})
    assert unknown.json()["code"] == "invalid_field"
