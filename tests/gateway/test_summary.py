from __future__ import annotations

import asyncio

import pytest

from gateway.batch_queue import now_ms
from gateway.errors import LanguageUncertain, NoSentenceFits, PairNotServed, TextEmpty
from gateway.segments import Delivery, DirectSegments
from gateway.summary import Summarisation, Summary, SummaryOrder
from gateway.translation import Limits, Translation
from locales.normalisation import normalise
from models.catalogue import Catalogue
from models.extractive import Budget
from models.runtime.fake import FakeTranslator
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry(sources=("es", "ar", "hi", "am"))
LETTER = """AYUNTAMIENTO

El Ayuntamiento abre el plazo para pedir la ayuda de alquiler. Pueden pedir la ayuda de alquiler los jóvenes.
No se admiten solicitudes de ayuda por correo.

La biblioteca cierra los lunes.
"""


def summarise(
    *texts: str,
    targets: tuple[str, ...] = (),
    source: str | None = "es",
    budget: Budget | None = None,
    fake: FakeTranslator | None = None,
) -> list[Summary]:
    translation = Translation(
        Catalogue((ENTRY,)), DirectSegments({ENTRY.reference: fake or FakeTranslator(ENTRY)}), Limits(10, 10_000)
    )
    order = SummaryOrder(
        texts,
        None if source is None else tag(source),
        tuple(map(tag, targets)),
        budget or Budget(2),
        Delivery(now_ms() + 10_000),
    )
    return asyncio.run(Summarisation(translation).summarise(order))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (LETTER, "es"),
        ("ቤተ መጻሕፍቱ ሰኞ ይዘጋል። ማክሰኞ ዝናብ ነበር። ቤተ መጻሕፍቱ ሰኞ እና ማክሰኞ ይዘጋል።", "am"),
        ("تغلق المكتبة يوم الاثنين. الجو جميل. تغلق المكتبة يوم الاثنين والثلاثاء.", "ar"),
        ("पुस्तकालय सोमवार को बंद है। मौसम अच्छा है। पुस्तकालय सोमवार और मंगलवार को बंद है।", "hi"),
    ],
)
def test_every_sentence_stands_in_the_source_where_it_says(text: str, source: str) -> None:
    [summary] = summarise(text, source=source)
    assert summary.sentences
    assert summary.report.checks == {"verbatim": "pass"}
    assert [normalise(text)[slice(*each.source_span)] for each in summary.sentences] == summary.text.split("\n")
    assert list(summary.sentences) == sorted(summary.sentences, key=lambda each: each.source_span)


def test_without_a_target_no_model_is_asked() -> None:
    fake = FakeTranslator(ENTRY)
    [summary] = summarise(LETTER, fake=fake)
    assert fake.translated == ()
    assert (summary.language, summary.model) == ("es", None)


def test_only_the_chosen_sentences_are_translated_and_each_points_at_its_source() -> None:
    fake = FakeTranslator(ENTRY)
    [plain] = summarise(LETTER)
    [summary] = summarise(LETTER, targets=("an",), fake=fake)
    assert sorted(each.text for each in fake.translated) == sorted(each.text for each in plain.sentences)
    assert [each.source_span for each in summary.sentences] == [each.source_span for each in plain.sentences]
    assert (
        summary.sentences[0].text
        == "El~an Ayuntamiento~an abre~an el~an plazo~an para~an pedir~an la~an ayuda~an de~an alquiler~an."
    )
    assert (summary.language, summary.model) == ("an", ENTRY)
    assert summary.report.checks["verbatim"] == summary.report.checks["numbers"] == "pass"


def test_summaries_come_texts_first_then_targets() -> None:
    found = summarise(LETTER, "Otra nota muy breve.", targets=("an", "ast"))
    assert [(each.index, each.language) for each in found] == [(0, "an"), (0, "ast"), (1, "an"), (1, "ast")]


def test_a_finding_points_into_the_whole_text() -> None:
    loses = tiny_entry(sources=("es",), max_target_ratio=0.01, max_target_extra=3)
    translation = Translation(
        Catalogue((loses,)), DirectSegments({loses.reference: FakeTranslator(loses)}), Limits(9, 9999)
    )
    text = "Nada que decir aquí hoy.\n\nPague la tasa municipal antes del 15 de marzo de 2026 en el banco."
    order = SummaryOrder((text,), tag("es"), (tag("an"),), Budget(2), Delivery(now_ms() + 10_000))
    [summary] = asyncio.run(Summarisation(translation).summarise(order))
    places = [
        text[slice(*each.span)] for each in summary.report.findings if each.code == "number_mismatch" and each.span
    ]
    assert places == ["15", "2026"]


def test_a_translated_summary_keeps_to_the_length_asked_for() -> None:
    [free] = summarise(LETTER, targets=("an",), budget=Budget(3))
    [short] = summarise(LETTER, targets=("an",), budget=Budget(3, len(free.text) - 1))
    assert 1 <= len(short.sentences) < len(free.sentences)
    assert len(short.text) < len(free.text)


@pytest.mark.parametrize("targets", [(), ("an",)])
def test_a_length_that_no_sentence_keeps_is_an_error_that_says_so(targets: tuple[str, ...]) -> None:
    with pytest.raises(NoSentenceFits) as raised:
        summarise("La biblioteca cierra.", targets=targets, budget=Budget(1, 21 if targets else 20))
    assert raised.value.values["shortest"] == (30 if targets else 21)


def test_text_of_headings_only_still_has_a_summary() -> None:
    [summary] = summarise("AVISO\n\n112\n")
    assert summary.text == "AVISO"
    [numbers] = summarise("112\n\n15.03.2026\n")
    assert numbers.text.split("\n")[0] in {"112", "15.03.2026"}


def test_a_blank_text_among_others_has_a_blank_summary_with_and_without_a_target() -> None:
    for targets in ((), ("an",)):
        blank, said = summarise("  \n", LETTER, targets=targets)
        assert (blank.text, blank.model) == ("", None)
        assert said.text


def test_what_cannot_be_read_or_translated_is_refused_before_any_work() -> None:
    fake = FakeTranslator(ENTRY)
    with pytest.raises(TextEmpty):
        summarise(" \n", fake=fake)
    with pytest.raises(PairNotServed):
        summarise(LETTER, targets=("ko",), fake=fake)
    with pytest.raises(LanguageUncertain):
        summarise("Zzyzx qwrt plmk.", source=None, fake=fake)
    assert fake.translated == ()
