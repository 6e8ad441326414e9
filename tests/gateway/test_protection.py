"""Protecting phrases of a plain text takes nothing away from what its translation is without."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gateway import protection
from gateway.errors import GatewayError, GlossaryPair, Overloaded, QueueUnavailable, SegmentFailed, TimedOut
from gateway.segments import DirectSegments
from gateway.translation import Limits, Order, Translated, Translation
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationInput
from tests.gateway.test_guidance import AN, ENTRY, WATER, Kitchen, kept

LONG = "El ayuntamiento de la ciudad abre mañana por la tarde a todos los vecinos."


def protected(order: Order, *phrases: str, translation: Translation | None = None) -> list[Translated]:
    return asyncio.run(protection.translate(translation or Kitchen().translation, replace(order, protect=phrases)))


def codes(result: Translated) -> list[str]:
    return [each.code for each in result.report.findings]


def test_the_language_is_that_of_the_text_and_not_of_its_placeholders() -> None:
    order = replace(Kitchen().order(LONG), source=None)
    [plain] = protected(order)
    [result] = protected(order, "El ayuntamiento de la ciudad abre mañana", "todos los vecinos")
    assert (result.source, result.source_confidence) == (plain.source, plain.source_confidence)
    assert "todos los vecinos" in result.text


def test_placeholders_do_not_count_against_the_limits() -> None:
    [result] = protected(Kitchen().order("a y " * 2400), "y")
    assert result.text.count("y") == 2400


def test_texts_come_before_targets() -> None:
    targets = (AN, LanguageTag("ast"))
    results = protected(replace(Kitchen().order("Abre UE.", "", "Cierra UE."), targets=targets), "UE")
    assert [(each.index, each.target, each.text) for each in results] == [
        (0, "an", "Abre~an UE."), (0, "ast", "Abre~ast UE."), (1, "an", ""), (1, "ast", ""),
        (2, "an", "Cierra~an UE."), (2, "ast", "Cierra~ast UE."),
    ]  # fmt: skip


def test_a_phrase_across_the_end_of_a_sentence_is_protected() -> None:
    kitchen = Kitchen()
    [result] = protected(
        kitchen.order("Ven. Mira en Yahoo! Answers hoy. Sí."), "Yahoo! Answers", translation=kitchen.translation
    )
    assert result.text == "Ven~an. Mira~an en~an Yahoo! Answers hoy~an. Sí~an."
    assert "Mira en {p0} hoy." in kitchen.computed


SENTENCE = "La Plaza Mayor abre a las 9."


@pytest.mark.parametrize(("reviewer", "told"), [("Equipo", []), ("", ["protected_lost"])])
def test_what_the_memory_knows_wins_and_is_told_where_nobody_answers_for_it(reviewer: str, told: list[str]) -> None:
    kitchen = Kitchen(memory={SENTENCE: kept(SENTENCE, "A pllaza ubre a las 9.", reviewer)})
    text = f"{SENTENCE} Cierra la Plaza Mayor hoy."
    [result] = protected(kitchen.order(text), "Plaza Mayor", translation=kitchen.translation)
    assert result.text == "A pllaza ubre a las 9. Cierra~an la~an Plaza Mayor hoy~an."
    assert kitchen.computed == ["Cierra la {p0} hoy."]
    assert codes(result) == told


def test_several_lines_that_the_memory_knows_as_one_are_recalled() -> None:
    text = f"{SENTENCE}\n\nCierra hoy."
    kitchen = Kitchen(memory={text: kept(text, "A Plaza Mayor ubre a las 9.\n\nZarra hue.")})
    [result] = protected(kitchen.order(f" {text}\n"), "Plaza Mayor", translation=kitchen.translation)
    assert (result.text, kitchen.computed, codes(result)) == (" A Plaza Mayor ubre a las 9.\n\nZarra hue.\n", [], [])


def test_places_of_the_memory_and_the_glossary_are_those_of_the_text() -> None:
    kitchen = Kitchen([WATER], memory={"Cierra hoy.": kept("Cierra hoy.", "Zarra hue.", "Equipo")})
    text = "La Plaza Mayor abre. Cierra hoy. El agua de UE está cara."
    [result] = protected(kitchen.order(text), "Plaza Mayor", "UE", translation=kitchen.translation)
    assert result.text == "La~an Plaza Mayor abre~an. Zarra hue. El~an augua de~an UE está~an cara~an."
    assert [text[slice(*each.span)] for each in result.told.recalled if each.span] == ["Cierra hoy."]
    assert [text[slice(*each.span)] for each in result.told.terms if each.span] == ["El agua de UE está cara."]


def test_a_glossary_of_other_languages_is_refused_before_any_inference() -> None:
    kitchen = Kitchen([WATER])
    order = replace(kitchen.order(SENTENCE), targets=(AN, LanguageTag("ast")))
    with pytest.raises(GlossaryPair):
        protected(order, "Plaza Mayor", translation=kitchen.translation)
    assert kitchen.computed == []


class Losing(FakeTranslator):
    """Writes no placeholder."""

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        return [replace(each, text=re.sub(r"\{p\d\}", "…", each.text)) for each in super().translate(inputs)]


@dataclass
class Twice(DirectSegments):
    """Fails, if so wanted, on what it is asked after the first call; such calls wait until two are under way."""

    error: type[GatewayError] | None = None
    calls: int = 0
    both: asyncio.Barrier = field(default_factory=lambda: asyncio.Barrier(2))

    def __post_init__(self) -> None:
        super().__init__({ENTRY.reference: Losing(ENTRY)})

    async def translate(self, *asked: Any) -> Any:
        self.calls += 1
        if self.calls > 1:
            if self.error:
                raise self.error
            await asyncio.wait_for(self.both.wait(), 10)
        return await super().translate(*asked)


def around(segments: DirectSegments) -> Translation:
    return Translation(Catalogue((ENTRY,)), segments, Limits(10, 10_000))


@pytest.mark.parametrize("error", [Overloaded, QueueUnavailable, SegmentFailed, TimedOut])
def test_a_busy_service_keeps_the_first_answer_and_says_what_is_missing(error: type[GatewayError]) -> None:
    [result] = protected(Kitchen().order("Abre UE."), "UE", translation=around(Twice(error)))
    assert result.text == "Abre~an …."
    assert "protected_lost" in codes(result)


def test_texts_that_lost_a_phrase_are_translated_once_more_side_by_side() -> None:
    results = protected(Kitchen().order("Abre UE.", "Cierra UE."), "UE", translation=around(Twice()))
    assert [(each.index, each.text) for each in results] == [(0, "Abre~an UE~an."), (1, "Cierra~an UE~an.")]
    assert [codes(each) for each in results] == [[], []]
