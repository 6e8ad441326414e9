"""A translation holds its organisation's terms and remembers what was translated; without them it costs nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from accessibility.terms.application import Demand, Terminology
from accessibility.terms.glossary import Glossary, Limits, Term, checked
from accessibility.terms.memory import Kept, Pair
from accessibility.terms.wording import Finder
from gateway.batch_queue import now_ms
from gateway.cache import SegmentKeys
from gateway.errors import GlossaryPair, Overloaded, StateUnavailable
from gateway.guidance import Guidance, recall
from gateway.memories import TenantMemory
from gateway.responses import Translations
from gateway.segments import Delivery, DirectSegments
from gateway.state.database import Database
from gateway.translation import Limits as Sizes
from gateway.translation import Order, Translated, Translation
from gateway.wire.translation import translations
from locales.segmentation import join, split
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationInput
from tests.models.tiny_model import tiny_entry

ENTRY = tiny_entry(sources=("es", "ar", "hi", "am"))
ES, AN, EN = LanguageTag("es"), LanguageTag("an"), LanguageTag("en")


@dataclass
class Kitchen:
    """A translation around a fake model, with terms and a memory to give it."""

    terms: Sequence[Term] = ()
    memory: dict[str, Kept] = field(default_factory=dict)
    target: LanguageTag = AN
    fake: FakeTranslator = field(default_factory=lambda: FakeTranslator(ENTRY))
    asked: list[tuple[Pair, tuple[str, ...]]] = field(default_factory=list)

    async def look_up(self, pair: Pair, sources: Sequence[str]) -> Mapping[str, Kept]:
        self.asked.append((pair, tuple(sources)))
        return {source: self.memory[source] for source in sources if source in self.memory}

    @property
    def guidance(self) -> Guidance:
        glossary = Glossary("g1", 2, "", ES, self.target, checked(self.terms, Limits())) if self.terms else None
        return Guidance("key", Terminology(glossary) if glossary else None, self if self.memory else None)

    @property
    def translation(self) -> Translation:
        return Translation(Catalogue((ENTRY,)), DirectSegments({ENTRY.reference: self.fake}), Sizes(10, 10_000))

    def order(self, *texts: str, target: LanguageTag = AN, guided: bool = True, source: LanguageTag = ES) -> Order:
        delivery = Delivery(now_ms() + 10_000)
        return Order(texts, source, (target,), delivery, self.guidance if guided else None)

    def ask(self, *texts: str, **how: Any) -> list[Translated]:
        return asyncio.run(self.translation.translate(self.order(*texts, **how)))

    @property
    def computed(self) -> list[str]:
        return [each.text for each in self.fake.translated]


def kept(source: str, target: str, reviewer: str = "") -> Kept:
    return Kept(f"id-{len(source)}", Pair(ES, AN), source, target, bool(reviewer), reviewer, 1)


WATER = Term("water", "agua", "augua")
HOUSE = Term("house", "casa", "casa~an")


def test_a_term_the_model_does_not_know_is_put_in_its_place() -> None:
    kitchen = Kitchen([WATER])
    [result] = kitchen.ask("El agua está cara. Hoy llueve.")
    assert result.text == "El~an augua está~an cara~an. Hoy~an llueve~an."
    assert result.report.checks["glossary"] == "pass"
    [told] = result.told.terms
    assert (told.terms, told.missing, told.span) == (("water",), (), (0, 18))
    assert "Hoy llueve." in kitchen.computed
    assert kitchen.computed.count("Hoy llueve.") == 1


def test_what_holds_its_terms_is_asked_once() -> None:
    kitchen = Kitchen([HOUSE])
    [result] = kitchen.ask("La casa abre.")
    assert result.report.checks["glossary"] == "pass"
    assert kitchen.computed == ["La casa abre."]


class Lossy(FakeTranslator):
    """Loses every mark."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        return [replace(each, text=each.text.replace("{0}", "")) for each in super().translate(inputs)]


def test_a_term_that_cannot_be_held_is_said_by_its_id_and_the_first_answer_stands() -> None:
    [result] = Kitchen([WATER], fake=Lossy(ENTRY)).ask("El agua está cara.")
    assert result.text == "El~an agua~an está~an cara~an."
    assert result.report.checks["glossary"] == "fail"
    assert [each.missing for each in result.told.terms] == [("water",)]
    assert [each.code for each in result.report.findings] == ["term_missing"]


class Sparing(FakeTranslator):
    """Knows `~an` of a text only where nothing is marked."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        found = super().translate(inputs)
        marked = ["{" in each.text for each in inputs]
        return [
            replace(each, text=each.text.replace("casa~an", "casa")) if lost else each
            for each, lost in zip(found, marked, strict=True)
        ]


def test_where_marks_make_it_lose_another_term_all_are_marked() -> None:
    kitchen = Kitchen([WATER, HOUSE], fake=Sparing(ENTRY))
    [result] = kitchen.ask("El agua de la casa.")
    assert result.text == "El~an augua de~an la~an casa~an."
    assert kitchen.computed == ["El agua de la casa.", "El {0} de la casa.", "El {0} de la {1}."]
    assert result.report.checks["glossary"] == "pass"


class Careless(FakeTranslator):
    """Holds terms at the price of numbers."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        found = super().translate(inputs)
        marked = ["{0}" in each.text for each in inputs]
        return [
            replace(each, text=each.text.replace("9", "")) if lost else each
            for each, lost in zip(found, marked, strict=True)
        ]


