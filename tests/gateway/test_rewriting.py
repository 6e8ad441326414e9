"""Abstractive summaries: what the checks let pass is served, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import msgspec
import pytest

from gateway.app import assemble
from gateway.batch_queue import now_ms
from gateway.cache import SegmentCache, SegmentKeys
from gateway.errors import NoSentenceFits
from gateway.parts import Parts
from gateway.responses import Translations
from gateway.schemas.problems import Readiness
from gateway.segments import Delivery, DirectSegments, QueuedSegments
from gateway.settings import load_settings
from gateway.summary import Summarisation, Summary, SummaryOrder
from gateway.translation import Limits, Translation
from gateway.wire.translation import translations
from models.catalogue import Catalogue, CatalogueEntry
from models.extractive import Budget
from models.runtime.fake import FakeTranslator
from models.runtime.load import load_translator
from models.runtime.protocol import Hypothesis, TranslationFailed, TranslationInput, Translator
from models.store import ModelStore
from tests.gateway.running import engine_on, submitting
from tests.models.tiny_model import tag, tiny_entry, write_tiny_model

TRANSLATES = tiny_entry("tiny")
WRITES = tiny_entry(
    "acts",
    ("es", "am", "ar"),
    task="summarize",
    sources=("es", "am", "ar"),
    prefix="none",
    tag_format="",
    domains=("official-acts",),
    max_source_tokens=400,
)
ACT = """MINISTERIO DE SALUD

