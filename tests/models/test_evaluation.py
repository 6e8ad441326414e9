from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import sentencepiece

from locales.tags import LanguageTag
from models.catalogue import LanguagePair
from models.evaluation import (
    Evaluated,
    Lines,
    _with_typos,
    _without_accents,
    evaluate,
)
from models.metric import EvaluationUnavailable, Metric
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import Hypothesis, TranslationInput
from tests.models.synthetic import CA, ES, REFERENCES, SOURCES, WordByWord, guard
from tests.models.tiny_model import SENTENCES, tag, tiny_entry

ENTRY = tiny_entry(targets=("an", "ca", "am", "ca-valencia"), max_source_tokens=1000)
NUMBERED = [
    "Llame al 112 o al 976 12 34 56.",
    "Son 1.234,50 euros.",
    "Escriba a ayuda@aragon.es o vea https://aragon.es/x.",
]


def lines(sources: Sequence[str], references: Sequence[str], target: str = "an") -> Lines:
    return Lines(LanguagePair(ES, tag(target)), sources, references)


def metric(found: Evaluated, name: str) -> Metric:
    return next(each for each in found.metrics if each.name == name)


def value(found: Evaluated, name: str) -> float:
    return metric(found, name).value


def names(found: Evaluated) -> set[str]:
    return {each.name for each in found.metrics}


def test_a_perfect_translation_scores_a_hundred_and_copying_does_not() -> None:
    fake = FakeTranslator(ENTRY)
    references = [each.text for each in fake.translate([TranslationInput(text, tag("an")) for text in SENTENCES])]
    found = evaluate(fake, lines(SENTENCES, references), teacher=SENTENCES)
    assert (value(found, "chrf"), metric(found, "chrf").ci95) == (100, (100, 100))
    assert value(found, "copy_chrf") == value(found, "teacher_chrf") < 100
    assert (value(found, "failed"), value(found, "cut_off")) == (0, 0)
    assert "nw:2" in metric(found, "chrf").signature


def test_figures_carry_their_direction_signature_and_an_interval_around_the_value() -> None:
    found = evaluate(WordByWord(ENTRY, lambda text: text.replace("a", "e", 2)), lines(SOURCES, REFERENCES, "ca"))
    chrf = metric(found, "chrf")
    assert chrf.ci95 is not None
    assert chrf.ci95[0] < chrf.value < chrf.ci95[1]
    assert {each.direction for each in found.metrics} == {LanguagePair(ES, CA)}
    assert metric(found, "bleu").signature.startswith("nrefs:1")


def test_the_same_run_gives_the_same_figures() -> None:
    first, second = (evaluate(WordByWord(ENTRY), lines(SOURCES, REFERENCES, "ca"), check=guard) for _ in range(2))
    timeless = [[each for each in found.metrics if each.name != "sentences_per_s"] for found in (first, second)]
    assert timeless[0] == timeless[1]


def test_numbers_count_by_their_digits() -> None:
    found = evaluate(FakeTranslator(ENTRY), lines(NUMBERED, NUMBERED))
    assert (metric(found, "numbers_kept").n, value(found, "numbers_kept")) == (6, 1.0)
    worse = evaluate(WordByWord(ENTRY, lambda text: text.replace("112", "12")), lines(NUMBERED, NUMBERED))
    assert value(worse, "numbers_kept") == pytest.approx(5 / 6, abs=1e-4)


def test_addresses_links_and_placeholders_are_tried_even_where_the_set_has_none() -> None:
    found = evaluate(FakeTranslator(ENTRY), lines(SOURCES, SOURCES))
    for name in ("emails_kept", "links_kept", "placeholders_kept"):
        assert metric(found, name).n >= 20
        assert value(found, name) == 1.0
    broken = evaluate(WordByWord(ENTRY, lambda text: text.replace("@", " ")), lines(SOURCES, REFERENCES, "ca"))
    assert (value(broken, "emails_kept"), value(broken, "links_kept")) == (0.0, 1.0)


def test_a_line_without_translation_counts_as_empty_and_has_every_fault() -> None:
    found = evaluate(FakeTranslator(ENTRY, poison="112"), lines(NUMBERED, NUMBERED), check=guard)
    assert value(found, "failed") == value(found, "cut_off") == pytest.approx(1 / 3, abs=1e-4)
    assert value(found, "fault_numbers") >= value(found, "failed")
    assert value(found, "numbers_kept") < 1


def test_faults_are_those_of_the_check_that_was_handed_in() -> None:
    assert not any(
        name.startswith("fault_") for name in names(evaluate(WordByWord(ENTRY), lines(SOURCES, REFERENCES, "ca")))
    )
    found = evaluate(WordByWord(ENTRY), lines(SOURCES, REFERENCES, "ca"), check=lambda *_: {"own": "fail"})
    assert value(found, "fault_own") == 1.0


def test_a_check_that_is_not_available_is_not_counted() -> None:
    found = evaluate(WordByWord(ENTRY), lines(SOURCES, REFERENCES, "ca"), check=lambda *_: {"own": "not_available"})
    assert "fault_own" not in names(found)


def test_another_language_is_noticed_only_where_the_detector_knows_the_references() -> None:
    amharic = ["ቤተ መጻሕፍቱ ከጠዋቱ ሦስት ሰዓት ይከፈታል።", "ውሃው ለመጠጥ አይሆንም።"]
    hindi = "पुस्तकालय सुबह नौ बजे खुलता है।"
    told = evaluate(WordByWord(ENTRY, lambda _: hindi), lines(["uno dos", "tres"], amharic, "am"))
    assert value(told, "wrong_language") == 1.0
    untold = evaluate(WordByWord(ENTRY, lambda _: hindi), lines(["uno dos", "tres"], ["x", "y"], "am"))
    assert "wrong_language" not in names(untold)


