"""Pages in, pages out: POST /v1/translate with a format, and outputs beside a translation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.segments import DirectSegments
from gateway.translation import Limits, Translation
from models.catalogue import CatalogueEntry
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationFailed, TranslationInput
from tests.gateway.test_app import CATALOGUE, ENTRY, app_around, ask, working_app

PAGE = (
    '<h2 title="Aviso">Biblioteca <b>nueva</b></h2><p>Abre a las 9:00.<br>Cierra <a href="/x">hoy</a>.</p>'
    '<table><tr><th>Día</th></tr><tr><td>Lunes</td></tr></table><p lang="en">Good</p><img src="a.png" alt="Mapa">'
    "<script>alert(1)</script><ul><li>Uno &amp; dos</li></ul>"
)


def translated(**body: Any) -> Any:
    answer = ask(working_app(), json={"text": PAGE, "source": "es", "target": "an", "format": "html", **body})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_a_page_comes_back_as_a_page() -> None:
    [result] = translated()
    assert result["text"] == (
        '<h2 title="Aviso~an">Biblioteca~an <strong>nueva</strong></h2>\n'
        '<p>Abre~an a~an las~an 9:00.<br>Cierra~an <a href="/x">hoy</a>.</p>\n'
        '<table>\n<thead>\n<tr><th scope="col">Día~an</th></tr>\n</thead>\n<tbody>\n<tr><td>Lunes~an</td></tr>\n'
        '</tbody>\n</table>\n<p lang="en" dir="ltr">Good</p>\n<p><img src="a.png" alt="Mapa~an"></p>\n'
        "<ul>\n<li>Uno~an &amp; dos~an</li>\n</ul>"
    )
    assert (result["index"], result["source"], result["lang"]) == (0, "es", "an")
    assert result["warnings"] == []


def test_a_whole_page_comes_back_whole_and_in_its_new_language() -> None:
    page = '<!DOCTYPE html><html lang="es" dir="ltr"><head><title>Aviso</title></head><body><p>Uno</p></body></html>'
    [result] = translated(text=page)
    assert result["text"] == (
        '<!doctype html>\n<html lang="an" dir="ltr">\n<head>\n<meta charset="utf-8">\n<title>Aviso~an</title>\n'
        "</head>\n<body>\n<p>Uno~an</p>\n</body>\n</html>"
    )


def test_a_formula_survives_translation() -> None:
    [result] = translated(text="<p>Sume <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> hoy</p>")
    assert '<math alttext="1/2"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>' in result["text"]


def test_pages_and_targets_come_in_order() -> None:
    found = translated(text=["<p>Uno</p>", "<p>Dos</p>"], target=["an", "ast"])
    assert [(each["index"], each["text"]) for each in found] == [
        (0, "<p>Uno~an</p>"), (0, "<p>Uno~ast</p>"), (1, "<p>Dos~an</p>"), (1, "<p>Dos~ast</p>")
    ]  # fmt: skip


def test_markdown_comes_back_as_markdown() -> None:
    [result] = translated(text="# Hola\n\n- uno **dos**\n- `tres`", format="markdown")
    assert result["text"] == "# Hola\\~an\n\n- uno\\~an **dos**\n- `tres`"


def test_the_language_of_a_page_is_detected_from_its_words() -> None:
    [result] = translated(
        source=None, text=f"<p>{'La biblioteca municipal abre a las nueve y cierra a las ocho. ' * 3}</p>"
    )
    assert result["source"] == "es"
    assert result["source_confidence"] > 0.5


def test_a_page_and_its_translation_come_in_other_forms_too() -> None:
    [result] = translated(
        outputs=["html", "plain"], options={"html": {"keep_source": True, "notice": True, "heading_base": 3}}
    )
    page = result["outputs"]["html"]["content"]
    assert page.startswith(
        '<article lang="an" dir="ltr">\n<p role="note" lang="en" dir="ltr">Machine translation</p>\n<h3'
    )
    assert '<div lang="es" dir="ltr">\n<h3 title="Aviso">Biblioteca <strong>nueva</strong></h3>' in page
    assert result["outputs"]["plain"]["content"].startswith("Biblioteca~an nueva\n\nAbre~an")


def test_a_plain_text_comes_in_other_forms_too() -> None:
    [result, _] = translated(text="Abre a las 9.", format="text", target=["an", "ast"], outputs=["sms", "html"],
                             options={"html": {"keep_source": True}})  # fmt: skip
    assert result["text"] == "Abre~an a~an las~an 9."
    assert result["outputs"]["sms"]["parts"] == ["Abre~an a~an las~an 9."]
    assert '<div lang="es" dir="ltr">\n<p>Abre a las 9.</p>' in result["outputs"]["html"]["content"]
    assert set(result["speech"]) == {"supported", "nearest"}
    [alone] = translated(text="Abre.", format="text")
    assert alone["outputs"] == {}
    assert "speech" not in alone


def test_a_summary_comes_in_other_forms_too() -> None:
    body = {"text": "La biblioteca cierra los lunes.", "source": "es", "outputs": ["plain"]}
    [summary] = ask(working_app(), path="/v1/summarize", json=body).json()["results"]
    assert summary["outputs"]["plain"]["content"] == "La biblioteca cierra los lunes.\n"
    assert summary["speech"]["nearest"] is None
    [alone] = ask(working_app(), path="/v1/summarize", json=body | {"outputs": []}).json()["results"]
    assert alone["outputs"] == {}
    assert "speech" not in alone


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"text": "<hr>"}, 422, "text_empty"),
        ({"text": "<div>" * 300}, 422, "document_too_deep"),
        ({"format": "docx"}, 422, "invalid_field"),
        ({"text": "<p>a</p>", "source": None}, 422, "language_uncertain"),
        ({"target": "ko"}, 422, "pair_not_served"),
    ],
)
def test_a_page_that_cannot_be_translated_is_a_clear_error(change: dict[str, Any], status: int, code: str) -> None:
    answer = ask(working_app(), json={"text": PAGE, "source": "es", "target": "an", "format": "html", **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


class Wayward(FakeTranslator):
    """Loses every mark, or makes up line ends."""

    def __init__(self, entry: CatalogueEntry, instead: str) -> None:
        super().__init__(entry)
        self._instead = instead

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        return [Hypothesis(re.sub("<[^>]*>", self._instead, each.text), True, 1, 1) for each in inputs]


class Distracted(FakeTranslator):
    """Forgets a word where there are marks; `away` fails on what has none."""

    def __init__(self, entry: CatalogueEntry, away: bool) -> None:
        super().__init__(entry)
        self._away = away

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        if self._away and not any("<" in each.text for each in inputs):
            raise TranslationFailed([None] * len(inputs))
        return [
            Hypothesis(re.sub(r"<g\d>.*", "", each.text) if "<" in each.text else f"{each.text}!", True, 1, 1)
            for each in inputs
        ]


class Deaf(FakeTranslator):
    """Writes the same whatever it is given."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        return [Hypothesis("Ubre a placa.", True, 1, 1) for _ in inputs]