def test_a_term_is_never_bought_with_a_number() -> None:
    [result] = Kitchen([WATER], fake=Careless(ENTRY)).ask("El agua cuesta 9 euros.")
    assert "9" in result.text
    assert result.report.checks["numbers"] == "pass"
    assert result.report.checks["glossary"] == "fail"


def test_a_form_that_the_glossary_lacks_is_said_and_not_guessed() -> None:
    [result] = Kitchen([WATER]).ask("Las aguas bajan.")
    assert result.report.checks["glossary"] == "not_available"
    assert [each.code for each in result.report.findings] == ["term_form"]
    assert result.told.terms[0].unsure == ("water",)


def test_without_a_term_in_the_text_nothing_was_looked_at() -> None:
    [result] = Kitchen([WATER]).ask("Hoy llueve.")
    assert result.report.checks["glossary"] == "not_available"
    assert result.told.terms == ()


def test_names_that_are_not_translated_stay_as_they_are() -> None:
    name = Term("name", "Casa Roja", "", translate=False)
    [result] = Kitchen([name]).ask("La Casa Roja abre el lunes.")
    assert "Casa Roja" in result.text
    assert result.report.checks["glossary"] == "pass"


def test_a_glossary_of_other_languages_is_refused_before_any_inference() -> None:
    kitchen = Kitchen([WATER])
    with pytest.raises(GlossaryPair):
        kitchen.ask("El agua.", target=LanguageTag("ast"))
    with pytest.raises(GlossaryPair):
        kitchen.ask("ውሃ", source=LanguageTag("am"))
    assert kitchen.computed == []


def test_a_memory_that_cannot_be_asked_is_no_empty_memory() -> None:
    kitchen = Kitchen()
    guidance = Guidance("key", None, TenantMemory(Database(None), "clinic"))
    with pytest.raises(StateUnavailable):
        asyncio.run(kitchen.translation.translate(replace(kitchen.order("Cerrado hoy."), guidance=guidance)))
    assert kitchen.computed == []


class Refusing(DirectSegments):
    """Answers once, then is overloaded."""

    calls = 0

    async def translate(self, *asked: Any) -> Any:
        self.calls += 1
        if self.calls > 1:
            raise Overloaded
        return await super().translate(*asked)


def test_a_busy_service_keeps_the_first_answer_and_says_what_is_missing() -> None:
    kitchen = Kitchen([WATER])
    translation = Translation(Catalogue((ENTRY,)), Refusing({ENTRY.reference: kitchen.fake}), Sizes(10, 10_000))
    [result] = asyncio.run(translation.translate(kitchen.order("El agua.")))
    assert result.text == "El~an agua~an."
    assert result.report.checks["glossary"] == "fail"


def test_what_the_memory_knows_needs_no_model() -> None:
    kitchen = Kitchen(memory={"Cerrado hoy.": kept("Cerrado hoy.", "Zarrau hue.", "Equipo")})
    [result] = kitchen.ask(" Cerrado hoy.\n")
    assert result.text == " Zarrau hue.\n"
    assert kitchen.computed == []
    assert not result.by_model
    assert result.reviewed
    [recalled] = result.told.recalled
    assert (recalled.kept.reviewer, recalled.span) == ("Equipo", (1, 13))


def test_an_empty_text_among_others_needs_no_memory() -> None:
    results = Kitchen(memory={"Uno.": kept("Uno.", "Un.")}).ask("Uno.", "")
    assert [each.text for each in results] == ["Un.", ""]


def test_the_longest_that_the_memory_knows_answers() -> None:
    texts = ["Uno. Dos.", "Uno.", "Dos.", "Tres."]
    kitchen = Kitchen(memory={text: kept(text, f"[{text}]") for text in texts})
    [result] = kitchen.ask("Uno. Dos.\n\nUno. Cuatro.\nTres.")
    assert result.text == "[Uno. Dos.]\n\n[Uno.] Cuatro~an.\n[Tres.]"
    assert kitchen.computed == ["Cuatro."]
    assert result.by_model
    assert not result.reviewed


def test_what_nobody_reviewed_is_checked_like_any_translation() -> None:
    wrong = {"Abre a las 9 de la mañana.": kept("Abre a las 9 de la mañana.", "Ubre a las 8 d'o maitín.")}
    [result] = Kitchen(memory=wrong).ask("Abre a las 9 de la mañana.")
    assert "number_mismatch" in [each.code for each in result.report.findings]
    [source] = wrong
    wrong[source] = replace(wrong[source], reviewed=True, reviewer="Ana")
    [result] = Kitchen(memory=wrong).ask("Abre a las 9 de la mañana.")
    assert result.report.findings == ()
    assert set(result.report.checks.values()) == {"not_available"}


