"""POST /v1/accessible and the capabilities of outputs, without a network and without a model."""

from __future__ import annotations

import asyncio
import base64
import re
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, get_args

import httpx
import pytest
from starlette.requests import Request

from accessibility.adapters import audio
from accessibility.adapters.audio import AudioOptions
from accessibility.document import Document
from accessibility.registry import ADAPTERS
from accessibility.rendering import (
    AdapterName,
    Capability,
    NoBrailleTable,
    NothingToRender,
    NoVoice,
    OptionInvalid,
    Rendered,
    RenderingFailed,
    TextTooLong,
    ToolFailed,
    ToolMissing,
    ToolTimedOut,
    UndefinedCharacters,
    UnsupportedDialect,
)
from gateway import outputs
from gateway.errors import Overloaded
from gateway.outputs import Outputs, Wanted
from gateway.schemas.accessible import AccessibleResponse
from gateway.schemas.outputs import OutputName
from gateway.segments import DirectSegments
from gateway.settings import load_settings
from gateway.translation import Limits, Translation
from gateway.wire import requests
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationFailed, TranslationInput
from tests.accessibility.pages import PASHTO, SPANISH, tag
from tests.accessibility.tools import needs
from tests.gateway.test_app import CATALOGUE, ENTRY, app_around, ask, working_app


def accessible(**body: Any) -> httpx.Response:
    return ask(working_app(), path="/v1/accessible", json={"text": "Abre a las 9:00.", "lang": "es", **body})


def test_a_text_comes_in_every_form_that_needs_no_program() -> None:
    answer = accessible(
        text=SPANISH, format="html", outputs=["html", "plain", "ssml", "sms", "ussd", "markdown"],
        options={"html": {"heading_base": 2, "notice": True}, "ssml": {"dialect": "polly"}, "sms": {"label": "[TA]"}},
    )  # fmt: skip
    assert answer.status_code == 200
    found = AccessibleResponse.model_validate_json(answer.content).outputs
    assert list(found) == ["html", "plain", "ssml", "sms", "ussd", "markdown"]
    assert found["html"].content.startswith('<article lang="es" dir="ltr">\n<p role="note" lang="en"')
    assert '<speak xml:lang="es-ES">' in found["ssml"].content
    assert found["ssml"].used == {"dialect": "polly"}
    assert found["sms"].content == "".join(found["sms"].parts)
    assert found["plain"].encoding == "utf-8"
    assert all(each.exact and each.lang == "es" for each in found.values())


def test_what_adapters_have_to_say_is_said_in_the_callers_language() -> None:
    app = working_app()
    body = {"text": "<table><tr><td>a</table>", "format": "html", "lang": "es", "outputs": ["html"]}
    answer = ask(app, path="/v1/accessible", json=body, headers={"accept-language": "eu"}).json()
    [warning] = answer["outputs"]["html"]["warnings"]
    assert warning["code"] == "table_without_headers"
    assert warning["message"] == "Taula batek ez ditu errenkadak ez zutabeak izendatzen."


@pytest.mark.parametrize(("numbers", "said"), [("digits", "Pague 25 euros."), ("words", "Pague veinticinco euros.")])
def test_numbers_are_spelled_out_where_that_is_asked_for(numbers: str, said: str) -> None:
    options = {"plain": {"numbers": numbers}, "ssml": {"numbers": numbers}}
    answer = accessible(text="Pague 25 euros.", outputs=["plain", "ssml"], options=options).json()["outputs"]
    assert answer["plain"]["content"].strip() == said
    assert ('alias="veinticinco"' in answer["ssml"]["content"]) == (numbers == "words")


def test_a_message_is_not_cut_inside_a_date_and_a_page_lets_a_telephone_be_dialled() -> None:
    text = "Abrimos de nuevo. " * 8 + "Venga el 12 de mayo de 2027 o llame al 974 21 00 00."
    answer = accessible(text=text, outputs=["sms", "html"]).json()["outputs"]
    assert any("12 de mayo de 2027" in part for part in answer["sms"]["parts"])
    assert len(answer["sms"]["parts"]) > 1
    assert '<a href="tel:974210000"><bdi>974 21 00 00</bdi></a>' in answer["html"]["content"]


def test_right_to_left_is_said() -> None:
    answer = accessible(text=PASHTO, format="html", lang="pbt_Arab", outputs=["plain"]).json()
    assert (answer["lang"], answer["dir"]) == ("ps", "rtl")
    assert answer["outputs"]["plain"]["dir"] == "rtl"