@pytest.mark.parametrize(("away", "text"), [(False, "Ve allí a las 9!"), (True, "Ve")])
def test_a_passage_whose_marks_were_lost_is_translated_again_without_them(away: bool, text: str) -> None:
    segments = DirectSegments({ENTRY.reference: Distracted(ENTRY, away)})
    app = app_around(Translation(CATALOGUE, segments, Limits(10, 1000)))
    body = {"text": "<p>Ve <a href='/x'>allí</a> a las 9</p>", "source": "es", "target": "an", "format": "html"}
    [result] = ask(app, json=body).json()["results"]
    assert result["text"] == f'<p>{text} <a href="/x" lang="es" dir="ltr">allí</a></p>'
    assert {"markup_lost", "number_mismatch"} <= {each["code"] for each in result["warnings"]}


@pytest.mark.parametrize(("instead", "status"), [("", 200), ("\n", 500)])
def test_what_a_model_does_to_marks_loses_nothing_and_mixes_up_nothing(instead: str, status: int) -> None:
    segments = DirectSegments({ENTRY.reference: Wayward(ENTRY, instead)})
    app = app_around(Translation(CATALOGUE, segments, Limits(10, 1000)))
    answer = ask(
        app, json={"text": "<p>Ve <a href='/x'>allí</a> hoy.</p>", "source": "es", "target": "an", "format": "html"}
    )
    assert answer.status_code == status
    if status == 500:
        assert answer.json()["code"] == "translation_failed"
    else:
        [result] = answer.json()["results"]
        assert result["text"] == '<p>Ve allí hoy. <a href="/x" lang="es" dir="ltr">allí</a></p>'
        assert "markup_lost" in {each["code"] for each in result["warnings"]}
        assert all(each["source_span"] is None for each in result["warnings"])


@pytest.mark.parametrize(
    ("form", "text", "written"),
    [
        ("text", "Abre la Plaza Mayor.", "Abre~an la~an Plaza Mayor."),
        ("markdown", "Abre la **Plaza Mayor**.", "Plaza Mayor"),
        ("html", "<p>Abre la Plaza Mayor.</p>", "Plaza Mayor</span>"),
    ],
)
def test_a_protected_phrase_comes_back_as_it_is(form: str, text: str, written: str) -> None:
    [result] = translated(text=text, format=form, protect=["Plaza Mayor"])
    assert written in result["text"]
    assert "protected_lost" not in {each["code"] for each in result["warnings"]}


def test_a_protected_phrase_that_a_model_cannot_keep_is_told() -> None:
    segments = DirectSegments({ENTRY.reference: Deaf(ENTRY)})
    app = app_around(Translation(CATALOGUE, segments, Limits(10, 1000)))
    body = {"text": "Abre la Plaza Mayor.", "source": "es", "target": "an", "protect": ["Plaza Mayor"]}
    [result] = ask(app, json=body).json()["results"]
    [warning] = [each for each in result["warnings"] if each["code"] == "protected_lost"]
    assert warning["severity"] == "high"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("html", "<p>Abre la Plaza <b>Mayor</b>.</p>"),
        ("markdown", "Abre la Plaza **Mayor**."),
        ("html", "<p>Abre <img src='a.png' alt='Plaza Mayor'>.</p>"),
    ],
)
def test_a_phrase_of_a_page_that_could_not_be_kept_is_told(form: str, text: str) -> None:
    [result] = translated(text=text, format=form, protect=["Plaza Mayor"])
    [warning] = [each for each in result["warnings"] if each["code"] == "protected_lost"]
    assert warning["severity"] == "high"


@pytest.mark.parametrize("protect", [["x"] * 101, ["x" * 201], [""], ["—"]])
def test_too_much_to_protect_is_a_clear_error(protect: list[str]) -> None:
    answer = ask(working_app(), json={"text": "Abre.", "source": "es", "target": "an", "protect": protect})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")
