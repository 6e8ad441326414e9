"""The web page at `/` as a browser gets it: its words, its structure, what each button does, and what it never does."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import subprocess
import sys
import wave
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from gateway.api_keys import KeyRing
from gateway.app import assemble
from gateway.batch_queue import PUBLIC
from gateway.cache import CachedSegment, SegmentKeys
from gateway.callers import callers
from gateway.errors import GatewayError, Overloaded, QueueUnavailable, SegmentFailed, TimedOut
from gateway.memories import Memories
from gateway.segments import Delivery, DirectSegments
from gateway.settings import load_settings
from gateway.translation import Limits, Translation
from locales.languages import text_direction
from locales.messages import LOCALES, READABLE, message
from locales.pseudo import ACCENTED
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import TranslationInput
from tests.accessibility.language_oracle import spoken
from tests.accessibility.tools import needs
from tests.gateway.deployed import database_in
from tests.gateway.logs import capture_logs
from tests.gateway.test_app import CATALOGUE, ENTRY, Failing, app_around, ask, working_app

TEXT = "La biblioteca abre a las 9:00.\n\nLlame al 974 10 20 30."
FILLED: dict[str, Any] = {"text": TEXT, "source": "es", "target": "an"}
LONG = (
    "La biblioteca cierra los lunes. Llueve mucho. La biblioteca abre a las nueve. Hay sol. El museo cierra los martes."
)


class Page(HTMLParser):
    """A page as a list of elements, each with its attributes and its own text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[list[str]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        self._open = [*self._open[-30:], self.elements[-1][2]]

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 well-formed, as the oracle finds
        self._open = self._open[:-1] or self._open

    def all(self, tag: str, **wanted: str) -> Iterator[dict[str, str]]:
        return (found for name, found, _ in self.elements if name == tag and wanted.items() <= found.items())

    def words(self, tag: str) -> list[str]:
        return ["".join(text).strip() for name, _, text in self.elements if name == tag]

    def ids(self) -> list[str]:
        return [found["id"] for _, found, _ in self.elements if "id" in found]


def opened(app: FastAPI | None = None, /, path: str = "/", **headers: Any) -> httpx.Response:
    return ask(app or working_app(), "GET", path, headers=headers)


def sent(
    app: FastAPI | None = None, /, locale: str = "es", headers: dict[str, str] | None = None, **form: Any
) -> httpx.Response:
    return ask(app or working_app(), path=f"/?lang={locale}", data=form, headers=headers or {})


@pytest.mark.parametrize("locale", READABLE)
def test_the_page_speaks_every_language_and_can_be_read_by_structure(locale: LanguageTag) -> None:
    answer = opened(**{"accept-language": locale})
    page = Page(answer.text)
    [html] = page.all("html")
    assert (answer.status_code, html["lang"], html["dir"]) == (200, locale, text_direction(locale))
    assert answer.headers["content-language"] == locale
    assert page.words("h1") == [message("page.title", locale)]
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    assert all(label["for"] in ids for label in page.all("label"))
    described = " ".join(found.get("aria-describedby", "") for _, found, _ in page.elements).split()
    assert set(described) <= set(ids)
    _, faults = spoken(answer.text.removeprefix("<!doctype html>\n"))
    assert faults == []


def test_no_word_of_the_page_was_forgotten_in_translation() -> None:
    """In the accented pseudo-locale every message stands in brackets; languages are named by CLDR and themselves."""
    answer = sent(locale=ACCENTED, do="translate.report", problem="wrong", **FILLED)
    page = Page(answer.text)
    named = {"button", "option", "article", "p", "span", "textarea", "dd", "bdi"}
    own = [
        (tag, "".join(text).strip())
        for tag, found, text in page.elements
        if "".join(text).strip() and not (tag in named and ("lang" in found or tag in ("option", "article", "bdi")))
    ]
    for tag, words in own:
        assert words.startswith("[") or tag in ("textarea", "p"), (tag, words)
    labels = [found["aria-label"] for _, found, _ in page.elements if "aria-label" in found]
    assert labels != []
    assert all(label.startswith("[") for label in labels)


def test_a_reader_chooses_another_language_than_the_browsers_and_keeps_what_they_wrote() -> None:
    assert opened(path="/?lang=eu", **{"accept-language": "fr"}).headers["content-language"] == "eu"
    assert opened(path="/?lang=tlh", **{"accept-language": "fr"}).headers["content-language"] == "fr"
    answer = sent(locale="ko", do="", **FILLED)
    page = Page(answer.text)
    assert (answer.status_code, answer.headers["content-language"]) == (200, "ko")
    assert page.words("textarea") == [TEXT]
    assert [each["value"] for each in page.all("option", selected="")] == ["es", "an"]
    assert "outcome" not in page.ids()
    assert [found["formaction"] for found in page.all("button") if "formaction" in found] == [
        f"/?lang={each}" for each in LOCALES
    ]


def test_the_page_is_small_and_fetches_nothing_but_its_style() -> None:
    sizes = {locale: len(opened(**{"accept-language": locale}).content) for locale in READABLE}
    style = opened(path="/page.css")
    assert max(sizes.values()) <= 16_000, sizes
    assert len(style.content) <= 5_000
    page = Page(opened().text)
    fetched = [found["href"] for found in page.all("link", rel="stylesheet")]
    assert [each.split("?")[0] for each in fetched] == ["/page.css"]
    assert "max-age" in style.headers["cache-control"]
    assert "no-store" not in style.headers["cache-control"]
    assert re.search(r"url\(|@import", style.text) is None


@pytest.mark.parametrize("do", ["translate", "summarize", "simplify", "text", "translate.report"])
def test_nothing_on_the_page_runs_and_nothing_is_remembered(do: str) -> None:
    hostile = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)> \"'><b>El museo cierra.</b>"
    answer = sent(do=do, text=hostile, source="es", target="an", problem="wrong")
    assert answer.status_code == 200
    page = Page(answer.text)
    assert not {"script", "style", "iframe", "img", "b", "object"} & {tag for tag, _, _ in page.elements}
    assert [name for _, found, _ in page.elements for name in found if name.startswith("on") or name == "style"] == []
    assert page.words("textarea")[-1] == hostile
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_text_stands_in_no_address_and_in_no_log() -> None:
    with capture_logs() as logs:
        answer = sent(do="translate", text="Zuruqwexafía", source="es", target="an")
    page = Page(answer.text)
    addresses = [
        found[name]
        for _, found, _ in page.elements
        for name in ("href", "action", "formaction", "src")
        if name in found
    ]
    assert all(form["method"] == "post" for form in page.all("form"))
    assert [each for each in addresses if "Zuruq" in each or "//" in each] == []
    assert logs != []
    assert "Zuruq" not in str(logs)


