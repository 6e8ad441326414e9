"""POST /v1/accessible and the capabilities of outputs, without a network and without a model."""

from __future__ import annotations

import base64
import shutil
from typing import Any

import httpx
import pytest

from accessibility.adapters import audio
from accessibility.registry import ADAPTERS
from accessibility.rendering import (
    Capability,
)
from gateway.schemas.accessible import AccessibleResponse
from locales.tags import LanguageTag
from tests.accessibility.pages import PASHTO, SPANISH
from tests.accessibility.tools import needs
from tests.gateway.test_app import ask, working_app


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
    assert '<time datetime="2027-05-12">12 de mayo de 2027</time>' in answer["html"]["content"]


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
    given = {"text": "Abre a las 9:00."}
    for path, body in {
        "/v1/translate": given | {"source": "es", "target": "an"},
        "/v1/summarize": given | {"source": "es"},
        "/v1/simplify": given | {"source": "es"},
        "/v1/accessible": given | {"lang": "es", "outputs": ["plain"]},
    }.items():
        told = ask(working_app(), path=path, json=body, headers={"Accept-Language": "ca"})
        assert (told.status_code, told.headers["vary"], told.headers["content-language"]) == (
            200,
            "Accept-Language",
            "ca",
        )
    named = ask(working_app(), "GET", "/v1/languages", headers={"Accept-Language": "ca"})
    assert (named.headers["vary"], named.headers["content-language"]) == ("Accept-Language", "ca")


def test_a_text_never_stands_in_an_error() -> None:
    for change in ({"outputs": ["ssml"], "options": {"ssml": {"dialect": "Zuruqwe"}}}, {"outputs": ["Zuruqwe"]}):
        problem = accessible(text="Zuruqwexafía", **change)
        assert problem.status_code == 422
        assert "Zuruqwe" not in problem.text
