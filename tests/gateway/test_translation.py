from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest

from accessibility.checks import CHECKS, version
from gateway.batch_queue import now_ms
from gateway.cache import CachedSegment
from gateway.errors import LanguageUncertain, PairNotServed, TextEmpty, TextTooLong, TooManyTexts
from gateway.reports import PackedReport
from gateway.segments import Delivery, DirectSegments
from gateway.translation import Limits, Order, Translated, Translation
from locales.normalisation import normalise
from models.catalogue import Catalogue, CatalogueEntry
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import TranslationInput
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry(sources=("es", "ar", "hi", "am"))
# Writes four words of each segment and stops: what comes later is lost.
FORGETFUL = tiny_entry(sources=("es", "ar", "hi", "am"), max_target_ratio=0.01, max_target_extra=3)


def order(*texts: str, targets: tuple[str, ...] = ("an",), source: str | None = "es") -> Order:
    return Order(
        texts,
        None if source is None else tag(source),
        tuple(tag(target) for target in targets),
        Delivery(now_ms() + 10_000),
    )


def translate(
    wanted: Order, *entries: CatalogueEntry, limits: Limits | None = None, fake: FakeTranslator | None = None
) -> list[Translated]:
    served = entries or (ENTRY,)
    translators = {entry.reference: fake or FakeTranslator(entry) for entry in served}
    translation = Translation(Catalogue(served), DirectSegments(translators), limits or Limits(10, 10_000))
    return asyncio.run(translation.translate(wanted))


def places(result: Translated, text: str) -> list[tuple[str, str]]:
    """Each finding's code with the part of the normalised source that it points at."""
    clean = normalise(text)
    return [(each.code, clean[slice(*each.span)]) for each in result.report.findings if each.span]


def codes(result: Translated) -> list[str]:
    return [finding.code for finding in result.report.findings]


def test_results_come_texts_first_then_targets() -> None:
    results = translate(order("Uno.", "Dos.", targets=("ast", "an")))
    assert [(result.index, result.target, result.text) for result in results] == [
        (0, "ast", "Uno~ast."),
        (0, "an", "Uno~an."),
        (1, "ast", "Dos~ast."),
        (1, "an", "Dos~an."),
    ]


def test_a_sentence_that_stands_in_several_texts_is_translated_once() -> None:
    fake = FakeTranslator(ENTRY)
    translate(order("Buenos días. Adiós.", "Adiós. Buenos días."), fake=fake)
    assert sorted(each.text for each in fake.translated) == ["Adiós.", "Buenos días."]


@pytest.mark.parametrize(
    "text",
    [
        "  Uno.\n\n\n\tDos. Tres.  \n",
        "Título\n\n• uno\n• dos\n",
        "\u00a0Hola.\u2003Adiós.\u200b\n",
        "La biblioteca abre.\n\n----\n\nCierra a las 9.",
    ],
)
def test_the_space_around_sentences_is_kept(text: str) -> None:
    [result] = translate(order(text))
    assert result.text != text
    assert result.text.replace("~an", "") == text


@pytest.mark.parametrize("text", ["112", "🎉 — 🎉", "9:30 / 10:45\n\n***", "٤٥٦"])
def test_what_has_no_letters_is_copied_without_inference(text: str) -> None:
    fake = FakeTranslator(ENTRY)
    [result] = translate(order(text), fake=fake)
    assert result.text == text
    assert fake.translated == ()
    assert result.report.findings == ()


@pytest.mark.parametrize(
    ("source", "before"),
    [
        ("es", "Hola. ¿Qué tal?\n\n"),
        ("es", "Hola 👩‍👩‍👧‍👦🇪🇺. "),
        ("es", "Jose\u0301 llego\u0301.\r\n\r\n"),
        ("es", "\ufeffHola\u00ad.\u202e Sí. "),
        ("ar", "السلام عليكم. كيف حالك؟ "),
        ("hi", "नमस्ते। आप कैसे हैं? "),
        ("am", "ሰላም። እንዴት ነህ? "),
        ("es", "   \n\t"),
    ],
    ids=["sentences", "emoji", "decomposed", "invisible", "arabic", "devanagari", "ethiopic", "space"],
)
def test_a_warning_points_at_its_place_in_the_normalised_source(source: str, before: str) -> None:
    text = f"{before}Llame hoy mismo sin falta al 974102030 por favor. Adiós."
    [result] = translate(order(text, source=source), FORGETFUL)
    assert [place for place in places(result, text) if place[0] in ("number_mismatch", "cut_off")] == [
        ("number_mismatch", "974102030"),
        ("cut_off", "Llame hoy mismo sin falta al 974102030 por favor."),
    ]
    assert result.report.checks["numbers"] == result.report.checks["cut_off"] == "fail"


