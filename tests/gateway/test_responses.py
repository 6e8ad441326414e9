"""What was asked for before is answered from the process, alike and counted alike."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

import pytest
from prometheus_client import REGISTRY

from gateway.batch_queue import PUBLIC, now_ms
from gateway.cache import SegmentKeys
from gateway.errors import TextEmpty
from gateway.responses import Translations
from gateway.segments import Delivery, DirectSegments
from gateway.translation import Limits, Order, Translation
from gateway.wire.translation import translations
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry(id="kept")
EN, AR = LanguageTag("en"), LanguageTag("ar")
WAIT_MS = 10_000


@dataclass
class Kitchen:
    """A store around a fake model, and a clock to be moved."""

    most_bytes: int = 100_000
    now: float = 0.0
    fake: FakeTranslator = field(default_factory=lambda: FakeTranslator(ENTRY))

    def __post_init__(self) -> None:
        translation = Translation(Catalogue((ENTRY,)), DirectSegments({ENTRY.reference: self.fake}), Limits(10, 10_000))
        self.store = Translations(translation, translations, SegmentKeys(b"one"), self.most_bytes, 60, lambda: self.now)

    def ask(
        self, *texts: str, target: str = "an", locale: LanguageTag = EN, store: bool = True, tenant: str = PUBLIC
    ) -> bytes:
        order = Order(texts, LanguageTag("es"), (tag(target),), Delivery(now_ms() + WAIT_MS, store, tenant))
        return asyncio.run(self.store.answer(order, locale))

    @property
    def computed(self) -> list[str]:
        return [each.text for each in self.fake.translated]


def test_the_same_request_is_computed_once_and_answered_alike() -> None:
    kitchen = Kitchen()
    first = kitchen.ask("ስንት ነው", "agua")
    assert kitchen.ask("ስንት ነው", "agua") == first
    assert [each["text"] for each in json.loads(first)["results"]] == ["ስንት~an ነው~an", "agua~an"]
    assert kitchen.computed == ["ስንት ነው", "agua"]


@pytest.mark.parametrize(
    "other",
    [{"texts": ("agua pan",)}, {"texts": ("agua",), "target": "ast"}, {"texts": ("agua", "")}, {"texts": ("ag", "ua")}],
)
def test_another_request_is_never_mixed_up_with_it(other: dict[str, object]) -> None:
    kitchen = Kitchen()
    kitchen.ask("agua")
    kitchen.ask(*other.pop("texts"), **other)  # type: ignore[misc, arg-type]
    assert len(kitchen.computed) > 1


def test_each_locale_gets_its_own_words() -> None:
    kitchen = Kitchen()
    copied = "Madrid Bilbao Soria Teruel 4 5"
    words = [json.loads(kitchen.ask(copied, locale=locale))["results"][0] for locale in (EN, LanguageTag("es"))]
    assert len(kitchen.computed) == 2
    assert words[0]["text"] == words[1]["text"]


def test_tenants_share_no_response() -> None:
    kitchen = Kitchen()
    kitchen.ask("agua")
    kitchen.ask("agua", tenant="other")
    assert kitchen.computed == ["agua"] * 2


def test_what_must_not_be_kept_is_not() -> None:
    kitchen = Kitchen()
    kitchen.ask("secreto", store=False)
    kitchen.ask("secreto", store=False)
    kitchen.ask("secreto")
    assert kitchen.computed == ["secreto"] * 3


def test_a_response_is_kept_for_its_time() -> None:
    kitchen = Kitchen()
    for kitchen.now in (0, 59, 61, 100):
        kitchen.ask("agua")
    assert kitchen.computed == ["agua"] * 2


def test_the_least_used_responses_make_room() -> None:
    size = len(Kitchen().ask("texto 00"))
    kitchen = Kitchen(most_bytes=40 * size)
    for number in range(40):
        kitchen.ask(f"texto {number:02}")
    kitchen.ask("texto 00")
    kitchen.ask("texto 99")
    before = len(kitchen.computed)
    kitchen.ask("texto 00")
    assert len(kitchen.computed) == before
    kitchen.ask("texto 01")
    assert kitchen.computed[before:] == ["texto 01"]


def test_a_long_letter_does_not_push_out_short_notices() -> None:
    kitchen = Kitchen(most_bytes=40_000)
    kitchen.ask("aviso")
    kitchen.ask("carta " * 400)
    kitchen.ask("aviso")
    assert kitchen.computed.count("aviso") == 1


def test_nothing_is_kept_where_nothing_may_be() -> None:
    kitchen = Kitchen(most_bytes=0)
    kitchen.ask("agua")
    kitchen.ask("agua")
    assert kitchen.computed == ["agua"] * 2


def test_a_refused_request_is_refused_again() -> None:
    kitchen = Kitchen()
    for _ in range(2):
        with pytest.raises(TextEmpty):
            kitchen.ask("  ")


def test_kept_responses_count_their_segments_and_findings() -> None:
    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, {"model": ENTRY.reference, **labels}) or 0

    kitchen = Kitchen()
    kitchen.ask("Son 12 euros.", "pan", locale=AR)
    before = counted("malgil_segments_total", origin="cache")
    kitchen.ask("Son 12 euros.", "pan", locale=AR)
    assert counted("malgil_segments_total", origin="cache") == before + 2