VISTO el expediente 4711 del 3 de marzo de 2026 sobre la ayuda de alquiler, y CONSIDERANDO:
Que los jóvenes piden la ayuda de alquiler en el ayuntamiento.
Por ello, apruébase la ayuda de alquiler para los jóvenes, con un gasto de 1.250 euros.
"""


class Writes(FakeTranslator):
    """A summariser that writes what it is told to about what it reads."""

    def __init__(self, write: Callable[[str], str], *, complete: bool = True, entry: CatalogueEntry = WRITES) -> None:
        super().__init__(entry)
        self._write = write
        self._complete = complete

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        super().translate(inputs)
        return [Hypothesis(self._write(each.text), self._complete, 1, 1) for each in inputs]


class Broken(FakeTranslator):
    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        raise TranslationFailed([None] * len(inputs))


def says(text: str) -> Callable[[str], str]:
    return lambda _: text


def summarise(
    *texts: str,
    writer: FakeTranslator,
    targets: tuple[str, ...] = (),
    source: str = "es",
    budget: Budget | None = None,
    domain: str | None = "official-acts",
    rewrite: bool = True,
    limits: Limits | None = None,
) -> list[Summary]:
    segments = DirectSegments({TRANSLATES.reference: FakeTranslator(TRANSLATES), WRITES.reference: writer})
    translation = Translation(Catalogue((TRANSLATES, WRITES)), segments, limits or Limits(10, 100_000))
    order = SummaryOrder(
        texts,
        tag(source),
        tuple(map(tag, targets)),
        budget or Budget(2),
        Delivery(now_ms() + 10_000),
        domain,
        rewrite,
    )
    return asyncio.run(Summarisation(translation).summarise(order))


GOOD = "Se aprueba una ayuda de alquiler de 1.250 euros para jóvenes."


def test_a_sentence_that_holds_is_served_with_the_sentences_that_account_for_it() -> None:
    [summary] = summarise(ACT, writer=Writes(says(GOOD)))
    [sentence] = summary.sentences
    assert (sentence.text, summary.method, summary.writer, summary.model) == (GOOD, "abstractive", WRITES, None)
    start, end = sentence.source_span
    assert ACT[start:end].startswith("Por ello, apruébase")
    assert sentence.source_spans[0] == sentence.source_span
    checks = summary.report.checks
    assert (checks["verbatim"], checks["numbers"], checks["names"]) == ("not_available", "pass", "pass")


@pytest.mark.parametrize(
    "wrong",
    [
        "Se aprueba una ayuda de alquiler de 12.500 euros para jóvenes.",
        "Se aprueba una ayuda de alquiler del 3 de mayo de 2026.",
        "El Ministerio de Energía aprueba la ayuda de alquiler.",
        "Se aprueba la ayuda de alquiler; más en https://example.org/ayuda.",
        "Se aprueba la ayuda; escriba a ayuda@example.org.",
        "la ayuda la ayuda la ayuda la ayuda la ayuda la ayuda la ayuda",
        "Помощь одобрена для всех молодых людей.",
        "xyzzy plugh",
        "",
    ],
)
def test_a_sentence_that_fails_a_check_gives_way_to_a_sentence_of_the_text(wrong: str) -> None:
    [summary] = summarise(ACT, writer=Writes(says(wrong)))
    [sentence] = summary.sentences
    assert (summary.method, summary.writer) == ("extractive", None)
    assert ACT[slice(*sentence.source_span)] == sentence.text
    assert summary.report.checks == {"verbatim": "pass"}


def test_one_bad_sentence_does_not_take_the_good_one_with_it() -> None:
    [summary] = summarise(ACT, writer=Writes(says(f"{GOOD} El expediente es el 4712.")))
    assert [each.method for each in summary.sentences] == ["abstractive", "extractive"]
    assert (summary.method, summary.writer) == ("mixed", WRITES)
    assert "4712" not in summary.text


def test_what_was_cut_off_is_not_served() -> None:
    [summary] = summarise(ACT, writer=Writes(says(f"{GOOD} Se aprueba la ayuda de"), complete=False))
    assert summary.sentences[0].text == GOOD
    assert "la ayuda de\n" not in summary.text + "\n"


@pytest.mark.parametrize(("domain", "rewrite"), [(None, True), ("news", True), ("official-acts", False)])
def test_without_a_model_for_the_domain_or_when_asked_to_every_sentence_is_quoted(
    domain: str | None, rewrite: bool
) -> None:
    writer = Writes(says(GOOD))
    [summary] = summarise(ACT, writer=writer, domain=domain, rewrite=rewrite)
    assert summary.method == "extractive"
    assert writer.translated == ()


def test_a_language_that_the_model_does_not_write_is_quoted() -> None:
    text = "Benvenguts a la bibliotèca de la vila. La bibliotèca dubrís a nòu oras."
    [summary] = summarise(text, writer=Writes(says(GOOD)), source="oc")
    assert summary.method == "extractive"


def test_a_model_that_fails_leaves_the_extractive_summary() -> None:
    [summary] = summarise(ACT, writer=Broken(WRITES))
    assert (summary.method, summary.report.checks) == ("extractive", {"verbatim": "pass"})


def test_a_blank_text_asks_no_model() -> None:
    writer = Writes(says(GOOD))
    blank, said = summarise(" \n", ACT, writer=writer)
    assert (blank.text, blank.method, said.method) == ("", "extractive", "abstractive")
    assert len(writer.translated) == 1


def test_a_long_document_is_read_in_sections_and_each_has_its_say() -> None:
    sections = [
        " ".join(f"El artículo {number}{n} regula la tasa {number}{n} de agua y riego." for n in range(30))
        for number in range(1, 5)
    ]
    text = "\n".join(sections)
    writer = Writes(lambda read: f"Trata de la tasa {read.split()[2]}.")
    [summary] = summarise(text, writer=writer, budget=Budget(4))
    assert len(writer.translated) == len(summary.sentences) == 4
    assert all(len(each.text) <= 1200 for each in writer.translated)
    starts = [each.source_span[0] for each in summary.sentences]
    assert starts == sorted(starts)
    assert {each.text.split()[4][0] for each in summary.sentences} == {"1", "2", "3", "4"}


def test_a_number_of_another_section_does_not_vouch_for_this_one() -> None:
    first = " ".join("La tasa de agua es de 10 euros en el centro de la ciudad." for _ in range(30))
    second = " ".join("La multa de tráfico es de 90 euros en toda la provincia." for _ in range(30))
    writer = Writes(
        lambda read: "La multa de tráfico es de 10 euros." if "multa" in read else "La tasa es de 10 euros."
    )
    [summary] = summarise(f"{first}\n{second}", writer=writer)
    assert [each.method for each in summary.sentences] == ["abstractive", "extractive"]
    assert "90 euros" in summary.sentences[1].text


def test_the_length_asked_for_is_kept_by_leaving_out_whole_sentences() -> None:
    [summary] = summarise(ACT, writer=Writes(says(f"{GOOD} El expediente es el 4711.")), budget=Budget(2, len(GOOD)))
    assert summary.text == GOOD
    [short] = summarise(ACT, writer=Writes(says(GOOD)), budget=Budget(2, len("MINISTERIO DE SALUD VISTO") + 40))
    assert len(short.text) <= len("MINISTERIO DE SALUD VISTO") + 40
    with pytest.raises(NoSentenceFits):
        summarise(ACT, writer=Writes(says(GOOD)), budget=Budget(2, 5))


def test_a_written_summary_is_translated_and_its_findings_point_at_its_source() -> None:
    [plain] = summarise(ACT, writer=Writes(says(GOOD)))
    [summary] = summarise(ACT, writer=Writes(says(GOOD)), targets=("an",))
    assert summary.text.startswith("Se~an aprueba~an")
    assert (summary.writer, summary.model, summary.language) == (WRITES, TRANSLATES, "an")
    assert [each.source_span for each in summary.sentences] == [each.source_span for each in plain.sentences]
    assert summary.report.checks["numbers"] == "pass"
    assert summary.report.checks["verbatim"] == "not_available"


def test_a_translated_summary_may_have_more_sentences_than_a_request_texts() -> None:
    text = " ".join(f"La calle {name} está cerrada por obras hoy." for name in ("Mayor", "Menor", "Ancha", "Nueva"))
    [summary] = summarise(text, writer=Broken(WRITES), targets=("an",), budget=Budget(4), limits=Limits(1, 100_000))
    assert len(summary.sentences) >= 2


@pytest.mark.parametrize(
    ("source", "text", "good", "bad"),
    [
        ("am", "ቤተ መጻሕፍቱ ሰኞ ይዘጋል። ማክሰኞ በ9 ይከፈታል።", "ቤተ መጻሕፍቱ ሰኞ ይዘጋል።", "ቤተ መጻሕፍቱ በ8 ይዘጋል።"),
        ("ar", "تغلق المكتبة يوم الاثنين. وتفتح يوم 14 مايو.", "المكتبة تغلق الاثنين.", "المكتبة تغلق يوم 15 مايو."),
    ],
)
def test_it_serves_other_scripts(source: str, text: str, good: str, bad: str) -> None:
    assert summarise(text, writer=Writes(says(good)), source=source)[0].method == "abstractive"
    assert summarise(text, writer=Writes(says(bad)), source=source)[0].method == "extractive"


def test_the_answer_over_http_says_who_wrote_and_from_what() -> None:
    segments = DirectSegments({WRITES.reference: Writes(says(GOOD))})
    translation = Translation(Catalogue((WRITES,)), segments, Limits(10, 100_000))
    kept = Translations(translation, translations, SegmentKeys(b"tests"), 0, 60)

    async def ready() -> Readiness:
        return Readiness(status="ready", redis=True, models={})

    app = assemble(
        Parts(load_settings({}), Catalogue((WRITES,)), {}, translation, kept, Summarisation(translation), ready)
    )

    async def ask() -> dict[str, Any]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            answer = await client.post("/v1/summarize", json={"text": ACT, "source": "es", "domain": "official-acts"})
        found: dict[str, Any] = answer.json()["results"][0]
        return found

    summary = asyncio.run(ask())
    [sentence] = summary["sentences"]
    assert (summary["method"], summary["model"], summary["licence"]) == ("abstractive", None, None)
    assert (summary["summarizer"], summary["summarizer_licence"]) == (WRITES.reference, "CC0-1.0")
    assert (sentence["text"], sentence["method"]) == (GOOD, "abstractive")
    assert sentence["source_spans"][0] == sentence["source_span"]
    assert summary["label"]["text"] == "Resumen automático"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[CatalogueEntry, Translator]:
    """A real CTranslate2 summariser with random weights: it writes nonsense."""
    folder = tmp_path_factory.mktemp("models")
    made = write_tiny_model(folder / "acts", ("es",), positions=512)
    entry = msgspec.structs.replace(
        made, task="summarize", prefix="none", tag_format="", max_source_tokens=100, domains=()
    )
    return entry, load_translator(entry, ModelStore(bundled_root=folder))


def test_the_nonsense_of_a_real_untrained_model_never_reaches_a_reader(
    real: tuple[CatalogueEntry, Translator], clean_valkey: str
) -> None:
    entry, translator = real

    async def ask() -> list[Summary]:
        async with submitting(clean_valkey, entry.reference) as side:
            segments = QueuedSegments(SegmentKeys(b"secret"), side.cache, {entry.reference: side.submitter}, store_s=60)
            summarisation = Summarisation(Translation(Catalogue((entry,)), segments, Limits(10, 100_000)))
            order = SummaryOrder((ACT, ACT), tag("es"), (), Budget(2), Delivery(now_ms() + 20_000))
            return await summarisation.summarise(order)

    with engine_on(clean_valkey, translator):
        first, second = asyncio.run(ask())
    nonsense = translator.translate([TranslationInput(ACT.replace("\n", " "), tag("es"))])[0].text
    assert nonsense
    assert first.text == second.text
    for sentence in first.sentences:
        assert sentence.method == "abstractive" or ACT[slice(*sentence.source_span)] == sentence.text
    assert "fail" not in first.report.checks.values()


def test_the_same_section_is_written_once_and_then_comes_from_the_cache(clean_valkey: str) -> None:
    writer = Writes(says(GOOD))

    async def ask() -> None:
        async with submitting(clean_valkey, WRITES.reference) as side:
            cache: SegmentCache = side.cache
            segments = QueuedSegments(SegmentKeys(b"secret"), cache, {WRITES.reference: side.submitter}, store_s=60)
            summarisation = Summarisation(Translation(Catalogue((WRITES,)), segments, Limits(10, 100_000)))
            for _ in range(2):
                order = SummaryOrder((ACT,), tag("es"), (), Budget(2), Delivery(now_ms() + 20_000), "official-acts")
                [summary] = await summarisation.summarise(order)
                assert summary.text == GOOD

    with engine_on(clean_valkey, writer):
        asyncio.run(ask())
    assert len(writer.translated) == 1


def test_a_summariser_is_chosen_by_language_and_domain() -> None:
    catalogue = Catalogue((TRANSLATES, WRITES))
    assert catalogue.summariser(tag("es"), "official-acts") == WRITES
    assert catalogue.summariser(tag("es")) is None
    assert catalogue.summariser(tag("oc"), "official-acts") is None
    anywhere = msgspec.structs.replace(WRITES, domains=("general", "news"))
    assert Catalogue((anywhere,)).summariser(tag("ar"), "poetry") == anywhere
    assert Catalogue((anywhere, WRITES)).summariser(tag("es"), "official-acts") == WRITES
