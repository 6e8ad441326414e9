"""The card of a model, as programs and as people read it."""

from __future__ import annotations

import asyncio
import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from gateway.app import assemble
from gateway.cache import SegmentKeys
from gateway.certainty import UNKNOWN, Bands
from gateway.parts import Parts
from gateway.responses import Translations
from gateway.schemas.cards import ModelCard, ModelsResponse
from gateway.schemas.problems import Problem, Readiness
from gateway.segments import DirectSegments
from gateway.settings import load_settings
from gateway.summary import Summarisation
from gateway.translation import Limits, Translation
from gateway.wire.translation import translations
from locales.languages import text_direction
from locales.messages import READABLE, message
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.examination import examine
from models.footprint import Footprint
from models.gate import Thresholds, thresholds_by_task
from models.lifecycle import promote
from models.quality import measured
from models.record import write_record
from models.register import Register, Waiver
from models.runtime.load import RunOptions
from models.standing import Served, served
from tests.models.promoted import passing_record
from tests.models.synthetic import CA, ES, TODAY, WordByWord, bench
from tests.models.tiny_model import tiny_entry

CARD = """# es-ca

Notices of *public* services. <script>alert(1)</script>

<!-- [[[cog hidden ]]] -->
## Limits

| part | size |
|---|---:|
| [way out](javascript:alert(1)) | 3 |
"""
NOW = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
WAIVER = Waiver("characters_kept", "project maintainers", "the model is young", datetime.date(2027, 5, 31))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """One model that serves under a waiver, one nobody evaluated."""
    tmp_path = tmp_path_factory.mktemp("models")
    made, other = bench(tmp_path), bench(tmp_path, "es-new")
    # Longer lines are worse and less sure, so that there is something to calibrate.
    loading = made.loading(lambda text: text[:64] + re.sub("[aeo]", "x", text[64:]))
    task = replace(made.task, weigh=lambda *_: Footprint(0.25, 31.4), signed_by="the evaluators")
    record = examine(made.entry, made.directory, task, RunOptions(), load=loading)
    write_record(record, made.entry, tmp_path)
    (tmp_path / made.entry.card).write_text(CARD, encoding="utf-8")
    register = Register(Thresholds.load(), shipped=tmp_path)
    catalogue = Catalogue((made.entry, other.entry))
    waivers = [
        Waiver(name, WAIVER.by, WAIVER.reason, WAIVER.until) for name in {each.metric for each in record.verdict.failed}
    ]
    promote(made.entry, catalogue, register, NOW, waivers)
    return served(catalogue, register, TODAY)


def get(models: Served, path: str, **headers: str) -> httpx.Response:
    async def ready() -> Readiness:
        return Readiness(status="ready", redis=True, models={})

    async def scenario() -> httpx.Response:
        translators = {each.reference: WordByWord(each) for each in models.catalogue.entries}
        translation = Translation(
            models.catalogue, DirectSegments(translators), Limits(10, 1000), Bands(models.standings)
        )
        quality = {each.entry.reference: measured(each.record) for each in models.standings if each.record}
        known = {each.entry.id: each for each in models.standings}
        kept = Translations(translation, translations, SegmentKeys(b"tests"), 0, 60)
        parts = Parts(
            load_settings({}), models.catalogue, quality, translation, kept, Summarisation(translation), ready, known
        )
        app = assemble(parts)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            if path == "/v1/translate":
                return await client.post(path, json={"text": "El museo abre.", "source": "es", "target": "ca"})
            return await client.get(path, headers=headers)

    return asyncio.run(scenario())