def test_sound_and_braille_are_made_by_their_programs() -> None:
    needs("espeak-ng", "lou_translate")
    answer = accessible(outputs=["audio", "braille"], options={"braille": {"form": "brf"}}).json()
    sound = answer["outputs"]["audio"]
    assert (sound["encoding"], sound["content_type"], sound["used"]["voice"]) == ("base64", "audio/wav", "es")
    assert base64.b64decode(sound["content"]).startswith(b"RIFF")
    assert base64.b64decode(answer["outputs"]["braille"]["content"]) == b"  .ABRE A LAS #I3#JJ'\r\n"
    assert answer["speech"] == {"supported": True, "nearest": None}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"outputs": []}, 422, "invalid_field"),
        ({"outputs": ["hologram"]}, 422, "invalid_field"),
        ({"outputs": ["html"], "options": {"html": {"heading_base": 7}}}, 422, "invalid_field"),
        ({"outputs": ["html"], "options": {"hologram": {}}}, 422, "unknown_field"),
        ({"outputs": ["html"], "lang": "xx"}, 422, "unknown_language"),
        ({"outputs": ["ssml"], "options": {"ssml": {"dialect": "sapi"}}}, 422, "unsupported_dialect"),
        ({"outputs": ["ssml"], "options": {"ssml": {"dialect": "azure"}}}, 422, "invalid_field"),
        ({"outputs": ["sms"], "text": "a" * 500, "options": {"sms": {"max_parts": 3}}}, 422, "output_too_long"),
        ({"outputs": ["audio"], "text": "a " * 6_000}, 422, "output_too_long"),
        ({"outputs": ["plain"], "text": "<hr>", "format": "html"}, 422, "text_empty"),
        ({"outputs": ["html"], "text": "<div>" * 300, "format": "html"}, 422, "document_too_deep"),
        ({"outputs": ["html"], "text": "<p>" * 60_000, "format": "html"}, 413, "text_too_long"),
    ],
)
def test_what_cannot_be_done_is_a_clear_error(change: dict[str, Any], status: int, code: str) -> None:
    answer = accessible(**{"outputs": ["plain"], **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_language_without_a_voice_names_the_nearest() -> None:
    needs("espeak-ng")
    body = {"text": "Abre a les nueve.", "lang": "ast", "outputs": ["audio"]}
    problem = ask(working_app(), path="/v1/accessible", json=body, headers={"accept-language": "ast"}).json()
    assert problem["code"] == "no_voice"
    assert problem["help"].startswith("Voz más cercana: español.")
    spoken = accessible(**body | {"options": {"audio": {"fallback": "nearest"}}}).json()
    assert spoken["outputs"]["audio"]["exact"] is False
    assert spoken["speech"] == {"supported": False, "nearest": "es"}


def test_characters_without_cells_are_named_by_code_point_and_never_quoted() -> None:
    needs("lou_translate")
    problem = accessible(text="сорок", outputs=["braille"]).json()
    assert problem["code"] == "undefined_characters"
    assert "U+043A U+043E U+0440 U+0441" in problem["message"]
    assert not set("сорк") & set(str(problem))


FACTS: list[tuple[RenderingFailed, str, dict[str, object]]] = [
    (NothingToRender(), "TextEmpty", {}),
    (NoVoice(tag("yo"), None), "NoVoice", {"lang": "yo", "nearest": "–"}),
    (NoBrailleTable(tag("gl"), tag("es")), "NoBrailleTable", {"lang": "gl", "nearest": "es"}),
    (UndefinedCharacters(tag("es"), "аб"), "UndefinedCharacters",
     {"lang": "es", "count": 2, "characters": "U+0430 U+0431"}),
    (UnsupportedDialect(("a", "b")), "UnsupportedDialect", {"known": "a, b"}),
    (OptionInvalid("ssml.voices"), "FieldInvalid", {"field": "options.ssml.voices"}),
    (TextTooLong(3), "OutputTooLong", {"limit": 3}),
    (ToolMissing("sox"), "OutputUnavailable", {"tool": "sox"}),
    (ToolFailed("sox"), "OutputFailed", {"tool": "sox"}),
    (ToolTimedOut("sox", 20.0), "TimedOut", {"seconds": 20}),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "kind", "values"), FACTS, ids=[kind for _, kind, _ in FACTS])
def test_every_fact_is_told(fact: RenderingFailed, kind: str, values: dict[str, object]) -> None:
    told = outputs._told(fact)
    assert (type(told).__name__, told.values) == (kind, values)


def test_no_fact_is_forgotten() -> None:
    assert set(RenderingFailed.__subclasses__()) == {type(fact) for fact, _, _ in FACTS} == set(outputs._ERRORS)


def test_many_unknown_characters_are_named_in_part() -> None:
    told = outputs._told(UndefinedCharacters(tag("es"), [chr(0x430 + place) for place in range(30)]))
    assert str(told.values["characters"]).endswith("U+0443 …")


def test_the_names_of_outputs_are_those_of_the_adapters() -> None:
    assert get_args(OutputName) == get_args(AdapterName)


@pytest.mark.parametrize("processes", [1, 2])
def test_no_more_programs_run_at_a_time_than_allowed(processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    company = threading.Barrier(2, timeout=0.2)
    met: list[bool] = []

    def render(document: Document, _: object) -> Rendered:
        try:
            company.wait()
            met.append(True)
        except threading.BrokenBarrierError:
            met.append(False)
        return Rendered("", "text/plain", document.lang, "ltr")

    monkeypatch.setitem(ADAPTERS, "audio", replace(ADAPTERS["audio"], render=render))

    async def scenario() -> None:
        made, document, wish = Outputs(processes), Document(tag("es")), [Wanted("audio", AudioOptions())]
        await asyncio.gather(*(made.render(document, wish, 5.0) for _ in range(4)))

    asyncio.run(scenario())
    assert met == [processes == 2] * 4


def fake_program(monkeypatch: pytest.MonkeyPatch, render: Callable[[Document, AudioOptions], Rendered]) -> None:
    monkeypatch.setitem(ADAPTERS, "audio", replace(ADAPTERS["audio"], render=render))


def test_programs_share_what_is_left_of_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def render(document: Document, options: AudioOptions) -> Rendered:
        given.append(options.deadline_s)
        return Rendered("", "text/plain", document.lang, "ltr")

    fake_program(monkeypatch, render)
    wishes = [Wanted("audio", AudioOptions()), Wanted("audio", AudioOptions())]
    asyncio.run(Outputs().render(Document(tag("es")), wishes, 3.0))
    first, second = given
    assert 3.0 >= first > second


def test_a_place_is_waited_for_as_long_as_the_caller_does(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def render(document: Document, _: AudioOptions) -> Rendered:
        assert ended.wait(10)
        return Rendered("", "text/plain", document.lang, "ltr")

    fake_program(monkeypatch, render)

    async def scenario() -> None:
        made, document, wish = Outputs(1), Document(tag("es")), [Wanted("audio", AudioOptions())]
        left = asyncio.create_task(made.render(document, wish, 5.0))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await made.render(document, wish, 0.01)
        # Who leaves does not take the program with them: its place is not free before it ended.
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        with pytest.raises(Overloaded):
            await made.render(document, wish, 0.01)
        ended.set()
        assert await made.render(document, wish, 5.0)

    asyncio.run(scenario())


def test_one_moment_ends_all_steps_of_a_request() -> None:
    request = Request({"type": "http", "headers": [(b"x-request-timeout-ms", b"1000")]})
    settings = load_settings({})
    first = requests.deadline_ms(request, settings)
    assert requests.deadline_ms(request, settings) == first
    assert 0 <= requests.left_s(request, settings) <= 1.0
    request.scope["malgil.deadline_ms"] = 0
    assert requests.left_s(request, settings) == 0.0


def test_nobody_waits_for_a_program_they_did_not_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_: LanguageTag) -> Capability:
        raise AssertionError("a program was asked")

    monkeypatch.setattr(audio, "capability", asked)
    body = {"text": "Hola", "lang": "gl", "outputs": ["html"]}
    assert ask(working_app(), path="/v1/accessible", json=body).json()["speech"]["supported"] is False


def test_languages_of_voices_are_named_in_any_way() -> None:
    body = {
        "text": "Hola",
        "lang": "es",
        "outputs": ["ssml"],
        "options": {"ssml": {"dialect": "azure", "voices": {"spa": "es-ES-ElviraNeural"}, "languages": ["eng"]}},
    }
    answer = ask(working_app(), path="/v1/accessible", json=body)
    assert 'name="es-ES-ElviraNeural"' in answer.json()["outputs"]["ssml"]["content"]


@pytest.mark.parametrize(
    ("ssml", "code", "field"),
    [
        ({"dialect": "azure"}, "invalid_field", "options.ssml.voices"),
        ({"dialect": "azure", "voices": {"en": "Ana"}}, "invalid_field", "options.ssml.voices"),
        ({"dialect": "azure", "voices": {"es": "A\u0001"}}, "invalid_field", "options"),
        ({"dialect": "polly", "rate": 250}, "invalid_field", "options.ssml.rate"),
        ({"languages": ["xxxx"]}, "unknown_language", None),
    ],
)
def test_options_of_speech_markup_are_checked(ssml: dict[str, Any], code: str, field: str | None) -> None:
    body = {"text": "Hola", "lang": "es", "outputs": ["ssml"], "options": {"ssml": ssml}}
    answer = ask(working_app(), path="/v1/accessible", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert field is None or answer.json()["field"].startswith(field)


def test_capabilities_tell_what_there_is_for_a_language() -> None:
    answer = ask(working_app(), "GET", "/v1/accessibility/capabilities?lang=glg_Latn")
    [galician] = answer.json()["languages"]
    assert galician["lang"] == "gl"
    assert set(galician["outputs"]) == set(ADAPTERS)
    assert galician["outputs"]["html"] == {
        "available": True, "exact": True, "used": None, "nearest": None, "missing_tool": None
    }  # fmt: skip
    if shutil.which("lou_translate"):
        assert galician["outputs"]["braille"]["nearest"] == "es"
    else:
        assert galician["outputs"]["braille"]["missing_tool"] == "lou_translate"
    everything = ask(working_app(), "GET", "/v1/accessibility/capabilities").json()["languages"]
    assert {"es", "am", "ko"} <= {each["lang"] for each in everything}
    refused = ask(working_app(), "GET", "/v1/accessibility/capabilities?lang=xx")
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_language")


def test_capabilities_tell_what_is_known_besides() -> None:
    def known(lang: str) -> Any:
        [row] = ask(working_app(), "GET", f"/v1/accessibility/capabilities?lang={lang}").json()["languages"]
        return row

    assert known("es")["simple"] == {"rules": True, "guard": "full"}
    assert known("am")["simple"] == {"rules": False, "guard": "partial"}
    assert set(known("es")["in_words"].values()) == {True}
    assert (known("gl")["in_words"]["dates"], known("gl")["in_words"]["numbers"]) == (True, False)


def test_what_depends_on_the_readers_language_says_so() -> None:
    refused = ask(working_app(), "GET", "/v1/accessibility/capabilities?lang=xx", headers={"Accept-Language": "en-XA"})
    assert (refused.headers["vary"], refused.headers["content-language"]) == ("Accept-Language", "en-XA")
    problem = refused.json()
    # Every message goes through the catalogues: the accented pseudo-locale leaves none in plain English.
    assert problem["message"].startswith("[")
    assert problem["help"].startswith("[")
    mirrored = ask(working_app(), "GET", "/v1/accessibility/capabilities?lang=xx", headers={"Accept-Language": "en-XB"})
    assert (mirrored.json()["lang"], mirrored.json()["dir"]) == ("en-XB", "rtl")
    named = ask(working_app(), "GET", "/v1/languages", headers={"Accept-Language": "ca"})
    assert (named.headers["vary"], named.headers["content-language"]) == ("Accept-Language", "ca")


def test_a_text_never_stands_in_an_error() -> None:
    for change in ({"outputs": ["ssml"], "options": {"ssml": {"dialect": "Zuruqwe"}}}, {"outputs": ["Zuruqwe"]}):
        problem = accessible(text="Zuruqwexafía", **change)
        assert problem.status_code == 422
        assert "Zuruqwe" not in problem.text


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
    assert translated(text="Abre.", format="text")[0]["outputs"] == {}


def test_a_summary_comes_in_other_forms_too() -> None:
    body = {"text": "La biblioteca cierra los lunes.", "source": "es", "outputs": ["plain"]}
    [summary] = ask(working_app(), path="/v1/summarize", json=body).json()["results"]
    assert summary["outputs"]["plain"]["content"] == "La biblioteca cierra los lunes.\n"
    [alone] = ask(working_app(), path="/v1/summarize", json=body | {"outputs": []}).json()["results"]
    assert alone["outputs"] == {}


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
