"""One suite for every Translator: what the gateway may rely on, whatever runs the model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.catalogue import CatalogueEntry
from models.runtime.ct2 import CTranslate2Translator
from models.runtime.fake import FakeTranslator
from models.runtime.protocol import (
    NBestInput,
    SourceNotServed,
    TargetNotServed,
    TranslationFailed,
    TranslationInput,
    Translator,
    TranslatorClosed,
)
from models.runtime.residency import Residency
from models.store import ModelStore
from tests.models.tiny_model import SENTENCES, tag, tiny_entry, write_tiny_model

TARGETS = ("an", "ast", "oc-aranes")
LONGEST = 24
BAD = "poison " + "agua " * 140  # too long for the position table of the real model, poison for the fake
# A window of the real model that fails needs an entry that promises more than its position table holds.
OVERSTATED = 400


@dataclass(frozen=True)
class Kind:
    """`translator` is sound; `fragile` fails on BAD; `short` may write only a token or two."""

    translator: Translator
    fragile: Translator
    short: Translator
    entry: CatalogueEntry


def _fake(_: Path) -> Kind:
    entry = tiny_entry(targets=TARGETS)
    short = tiny_entry(targets=TARGETS, max_target_ratio=0.01, max_target_extra=0)
    return Kind(FakeTranslator(entry), FakeTranslator(entry, poison="poison"), FakeTranslator(short), entry)


def _real(folder: Path) -> Kind:
    entry = write_tiny_model(folder / "tiny", TARGETS, max_source_tokens=LONGEST)
    fragile = write_tiny_model(folder / "fragile", TARGETS, positions=128, max_source_tokens=OVERSTATED)
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
    short = CatalogueEntry(**{**fields, "max_target_ratio": 0.01, "max_target_extra": 0})
    store = ModelStore(folder)
    translator, failing, cut = (CTranslate2Translator(store.open(each), each) for each in (entry, fragile, short))
    return Kind(translator, failing, cut, entry)


def _resident(folder: Path) -> Kind:
    """The real model, loaded by the first call."""
    real = _real(folder)

    def late(translator: Translator) -> Translator:
        return Residency(lambda _: translator, budget_bytes=1).translator(real.entry, 2)

    return Kind(late(real.translator), late(real.fragile), late(real.short), real.entry)


@pytest.fixture(scope="module", params=[_fake, _real, _resident], ids=["fake", "ctranslate2", "resident"])
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kind]:
    made: Kind = request.param(tmp_path_factory.mktemp("models"))
    yield made
    for translator in (made.translator, made.fragile, made.short):
        translator.close()


@pytest.fixture
def translator(kind: Kind) -> Translator:
    return kind.translator


def inputs(*texts: str, target: str = "an") -> list[TranslationInput]:
    return [TranslationInput(text, tag(target)) for text in texts]


def test_reference_names_model_and_version(translator: Translator) -> None:
    assert translator.reference == "tiny@0.0.1"


def test_no_input_gives_no_output(translator: Translator) -> None:
    assert translator.translate([]) == []


@pytest.mark.parametrize("text", ["", "   "])
def test_text_without_pieces_is_its_own_complete_translation(translator: Translator, text: str) -> None:
    [hypothesis] = translator.translate(inputs(text))
    assert (hypothesis.text, hypothesis.complete, hypothesis.source_tokens) == ("", True, 0)


@pytest.mark.parametrize("text", [*SENTENCES, "🙂", "👩🏽‍🚀🏳️‍🌈", "\u200b", "12.345,67"])
def test_every_script_gets_an_answer(translator: Translator, text: str) -> None:
    [hypothesis] = translator.translate(inputs(text))
    assert hypothesis.source_tokens == translator.count_tokens(text)
    assert hypothesis.target_tokens >= 0


def test_mixed_targets_in_one_call_equal_single_calls(translator: Translator) -> None:
    mixed = [TranslationInput(text, tag(TARGETS[n % 3])) for n, text in enumerate(SENTENCES)]
    assert translator.translate(mixed) == [translator.translate([each])[0] for each in mixed]


def test_targets_differ(translator: Translator) -> None:
    answers = translator.translate([TranslationInput(SENTENCES[0], tag(target)) for target in TARGETS])
    assert len({answer.text for answer in answers}) == len(TARGETS)


def test_order_is_kept_among_very_different_lengths(translator: Translator) -> None:
    texts = [" ".join(["agua"] * (1 + (7 * n) % 40)) for n in range(20)]
    together = translator.translate(inputs(*texts))
    assert [each.source_tokens for each in together] == [translator.count_tokens(text) for text in texts]


def test_over_long_text_keeps_every_window(translator: Translator) -> None:
    text = " ".join(["Llame al 112 en caso de emergencia."] * 800)
    assert translator.count_tokens(text) >= 5000
    [hypothesis] = translator.translate(inputs(text))
    [one] = translator.translate(inputs("Llame al 112 en caso de emergencia."))
    assert hypothesis.source_tokens == translator.count_tokens(text)
    assert hypothesis.target_tokens > 200 * one.target_tokens / 2


def test_decoding_that_was_cut_says_so(kind: Kind) -> None:
    answers = kind.short.translate(inputs(*(f"{text} {text}" for text in SENTENCES)))
    assert not all(answer.complete for answer in answers)
    assert all(answer.target_tokens <= len(SENTENCES) for answer in answers)


def test_only_the_offender_fails(kind: Kind) -> None:
    good = [f"{text.split()[0]} {n}" for n, text in enumerate(SENTENCES[:15])]
    batch = inputs(*good[:9], BAD, *good[9:])
    with pytest.raises(TranslationFailed) as failure:
        kind.fragile.translate(batch)
    assert failure.value.failed == (9,)
    assert [each for each in failure.value.results if each] == kind.fragile.translate(inputs(*good))


def test_several_offenders_are_all_named(kind: Kind) -> None:
    with pytest.raises(TranslationFailed) as failure:
        kind.fragile.translate(inputs(BAD, "agua", BAD + "sí", "pan"))
    assert failure.value.failed == (0, 2)


def test_failure_says_nothing_of_the_text(kind: Kind) -> None:
    with pytest.raises(TranslationFailed) as failure:
        kind.fragile.translate(inputs(BAD))
    assert str(failure.value) == "1 of 1 inputs failed"


def test_target_that_is_not_served_is_refused_before_any_work(translator: Translator) -> None:
    with pytest.raises(TargetNotServed, match="eu"):
        translator.translate([*inputs("agua"), *inputs("agua", target="eu")])


def test_source_that_is_not_served_is_refused_before_any_work(translator: Translator) -> None:
    with pytest.raises(SourceNotServed, match="eu"):
        translator.translate([*inputs("agua"), TranslationInput("ura", tag("an"), tag("eu"))])


def test_source_left_out_is_the_first_of_the_entry(translator: Translator) -> None:
    left_out, named = translator.translate([*inputs("agua"), TranslationInput("agua", tag("an"), tag("es"))])
    assert left_out == named


@pytest.mark.parametrize("text", [SENTENCES[0], SENTENCES[-1], " ".join(["Llame al 112 en caso de emergencia."] * 30)])
def test_other_hypotheses_come_best_first_and_none_twice(translator: Translator, text: str) -> None:
    [hypothesis] = translator.translate([NBestInput(text, tag("an"), None, 3)])
    texts = [hypothesis.text, *(other.text for other in hypothesis.others)]
    assert len(texts) == 4 == len(set(texts))
    assert all(not other.others and other.judged is None for other in hypothesis.others)
    [again] = translator.translate([NBestInput(text, tag("an"), None, 3)])
    assert again == hypothesis


def test_who_wants_others_changes_nothing_for_those_beside_it(translator: Translator) -> None:
    alone = translator.translate(inputs(*SENTENCES))
    mixed = translator.translate([*inputs(*SENTENCES), NBestInput(SENTENCES[0], tag("an"), None, 2)])
    assert mixed[:-1] == alone
    assert mixed[-1].others
    assert not any(each.others for each in alone)


def test_an_offender_that_wants_others_fails_alone(kind: Kind) -> None:
    batch = [NBestInput(text, tag("an"), None, 2) for text in ("agua", BAD, "pan")]
    with pytest.raises(TranslationFailed) as failure:
        kind.fragile.translate(batch)
    assert failure.value.failed == (1,)
    assert [bool(each and each.others) for each in failure.value.results] == [True, False, True]


@pytest.mark.parametrize(
    "spelled", ["</s>", "<s>", "<unk>", "<pad>", "<0x41>", *(f">>{target}<<" for target in TARGETS)]
)
def test_reserved_piece_in_a_text_is_text(translator: Translator, spelled: str) -> None:
    alone, before, after, other = translator.translate(
        [
            *inputs(spelled, f"{spelled} agua clara", f"agua clara {spelled}"),
            TranslationInput(f"{spelled} agua clara", tag("ast")),
        ]
    )
    assert alone.source_tokens >= 1
    assert before.text != other.text
    assert after.source_tokens > translator.count_tokens("agua clara")


def test_calls_from_several_threads_do_not_meet(translator: Translator) -> None:
    wanted = translator.translate(inputs(*SENTENCES))
    barrier = threading.Barrier(4)

    def call() -> bool:
        barrier.wait(timeout=10)
        return translator.translate(inputs(*SENTENCES)) == wanted

    with ThreadPoolExecutor(4) as pool:
        assert all(future.result() for future in [pool.submit(call) for _ in range(4)])


@pytest.mark.parametrize("make", [_fake, _real], ids=["fake", "ctranslate2"])
def test_closed_translator_refuses_and_closing_again_is_harmless(make: object, tmp_path: Path) -> None:
    assert callable(make)
    made: Kind = make(tmp_path)
    for translator in (made.translator, made.fragile, made.short):
        translator.close()
        translator.close()
        with pytest.raises(TranslatorClosed):
            translator.translate(inputs("agua"))
