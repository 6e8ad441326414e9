"""The web application without a network: its errors, its envelope, its readiness."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import httpx
import pytest
import redis
import redis.asyncio
from fastapi import FastAPI
from prometheus_client import REGISTRY

from gateway import keys
from gateway.app import assemble, create_app, readiness
from gateway.batch_queue import now_ms
from gateway.cache import SegmentKeys
from gateway.connections import async_client
from gateway.errors import (
    ERRORS,
    AlreadyDecided,
    BodyNotJson,
    BodyNotUtf8,
    BodyTooLarge,
    CorrectionDoubtful,
    DocumentColumnsUnknown,
    DocumentDamaged,
    DocumentEncrypted,
    DocumentHasMacros,
    DocumentMisnamed,
    DocumentNotReady,
    DocumentsFull,
    DocumentTooDeep,
    DocumentTooLarge,
    DocumentTooLong,
    DocumentTooManyParts,
    DocumentUnknown,
    DocumentUnsupported,
    DocumentWithoutText,
    EntryInvalid,
    EntryTooLong,
    EntryTwice,
    FieldInvalid,
    FieldUnknown,
    FileDamaged,
    FileForbidden,
    FilePairMissing,
    FormatUnsupported,
    FormFromElsewhere,
    GatewayError,
    GlossaryEmpty,
    GlossaryPair,
    GlossaryUnknown,
    ItemUnknown,
    KeyExpired,
    KeyRequired,
    KeyRevoked,
    KeyUnknown,
    LanguageUncertain,
    LanguageUnknown,
    MethodNotAllowed,
    ModelUnknown,
    NoBrailleTable,
    NoSentenceFits,
    NotFound,
    NoVoice,
    OutputFailed,
    OutputTooLong,
    OutputUnavailable,
    Overloaded,
    PairNotServed,
    QueueUnavailable,
    RateLimited,
    ScopeMissing,
    SegmentFailed,
    SimplificationNotServed,
    SimplifierNotServed,
    StateUnavailable,
    SuggestionsOff,
    TextEmpty,
    TextTooLong,
    TimedOut,
    TooManyAlternatives,
    TooManyEntries,
    TooManyTexts,
    UndefinedCharacters,
    UnsupportedDialect,
)
from gateway.parts import Parts
from gateway.responses import Translations
from gateway.schemas.problems import Problem, Readiness
from gateway.segments import DirectSegments
from gateway.settings import load_settings
from gateway.summary import Summarisation
from gateway.translation import Limits, Order, Translated, Translation
from gateway.wire.requests import characters
from gateway.wire.translation import translations
from locales.languages import text_direction
from locales.messages import READABLE
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from models.standing import Standing
from tests.gateway.logs import capture_logs
from tests.models.tiny_model import tiny_entry

ENTRY = tiny_entry()
CATALOGUE = Catalogue((ENTRY,))
BODY = {"text": "La señora Zuruqwexafía.", "source": "es", "target": "an"}

# Every fact with the values that the code gives it.
FACTS: Mapping[type[GatewayError], GatewayError] = {
    type(fact): fact
    for fact in (
        PairNotServed("es", "sw", ["es → an", "es → ast"]),
        SimplificationNotServed("am", ["en", "es"]),
        SimplifierNotServed(language="am"),
        LanguageUnknown("xx"),
        LanguageUncertain(),
        TextEmpty(),
        TextTooLong(limit=100_000),
        TooManyTexts(limit=1024),
        TooManyAlternatives(limit=5),
        NoSentenceFits(limit=20, shortest=31),
        NoVoice(lang="ast", nearest="es"),
        NoBrailleTable(lang="gl", nearest="es"),
        UndefinedCharacters(lang="es", count=2, characters="U+0430 U+0431"),
        UnsupportedDialect(known="w3c11, espeak"),
        OutputUnavailable(tool="espeak-ng"),
        OutputFailed(tool="espeak-ng"),
        OutputTooLong(limit=3),
        DocumentTooDeep(limit=64),
        DocumentUnsupported(),
        DocumentMisnamed(ending=".docx", form="pdf"),
        DocumentDamaged(),
        DocumentEncrypted(),
        DocumentTooLarge(limit=25),
        DocumentTooLong(limit=3_000_000),
        DocumentTooManyParts(limit=2_000),
        DocumentHasMacros(),
        DocumentWithoutText(),
        DocumentColumnsUnknown(),
        DocumentUnknown(),
        DocumentNotReady(),
        DocumentsFull(limit=20),
        BodyTooLarge(limit=2_000_000),
        BodyNotJson(),
        BodyNotUtf8(),
        FieldInvalid(field="text"),
        FieldUnknown(field="colour"),
        ModelUnknown(),
        FormFromElsewhere(),
        NotFound(),
        MethodNotAllowed(),
        GlossaryUnknown(),
        GlossaryPair("es", "sw"),
        GlossaryEmpty(),
        EntryInvalid(place=3),
        EntryTooLong(place=3, limit=256),
        EntryTwice(place=3),
        TooManyEntries(limit=10_000),
        FileDamaged(line=7),
        FileForbidden(),
        FilePairMissing(["es", "sw"]),
        FormatUnsupported(available="csv, tbx"),
        ItemUnknown(),
        AlreadyDecided(),
        CorrectionDoubtful(["numbers"]),
        SuggestionsOff(),
        KeyRequired(),
        KeyUnknown(),
        KeyRevoked(),
        KeyExpired(),
        ScopeMissing("documents"),
        StateUnavailable(),
        RateLimited(seconds=1),
        Overloaded(seconds=2),
        TimedOut(seconds=30),
        QueueUnavailable(),
        SegmentFailed(),
    )
}


class Failing(Translation):
    """A translation that ends in `error`, whatever is asked of it."""

    def __init__(self, error: Exception) -> None:
        super().__init__(CATALOGUE, DirectSegments({}), Limits(10, 1000))
        self._error = error

    async def translate(self, _: Order) -> list[Translated]:
        raise self._error


async def ready() -> Readiness:
    return Readiness(status="ready", redis=True, models={ENTRY.reference: True})


def app_around(translation: Translation, known: Sequence[Standing] = ()) -> FastAPI:
    kept = Translations(translation, translations, SegmentKeys(b"tests"), 0, 60)
    models = {each.entry.id: each for each in known}
    return assemble(
        Parts(load_settings({}), CATALOGUE, {}, translation, kept, Summarisation(translation), ready, models)
    )


def working_app() -> FastAPI:
    segments = DirectSegments({ENTRY.reference: FakeTranslator(ENTRY)})
    return app_around(Translation(CATALOGUE, segments, Limits(10, 1000)))


def ask(app: FastAPI, method: str = "POST", path: str = "/v1/translate", **options: Any) -> httpx.Response:
    async def scenario() -> httpx.Response:
        # What the application lets through would be raised here: nothing may.
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.request(method, path, **options)

    return asyncio.run(scenario())


def test_a_summary_names_its_method_label_and_places() -> None:
    text = "La biblioteca cierra los lunes. Llueve mucho hoy aquí. La biblioteca cierra también los martes."
    [summary] = ask(
        working_app(), path="/v1/summarize", json={"text": text, "source": "es", "max_sentences": 1}
    ).json()["results"]
    [sentence] = summary["sentences"]
    assert text[slice(*sentence["source_span"])] == sentence["text"] == summary["text"]
    assert (summary["method"], summary["model"], summary["licence"]) == ("extractive", None, None)
    assert (summary["summarizer"], sentence["method"], sentence["source_spans"]) == (
        None,
        "extractive",
        [sentence["source_span"]],
    )
    assert summary["label"] == {"text": "Resumen automático", "lang": "es"}
    assert summary["checks"] == {"verbatim": "pass"}


def test_a_summary_can_be_asked_for_in_another_language() -> None:
    body = {"text": "La biblioteca cierra los lunes.", "source": "es", "target": ["an", "ast"]}
    found = ask(working_app(), path="/v1/summarize", json=body).json()["results"]
    assert [(each["lang"], each["model"]) for each in found] == [("an", ENTRY.reference), ("ast", ENTRY.reference)]
    assert found[0]["label"]["text"] == "Resumen automatico, traduciu per una maquina"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"max_sentences": 0}, 422, "invalid_field"),
        ({"max_chars": -1}, 422, "invalid_field"),
        ({"max_chars": 3}, 422, "no_sentence_fits"),
        ({"text": ""}, 422, "text_empty"),
        ({"target": "ko"}, 422, "pair_not_served"),
        ({"style": "short"}, 422, "unknown_field"),
        ({"domain": "Official Acts"}, 422, "invalid_field"),
        ({"method": "abstractive"}, 422, "invalid_field"),
    ],
)
def test_a_summary_that_cannot_be_made_is_a_clear_error(change: dict[str, Any], status: int, code: str) -> None:
    body = {"text": "La biblioteca cierra los lunes.", "source": "es", **change}
    answer = ask(working_app(), path="/v1/summarize", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


class Listening(Translation):
    """Remembers how long it may take."""

    patience_ms: float = 0

    def __init__(self) -> None:
        super().__init__(CATALOGUE, DirectSegments({ENTRY.reference: FakeTranslator(ENTRY)}), Limits(10, 1000))

    async def translate(self, order: Order) -> list[Translated]:
        self.patience_ms = order.delivery.deadline_ms - now_ms()
        return await super().translate(order)


@pytest.mark.parametrize(("given", "most"), [("1500", 1_500), ("999999999", 30_000), (None, 30_000)])
def test_a_caller_says_how_long_it_waits_within_what_the_service_allows(given: str | None, most: int) -> None:
    translation = Listening()
    headers = {} if given is None else {"x-request-timeout-ms": given}
    assert ask(app_around(translation), json=BODY, headers=headers).status_code == 200
    assert most - 1_000 < translation.patience_ms <= most


@pytest.mark.parametrize("given", ["0", "-5", "soon", "1e3", "", "١٢", "9" * 10])
def test_an_absurd_deadline_is_refused_by_name(given: str) -> None:
    answer = ask(working_app(), json=BODY, headers={"x-request-timeout-ms": given.encode()})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")
    assert answer.json()["field"] == "x-request-timeout-ms"


def test_every_fact_has_an_example_here() -> None:
    assert FACTS.keys() == ERRORS.keys()


def test_every_error_that_can_be_raised_is_mapped() -> None:
    assert set(GatewayError.__subclasses__()) == ERRORS.keys()


@pytest.mark.parametrize("locale", READABLE)
@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_fact_becomes_a_complete_problem_in_every_locale(kind: type[GatewayError], locale: LanguageTag) -> None:
    mapping = ERRORS[kind]
    answer = ask(app_around(Failing(FACTS[kind])), json=BODY, headers={"accept-language": locale})
    problem = Problem.model_validate(answer.json())
    assert answer.status_code == problem.status == mapping.status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get("retry-after") == (str(mapping.retry_after_s) if mapping.retry_after_s else None)
    assert (problem.code, problem.type) == (mapping.code, f"urn:malgil:problem:{mapping.code}")
    assert problem.lang == answer.headers["content-language"] == locale
    assert problem.dir == text_direction(locale)
    assert problem.request_id == answer.headers["x-request-id"]
    for text in (problem.title, problem.message, problem.help):
        assert text.strip()
        assert not re.search(r"\{\w*\}", text)


@pytest.mark.parametrize(
    ("fact", "extra"),
    [
        (PairNotServed("es", "sw", ["es → an"]), {"available": ["es → an"]}),
        (SimplificationNotServed("am", ["en", "es"]), {"available": ["en", "es"]}),
        (FieldUnknown(field="colour"), {"field": "colour"}),
        (TextEmpty(), {}),
    ],
    ids=["pair", "rules", "field", "none"],
)
def test_a_problem_holds_what_a_program_needs_and_no_nulls(fact: GatewayError, extra: dict[str, object]) -> None:
    problem = ask(app_around(Failing(fact)), json=BODY).json()
    required = {name for name, field in Problem.model_fields.items() if field.is_required()}
    assert {name: value for name, value in problem.items() if name not in required} == extra


@pytest.mark.parametrize(
    ("locale", "fact", "said"),
    [
        ("es", NoVoice(lang="ast", nearest="es"), ("asturiano", "español")),
        ("ko", NoBrailleTable(lang="gl", nearest="es"), ("갈리시아어", "스페인어")),
        ("fr", NoVoice(lang="ha", nearest="–"), ("haoussa", "Demandez du texte")),
        ("hi", PairNotServed("es", "sw", ["es → an"]), ("स्वाहिली", "स्पेनिश → अरागोनी")),
        ("eu", SimplificationNotServed("am", ["en", "es"]), ("amharera", "ingelesa, gaztelania")),
    ],
)
def test_people_are_told_names_of_languages_and_not_their_tags(
    locale: str, fact: GatewayError, said: tuple[str, str]
) -> None:
    problem = ask(app_around(Failing(fact)), json=BODY, headers={"accept-language": locale}).json()
    assert said[0] in problem["message"]
    assert said[1] in problem["help"]


@pytest.mark.parametrize("locale", READABLE)
def test_an_unexpected_error_tells_the_caller_a_number_and_nobody_the_text(
    locale: LanguageTag, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with capture_logs() as logged, caplog.at_level(logging.DEBUG):
        answer = ask(app_around(Failing(RuntimeError("secret text"))), json=BODY, headers={"accept-language": locale})
    problem = Problem.model_validate(answer.json())
    assert (answer.status_code, problem.code, problem.lang) == (500, "internal", locale)
    assert problem.request_id in problem.help
    [event] = [event for event in logged if event["event"] == "request_failed"]
    assert (event["error"], event["request_id"]) == ("RuntimeError", problem.request_id)
    written = "".join([str(logged), caplog.text, *capfd.readouterr(), answer.text, str(answer.headers)])
    for private in ("secret text", "Zuruqwexafía"):
        assert private not in written


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/v1/translate", 200), ("GET", "/healthz", 200), ("GET", "/nowhere", 404), ("PUT", "/v1/detect", 405)],
)
def test_every_answer_carries_its_number_and_may_neither_be_guessed_at_nor_kept(
    method: str, path: str, status: int
) -> None:
    answer = ask(working_app(), method, path, json=BODY)
    assert answer.status_code == status
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_no_two_requests_share_a_number() -> None:
    app = working_app()
    assert len({ask(app, "GET", "/healthz").headers["x-request-id"] for _ in range(5)}) == 5


def test_a_translation_says_what_made_it_and_what_was_checked() -> None:
    [result] = ask(working_app(), json={**BODY, "text": "Abre a las 9."}).json()["results"]
    assert result["text"] == "Abre~an a~an las~an 9."
    assert (result["lang"], result["dir"], result["model"]) == ("an", "ltr", ENTRY.reference)
    assert result["checks"]["numbers"] == "pass"
    assert result["label"]["text"]
    assert result["warnings"] == []


def test_a_warning_is_told_in_the_callers_language() -> None:
    told = {
        locale: ask(
            working_app(), json={**BODY, "text": "Hola \u202eamigo."}, headers={"accept-language": locale}
        ).json()["results"][0]["warnings"][0]["message"]
        for locale in ("en", "es")
    }
    assert told["en"] != told["es"]


def test_the_log_of_a_request_holds_its_route_and_not_its_path() -> None:
    with capture_logs() as logged:
        ask(working_app(), "GET", "/Zuruqwexafía?q=Zuruqwexafía")
        ask(working_app(), json=BODY)
    assert [event["route"] for event in logged if event["event"] == "request"] == ["unmatched", "/v1/translate"]
    assert "Zuruqwexaf" not in str(logged)


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    answer = ask(working_app(), content=b"{}", headers={"content-length": "999999999"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.headers["connection"] == "close"


def test_a_body_that_grows_too_large_is_not_read_to_its_end() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 100_000

    answer = ask(working_app(), content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert read < 30


def test_a_body_may_begin_with_a_byte_order_mark() -> None:
    answer = ask(working_app(), content=b"\xef\xbb\xbf" + json.dumps(BODY).encode())
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("content", "status", "code", "field"),
    [
        (b"", 400, "body_not_json", None),
        (b'{"text": "caf\xe9", "target": "an"}', 400, "body_not_utf8", None),
        (b'{"text": "a", "target": "an", "colour": "red"}', 422, "unknown_field", "colour"),
        (b'{"text": "a", "target": "an", "La se\\u00f1ora": 1}', 422, "unknown_field", "?"),
        (b'{"text": "\\ud800", "target": "an"}', 422, "invalid_field", "text"),
        (b'{"target": "an"}', 422, "invalid_field", "text"),
        (b"[]", 422, "invalid_field", "body"),
        (b"[" * 100_000, 400, "body_not_json", None),
    ],
)
def test_a_wrong_body_is_answered_with_the_field_and_never_with_a_value(
    content: bytes, status: int, code: str, field: str | None
) -> None:
    answer = ask(working_app(), content=content)
    assert (answer.status_code, answer.json()["code"], answer.json().get("field")) == (status, code, field)


TAGS = (
    "es",
    "an",
    "ast",
    "ca",
    "gl",
    "eu",
    "pt",
    "fr",
    "it",
    "ro",
    "de",
    "nl",
    "ar",
    "he",
    "fa",
    "hi",
    "bn",
    "ta",
    "th",
    "km",
    "am",
)
LARGE = tiny_entry("large", TAGS, sources=TAGS, prefix="both-tags", tag_format="{target}")


def languages_of(catalogue: Catalogue, query: str = "") -> dict[str, Any]:
    translation = Translation(catalogue, DirectSegments({}), Limits(10, 1000))
    kept = Translations(translation, translations, SegmentKeys(b"tests"), 0, 60)
    app = assemble(Parts(load_settings({}), catalogue, {}, translation, kept, Summarisation(translation), ready))
    found: dict[str, Any] = ask(app, "GET", f"/v1/languages{query}").json()
    return found


def test_a_model_of_very_many_pairs_is_one_row_beside_the_pairs_of_the_others() -> None:
    found = languages_of(Catalogue((ENTRY, LARGE)))
    assert [each["lang"] for each in found["languages"]] == ["es"]
    assert [each["lang"] for each in found["languages"][0]["targets"]] == ["an", "ast", "oc-aranes"]
    [row] = found["many"]
    assert (row["model"], row["sources"], row["targets"]) == (LARGE.reference, list(TAGS), list(TAGS))


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("?source=am", [("am", target) for target in TAGS if target != "am"]),
        ("?target=km", [(source, "km") for source in TAGS if source != "km"]),
        ("?source=spa&target=an", [("es", "an")]),
        ("?source=ko", []),
        ("?source=an&target=an", []),
    ],
)
def test_what_is_asked_for_by_language_is_listed_pair_by_pair(query: str, pairs: list[tuple[str, str]]) -> None:
    found = languages_of(Catalogue((ENTRY, LARGE)), query)
    assert [(each["lang"], target["lang"]) for each in found["languages"] for target in each["targets"]] == pairs
    assert found["many"] == []


def test_a_pair_names_the_model_that_serves_it_not_the_one_that_could() -> None:
    [source] = languages_of(Catalogue((ENTRY, LARGE)), "?source=es&target=an")["languages"]
    assert [each["model"] for each in source["targets"]] == [ENTRY.reference]


def test_a_filter_that_is_no_language_is_a_clear_error() -> None:
    assert languages_of(CATALOGUE, "?source=klingonish")["code"] == "unknown_language"


def test_small_models_are_listed_as_ever() -> None:
    found = languages_of(CATALOGUE)
    assert (len(found["languages"][0]["targets"]), found["many"]) == (3, [])


def test_the_languages_served_are_named_in_the_callers_language() -> None:
    [english] = ask(working_app(), "GET", "/v1/languages", headers={"accept-language": "en"}).json()["languages"]
    [spanish] = ask(working_app(), "GET", "/v1/languages", headers={"accept-language": "es"}).json()["languages"]
    assert (english["lang"], english["name"], spanish["name"]) == ("es", "Spanish", "español")
    assert [target["lang"] for target in english["targets"]] == list(ENTRY.targets)
    assert {(target["quality"], target["tier"]) for target in english["targets"]} == {(None, "unknown")}


def test_the_language_of_each_text_is_said_with_the_doubt() -> None:
    answer = ask(working_app(), path="/v1/detect", json={"text": ["ሰላም እንዴት ነህ", "123"]}).json()
    amharic, nothing = answer["results"]
    assert (amharic["index"], amharic["candidates"][0]["lang"]) == (0, "am")
    assert (nothing["index"], nothing["candidates"]) == (1, [])


def test_too_many_targets_are_refused_by_name() -> None:
    answer = ask(working_app(), json={**BODY, "target": ["an"] * 17})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid_field", "target")


def test_other_translations_come_where_they_are_asked_for_and_only_so_many() -> None:
    app = working_app()
    asked, unasked, none, more, less = (
        ask(app, json={**BODY, "text": "ስንት ነው", **given})
        for given in ({"alternatives": 2}, {}, {"alternatives": 0}, {"alternatives": 6}, {"alternatives": -1})
    )
    assert asked.json()["results"][0]["alternatives"] == ["ስንት~~an ነው~~an", "ስንት~~~an ነው~~~an"]
    assert unasked.json() == none.json()
    assert "alternatives" not in unasked.json()["results"][0]
    assert (more.status_code, more.json()["code"], "5" in more.json()["message"]) == (
        422,
        "too_many_alternatives",
        True,
    )
    assert (less.status_code, less.json()["code"], less.json()["field"]) == (422, "invalid_field", "alternatives")


def test_other_translations_take_as_much_of_a_quota_again() -> None:
    assert [characters(("ሰላም", "agua"), (LanguageTag("an"), LanguageTag("ast")), wanted) for wanted in (0, 1, 5)] == [
        14,
        28,
        28,
    ]


MANY = 100_000


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        ({**BODY, "text": ["ሰላም"] * MANY}, "too_many_texts", None),
        ({**BODY, "text": [1] * MANY}, "invalid_field", "text"),
        ({**BODY, "text": [[]] * MANY}, "invalid_field", "text"),
        ({**BODY, "target": ["an"] * MANY}, "invalid_field", "target"),
        ({**BODY, "target": [None] * MANY}, "invalid_field", "target"),
        ({**BODY, **{f"k{'x' * (number % 9)}{number}": 1 for number in range(MANY)}}, "unknown_field", "?"),
        ({**BODY, "priority": "emergency"}, "invalid_field", "priority"),
        ({**BODY, "priority": -1}, "invalid_field", "priority"),
    ],
    ids=["texts", "numbers", "lists", "targets", "nulls", "keys", "priority", "number"],
)
def test_absurd_bodies_are_refused_by_name_at_once(body: dict[str, Any], code: str, named: str | None) -> None:
    app = working_app()
    began = time.process_time()
    answer = ask(app, json=body)
    assert (answer.status_code, answer.json()["code"], answer.json().get("field")) == (422, code, named)
    assert time.process_time() - began < 2  # most of it is this test's own JSON; listing all mistakes took far longer


@pytest.mark.parametrize("given", [{"max_sentences": -1}, {"max_chars": -5}, {"max_sentences": 10**30}], ids=str)
def test_negative_and_endless_limits_are_refused_by_name(given: dict[str, int]) -> None:
    for locale in READABLE:
        answer = ask(
            working_app(),
            path="/v1/summarize",
            json={"text": "Hola. Adiós.", "source": "es", **given},
            headers={"accept-language": locale},
        )
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["lang"]) == (422, "invalid_field", locale)
        assert problem["field"] in given
        assert problem["field"] in problem["message"] + problem["help"]


def with_redis(url: str, scenario: Callable[[redis.asyncio.Redis], Any]) -> Any:
    async def run() -> Any:
        async with async_client(url) as client:
            return await scenario(client)

    return asyncio.run(run())


def test_without_redis_the_service_lives_but_is_not_ready() -> None:
    async def scenario(client: redis.asyncio.Redis) -> tuple[httpx.Response, httpx.Response]:
        app = create_app(load_settings({}), CATALOGUE, client)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as caller:
            return await caller.get("/readyz"), await caller.get("/healthz")

    readyz, healthz = with_redis(f"unix:///tmp/no-such-{secrets.token_hex(4)}.sock", scenario)
    assert readyz.status_code == 503
    assert readyz.json() == {"status": "not_ready", "redis": False, "models": {ENTRY.reference: False}}
    assert (healthz.status_code, healthz.json()) == (200, {"status": "ok"})


def test_a_caller_beyond_its_quota_hears_how_long_to_wait(clean_valkey: str) -> None:
    async def scenario(client: redis.asyncio.Redis) -> list[httpx.Response]:
        settings = load_settings({"MALGIL_REQUESTS_PER_MINUTE": "1", "MALGIL_CHARACTERS_PER_DAY": "1000"})
        app = create_app(settings, CATALOGUE, client)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as caller:
            return [await caller.post("/v1/detect", json={"text": "ሰላም"}) for _ in range(2)]

    admitted, refused = with_redis(clean_valkey, scenario)
    assert (admitted.status_code, refused.status_code, refused.json()["code"]) == (200, 429, "rate_limited")
    assert 58 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["retry-after"] in refused.json()["help"]
    assert admitted.headers["ratelimit"].startswith('"requests";r=0;t=60, "characters";r=997;t=')
    assert (
        admitted.headers["ratelimit-policy"]
        == refused.headers["ratelimit-policy"]
        == '"requests";q=1;w=60, "characters";q=1000;w=86400;qu="characters"'
    )


@pytest.mark.parametrize(("silent_ms", "status"), [(0, "ready"), (10_000, "not_ready"), (None, "not_ready")])
def test_ready_means_that_every_model_has_a_living_engine(
    clean_valkey: str, silent_ms: int | None, status: str
) -> None:
    if silent_ms is not None:
        with redis.Redis.from_url(clean_valkey) as blocking:
            blocking.zadd(keys.engines(ENTRY.reference), {"engine": now_ms() - silent_ms})
    found = with_redis(clean_valkey, lambda client: readiness(client, CATALOGUE))
    assert (found.status, found.redis) == (status, True)


def test_readiness_measures_what_waits_in_each_lane(clean_valkey: str) -> None:
    model = ENTRY.reference
    with redis.Redis.from_url(clean_valkey) as blocking:
        blocking.zadd(keys.waiting(model, "bulk"), {"a": 1, "b": 2})
        blocking.xadd(keys.queue(model), {"e": "c"})
    with_redis(clean_valkey, lambda client: readiness(client, CATALOGUE))
    waiting = {
        lane: REGISTRY.get_sample_value("malgil_queue_entries", {"model": model, "lane": lane})
        for lane in ("interactive", "bulk", "running")
    }
    assert waiting == {"interactive": 0, "bulk": 2, "running": 1}


def test_one_model_without_an_engine_keeps_the_service_from_being_ready(clean_valkey: str) -> None:
    both = Catalogue((ENTRY, tiny_entry("other")))
    with redis.Redis.from_url(clean_valkey) as blocking:
        blocking.zadd(keys.engines(ENTRY.reference), {"engine": now_ms()})
    found = with_redis(clean_valkey, lambda client: readiness(client, both))
    assert (found.status, found.models) == ("not_ready", {ENTRY.reference: True, "other@0.0.1": False})


def test_the_application_runs_its_submitters_as_long_as_it_lives(clean_valkey: str) -> None:
    channel = keys.answers(ENTRY.reference)

    async def scenario(client: redis.asyncio.Redis) -> tuple[int, int]:
        app = create_app(load_settings({}), CATALOGUE, client)

        async def listeners(expected: int) -> int:
            for _ in range(1000):
                count: int = (await client.pubsub_numsub(channel))[0][1]
                if count == expected:
                    break
                await asyncio.sleep(0.005)
            return count

        async with app.router.lifespan_context(app):
            during = await listeners(1)
        return during, await listeners(0)

    assert with_redis(clean_valkey, scenario) == (1, 0)


def test_a_process_whose_background_work_ends_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[int] = []
    monkeypatch.setattr(signal, "raise_signal", stopped.append)

    async def ends(_: FastAPI) -> None:
        raise FileNotFoundError("somebody's letter.docx")

    async def scenario() -> None:
        app = assemble(working_app().state.parts, ends)
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    with capture_logs() as told:
        asyncio.run(scenario())
    assert stopped == [signal.SIGTERM]
    assert [each["event"] for each in told] == ["background_work_ended"]
    assert "letter" not in str(told)
