"""LibreTranslate's clients, unchanged, against the gateway: its routes, its shapes, its ways of sending."""

from __future__ import annotations

import json
import urllib.error
from typing import Any

import httpx
import pytest
from deep_translator import LibreTranslator
from libretranslatepy import LibreTranslateAPI

from tests.clients.live import TAGS, Live

# Its clients leave sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.timeout(120),
]

HOLA = {"q": "Hola amigo.", "source": "es", "target": "fr"}
ANSWER = b'{"translatedText":"Hola~fr amigo~fr."}\n'
LONG_SPANISH = "La biblioteca municipal abre a las nueve de la mañana."
LONG_ENGLISH = "The town library opens at nine in the morning."


def post(gateway: Live, path: str = "/translate", **options: Any) -> httpx.Response:
    return httpx.post(gateway.url + path, timeout=30, **options)


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "sent",
    [
        {"json": HOLA},
        {"data": HOLA},
        {"files": {name: (None, value) for name, value in HOLA.items()}},
        {"params": HOLA},
        {"content": json.dumps(HOLA), "headers": FORM},
        {"params": {"source": "es", "target": "fr"}, "data": {"q": "Hola amigo."}},
    ],
    ids=["json", "form", "multipart", "query", "json-called-form", "query-and-form"],
)
def test_every_way_of_sending_gets_the_same_bytes(gateway: Live, sent: dict[str, Any]) -> None:
    answer = post(gateway, **sent)
    assert (answer.status_code, answer.content) == (200, ANSWER)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_letters_that_a_form_did_not_escape_are_utf_8(gateway: Live) -> None:
    answer = post(gateway, content="q=La señora ሰላም&source=es&target=fr".encode(), headers=FORM)
    assert answer.json() == {"translatedText": "La~fr señora~fr ሰላም~fr"}


def test_one_text_is_answered_with_one_and_a_list_with_a_list(gateway: Live) -> None:
    one, many = (post(gateway, json={**HOLA, "q": q}).json()["translatedText"] for q in ("a|b", ["a", "b"]))
    assert (one, many) == ("a|b~fr", ["a~fr", "b~fr"])
    assert post(gateway, json={**HOLA, "q": ["Hola", "", "  ", "🙂 12"]}).json()["translatedText"] == [
        "Hola~fr",
        "",
        "  ",
        "🙂 12",
    ]


def test_each_text_of_a_list_is_in_a_language_of_its_own(gateway: Live) -> None:
    body = {"q": [LONG_SPANISH, LONG_ENGLISH, "Sí", "12"], "source": "auto", "target": "fr"}
    found = post(gateway, json=body).json()["detectedLanguage"]
    assert [each["language"] for each in found[:2]] == ["es", "en"]
    assert all(50 < each["confidence"] <= 100 for each in found[:2])
    # Too short to tell: the language of those beside it, and no confidence. Nothing to tell: LibreTranslate's word.
    assert [each["confidence"] for each in found[2:]] == [0.0, 0.0]
    assert found[2]["language"] in ("es", "en")
    assert found[3]["language"] == "en"


def test_text_that_is_in_the_target_already_comes_back(gateway: Live) -> None:
    body = {"q": LONG_ENGLISH, "source": "auto", "target": "en", "alternatives": 0}
    answer = post(gateway, json=body).json()
    assert answer["translatedText"] == LONG_ENGLISH
    assert answer["detectedLanguage"]["language"] == "en"


def test_a_text_too_short_to_tell_is_refused_rather_than_guessed(gateway: Live) -> None:
    answer = post(gateway, json={"q": "zq", "source": "auto", "target": "fr"})
    assert (answer.status_code, answer.headers["malgil-error"]) == (400, "language_uncertain")


def test_other_translations_come_best_first_for_one_text_and_for_a_list(gateway: Live) -> None:
    more = {**HOLA, "alternatives": 2}
    assert post(gateway, json=more).content == (
        b'{"alternatives":["Hola~~fr amigo~~fr.","Hola~~~fr amigo~~~fr."],"translatedText":"Hola~fr amigo~fr."}\n'
    )
    assert post(gateway, data=more).json()["alternatives"] == ["Hola~~fr amigo~~fr.", "Hola~~~fr amigo~~~fr."]
    several = post(gateway, json={**more, "q": ["Uno", "", "12"], "alternatives": 1}).json()
    assert several == {"alternatives": [["Uno~~fr"], [], []], "translatedText": ["Uno~fr", "", "12"]}


def test_other_translations_of_a_page_are_pages(gateway: Live) -> None:
    body = {**HOLA, "q": '<p>Hola <a href="/x">amigo</a></p>', "format": "html", "alternatives": 1}
    assert post(gateway, json=body).json() == {
        "alternatives": ['<p>Hola~~fr <a href="/x">amigo</a></p>'],
        "translatedText": '<p>Hola~fr <a href="/x">amigo</a></p>',
    }


