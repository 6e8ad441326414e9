"""Outputs of a request: what adapters refuse is told, programs take turns, and all share one deadline."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from starlette.requests import Request

from accessibility.adapters.audio import AudioOptions
from accessibility.document import Document
from accessibility.registry import ADAPTERS
from accessibility.rendering import (
    AdapterName,
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
from gateway.schemas.outputs import OutputName
from gateway.settings import load_settings
from gateway.wire import requests
from tests.accessibility.pages import tag

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
