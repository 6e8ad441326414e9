"""A summariser is measured, judged and promoted; one that invents, loops or says less than a quotation is not."""

from __future__ import annotations

import datetime
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway.evaluation_cli import summary_outcomes, supports
from models.catalogue import Catalogue, CatalogueEntry
from models.examination import Task, baselines, examine
from models.gate import SUMMARY_THRESHOLDS, Thresholds, thresholds_by_task
from models.lifecycle import PromotionRefused, promote, rollback
from models.quality import EvaluationSet, measured, measured_summaries, suite, summary_table
from models.record import Record, write_record
from models.register import Register, Waiver
from models.rouge import Rouge
from models.runtime.fake import FakeTranslator
from models.runtime.load import RunOptions
from models.runtime.protocol import Hypothesis, TranslationFailed, TranslationInput
from models.runtime.tokeniser import SENTENCEPIECE_MODEL
from models.standing import served
from models.store import ModelDirectory
from tests.models.synthetic import ES, TODAY
from tests.models.tiny_model import tiny_entry

NOW = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
_BODIES = ("Ministerio de Salud", "Secretaría de Energía", "Instituto de Vivienda", "Dirección de Puertos")
_MATTERS = ("una ayuda de alquiler", "un convenio de pesca", "el plan de riego", "la tarifa del agua", "un concurso")
_DAYS = range(1, 6)


def _act(body: str, matter: str, day: int) -> dict[str, str]:
    return {
        "summary": f"El {body} aprueba {matter} desde el {day} de mayo de 2026.",
        "text": f"VISTO el expediente 47{day}1 y sus antecedentes agregados por la oficina.\n"
        f"Que el {body} analizó los antecedentes del expediente y los informes de la oficina.\n"
        f"Que los informes de la oficina y los antecedentes del expediente son favorables.\n"
        f"Artículo 1º: Apruébase {matter}, a propuesta del {body}, con vigencia desde el {day} de mayo de 2026, "
        "según los anexos que forman parte de la presente medida y se publican con ella.\n"
        "Comuníquese, publíquese y archívese.",
    }


ACTS = tuple(_act(*each) for each in itertools.product(_BODIES, _MATTERS, _DAYS))
_KNOWN = {act["text"].split("\n")[3]: act["summary"] for act in ACTS}


class Reads(FakeTranslator):
    """A summariser that has read the references; `fault` damages what it writes."""

    def __init__(self, entry: CatalogueEntry, fault: Callable[[str], str], *, fails: bool = False) -> None:
        super().__init__(entry)
        self._damage = fault
        self._raises = fails

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        super().translate(inputs)
        if self._raises:
            raise TranslationFailed([None] * len(inputs))
        return [Hypothesis(self._damage(self._summary(each.text)), True, 1, 1) for each in inputs]

    def _summary(self, text: str) -> str:
        return next(summary for article, summary in _KNOWN.items() if article in text)


@dataclass(frozen=True, slots=True)
class Bench:
    folder: Path
    entry: CatalogueEntry

    def task(self, thresholds: Thresholds | None = None) -> Task:
        sets = [
            EvaluationSet(
                ES, ES, "our own acts", "acts.jsonl", "acts.jsonl", "CC0-1.0",
                task="summarize", source_field="text", reference_field="summary",
            )
        ]  # fmt: skip
        thresholds = thresholds or Thresholds.load(SUMMARY_THRESHOLDS)
        return Task("summaries", sets, self.folder, thresholds, summary_outcomes, TODAY, supports=supports)

    def measured(self, fault: Callable[[str], str] = lambda text: text, *, fails: bool = False) -> Record:
        folder = self.folder / self.entry.id
        folder.mkdir(exist_ok=True)
        (folder / SENTENCEPIECE_MODEL).write_bytes(b"pieces")
        return examine(
            self.entry,
            ModelDirectory(folder, self.entry.digest),
            self.task(),
            RunOptions(),
            load=lambda _, entry, __: Reads(entry, fault, fails=fails),
        )

    @property
    def register(self) -> Register:
        return Register(Thresholds.load(), shipped=self.folder, others=thresholds_by_task())

    def promoted(self, entry: CatalogueEntry, now: datetime.datetime = NOW, **options: float) -> None:
        promote(entry, Catalogue((self.entry, entry)), self.register, now, **options)  # type: ignore[arg-type]


