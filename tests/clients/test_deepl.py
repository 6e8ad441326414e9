"""DeepL's own Python client, unchanged, against the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from typing import Any

import deepl
import httpx
import pytest
from deep_translator import DeeplTranslator
from deepl.api_data import WriteResult

from tests.clients.live import Live, live

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.timeout(120),
]

LONG_SPANISH = "La biblioteca municipal abre a las nueve de la mañana."


@pytest.fixture
def client(gateway: Live) -> Iterator[deepl.DeepLClient]:
    with closing(deepl.DeepLClient("any", server_url=gateway.url)) as made:
        yield made


@pytest.fixture(autouse=True)
def few_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its client tries five times, longer and longer."""
    monkeypatch.setattr("deepl.http_client.max_network_retries", 0)


def one(found: deepl.TextResult | list[deepl.TextResult]) -> deepl.TextResult:
    assert isinstance(found, deepl.TextResult)
    return found


def many(found: deepl.TextResult | list[deepl.TextResult]) -> list[deepl.TextResult]:
    assert isinstance(found, list)
    return found


def test_a_text_is_translated_with_its_language_told(client: deepl.DeepLClient) -> None:
    found = one(client.translate_text(LONG_SPANISH, target_lang="FR"))
    assert found.text.startswith("La~fr biblioteca~fr")
    assert (found.detected_source_lang, found.billed_characters) == ("ES", len(LONG_SPANISH))


def test_texts_keep_their_order_and_empty_ones_their_place(client: deepl.DeepLClient) -> None:
    found = many(client.translate_text(["Hola", "", "123", "ሰላም"], source_lang="ES", target_lang="CA-VALENCIA"))
    assert [each.text for each in found] == ["Hola~ca-valencia", "", "123", "ሰላም~ca-valencia"]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("EN-GB", "en"), ("PT-BR", "pt"), ("OC-ARANES", "oc-aranes"), ("zh-hant", "zh-Hant")],
)
def test_its_names_of_languages_are_understood(client: deepl.DeepLClient, asked: str, answered: str) -> None:
    found = one(client.translate_text("Hola", source_lang="ES", target_lang=asked))
    assert found.text == f"Hola~{answered}"


def test_its_lists_of_languages_are_complete_and_say_what_is_not_offered(client: deepl.DeepLClient) -> None:
    targets = {each.code: each for each in client.get_target_languages()}
    assert {"EN-GB", "EN-US", "PT-BR", "PT-PT", "OC-ARANES", "AM"} <= targets.keys()
    assert not any(each.supports_formality for each in targets.values())
    sources = {each.code: each.name for each in client.get_source_languages()}
    assert sources["EN"] == "English"
    assert "EN-GB" not in sources


def test_the_address_below_deepl_works_too(gateway: Live) -> None:
    with closing(deepl.DeepLClient("any", server_url=f"{gateway.url}/deepl/")) as below:
        assert one(below.translate_text("Hola", source_lang="ES", target_lang="FR")).text == "Hola~fr"


def test_tags_of_xml_stay_and_their_rules_are_followed(client: deepl.DeepLClient) -> None:
    def translated(text: str, **options: Any) -> str:
        return one(client.translate_text(text, source_lang="ES", target_lang="FR", tag_handling="xml", **options)).text

    xml = '<doc><title n="1">Hola</title><par>buenos días &amp; noches</par><code>no tocar</code></doc>'
    assert translated(xml, ignore_tags=["code"]) == (
        '<doc><title n="1">Hola~fr</title><par>buenos~fr días~fr &amp; noches~fr</par><code>no tocar</code></doc>'
    )
    line = "<a>uno</a><b>dos</b>"
    assert translated(line) == "<a>uno~fr</a><b>dos~fr</b>"
    assert translated(line, outline_detection=False, splitting_tags=["b"]).count("~fr") == 2


def test_html_keeps_its_tags_and_wrapped_lines_are_one_sentence(client: deepl.DeepLClient) -> None:
    found = one(
        client.translate_text('<p id="a">Hola\n  amigo</p>', source_lang="ES", target_lang="FR", tag_handling="html")
    )
    assert found.text == '<p id="a">Hola~fr amigo~fr</p>'


def test_line_ends_that_end_no_sentence_join_them(client: deepl.DeepLClient, gateway: Live) -> None:
    text = "La oficina abre\na las nueve.\n\nFin del aviso de hoy."
    before = len(gateway.engine.translated)
    one(client.translate_text(text, source_lang="ES", target_lang="DE", split_sentences="nonewlines"))
    asked = [each.text for each in gateway.engine.translated[before:]]
    assert asked == ["La oficina abre a las nueve.", "Fin del aviso de hoy."]


def test_what_changes_nothing_here_is_accepted(client: deepl.DeepLClient) -> None:
    found = one(
        client.translate_text(
            "Hola",
            source_lang="ES",
            target_lang="FR",
            context="Un saludo.",
            preserve_formatting=True,
            formality="prefer_less",
            split_sentences="0",
            model_type="prefer_quality_optimized",
            extra_body_parameters={"a_field_of_tomorrow": 1},
        )
    )
    assert (found.text, found.model_type_used) == ("Hola~fr", "latency_optimized")