@pytest.mark.parametrize(
    ("given", "answered"), [("pb", "pt"), ("pt-BR", "pt"), ("PT", "pt"), ("zt", "zh-Hant"), ("oc-aranes", "oc-aranes")]
)
def test_its_names_of_languages_are_understood(gateway: Live, given: str, answered: str) -> None:
    assert (
        post(gateway, json={**HOLA, "target": given}).json()["translatedText"] == f"Hola~{answered} amigo~{answered}."
    )


def test_a_script_or_variety_that_is_not_served_is_never_answered_with_its_neighbour(gateway: Live) -> None:
    for target in ("zh-Hans", "oc-gascon", "sr-Latn"):
        assert post(gateway, json={**HOLA, "target": target}).status_code == 400


def test_markup_comes_back_tag_by_tag_and_no_text_becomes_a_tag(gateway: Live) -> None:
    page = '<p class="a">Hola <a class="mention" href="/x">amigo</a>,<br>adiós &lt;script&gt;</p>'
    answer = post(gateway, json={**HOLA, "q": page, "format": "html"}).json()["translatedText"]
    assert answer.startswith('<p class="a">Hola~fr <a class="mention" href="/x">')
    assert "&lt;script&gt;" in answer
    assert "<script" not in answer
    assert post(gateway, json={**HOLA, "q": "Hola amigo.", "format": "html"}).content == ANSWER


def test_texts_of_attributes_are_translated(gateway: Live) -> None:
    page = '<img src="a.png" alt="una foto"><p>Hola</p>'
    answer = post(gateway, json={**HOLA, "q": page, "format": "html"}).json()["translatedText"]
    assert answer == '<img src="a.png" alt="una~fr foto~fr"><p>Hola~fr</p>'


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"json": {**HOLA, "q": ""}}, "invalid_field"),
    ({"json": {**HOLA, "q": []}}, "invalid_field"),
    ({"json": {**HOLA, "q": None}}, "invalid_field"),
    ({"json": {**HOLA, "q": 5}}, "invalid_field"),
    ({"json": {**HOLA, "q": ["a", None]}}, "invalid_field"),
    ({"json": {"q": "Hola", "source": "es"}}, "invalid_field"),
    ({"json": {**HOLA, "target": "sw"}}, "pair_not_served"),
    ({"json": {**HOLA, "target": "klingonese"}}, "unknown_language"),
    ({"json": {**HOLA, "format": "docx"}}, "invalid_field"),
    ({"json": {**HOLA, "alternatives": "x"}}, "invalid_field"),
    ({"json": {**HOLA, "alternatives": -1}}, "invalid_field"),
    ({"json": {**HOLA, "alternatives": 6}}, "too_many_alternatives"),
    ({"data": {**HOLA, "alternatives": "10000"}}, "too_many_alternatives"),
    ({"json": {**HOLA, "q": "a" * 100_001}}, "text_too_long"),
    ({"json": [1]}, "invalid_field"),
    ({"content": b"{", "headers": {"content-type": "application/json"}}, "body_not_json"),
    ({"content": b'{"q":"caf\xe9"}', "headers": {"content-type": "application/json"}}, "body_not_utf8"),
    ({"content": b'{"q":"\\ud800","source":"es","target":"fr"}', "headers": FORM}, "invalid_field"),
    ({"content": b"q=%FF&source=es&target=fr", "headers": FORM}, "body_not_utf8"),
    ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, "body_not_json"),
]


@pytest.mark.parametrize(("sent", "code"), WRONG, ids=[f"{place}-{code}" for place, (_, code) in enumerate(WRONG)])
def test_a_wrong_request_gets_its_shape_of_error_in_the_readers_language(
    gateway: Live, sent: dict[str, Any], code: str
) -> None:
    answers = {}
    for locale in ("es", "ko"):
        headers = {**sent.get("headers", {}), "accept-language": locale}
        answer = post(gateway, **{**sent, "headers": headers})
        assert (answer.status_code, answer.headers["malgil-error"]) == (400, code)
        assert answer.headers["content-language"] == locale
        [(name, answers[locale])] = answer.json().items()
        assert name == "error"
    assert answers["es"] != answers["ko"]


def test_its_own_header_and_query_for_the_readers_language_come_first(gateway: Live) -> None:
    headers = {"accept-language": "es", "x-override-accept-language": "ca"}
    assert post(gateway, headers=headers).headers["content-language"] == "ca"
    assert post(gateway, headers={"accept-language": "es"}, params={"lang": "gl"}).headers["content-language"] == "gl"


