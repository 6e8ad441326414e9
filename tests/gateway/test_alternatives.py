"""Other translations of a text: best first, no worse than the first, and only for who asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from accessibility.terms.application import Terminology
from accessibility.terms.glossary import Glossary, Limits, Term, checked
from gateway import formatted
from gateway.batch_queue import Entry, now_ms
from gateway.cache import CachedSegment, SegmentKeys
from gateway.guidance import Guidance
from gateway.responses import Translations
from gateway.segments import Delivery, DirectSegments
from gateway.translation import Limits as Sizes
from gateway.translation import Order, Translated, Translation
from gateway.wire.translation import translations
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, NBestInput, TranslationFailed, TranslationInput
from tests.gateway.running import engine_on
from tests.gateway.test_segments import computed, in_time, queued, stored_segments
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry(sources=("es", "ar", "hi", "am"))
ES, AN, EN = LanguageTag("es"), LanguageTag("an"), LanguageTag("en")


class Scripted(FakeTranslator):
    """Has these hypotheses of a text, else those of the fake; `down` fails on every NBestInput."""

    def __init__(self, hypotheses: dict[str, Sequence[str]] | None = None, *, down: bool = False) -> None:
        super().__init__(ENTRY)
        self._hypotheses = hypotheses or {}
        self._down = down

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        if self._down and any(isinstance(each, NBestInput) for each in inputs):
            raise TranslationFailed([None] * len(inputs))
        return [self._said(*pair) for pair in zip(inputs, super().translate(inputs), strict=True)]

    def _said(self, given: TranslationInput, plain: Hypothesis) -> Hypothesis:
        if given.text not in self._hypotheses:
            return plain
        best, *others = (replace(plain, text=text, others=()) for text in self._hypotheses[given.text])
        return replace(best, others=tuple(others[: given.others])) if isinstance(given, NBestInput) else best


def translation(fake: FakeTranslator) -> Translation:
    return Translation(Catalogue((ENTRY,)), DirectSegments({ENTRY.reference: fake}), Sizes(10, 10_000))


def order(*texts: str, wanted: int = 3, source: str = "es", guidance: Guidance | None = None) -> Order:
    return Order(texts, tag(source), (AN,), Delivery(now_ms() + 10_000), guidance, wanted)


def ask(*texts: str, fake: FakeTranslator | None = None, **how: Any) -> list[Translated]:
    return asyncio.run(translation(fake or FakeTranslator(ENTRY)).translate(order(*texts, **how)))


def others(*texts: str, **how: Any) -> tuple[str, ...]:
    [result] = ask(*texts, **how)
    assert result.alternatives is not None
    return result.alternatives


@pytest.mark.parametrize(
    ("source", "text", "second"),
    [
        ("es", "Abre a las 9.", "Abre~~an a~~an las~~an 9."),
        ("ar", "كم الساعة؟", "كم~~an الساعة~~an؟"),
        ("hi", "शुभ प्रभात", "शुभ~~an प्रभात~~an"),
        ("am", "ስንት ነው", "ስንት~~an ነው~~an"),
    ],
)
def test_other_translations_come_best_first(source: str, text: str, second: str) -> None:
    assert others(text, source=source, wanted=2) == (second, second.replace("~~", "~~~"))


def test_the_translation_itself_is_the_same_with_and_without_others() -> None:
    [plain], [more] = ask("Hola. Adiós.", wanted=0), ask("Hola. Adiós.")
    assert replace(more, alternatives=None) == plain
    assert plain.alternatives is None


def test_who_asks_for_none_costs_no_more_inference() -> None:
    fake = FakeTranslator(ENTRY)
    ask("Hola. Adiós.", wanted=0, fake=fake)
    assert fake.translated == (TranslationInput("Hola.", AN), TranslationInput("Adiós.", AN))


def test_sentences_combine_and_one_with_fewer_keeps_its_best() -> None:
    fake = Scripted({"Uno.": ["Un.", "Ún.", "Onne."], "Dos.": ["Dos~an.", "Dues."], "Tres.": ["Tres~an."]})
    assert others("Uno. Dos. Tres.", fake=fake) == ("Ún. Dues. Tres~an.", "Onne. Dos~an. Tres~an.")


def test_the_space_of_the_source_is_kept() -> None:
    assert others("  Hola.\n\n\tAdiós.  \n", wanted=1) == ("  Hola~~an.\n\n\tAdiós~~an.  \n",)


def test_none_equals_the_translation_another_one_or_the_source() -> None:
    fake = Scripted({"Buenos días.": ["Buen día.", "buen día", "Buens días.", "Buenos días!", "«Buens días.»"]})
    assert others("Buenos días.", fake=fake) == ("Buens días.",)


def test_none_fails_a_check_that_the_translation_passes() -> None:
    text = "Llame al 974102030 antes del 3 de mayo."
    good, bad = "Clame a lo 974102030 antes d'o 3 de mayo.", "Clame a lo 974102031 antes d'o 3 de mayo."
    spare = "Clame ta o 974102030 antes d'o 3 de mayo."
    assert others(text, fake=Scripted({text: [good, bad, spare]})) == (spare,)
    # Where the translation itself fails, there is nothing to protect.
    assert others(text, fake=Scripted({text: [bad, good]})) == (good,)


def test_none_lacks_a_term_that_the_translation_holds() -> None:
    terms = Terminology(Glossary("g1", 1, "", ES, AN, checked([Term("w", "agua", "augua")], Limits())))
    fake = Scripted({"El agua es cara.": ["L'augua ye cara.", "L'aigua ye cara.", "L'augua ye car."]})
    assert others("El agua es cara.", fake=fake, guidance=Guidance("k", terms)) == ("L'augua ye car.",)


@pytest.mark.parametrize("text", ["112", "🎉 — 🎉"])
def test_what_needs_no_model_has_no_other(text: str) -> None:
    assert others(text) == ()


def test_a_model_that_fails_on_others_costs_nobody_the_translation() -> None:
    [result] = ask("Hola.", fake=Scripted(down=True))
    assert (result.text, result.alternatives) == ("Hola~an.", ())


def test_others_of_a_page_are_pages_with_their_markup() -> None:
    wanted = order("<p>Hola <b>amigo</b>.</p>", wanted=1)
    [page] = asyncio.run(formatted.translate(translation(FakeTranslator(ENTRY)), wanted, "html"))
    assert page.translated.text == "<p>Hola~an <strong>amigo</strong>.</p>"
    assert page.translated.alternatives == ("<p>Hola~~an <strong>amigo</strong>.</p>",)


def test_an_answer_with_others_is_not_kept_for_who_asks_for_none() -> None:
    store = Translations(translation(FakeTranslator(ENTRY)), translations, SegmentKeys(b"one"), 100_000, 60)
    with_others, plain = (json.loads(asyncio.run(store.answer(order("Hola.", wanted=n), EN))) for n in (2, 0))
    assert with_others["results"][0]["alternatives"] == ["Hola~~an.", "Hola~~~an."]
    assert "alternatives" not in plain["results"][0]


def test_others_go_through_queue_and_cache_under_a_name_of_their_own(clean_valkey: str) -> None:
    fake = FakeTranslator(ENTRY)
    inputs = [TranslationInput("agua", AN), NBestInput("agua", AN, None, 1), NBestInput("agua", AN, None, 2)]

    async def twice() -> list[list[CachedSegment]]:
        async with queued(clean_valkey) as segments:
            return [await segments.translate(ENTRY, inputs, in_time()) for _ in range(2)]

    with engine_on(clean_valkey, fake):
        first, again = asyncio.run(twice())
    assert again == first
    assert [[other.text for other in each.others] for each in first] == [[], ["agua~~an"], ["agua~~an", "agua~~~an"]]
    assert computed(fake) == ["agua"] * 3
    assert len(stored_segments(clean_valkey)) == 3


def test_an_entry_costs_its_tenant_as_much_as_it_costs_the_engine() -> None:
    entry = Entry("k", "agua", "an", 0, 0)
    assert (entry.cost, msgspec.structs.replace(entry, others=4).cost) == (4, 20)