@pytest.mark.parametrize(
    ("do", "heading", "lang"),
    [("translate", "translation", "an"), ("summarize", "summary", "an"), ("simplify", "simplified", "es"),
     ("text", "text", "es")],
)  # fmt: skip
def test_a_result_says_what_it_is_in_its_language_and_the_form_stays_filled(do: str, heading: str, lang: str) -> None:
    answer = sent(locale="ar", do=do, text=LONG, source="es", target="an")
    page = Page(answer.text)
    assert answer.status_code == 200
    assert [(each["lang"], each["dir"]) for each in page.all("article")] == [(lang, "ltr")]
    assert page.words("title")[0].startswith(message(f"page.{heading}", LanguageTag("ar")))
    assert [found for _, found, _ in page.elements if found.get("role") == "status"] != []
    assert message("page.done", LanguageTag("ar")) in answer.text
    assert page.words("textarea")[-1] == LONG
    [form] = page.all("form")
    assert form["action"].endswith("#outcome")
    assert [each.get("tabindex") for each in page.all("div", id="outcome")] == ["-1"]
    assert spoken(answer.text.removeprefix("<!doctype html>\n"))[1] == []


def test_key_facts_are_a_list_under_headings() -> None:
    simple = sent(do="simplify", text="Traiga el DNI antes del 14 de marzo de 2026.", source="es")
    page = Page(simple.text)
    assert "Datos importantes" in page.words("h3")
    assert {"Qué hay que hacer", "Fecha límite"} <= set(page.words("dt"))
    assert "14 de marzo de 2026" in page.words("dd")