def test_each_of_several_faults_points_at_its_own_sentence() -> None:
    sentences = ["Abre cada día laborable a las 9.", "Sí.", "Cierra cada día laborable a las 21."]
    text = "\n".join(sentences)
    [result] = translate(order(text), FORGETFUL)
    cut = [place for code, place in places(result, text) if code == "cut_off"]
    assert cut == [sentences[0], sentences[2]]
    spans = [each.span for each in result.report.findings if each.code == "number_mismatch" and each.span]
    assert all(first[1] < second[0] for first, second in pairwise(spans))
    assert [text[slice(*span)] for span in spans] == ["9", "21"]


def test_the_faults_of_one_target_are_not_those_of_another() -> None:
    good = tiny_entry("good", targets=("an",))
    bad = tiny_entry("bad", targets=("ast",), max_target_ratio=0.01, max_target_extra=0)
    sound, cut = translate(order("Abre a las 9.", targets=("an", "ast")), good, bad)
    assert (sound.model, codes(sound)) == (good, [])
    assert cut.model == bad
    assert "cut_off" in codes(cut)


def test_a_declared_source_is_never_doubted() -> None:
    [result] = translate(order("zq"))
    assert (result.source, result.source_confidence) == ("es", None)
    assert "source_detected" not in codes(result)


ENGLISH = (
    "The municipal library opens at nine every working day, and everyone may borrow up to five books for a month. " * 3
)


def test_a_long_text_in_another_language_than_declared_is_said_aloud_and_translated_all_the_same() -> None:
    [result] = translate(order(ENGLISH))
    [finding] = [each for each in result.report.findings if each.code == "source_doubted"]
    assert (result.source, finding.severity, finding.span) == ("es", "medium", None)


def test_a_long_text_in_the_declared_language_or_a_short_one_is_not_doubted() -> None:
    spanish = "La biblioteca municipal abre a las nueve y cualquiera puede llevarse cinco libros durante un mes. " * 4
    for text in (spanish, ENGLISH[:100]):
        [result] = translate(order(text))
        assert "source_doubted" not in codes(result)


def test_a_recognised_source_comes_with_its_confidence() -> None:
    text = "La biblioteca municipal abre todos los días laborables a las nueve de la mañana."
    [result] = translate(order(text, source=None))
    assert result.source == "es"
    assert result.source_confidence is not None
    assert 0.7 < result.source_confidence <= 1
    assert "source_detected" not in codes(result)


def test_each_text_is_recognised_by_itself() -> None:
    spanish, amharic = translate(
        order("La biblioteca municipal abre todos los días a las nueve.", "ቤተ መጻሕፍቱ ይከፈታል።", source=None)
    )
    assert (spanish.source, amharic.source) == ("es", "am")


def test_a_source_recognised_with_doubt_is_said_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.reading.SURE", 1.01)
    [result] = translate(order("La biblioteca municipal abre a las nueve de la mañana.", source=None))
    [finding] = [each for each in result.report.findings if each.code == "source_detected"]
    assert (finding.severity, finding.span) == ("low", None)


def test_languages_that_are_no_source_here_do_not_make_one_uncertain() -> None:
    # As likely Asturian or Galician as a short text can be; only Spanish is translated from here.
    for text in ("Casa de la cultura municipal", "Museo nacional de arte"):
        [result] = translate(order(text, source=None), tiny_entry(sources=("es",), targets=("an",)))
        assert result.source == "es"
        assert "source_detected" in codes(result)


def test_a_likelier_language_that_is_no_source_here_is_named_and_not_ignored() -> None:
    with pytest.raises(PairNotServed) as refused:
        translate(order("The library opens every working day at nine.", source=None), tiny_entry(sources=("es",)))
    assert refused.value.values["source"] == "en"


@pytest.mark.parametrize("text", ["zq", "agua", "el"])
def test_a_source_nobody_can_recognise_is_asked_for(text: str) -> None:
    with pytest.raises(LanguageUncertain):
        translate(order(text, source=None))


def test_a_source_with_too_little_confidence_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.reading.LEAST_CONFIDENCE", 1.01)
    with pytest.raises(LanguageUncertain):
        translate(order("La biblioteca municipal abre a las nueve de la mañana.", source=None))


def test_a_source_that_leads_too_little_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.reading.LEAST_CONFIDENCE", 0)
    monkeypatch.setattr("gateway.reading.LEAST_LEAD", 10**9)
    several = tiny_entry(sources=("es", "gl", "ca"), targets=("an",))
    with pytest.raises(LanguageUncertain):
        translate(order("La biblioteca municipal abre a las nueve de la mañana.", source=None), several)


def test_text_without_letters_needs_no_recognised_source() -> None:
    [result] = translate(order("112", source=None))
    assert (result.source, result.source_confidence, codes(result)) == ("es", 0.0, [])