REFUSED: list[dict[str, Any]] = [
    {"formality": "more"},
    {"model_type": "quality_optimized"},
    {"custom_instructions": ["Usa el femenino."]},
    {"target_lang": "SW"},
    {"target_lang": "XX-KLINGON"},
    {"text": "<x>Hola", "tag_handling": "xml"},
    {"text": "a" * 100_001},
]


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: str(list(change)))
def test_what_cannot_be_done_as_asked_is_refused_and_never_left_undone(
    client: deepl.DeepLClient, change: dict[str, Any]
) -> None:
    asked = {"text": "Hola", "source_lang": "ES", "target_lang": "FR", **change}
    with pytest.raises(deepl.DeepLException) as refused:
        client.translate_text(**asked)
    assert refused.value.http_status_code == (413 if len(asked["text"]) > 1000 else 400)
    assert not refused.value.should_retry


def test_forms_with_repeated_texts_and_addresses_are_read(gateway: Live) -> None:
    form = {"text": ["Hola", "adiós"], "source_lang": "es", "target_lang": "fr"}
    found = httpx.post(f"{gateway.url}/v2/translate", data=form).json()
    assert found["translations"] == [
        {"detected_source_language": "ES", "text": "Hola~fr"},
        {"detected_source_language": "ES", "text": "adiós~fr"},
    ]
    listed = httpx.get(f"{gateway.url}/v2/languages", params={"type": "target"}).json()
    assert {"language": "FR", "name": "French", "supports_formality": False} in listed


def test_deep_translator_works_unchanged(gateway: Live) -> None:
    client = DeeplTranslator(source="es", target="fr", api_key="any")
    client._base_url = f"{gateway.url}/v2/"
    assert client.translate("Hola amigo") == "Hola~fr amigo~fr"


def test_a_text_is_said_in_simple_language(client: deepl.DeepLClient) -> None:
    text = "Las personas que deseen efectuar la solicitud deberán acudir a la oficina."
    found = client.rephrase_text(text, style="simple")
    assert isinstance(found, WriteResult)
    assert "efectuar" not in found.text
    assert (found.detected_source_language, found.target_language) == ("es", "es")
    for change in ({"style": "business"}, {"tone": "friendly"}, {"style": "simple", "target_lang": "SW"}):
        with pytest.raises(deepl.DeepLException):
            client.rephrase_text(text, **change)


def test_an_answer_slower_than_the_client_is_patient_is_computed_once(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sends again what took too long: whoever asks again joins the work that goes on."""
    monkeypatch.setattr("deepl.http_client.min_connection_timeout", 0.4)
    monkeypatch.setattr("deepl.http_client.max_network_retries", 5)
    monkeypatch.setattr("deepl.http_client._BackoffTimer.BACKOFF_INITIAL", 0.05)
    sent: list[object] = []
    texts = [f"El aviso número {number} sale mañana temprano." for number in range(3)]
    with (
        live(valkey_url, delay_s=1.0, model="slow") as slow,
        closing(deepl.DeepLClient("any", server_url=slow.url)) as client,
    ):
        send = client._client._session.send

        def counted(*words: Any, **options: Any) -> Any:
            sent.append(words)
            return send(*words, **options)

        monkeypatch.setattr(client._client._session, "send", counted)
        found = many(client.translate_text(texts, source_lang="ES", target_lang="FR"))
        computed = [each.text for each in slow.engine.translated]
    assert len(sent) > 1, "the client did not send again"
    assert [each.text.startswith("El~fr aviso~fr") for each in found] == [True] * 3
    assert sorted(computed) == sorted(texts)


def test_impatient_clients_under_load_get_every_answer_and_hardly_a_text_is_computed_twice(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All send again while all of them wait; without joining, each text would be computed as often as it was sent."""
    monkeypatch.setattr("deepl.http_client.min_connection_timeout", 0.7)
    monkeypatch.setattr("deepl.http_client.max_network_retries", 60)
    monkeypatch.setattr("deepl.http_client._BackoffTimer.BACKOFF_INITIAL", 0.05)
    monkeypatch.setattr("deepl.http_client._BackoffTimer.BACKOFF_MAX", 0.3)
    clients, pages = 16, 20
    shared = [f"El aviso común número {number} es para todos." for number in range(10)]
    sent = count()

    def ask(number: int) -> list[str]:
        own = [f"El expediente {number} tiene la página {page}." for page in range(pages)]
        with closing(deepl.DeepLClient("any", server_url=slow.url)) as client:
            session = client._client._session
            send = session.send

            def counted(*words: Any, **options: Any) -> Any:
                next(sent)
                return send(*words, **options)

            monkeypatch.setattr(session, "send", counted)
            found = many(client.translate_text([*own, *shared], source_lang="ES", target_lang="FR"))
        thirds = [each.text.split()[2].removesuffix("~fr") for each in found]
        assert thirds == [str(number)] * pages + ["común"] * len(shared)
        return own

    with live(valkey_url, delay_s=2.0, model="crowded") as slow, ThreadPoolExecutor(clients) as pool:
        asked = [text for own in pool.map(ask, range(clients)) for text in own] + shared
        computed = [each.text for each in slow.engine.translated]
    assert next(sent) > 2 * clients, "the clients did not send again"
    assert set(computed) == set(asked)
    assert len(computed) < 1.5 * len(asked)