def test_results_can_be_compared_with_the_original() -> None:
    translated = sent(do="translate", **FILLED).text
    assert translated.index('whose">español<') < translated.index('whose">aragonés<')
    assert '<p class="text" lang="es" dir="ltr">Llame al 974 10 20 30.</p>' in translated
    assert '<p class="text" lang="an" dir="ltr">Llame~an al~an 974 10 20 30.</p>' in translated
    summary = sent(do="summarize", text=LONG, source="es").text
    assert 1 <= summary.count("<mark>") <= 3
    assert "<mark>La biblioteca" in summary
    simple = sent(do="simplify", text="Venga con el fin de firmar. Traiga el carné.", source="es").text
    assert message("page.changes", LanguageTag("es")) in simple
    assert '<dd class="text" lang="es" dir="ltr">con el fin de</dd>' in simple


def test_a_detected_language_is_named_to_the_reader() -> None:
    long = "La biblioteca municipal abre todos los días laborables a las nueve de la mañana, y cierra los domingos."
    found = sent(locale="fr", do="text", text=long)
    assert message("page.detected", LanguageTag("fr"), language="espagnol") in found.text


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({"text": " ", "source": "es", "target": "an", "do": "translate"}, "text", "error.text_empty.message"),
        (
            {"text": "x" * 1001, "source": "es", "target": "an", "do": "translate"},
            "text",
            "error.text_too_long.message",
        ),
        ({"text": "x y z", "target": "an", "do": "translate"}, "source", "error.language_uncertain.message"),
        ({"text": "Hola", "source": "zz-", "do": "text"}, "source", "error.unknown_language.message"),
        ({"text": "ሰላም", "source": "am", "do": "simplify"}, "source", "error.simplification_not_served.message"),
        ({"text": "Hola", "source": "es", "do": "translate"}, "target", "page.target_missing"),
        (
            {"text": "Hola", "source": "es", "target": "ko", "do": "translate"},
            "target",
            "error.pair_not_served.message",
        ),
        ({"text": "Hola", "source": "es", "target": "an", "do": "translate.report"}, "problem", "page.problem_missing"),
    ],
)
def test_a_mistake_is_explained_at_the_top_and_at_its_field(form: dict[str, Any], field: str, code: str) -> None:
    answer = sent(locale="en", **form)
    page = Page(answer.text)
    assert 400 <= answer.status_code < 500
    assert page.words("title")[0].startswith(message("page.problem", LanguageTag("en")))
    assert any(found["href"] == f"#{field}" for found in page.all("a"))
    [at_fault] = [found for _, found, _ in page.elements if "aria-invalid" in found]
    assert f"{field}-problem" in at_fault["aria-describedby"].split()
    assert {field, f"{field}-problem"} <= set(page.ids())
    opening = message(code, LanguageTag("en"), limit=1000, tag="zz-", source="", target="", language="").split(" ")[0]
    assert answer.text.count(opening) >= 2
    assert page.words("textarea")[-1] == form["text"].strip()


@pytest.mark.parametrize(("error", "status"), [(Overloaded(seconds=2), 503), (QueueUnavailable(), 503),
                                               (TimedOut(seconds=3), 504), (SegmentFailed(), 500)])  # fmt: skip
def test_without_models_the_page_says_so_in_plain_words_and_keeps_the_text(error: GatewayError, status: int) -> None:
    answer = sent(app_around(Failing(error)), do="translate", **FILLED)
    page = Page(answer.text)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert message("page.still_there", LanguageTag("es")) in answer.text
    assert page.words("textarea") == [TEXT]
    assert ("retry-after" in answer.headers) == (status in (503, 504))
    assert [found.get("role") for found in page.all("div", **{"class": "problem"})] == ["alert"]