def summariser(name: str = "acts", domains: tuple[str, ...] = ("official-acts",)) -> CatalogueEntry:
    return tiny_entry(
        name, ("es",), task="summarize", prefix="none", tag_format="", domains=domains, max_source_tokens=600
    )


@pytest.fixture
def made(tmp_path: Path) -> Bench:
    lines = "".join(json.dumps(act, ensure_ascii=False) + "\n" for act in ACTS)
    (tmp_path / "acts.jsonl").write_text(lines, encoding="utf-8")
    return Bench(tmp_path, summariser())


def test_a_good_summariser_is_measured_beside_its_rivals_passes_and_serves(made: Bench) -> None:
    record = made.measured()
    assert record.verdict.passed, [str(each) for each in record.verdict.failed]
    [found] = measured_summaries(record)
    assert measured(record) == {}
    assert found.rouge[2] > found.extractive[2] > 0
    assert found.rouge[2] > found.lead[2]
    assert (found.supported, found.data.n) == (1.0, len(ACTS))
    assert "| es | our own acts | 100 |" in summary_table([found])
    write_record(record, made.entry, made.folder)
    made.promoted(made.entry)
    catalogue = served(Catalogue((made.entry,)), made.register, TODAY).catalogue
    assert catalogue.summariser(ES, "official-acts") == made.entry
    assert catalogue.pairs() == ()


@pytest.mark.parametrize(
    ("fault", "metric"),
    [
        (lambda text: text.replace("mayo", "junio"), "supported"),
        (lambda text: text.replace("2026", "2025"), "supported"),
        (lambda text: text.replace("Salud", "Energía").replace("Puertos", "Aduanas"), "supported"),
        (lambda text: f"{text} Véase https://example.org.", "supported"),
        (lambda _: "VISTO los antecedentes.", "rouge_l"),
        (lambda text: f"{text} {'y la y la ' * 12}", "fault_repetition"),
        (lambda _: "Помощь одобрена министерством для всех.", "fault_script"),
        (lambda text: text * 12, "compression"),
        (lambda _: "", "rouge_l"),
    ],
)
def test_a_seeded_fault_keeps_it_out(made: Bench, fault: Callable[[str], str], metric: str) -> None:
    record = made.measured(fault)
    assert metric in {each.metric for each in record.verdict.failed}
    write_record(record, made.entry, made.folder)
    with pytest.raises(PromotionRefused):
        made.promoted(made.entry)


def test_a_model_that_fails_on_documents_is_kept_out(made: Bench) -> None:
    assert {"failed", "rouge_l"} <= {each.metric for each in made.measured(fails=True).verdict.failed}


def test_what_fails_a_check_counts_as_the_sentence_that_is_served_instead(made: Bench) -> None:
    record = made.measured(lambda text: text.replace("mayo", "junio"))
    direction = made.entry.directions[0]
    assert record.value("faithful", direction) == 0.0
    assert record.value("served_rouge_l", direction) == record.value("extractive_rouge_l", direction)


def test_the_float_weights_are_compared_where_they_are_given(made: Bench) -> None:
    made.measured()
    record = examine(
        made.entry,
        ModelDirectory(made.folder / made.entry.id, made.entry.digest),
        replace(made.task(), unquantised=made.folder),
        RunOptions(),
        load=lambda _, entry, __: Reads(entry, lambda text: text),
    )
    assert record.value("float_drop", made.entry.directions[0]) == 0.0


def test_a_record_is_void_when_the_thresholds_of_its_own_task_change_and_no_others(made: Bench) -> None:
    write_record(made.measured(), made.entry, made.folder)
    made.promoted(made.entry)
    translators = replace(Thresholds.load(), sha256="0" * 64)
    kept = Register(translators, shipped=made.folder, others=thresholds_by_task())
    assert served(Catalogue((made.entry,)), kept, TODAY).catalogue.entries == (made.entry,)
    other = replace(Thresholds.load(SUMMARY_THRESHOLDS), sha256="0" * 64)
    void = Register(Thresholds.load(), shipped=made.folder, others={"summarize": other})
    assert served(Catalogue((made.entry,)), void, TODAY).catalogue.entries == ()
    nobody = Register(Thresholds.load(), shipped=made.folder)
    [standing] = served(Catalogue((made.entry,)), nobody, TODAY).standings
    assert standing.blocked == ("there are no thresholds for its task",)


