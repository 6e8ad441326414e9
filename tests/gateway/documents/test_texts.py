"""The texts of a document on their way: nothing is lost when a model fails, a queue is full or marks are gone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence

import pytest

from gateway.batch_queue import now_ms
from gateway.cache import CachedSegment
from gateway.documents import texts
from gateway.errors import GatewayError, LanguageUncertain, Overloaded, PairNotServed, SegmentFailed
from gateway.segments import Delivery
from gateway.translation import Limits, Translation
from models.catalogue import Catalogue, CatalogueEntry
from models.runtime.protocol import TranslationInput
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry()


class Answers:
    """A translator that says for each text what a function makes of it; errors are raised."""

    def __init__(self, say: Callable[[str], str | GatewayError]) -> None:
        self._say = say
        self.asked: list[list[str]] = []

    async def translate(
        self,
        model: CatalogueEntry,  # noqa: ARG002 every model says the same
        inputs: Sequence[TranslationInput],
        delivery: Delivery,  # noqa: ARG002 at once
    ) -> list[CachedSegment]:
        self.asked.append([each.text for each in inputs])
        answers = [self._say(each.text) for each in inputs]
        for answer in answers:
            if isinstance(answer, GatewayError):
                raise answer
        return [CachedSegment(str(answer), complete=True) for answer in answers]


def done(
    say: Callable[[str], str | GatewayError], *given: str, known: Mapping[int, str] | None = None
) -> tuple[texts.Done, Answers, int]:
    """What became of the texts, what was asked, and how many texts were told as done."""
    segments = Answers(say)
    translation = Translation(Catalogue((ENTRY,)), segments, Limits(1, 1))
    told: dict[int, str] = {}

    async def progress(more: Mapping[int, str], _: Mapping[str, int]) -> None:
        told.update(more)

    def delivery() -> Delivery:
        return Delivery(now_ms() + 10_000, lane="bulk")

    result = asyncio.run(texts.translate(lambda: translation, given, tag("es"), tag("an"), delivery, progress, known))
    return result, segments, len(told)


def test_lines_of_a_text_are_translated_apart_and_stay_lines() -> None:
    result, segments, _ = done(str.upper, "Teléfono:\n974 10 20\nGracias", "Hola. Adiós.")
    assert result.texts == ["TELÉFONO:\n974 10 20\nGRACIAS", "HOLA. ADIÓS."]
    assert "974 10 20" not in segments.asked[0]


def test_a_line_end_that_a_model_makes_up_is_a_blank() -> None:
    assert done(lambda text: text.replace(" ", "\n"), "Buenos días")[0].texts == ["Buenos días"]


def test_what_was_done_before_is_not_asked_again() -> None:
    result, segments, told = done(str.upper, "uno", "dos", "tres", known={1: "DUES"})
    assert (result.texts, told) == (["UNO", "DUES", "TRES"], 2)
    assert segments.asked == [["uno", "tres"]]


def test_a_book_goes_in_windows() -> None:
    given = [f"Frase número {number}" for number in range(3 * texts.WINDOW_TEXTS)]
    result, segments, told = done(str.upper, *given)
    assert result.texts == [text.upper() for text in given]
    assert [len(each) for each in segments.asked] == [texts.WINDOW_TEXTS] * 3
    assert told == len(given)


def test_a_text_that_a_model_fails_on_stays_and_its_neighbours_do_not() -> None:
    result, _, _ = done(
        lambda text: SegmentFailed() if "veneno" in text else text.upper(), "uno", "veneno", "dos\ntres"
    )
    assert (result.texts, result.counts[texts.TEXT_LEFT]) == (["UNO", "veneno", "DOS\nTRES"], 1)


def test_a_full_queue_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_AGAIN_S", 0.001)
    refusals = [Overloaded(), Overloaded()]
    assert done(lambda text: refusals.pop() if refusals else text.upper(), "uno")[0].texts == ["UNO"]


def test_other_errors_end_the_document() -> None:
    with pytest.raises(PairNotServed):
        done(lambda _: PairNotServed("es", "an", ()), *["uno"] * 200)


def test_marks_that_a_model_lost_are_set_again() -> None:
    def say(text: str) -> str:
        return re.sub("<[^>]*>", "", text).upper()

    text = "Vaya a <g1>la sede</g1> el <g2>lunes</g2><x3/>."
    assert done(say, text)[0].texts == ["VAYA A <g1>LA SEDE</g1> EL <g2>LUNES</g2>."]


def test_a_model_that_fails_without_marks_leaves_what_it_made_with_them() -> None:
    def say(text: str) -> str | GatewayError:
        return "VAYA" if "<g1>" in text else SegmentFailed()

    assert done(say, "Vaya a <g1>la sede</g1>")[0].texts == ["VAYA"]


def test_findings_of_checks_are_counted() -> None:
    result, _, _ = done(lambda _: "En mayo.", "El día 3 de mayo.", "El día 4 de mayo.", "En mayo.")
    assert result.warnings["number_mismatch"] == 2


def test_the_language_is_what_the_document_says_where_that_is_served() -> None:
    translation = Translation(Catalogue((ENTRY,)), Answers(str.upper), Limits(1, 1))
    spanish = ("La biblioteca municipal abre todos los días laborables por la mañana.",)
    assert texts.source_of(translation, ("zq",), tag("es"), tag("an")) == "es"
    assert texts.source_of(translation, spanish, None, tag("an")) == "es"
    assert texts.source_of(translation, spanish, tag("ko"), tag("an")) == "es"
    with pytest.raises(LanguageUncertain):
        texts.source_of(translation, ("zq xw",), None, tag("an"))
    with pytest.raises(PairNotServed):
        texts.source_of(translation, spanish, None, tag("ko"))