def test_what_the_memory_says_is_held_to_the_glossary_too() -> None:
    kitchen = Kitchen([WATER], memory={"El agua.": kept("El agua.", "L'aigua.", "Ana")})
    [result] = kitchen.ask("El agua.")
    assert (result.text, result.report.checks["glossary"]) == ("L'aigua.", "fail")
    assert kitchen.computed == []


@pytest.mark.parametrize("text", ["Uno. Dos.\nTres.\n", " Uno.", "\n\n", "كتاب. قلم.\nباب", "🙂", "Uno.\r\nDos."])
def test_joined_segments_are_the_text(text: str) -> None:
    async def everything() -> list[str]:
        found = []
        for known in ({}, {"*": 1}):
            told = await recall(_All(bool(known)), Pair(ES, AN), split(text, ES))
            found.append(join(told.segments, [each.text for each in told.segments]))
        return found

    assert asyncio.run(everything()) == [text, text]


@dataclass
class _All:
    """Knows everything, or nothing."""

    everything: bool

    async def look_up(self, _: Pair, sources: Sequence[str]) -> Mapping[str, Kept]:
        return {source: kept(source, "x") for source in sources if self.everything}


def answered(kitchen: Kitchen, *texts: str, tenant: str = "clinic") -> dict[str, Any]:
    store = Translations(kitchen.translation, translations, SegmentKeys(b"one"), 100_000, 60)
    order = kitchen.order(*texts)
    order = replace(order, delivery=replace(order.delivery, tenant=tenant))
    answer: dict[str, Any] = json.loads(asyncio.run(store.answer(order, EN)))["results"][0]
    return answer


def test_an_answer_says_what_came_from_where() -> None:
    known = {"Cerrado hoy.": kept("Cerrado hoy.", "Zarrau hue.", "Ana")}
    whole = answered(Kitchen(memory=known), "Cerrado hoy.")
    assert {name: whole[name] for name in ("origin", "reviewed", "reviewer", "model", "licence", "glossary")} == {
        "origin": "memory",
        "reviewed": True,
        "reviewer": "Ana",
        "model": None,
        "licence": None,
        "glossary": None,
    }
    assert whole["label"]["text"] == "Traducción revisada por una persona"
    part = answered(Kitchen([HOUSE], memory=known), "Cerrado hoy. La casa abre.")
    assert (part["origin"], part["reviewed"], part["reviewer"]) == ("mixed", False, None)
    assert part["model"] == ENTRY.reference
    assert part["memory"] == [{"id": "id-12", "source_span": [0, 12], "reviewed": True, "reviewer": "Ana"}]
    assert part["glossary"]["glossary"] == "g1@2"
    assert part["glossary"]["segments"][0]["terms"] == ["house"]
    assert "casa" not in json.dumps({**part, "text": ""})
    unreviewed = {"Cerrado hoy.": kept("Cerrado hoy.", "Zarrau hue.")}
    assert answered(Kitchen(memory=unreviewed), "Cerrado hoy.")["label"]["text"].endswith("organización")


def test_kept_answers_are_told_apart_by_tenant_glossary_and_revision() -> None:
    kitchen = Kitchen([HOUSE])
    store = Translations(kitchen.translation, translations, SegmentKeys(b"one"), 100_000, 60)

    def ask(tenant: str, key: str | None) -> int:
        order = kitchen.order("La casa abre.")
        order = replace(
            order,
            delivery=replace(order.delivery, tenant=tenant, cache="public"),
            guidance=None if key is None else replace(kitchen.guidance, key=key),
        )
        asyncio.run(store.answer(order, EN))
        return len(kitchen.computed)

    counts = [ask("a", "g@1|"), ask("a", "g@1|"), ask("a", "g@2|"), ask("a", "g@1|1"), ask("b", "g@1|"), ask("b", None)]
    assert counts == [1, 1, 2, 3, 4, 5]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every step into terms, memory or database."""
    steps: list[str] = []
    for owner, name in (
        (Finder, "find"),
        (Finder, "__init__"),
        (Terminology, "demand"),
        (Demand, "verdict"),
        (TenantMemory, "look_up"),
        (Database, "read"),
        (Database, "write"),
    ):
        before = getattr(owner, name)

        def step(*given: Any, before: Any = before, name: str = name, **named: Any) -> Any:
            steps.append(name)
            return before(*given, **named)

        monkeypatch.setattr(owner, name, step)
    return steps


def test_without_a_glossary_and_a_memory_no_step_is_made(counted: list[str]) -> None:
    kitchen = Kitchen([HOUSE])
    kitchen.ask("La casa abre. El agua está cara.", guided=False)
    assert counted == []
    kitchen.ask("La casa abre.")
    assert "find" in counted