class Page(HTMLParser):
    """What an assistive program would ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)

    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if re.fullmatch("h[1-6]", tag)]


def test_every_model_is_listed_with_its_state(models: Served) -> None:
    answer = ModelsResponse.model_validate_json(get(models, "/v1/models").text)
    assert {each.id: each.state for each in answer.models} == {"es-ca": "serving", "es-new": "candidate"}


def test_the_card_holds_figures_waivers_and_limits(models: Served) -> None:
    answer = get(models, "/v1/models/es-ca/card")
    card = ModelCard.model_validate_json(answer.text)
    [direction] = card.directions
    assert (direction.source, direction.target, direction.lines) == (ES, CA, 126)
    assert {each.name for each in direction.metrics} >= {"chrf", "numbers_kept", "fault_numbers"}
    assert {each.metric for each in card.misses} == {each.metric for each in card.waivers}
    assert all(each.waived for each in card.misses)
    assert card.about == CARD
    bands = direction.calibration
    assert bands is not None
    assert bands.low_below < bands.high_from < 0
    assert bands.low_chrf < bands.medium_chrf < bands.high_chrf
    assert (bands.n, bands.rank_correlation > 0.5) == (126, True)
    assert card.evaluated_by == "the evaluators"
    assert answer.headers["vary"] == "Accept, Accept-Language"


def test_the_page_shows_what_the_figures_miss_what_the_model_costs_and_how_fast_it_is(models: Served) -> None:
    card = ModelCard.model_validate_json(get(models, "/v1/models/es-ca/card").text)
    assert {each.name for each in card.costs} == {"size_mb", "load_s", "resident_mib"}
    page = Page(get(models, "/v1/models/es-ca/card", accept="text/html", **{"accept-language": "eu"}).text)
    for part in ("misses", "value", "needs", "speed", "size", "load", "memory"):
        assert message(f"card.{part}", LanguageTag("eu")) in page.text
    assert message("card.not_served", LanguageTag("eu")) not in page.text
    assert card.misses
    assert all(each.needs in page.text for each in card.misses)
    assert "0.25 s" in page.text
    assert "31 MiB" in page.text
    assert "the evaluators" in page.text


def test_the_page_shows_what_the_models_own_score_is_worth(models: Served) -> None:
    [direction] = ModelCard.model_validate_json(get(models, "/v1/models/es-ca/card").text).directions
    bands = direction.calibration
    assert bands is not None
    page = Page(get(models, "/v1/models/es-ca/card", accept="text/html", **{"accept-language": "ar"}).text)
    for part in ("sureness", "low", "medium", "high"):
        assert message(f"card.{part}", LanguageTag("ar")) in page.text
    for chrf in (bands.low_chrf, bands.medium_chrf, bands.high_chrf):
        assert f"{chrf:.1f}" in page.text


def test_a_direction_whose_score_says_nothing_has_no_bands_on_its_card(models: Served) -> None:
    [standing, other] = models.standings
    assert standing.record is not None
    silent = replace(standing, record=replace(standing.record, calibration=()))
    unsure = replace(models, standings=(silent, other))
    [direction] = ModelCard.model_validate_json(get(unsure, "/v1/models/es-ca/card").text).directions
    assert direction.calibration is None
    page = get(unsure, "/v1/models/es-ca/card", accept="text/html").text
    assert re.search(r'id="sureness".*?<tbody>\s*<tr>\s*<th[^>]*>[^<]*</th>(\s*<td>–</td>){4}', page, re.DOTALL)


def test_the_page_of_a_promoted_model_that_does_not_serve_says_why(models: Served) -> None:
    [standing, other] = models.standings
    stopped = replace(models, standings=(replace(standing, blocked=("the thresholds changed",)), other))
    page = Page(get(stopped, "/v1/models/es-ca/card", accept="text/html").text)
    assert message("card.not_served", LanguageTag("en")) in page.text
    assert "the thresholds changed" in page.text


def test_a_model_nobody_evaluated_has_a_card_that_says_so(models: Served) -> None:
    card = ModelCard.model_validate_json(get(models, "/v1/models/es-new/card").text)
    assert (card.state, card.evaluated_on, card.directions, card.about) == ("candidate", None, [], "")
    page = get(models, "/v1/models/es-new/card", accept="text/html")
    assert message("state.candidate", LanguageTag("en")) in page.text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("application/json;q=0.4, text/html;q=0.9", "text/html"),
        ("text/html;q=high", "application/json"),
    ],
)
def test_who_prefers_html_gets_html(models: Served, accept: str, kind: str) -> None:
    assert get(models, "/v1/models/es-ca/card", accept=accept).headers["content-type"].split(";")[0] == kind


@pytest.mark.parametrize("locale", READABLE)
def test_the_page_can_be_read_by_ear_and_by_structure(models: Served, locale: LanguageTag) -> None:
    answer = get(models, "/v1/models/es-ca/card", accept="text/html", **{"accept-language": locale})
    page = Page(answer.text)
    [html] = page.all("html")
    assert (html["lang"], html["dir"], answer.headers["content-language"]) == (locale, text_direction(locale), locale)
    headings = page.headings()
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert all(header.get("scope") in ("col", "row") for header in page.all("th"))
    assert any(each.get("lang") == "en" and each.get("dir") == "ltr" for each in page.all("div"))
    assert message("card.quality", locale) in page.text
    assert [tag for tag, _ in page.tags if tag in ("script", "img", "iframe")] == []


def test_what_a_card_says_is_shown_and_never_obeyed(models: Served) -> None:
    answer = get(models, "/v1/models/es-ca/card", accept="text/html")
    page = Page(answer.text)
    assert "<script>alert(1)</script>" in page.text
    assert [link["href"] for link in page.all("a")] == []
    assert "cog" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_model_that_does_not_exist_is_a_problem_in_the_readers_language(models: Served, accept: str) -> None:
    told = get(models, "/v1/models/es-marte/card", accept=accept, **{"accept-language": "eu"})
    problem = Problem.model_validate_json(told.text)
    assert (told.status_code, problem.code, problem.lang) == (404, "unknown_model", "eu")
    assert "marte" not in told.text


def test_directions_carry_their_tier(models: Served) -> None:
    [source] = get(models, "/v1/languages").json()["languages"]
    assert [target["tier"] for target in source["targets"]] == ["fair"]


def test_an_answer_says_how_sure_the_model_was(models: Served) -> None:
    [result] = get(models, "/v1/translate").json()["results"]
    assert result["quality"] == {
        "band": "high",
        "score": pytest.approx(0.8694, abs=1e-4),
        "calibration": "es-ca@0.0.1/standard/2026-11-22",
    }


def test_without_calibration_or_score_the_band_is_unknown(models: Served) -> None:
    bands = Bands(models.standings)
    known = ("es-ca@0.0.1", ES, CA)
    assert bands.certainty(*known, [-0.1]).band == "high"
    assert bands.certainty(*known, [-0.1, -9.0]).band == "low"
    for unsure in ([], [None], [-0.1, None]):
        assert bands.certainty(*known, unsure) == UNKNOWN
    assert Bands().certainty(*known, [-0.1]) == UNKNOWN
    assert bands.certainty("es-new@0.0.1", ES, CA, [-0.1]) == UNKNOWN


def test_the_card_of_a_summariser_shows_its_rivals_in_figures_and_as_a_page(tmp_path: Path) -> None:
    entry = tiny_entry("acts", ("es",), task="summarize", prefix="none", tag_format="", domains=("official-acts",))
    by_task = thresholds_by_task()
    write_record(passing_record(entry, by_task["summarize"]), entry, tmp_path)
    register = Register(by_task["translate"], shipped=tmp_path, others=by_task)
    promote(entry, Catalogue((entry,)), register, NOW)
    found = served(Catalogue((entry,)), register, TODAY)
    card = ModelCard.model_validate_json(get(found, "/v1/models/acts/card").text)
    assert (card.task, card.domains, card.state, card.directions) == ("summarize", ["official-acts"], "serving", [])
    [summaries] = card.summaries
    assert summaries.rouge_l > summaries.extractive_rouge_l
    page = Page(get(found, "/v1/models/acts/card", accept="text/html").text)
    assert {"lead-1", "extractive"} <= set(page.text.split())
    assert all(each.get("scope") for each in page.all("th"))
    assert get(found, "/v1/languages").json() == {"languages": [], "many": []}