def test_what_nobody_foresaw_is_a_page_too_and_says_nothing_of_the_text() -> None:
    answer = sent(app_around(Failing(RuntimeError("Zuruqwexafía"))), locale="gl", do="translate", **FILLED)
    assert (answer.status_code, answer.headers["content-language"]) == (500, "gl")
    assert message("page.problem", LanguageTag("gl")) in answer.text
    assert "Zuruq" not in answer.text


def test_a_page_is_answered_where_a_form_cannot_be_read() -> None:
    app = working_app()
    for answer, status in (
        (ask(app, "DELETE", "/"), 405),
        (ask(app, path="/", content=b"do=\xff"), 400),
        (ask(app, path="/", content=b"text=%ff&do=text"), 400),
        (ask(app, path="/", data={"text": "Hola", "do": "translate.sing"}), 422),
        (ask(app, path="/", data={f"f{number}": "x" for number in range(30)}), 422),
        (ask(app, path="/", content=b"text=" + b"x" * 2_000_001), 413),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
    assert ask(app, "DELETE", "/v1/languages").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://test"}, 200),
        ({"origin": "https://gate.example", "x-forwarded-host": "gate.example"}, 200),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_a_form_from_another_site_is_refused(headers: dict[str, str], status: int) -> None:
    assert sent(headers=headers, do="translate", **FILLED).status_code == status


class Seen(DirectSegments):
    """Remembers how each request wanted to be delivered."""

    def __init__(self) -> None:
        super().__init__({ENTRY.reference: FakeTranslator(ENTRY)})
        self.deliveries: list[Delivery] = []

    async def translate(
        self, model: CatalogueEntry, inputs: Sequence[TranslationInput], delivery: Delivery
    ) -> list[CachedSegment]:
        self.deliveries.append(delivery)
        return await super().translate(model, inputs, delivery)


def test_what_the_page_promises_not_to_keep_is_not_kept() -> None:
    seen = Seen()
    sent(app_around(Translation(CATALOGUE, seen, Limits(10, 1000))), do="translate", **FILLED)
    assert [each.store for each in seen.deliveries] == [False]
    assert message("page.private", LanguageTag("es")) in opened(path="/?lang=es").text


def test_a_report_is_counted_without_the_text() -> None:
    labels = {"model": ENTRY.reference, "kind": "unclear"}
    before = REGISTRY.get_sample_value("malgil_reports_total", labels) or 0
    answer = sent(do="translate.report", problem="unclear", **FILLED)
    assert message("page.thanks", LanguageTag("es")) in answer.text
    assert REGISTRY.get_sample_value("malgil_reports_total", labels) == before + 1
    assert sent(do="translate.report", problem="Zuruq", **FILLED).status_code == 422


@pytest.mark.parametrize("consent", [{}, {"consent": "yes"}])
def test_a_suggestion_is_kept_only_with_the_readers_consent(tmp_path: Path, consent: dict[str, str]) -> None:
    with database_in(tmp_path) as database:
        memories = Memories(database, load_settings({}))
        app = assemble(replace(working_app().state.parts, memories=memories))
        better: dict[str, Any] = {"problem": "wrong", "suggested": "La biblioteca ubre a las 9:00.", **consent}
        answer = sent(app, do="translate.report", **FILLED, **better)
        waiting = asyncio.run(memories.waiting(PUBLIC, 10))
    told = "page.thanks_kept" if consent else "page.thanks"
    assert message(told, LanguageTag("es")) in answer.text
    kept = [(each.suggestion.source, each.suggestion.suggested, each.suggestion.pair.target) for each in waiting]
    assert kept == ([(TEXT, better["suggested"], "an")] if consent else [])


def test_a_suggestion_that_cannot_be_kept_says_so_and_loses_nothing() -> None:
    better: dict[str, Any] = {"problem": "wrong", "suggested": "Zuruqwexafía", "consent": "yes"}
    answer = sent(do="translate.report", **FILLED, **better)
    assert answer.status_code == 503
    assert Page(answer.text).words("textarea") == ["Zuruqwexafía", TEXT]


def test_braille_is_shown_and_saved_in_both_forms() -> None:
    needs("lou_translate")
    shown = sent(do="text.braille", text="Hola.", source="es")
    page = Page(shown.text)
    assert [each["tabindex"] for each in page.all("section", **{"class": "braille"})] == ["0"]
    assert all("\u2800" <= each <= "\u28ff" for each in page.words("pre")[0])
    brf = sent(do="text.save_brf", text="Hola.", source="es")
    assert brf.headers["content-disposition"] == 'attachment; filename="malgil-es.brf"'
    assert brf.content.isascii()
    saved = sent(do="text.save_braille", text="Hola.", source="es")
    assert saved.text.strip() == page.words("pre")[0]
    assert saved.headers["content-disposition"] == 'attachment; filename="malgil-es.txt"'


def test_a_result_is_heard_on_the_page_and_a_long_one_comes_as_a_file() -> None:
    needs("espeak-ng")
    answer = sent(do="translate.listen", **FILLED)
    [audio] = Page(answer.text).all("audio")
    kind, _, content = audio["src"].partition(";base64,")
    assert (kind, audio["aria-labelledby"]) == ("data:audio/wav", "recording")
    with wave.open(io.BytesIO(base64.b64decode(content))) as sound:
        assert sound.getnframes() / sound.getframerate() > 1
    app = assemble(replace(working_app().state.parts, translation=Translation(CATALOGUE, Seen(), Limits(10, 100_000))))
    long = sent(app, do="text.listen", text="Abre. " * 300, source="es")
    assert (long.headers["content-type"], long.headers["content-disposition"]) == (
        "audio/wav", 'inline; filename="malgil-es.wav"',
    )  # fmt: skip
    assert long.content.startswith(b"RIFF")


def test_without_a_voice_the_reader_is_offered_the_nearest_and_keeps_the_result() -> None:
    needs("espeak-ng")
    ast: dict[str, Any] = {"text": "La biblioteca abre.", "source": "es", "target": "ast"}
    answer = sent(do="translate.listen", **ast)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert [each["lang"] for each in page.all("article")] == ["ast"]
    assert [each["value"] for each in page.all("button") if "nearest" in each["value"]] == ["translate.listen.nearest"]
    assert message("page.voice_of", LanguageTag("es"), language="español") in answer.text
    assert "fallback" not in answer.text
    accepted = sent(do="translate.listen.nearest", **ast)
    assert list(Page(accepted.text).all("audio")) != []


def test_a_text_is_saved_as_it_is() -> None:
    answer = sent(do="simplify.save_text", text="Venga con el fin de firmar.", source="es")
    assert answer.text == "Venga para firmar."
    assert answer.headers["content-disposition"] == 'attachment; filename="malgil-es.txt"'


@pytest.mark.parametrize("setting", ["MALGIL_WEB_PAGE", "MALGIL_ANONYMOUS"])
def test_an_operator_can_do_without_the_page(setting: str) -> None:
    parts = replace(working_app().state.parts, settings=load_settings({setting: "false"}))
    answer = opened(assemble(parts))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("do", "status"), [("translate", 200), ("summarize", 401), ("text", 401), ("translate.braille", 401)]
)
def test_the_page_does_no_more_than_callers_without_a_key_may(do: str, status: int) -> None:
    known = callers(load_settings({"MALGIL_ANONYMOUS_SCOPES": "translate"}), KeyRing(), SegmentKeys(b"tests"))
    app = assemble(replace(working_app().state.parts, callers=known))
    answer = sent(app, do=do, **FILLED)
    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert Page(answer.text).words("textarea")[-1] == TEXT


def test_an_api_that_shows_no_page_never_imports_its_templates() -> None:
    code = "import gateway.app, sys; print('jinja2' in sys.modules)"
    printed = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"