def test_pages_of_other_origins_may_ask(gateway: Live) -> None:
    asked = httpx.options(f"{gateway.url}/translate", headers={"origin": "https://example.org"})
    assert (asked.status_code, asked.content) == (200, b"")
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert post(gateway, json={}).headers["access-control-allow-origin"] == "*"


def test_what_finds_no_place_in_its_shape_stands_in_headers(gateway: Live) -> None:
    answer = post(gateway, json={"q": "Hola amigo.", "source": "es", "target": "ar"})
    assert answer.headers["malgil-model"] == "many@0.0.1"
    assert "wrong_script;text=0" in answer.headers["malgil-warnings"]


def test_languages_begin_with_english_and_go_into_themselves_too(gateway: Live) -> None:
    found = httpx.get(f"{gateway.url}/languages", headers={"accept-language": "es"}).json()
    assert found[0]["code"] == "en"
    assert {each["code"] for each in found} == set(TAGS)
    assert all(each["code"] in each["targets"] for each in found)
    assert [each["name"] for each in found[1:]] == sorted(each["name"] for each in found[1:])
    assert found[0]["name"] == "inglés"


def test_detection_says_what_it_thinks_best_first(gateway: Live) -> None:
    found = post(gateway, "/detect", data={"q": LONG_SPANISH}).json()
    assert found[0]["language"] == "es"
    assert [each["confidence"] for each in found] == sorted((each["confidence"] for each in found), reverse=True)
    assert len(found) <= 3
    assert post(gateway, "/detect", json={"q": ["12", "🙂"]}).json() == [{"confidence": 0.0, "language": "en"}]


def test_a_page_in_front_learns_what_it_may_offer(gateway: Live) -> None:
    found = httpx.get(f"{gateway.url}/frontend/settings", params={"lang": "ca"}).json()
    assert found["language"]["target"] == {"code": "ca", "name": "català"}
    assert (found["charLimit"], found["keyRequired"], found["suggestions"]) == (100_000, False, False)


def test_health_and_methods_are_as_there(gateway: Live) -> None:
    assert httpx.request("GET", f"{gateway.url}/health", json={}).json() == {"status": "ok"}
    for method, path in (("GET", "/translate"), ("POST", "/languages")):
        assert httpx.request(method, gateway.url + path).status_code == 405


def test_libretranslatepy_works_unchanged(gateway: Live) -> None:
    client = LibreTranslateAPI(gateway.url, api_key="any")
    assert client.translate("Hola amigo.", "es", "ca") == "Hola~ca amigo~ca."
    assert client.detect(LONG_SPANISH)[0]["language"] == "es"
    assert "oc-aranes" in [each["code"] for each in client.languages()]
    with pytest.raises(urllib.error.HTTPError) as refused:
        client.translate("Hola", "es", "sw")
    assert refused.value.code == 400
    refused.value.close()


def test_deep_translator_works_unchanged(gateway: Live) -> None:
    client = LibreTranslator(source="es", target="hi", api_key="any", custom_url=f"{gateway.url}/")
    assert client.translate("नमस्ते दोस्त") == "नमस्ते~hi दोस्त~hi"
    assert client.translate_batch(["Hola", "¿Qué tal?"]) == ["Hola~hi", "¿Qué~hi tal~hi?"]


def test_a_request_like_mastodons_is_answered_as_it_reads_it(gateway: Live) -> None:
    """A list of HTML texts, some of them one word; language told by us; names of emoji kept."""
    status = (
        '<p>¡Buenos días a todas! <span translate="no">:blobcat:</span> '
        '<a href="https://x.example/@ana" class="u-url mention">@<span>ana</span></a></p>'
    )
    body = {"q": [status, "Política", "Sí"], "source": "auto", "target": "en", "format": "html", "api_key": ""}
    answer = post(gateway, json=body).json()
    assert len(answer["translatedText"]) == len(answer["detectedLanguage"]) == 3
    assert '<span translate="no">:blobcat:</span>' in answer["translatedText"][0]
    assert 'class="u-url mention"' in answer["translatedText"][0]
    assert answer["detectedLanguage"][0]["language"] == "es"
    listed = {each["code"]: each["targets"] for each in httpx.get(f"{gateway.url}/languages").json()}
    assert "en" in listed["es"]


def test_a_request_like_weblates_is_answered_as_it_reads_it(gateway: Live) -> None:
    """It takes the codes of /languages and sends one text as JSON with the key beside it."""
    codes = {each["code"] for each in httpx.get(f"{gateway.url}/languages").json()}
    assert {"es", "pt"} <= codes
    body = {"api_key": "", "q": "Quedan %(count)s mensajes", "source": "es", "target": "pt"}
    answer = post(gateway, json=body).json()
    assert "%(count)s" in answer["translatedText"]