@pytest.mark.parametrize("character", ["ẹ", "\u200c", "ñ"], ids=["dot below", "joiner", "tilde"])
def test_characters_that_spelling_needs_are_missed_when_they_are_lost(character: str) -> None:
    references = [f"mo{character}sa na"] * 12
    kept = evaluate(WordByWord(ENTRY, lambda _: references[0]), lines(["casa"] * 12, references))
    lost = evaluate(WordByWord(ENTRY, lambda _: "mosa na"), lines(["casa"] * 12, references))
    assert (value(kept, "characters_kept"), value(lost, "characters_kept")) == (1.0, 0.0)


def test_what_people_leave_out_costs_less_than_it_would_a_strict_translator() -> None:
    class Strict(WordByWord):
        def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
            known = dict(zip(SOURCES, REFERENCES, strict=True))
            return [Hypothesis(known.get(each.text, "¿?"), True, 1, 1) for each in inputs]

    strict = evaluate(Strict(ENTRY), lines(SOURCES, REFERENCES, "ca"))
    loose = evaluate(WordByWord(ENTRY), lines(SOURCES, REFERENCES, "ca"))
    for name in ("drop_lower_case", "drop_no_accents", "drop_typos"):
        assert value(loose, name) < value(strict, name)


def test_scripts_without_capitals_or_accents_have_no_such_drop() -> None:
    amharic = ["ውሃው ለመጠጥ አይሆንም።"]
    assert not {"drop_lower_case", "drop_no_accents"} & names(evaluate(WordByWord(ENTRY), lines(amharic, amharic)))


def test_only_accents_are_taken_away_and_only_letters_change_places() -> None:
    assert _without_accents("Año, ẹ̀kọ́, й", random.Random(1)) == "Ano, eko, и"
    assert _without_accents("पुस्तकालय", random.Random(1)) == "पुस्तकालय"
    text = " ".join(["biblioteca"] * 50) + " https://example.org 112"
    worn = _with_typos(text, random.Random(1))
    assert worn != text
    assert sorted(worn) == sorted(text)
    assert worn.endswith(" https://example.org 112")


def test_int8_is_held_against_its_float_weights() -> None:
    int8 = WordByWord(ENTRY, lambda text: text.replace("obre", "abre"))
    found = evaluate(int8, lines(SOURCES, REFERENCES, "ca"), unquantised=WordByWord(ENTRY))
    assert value(found, "float_drop") == pytest.approx(100 - value(found, "chrf"))


def test_scores_of_the_model_stand_beside_the_chrf_of_each_sentence() -> None:
    found = evaluate(WordByWord(ENTRY), lines(SOURCES, REFERENCES, "ca"))
    assert len(found.sentences) == len(SOURCES)
    assert {each.chrf for each in found.sentences} == {100.0}
    assert evaluate(FakeTranslator(ENTRY), lines(SENTENCES, SENTENCES)).sentences == ()


@pytest.mark.parametrize(("sources", "references"), [([], []), (["a"], []), (["a", "b"], ["a"])])
def test_lines_that_do_not_match_are_refused(sources: list[str], references: list[str]) -> None:
    with pytest.raises(ValueError, match=r"nothing|same number"):
        lines(sources, references)


def test_a_teacher_with_other_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="teacher"):
        evaluate(FakeTranslator(ENTRY), lines(["a"], ["a"]), teacher=[])


def test_bleu_is_spbleu_where_its_tokeniser_lies_and_nothing_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tokeniser is one of 50,000 pieces that nobody may ship; here a small one of our own lies in its place."""
    folder = tmp_path / "models"
    folder.mkdir()
    for module in ("sacrebleu.utils", "sacrebleu.tokenizers.tokenizer_spm"):
        monkeypatch.setattr(f"{module}.SACREBLEU_DIR", str(tmp_path))
    monkeypatch.setattr("sacrebleu.tokenizers.tokenizer_spm.download_file", pytest.fail)
    measured = lines(SOURCES, REFERENCES, "ca")
    worse = WordByWord(ENTRY, lambda text: text.replace("a", "e", 2))
    words = evaluate(worse, measured)
    assert {"bleu", "spbleu"} & names(words) == {"bleu"}

    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(REFERENCES),
        model_prefix=str(folder / "small"),
        vocab_size=80,
        hard_vocab_limit=False,
        num_threads=1,
        minloglevel=2,
    )
    (folder / "small.model").rename(folder / "flores200sacrebleuspm")
    pieces = evaluate(worse, measured)
    assert {"bleu", "spbleu"} & names(pieces) == {"spbleu"}
    assert "tok:flores200" in metric(pieces, "spbleu").signature
    # One letter changed leaves most pieces of a word as they were.
    assert value(words, "bleu") < value(pieces, "spbleu") < 100
    assert value(evaluate(WordByWord(ENTRY), measured), "spbleu") == pytest.approx(100)


@pytest.mark.parametrize("module", ["sacrebleu.metrics.bleu", "sacrebleu.metrics.chrf"])
def test_the_missing_extra_is_named(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EvaluationUnavailable, match=r"malgil\[evaluate\]"):
        evaluate(FakeTranslator(ENTRY), lines(["a"], ["a"]))


def test_languages_are_compared_without_their_variety() -> None:
    valencian = "Els xiquets ixen hui a les huit de la vesprada amb les seues famílies per la ciutat."
    found = evaluate(WordByWord(ENTRY, lambda _: valencian), lines(["x y"], [valencian], "ca-valencia"))
    assert value(found, "wrong_language") == 0.0
    assert LanguageTag("ca-valencia") == metric(found, "wrong_language").direction.target  # type: ignore[union-attr]