def test_a_new_summariser_is_held_against_the_one_it_replaces_and_can_be_taken_back(made: Bench) -> None:
    write_record(made.measured(), made.entry, made.folder)
    made.promoted(made.entry)
    newer = Bench(made.folder, summariser("acts-2"))
    now = served(Catalogue((made.entry, newer.entry)), made.register, TODAY)
    [held] = baselines(newer.entry, made.register, now).values()
    assert held.metric.name == "rouge_l"
    write_record(newer.measured(), newer.entry, made.folder)
    made.promoted(newer.entry, NOW + datetime.timedelta(hours=1))
    both = Catalogue((made.entry, newer.entry))
    assert served(both, made.register, TODAY).catalogue.entries == (newer.entry,)
    rollback("acts-2", made.register, NOW + datetime.timedelta(hours=2))
    assert served(both, made.register, TODAY).catalogue.entries == (made.entry,)


def test_a_summariser_for_one_domain_does_not_replace_one_for_another(made: Bench) -> None:
    write_record(made.measured(), made.entry, made.folder)
    made.promoted(made.entry)
    news = Bench(made.folder, summariser("news", ("news",)))
    write_record(news.measured(), news.entry, made.folder)
    made.promoted(news.entry, NOW + datetime.timedelta(hours=1))
    both = served(Catalogue((made.entry, news.entry)), made.register, TODAY).catalogue
    assert both.summariser(ES, "news") == news.entry
    assert both.summariser(ES, "official-acts") == made.entry
    anything = Bench(made.folder, summariser("anything", ()))
    write_record(anything.measured(), anything.entry, made.folder)
    promote(
        anything.entry,
        Catalogue((made.entry, news.entry, anything.entry)),
        made.register,
        NOW + datetime.timedelta(hours=2),
    )
    known = Catalogue((made.entry, news.entry, anything.entry))
    assert served(known, made.register, TODAY).catalogue.entries == (anything.entry,)


def test_a_summariser_is_not_tried_beside_another(made: Bench) -> None:
    write_record(made.measured(), made.entry, made.folder)
    with pytest.raises(PromotionRefused, match="only translators"):
        made.promoted(made.entry, share=0.1)


def test_too_few_documents_cannot_be_waived(made: Bench) -> None:
    (made.folder / "acts.jsonl").write_text(json.dumps(ACTS[0]) + "\n", encoding="utf-8")
    record = made.measured()
    assert "lines" in {each.metric for each in record.verdict.failed}
    write_record(record, made.entry, made.folder)
    waiver = Waiver("lines", "project maintainers", "no more documents", TODAY)
    with pytest.raises(PromotionRefused, match="cannot be waived"):
        promote(made.entry, Catalogue((made.entry,)), made.register, NOW, [waiver])


def test_the_suite_of_summaries_is_for_summarisers_only() -> None:
    [each] = suite("summaries", summariser())
    assert (each.source_field, each.reference_field) == ("text", "summary")
    assert suite("summaries", tiny_entry()) == ()
    assert suite("standard", summariser()) == ()


@pytest.mark.parametrize(
    ("reference", "text", "expected"),
    [
        ("la casa es azul", "la casa es azul", (100.0, 100.0, 100.0)),
        ("la casa es azul", "azul es la casa", (100.0, 100 / 3, 50.0)),
        ("ቤቱ ሰማያዊ ነው", "ቤቱ ነጭ ነው", (200 / 3, 0.0, 200 / 3)),
        ("la casa", "", (0.0, 0.0, 0.0)),
    ],
)
def test_rouge_counts_words_pairs_and_the_longest_common_sequence(
    reference: str, text: str, expected: tuple[float, ...]
) -> None:
    assert Rouge().scores(reference, text) == pytest.approx(expected)
