"""The web page in Chromium: axe-core and html-validate in every language, by keyboard, at 320 px, zoomed, in the dark,
in forced colours, from right to left, and as a virtual screen reader says it. All of it is looked at once.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from gateway.segments import DirectSegments
from gateway.translation import Limits, Translation
from locales.messages import READABLE, message
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.gate import Thresholds
from models.register import Register
from models.runtime.fake import FakeTranslator
from models.standing import served
from tests.accessibility.tools import needs
from tests.gateway.test_app import CATALOGUE, ENTRY, app_around

FOLDER = Path(__file__).parents[1] / "accessibility" / "browser"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
ES = LanguageTag("es")
BUNDLED = served(Catalogue.load(), Register(Thresholds.load()), datetime.datetime.now(datetime.UTC).date())
TEXT = "Biblioteca municipal. Con el fin de entrar, venga el 3 de mayo a las 9:00.\nLlame al 974 10 20 30."
# A word that no line of 320 px holds.
LONG = "https://example.org/" + "bibliotecamunicipal" * 8


@contextmanager
def serving() -> Iterator[str]:
    """A service that translates by a fake, with the cards of the models that ship."""
    app = app_around(
        Translation(CATALOGUE, DirectSegments({ENTRY.reference: FakeTranslator(ENTRY)}), Limits(10, 1000)),
        BUNDLED.standings,
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, name="page-under-test")
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    needs("node", CHROMIUM, "espeak-ng", "lou_translate")
    if not (FOLDER / "node_modules").is_dir():
        reason = f"not installed: npm ci --ignore-scripts --prefix {FOLDER.relative_to(Path.cwd())}"
        if "CI" in os.environ:  # noqa: TID251 there a skip would hide a failure
            pytest.fail(reason)
        pytest.skip(reason)
    environment = {**os.environ, "CHROMIUM": CHROMIUM}  # noqa: TID251 node looks for its own settings there
    with serving() as url:
        asked = {
            "url": url,
            "locales": READABLE,
            "cards": [each.entry.id for each in BUNDLED.standings],
            "fill": {"text": f"{TEXT}\n{LONG}", "source": "es", "target": "an"},
            "shots": environment.get("MALGIL_TEST_SHOTS"),
        }
        found = subprocess.run(
            ["node", str(FOLDER / "visit.mjs")],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            env=environment,
            timeout=500,
            check=False,
        )
    assert found.returncode == 0, found.stderr[-2000:]
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


@pytest.mark.timeout(520)
def test_axe_finds_no_fault_on_any_page(seen: dict[str, Any]) -> None:
    assert len(seen["axe"]) == len(READABLE) + 11 + 3 * len(BUNDLED.standings)
    assert {name: faults for name, faults in seen["axe"].items() if faults} == {}


def test_the_markup_of_every_page_is_valid(seen: dict[str, Any]) -> None:
    assert {name: faults for name, faults in seen["valid"].items() if faults} == {}


def test_no_page_is_wider_than_a_phone(seen: dict[str, Any]) -> None:
    assert {name: wide for name, wide in seen["wide"].items() if wide} == {}


def test_nothing_is_fetched_from_elsewhere(seen: dict[str, Any]) -> None:
    assert seen["elsewhere"] == []


def test_a_keyboard_is_enough(seen: dict[str, Any]) -> None:
    assert [stop["name"] for stop in seen["walk"]][:5] == ["skip", "text", "source", "target", "translate"]
    assert seen["arrived"] == "outcome"
    assert seen["title"].startswith(message("page.translation", ES))
    # After the outcome comes what is in the result: here its link.
    assert seen["walk"][5]["name"] == "A"
    assert {"translate.listen", "translate.braille", "source", "target", "translate"} <= {
        stop["name"] for stop in seen["stops"]
    }
    assert len(seen["stops"]) > 30
    for stop in (*seen["walk"], *seen["stops"]):
        assert stop["seen"], stop
        assert stop["outlined"], stop


def test_an_arabic_page_starts_at_the_right_and_its_aragonese_result_at_the_left(seen: dict[str, Any]) -> None:
    assert seen["sides"]["ar"] == {"heading": "right", "label": "right", "result": "left", "skip": "right"}
    assert set(seen["sides"]["es"].values()) == {"left"}


def test_a_screen_reader_says_what_came_of_it_and_what_can_be_done(seen: dict[str, Any]) -> None:
    said = seen["spoken"]
    for phrase in (
        f"heading, {message('page.title', ES)}, level 1",
        f"heading, {message('page.translation', ES)}: aragonés, level 2",
        f"group, {message('page.actions', ES)}",
        f"button, {message('page.listen', ES)}",
        f"textbox, {message('page.text', ES)}, {message('page.private', ES)}",
        f"combobox, {message('page.source', ES)}",
        f"combobox, {message('page.target', ES)}",
    ):
        assert any(heard.startswith(phrase) for heard in said), (phrase, said)
    assert any(heard.startswith("status") for heard in said)
    assert message("page.done", ES) in said


def test_a_screen_reader_says_what_a_model_was_measured_to_be_worth(seen: dict[str, Any]) -> None:
    for standing in BUNDLED.standings:
        said = seen["cards"][standing.entry.id]
        assert standing.record is not None
        measured = standing.record.calibration[0]
        title = message("card.title", ES, model=f"{standing.entry.id} {standing.entry.version}")
        assert f"heading, {title}, level 1" in said
        for phrase in (
            f"heading, {message('card.quality', ES)}, level 2",
            f"region, {message('card.explanation', ES)}",
            f"region, {message('card.sureness', ES)}",
        ):
            assert any(heard.startswith(phrase) for heard in said), (phrase, said[:80])
        for header in ("card.low", "card.medium", "card.high", "card.copied"):
            assert f"columnheader, {message(header, ES)}" in said
        assert all(f"{figure:.1f}" in " ".join(said) for figure in measured.chrf)