def test_hidden_characters_are_removed_and_reported() -> None:
    [hidden, plain] = translate(order("Hola \u202eamigo\U000e0041.", "Hola amigo."))
    [finding] = hidden.report.findings
    assert (finding.code, finding.severity, finding.span) == ("suspicious_characters", "medium", None)
    assert hidden.text == plain.text == "Hola~an amigo~an."
    assert plain.report.findings == ()


def test_a_pair_that_is_not_served_says_what_is() -> None:
    with pytest.raises(PairNotServed) as raised:
        translate(order("Hola.", targets=("an", "sw")))
    assert (raised.value.values["source"], raised.value.values["target"]) == ("es", "sw")
    assert "hi → ast" in raised.value.available


def test_a_pair_that_is_not_served_costs_no_inference() -> None:
    fake = FakeTranslator(ENTRY)
    with pytest.raises(PairNotServed):
        translate(order("Hola.", targets=("an", "sw")), fake=fake)
    assert fake.translated == ()


def test_the_first_model_of_the_catalogue_serves_a_pair_that_two_know() -> None:
    first, second = tiny_entry("first"), tiny_entry("second")
    [result] = translate(order("Hola."), first, second)
    assert result.model == first


@pytest.mark.parametrize("texts", [(), ("",), (" \n\t ", "\u3000")])
def test_nothing_but_space_is_refused(texts: tuple[str, ...]) -> None:
    with pytest.raises(TextEmpty):
        translate(order(*texts))


def test_an_empty_text_among_others_stays_empty() -> None:
    assert [result.text for result in translate(order("Hola.", "", "  "))] == ["Hola~an.", "", "  "]


def test_more_texts_than_allowed_are_refused() -> None:
    allowed = Limits(2, 100)
    assert len(translate(order("a", "b"), limits=allowed)) == 2
    with pytest.raises(TooManyTexts) as raised:
        translate(order("a", "b", "c"), limits=allowed)
    assert raised.value.values == {"limit": 2}


def test_all_texts_together_count_against_the_limit_however_many_targets() -> None:
    allowed = Limits(10, 10)
    assert len(translate(order("abcde", targets=("an", "ast")), limits=allowed)) == 2
    assert len(translate(order("abcdefghij", targets=("an", "ast")), limits=allowed)) == 2
    for wanted in (order("abcdefghijk"), order("abcdef", "ghijk")):
        with pytest.raises(TextTooLong) as raised:
            translate(wanted, limits=allowed)
        assert raised.value.values == {"limit": 10}


def test_model_that_names_the_source_hears_it_and_others_do_not() -> None:
    named = tiny_entry("named", ("sw", "yo"), sources=("am", "es"), prefix="both-tags", tag_format="__{target}__")
    fake = FakeTranslator(named)
    translate(order("ውሃ.", source="am", targets=("sw",)), named, fake=fake)
    translate(order("Agua.", source="es", targets=("sw",)), named, fake=fake)
    assert [each.source for each in fake.translated] == ["am", "es"]
    plain = FakeTranslator(ENTRY)
    translate(order("ውሃ.", source="am"), ENTRY, fake=plain)
    assert [each.source for each in plain.translated] == [None]


def test_of_very_many_pairs_those_near_the_wanted_one_are_named() -> None:
    languages = tuple(["af", "am", "ar", "az", "be", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et"])
    many = tiny_entry("many", languages, sources=languages, prefix="both-tags", tag_format="__{target}__")
    with pytest.raises(PairNotServed) as refusal:
        translate(order("Agua.", targets=("zu",)), many)
    assert len(refusal.value.available) == 50
    assert refusal.value.available[0].startswith("es → ")


class Judging(DirectSegments):
    """Hands out a report that nobody would make of these texts, by our own code or by another's."""

    def __init__(self, version: str) -> None:
        super().__init__({ENTRY.reference: FakeTranslator(ENTRY)})
        self._report = PackedReport(version, "f" * len(CHECKS), (("cut_off", "high", (0, 3)),))

    async def translate(
        self, model: CatalogueEntry, inputs: Sequence[TranslationInput], delivery: Delivery
    ) -> list[CachedSegment]:
        found = await super().translate(model, inputs, delivery)
        return [msgspec.structs.replace(each, report=self._report) for each in found]


@pytest.mark.parametrize(("by", "found"), [(version(), ["cut_off", "cut_off"]), ("another release", [])])
def test_what_the_engine_judged_is_judged_again_only_where_its_code_is_another(by: str, found: list[str]) -> None:
    translation = Translation(Catalogue((ENTRY,)), Judging(by), Limits(10, 10_000))
    [result] = asyncio.run(translation.translate(order("Uno es así. Dos es así.")))
    assert codes(result) == found
    assert [finding.span for finding in result.report.findings] == ([(0, 3), (12, 15)] if found else [])
