"""What lets a model on its way, and back."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from models.catalogue import Catalogue
from models.examination import baselines, examine
from models.lifecycle import NothingToRollBack, PromotionRefused, promote, rollback
from models.record import read_record, write_record
from models.register import LIFECYCLE, Decision, Register, Waiver
from models.runtime.load import RunOptions
from models.standing import served
from tests.models.decided import (
    LATER,
    NOW,
    UNTIL,
    WAIVERS,
    evaluated,
    promoted,
    register,
    stands,
    times_ten,
    two,
)
from tests.models.synthetic import TODAY, Bench, bench


def test_what_was_not_evaluated_cannot_be_promoted(made: Bench) -> None:
    with pytest.raises(PromotionRefused, match="was not evaluated"):
        promoted(made)


def test_a_model_that_fails_is_refused_with_every_metric_it_misses(made: Bench) -> None:
    evaluated(made, times_ten)
    with pytest.raises(PromotionRefused) as refused:
        promoted(made)
    assert {reason.split()[0] for reason in refused.value.reasons} >= {"numbers_kept", "fault_numbers"}
    assert not (made.folder / LIFECYCLE).exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"metric": "chrf"}, "chrf misses nothing"),
        ({"metric": "licence"}, "licence cannot be waived"),
        ({"by": " "}, "needs a name"),
        ({"reason": ""}, "needs a name, a reason"),
        ({"until": datetime.date(2026, 11, 21)}, "a day to come"),
    ],
)
def test_a_waiver_without_ground_name_reason_or_future_is_refused(
    made: Bench, change: dict[str, object], reason: str
) -> None:
    evaluated(made, times_ten)
    wrong = replace(WAIVERS[0], **change)  # type: ignore[arg-type]
    with pytest.raises(PromotionRefused, match=reason):
        promoted(made, (*WAIVERS, wrong))


def test_a_licence_that_is_not_allowed_cannot_be_waived(tmp_path: Path) -> None:
    made = bench(tmp_path, licence="CC-BY-NC-4.0")
    evaluated(made)
    with pytest.raises(PromotionRefused, match=r"licence: CC-BY-NC-4\.0, needs one of"):
        promoted(made, (Waiver("licence", "someone", "because", UNTIL),))


def test_an_easier_suite_is_no_way_in(made: Bench) -> None:
    task = replace(made.task, suite="easy")
    write_record(examine(made.entry, made.directory, task, RunOptions(), load=made.loading()), made.entry, made.folder)
    with pytest.raises(PromotionRefused, match="evaluated on easy; the gate asks for standard"):
        promoted(made)


def test_an_evaluation_by_others_does_not_replace_our_own(made: Bench) -> None:
    evaluated(made)
    record = read_record(made.entry, made.folder)
    assert record is not None
    write_record(replace(record, kind="external"), made.entry, made.folder)
    with pytest.raises(PromotionRefused, match="not our own"):
        promoted(made)


def test_the_newer_model_takes_over_and_rollback_gives_back(tmp_path: Path) -> None:
    old, new, catalogue = two(tmp_path)
    for each in (old, new):
        evaluated(each)
    book = register(old)
    promote(old.entry, catalogue, book, NOW)
    promote(new.entry, catalogue, book, LATER)
    assert {each.entry.id: each.state for each in served(catalogue, book, TODAY).standings} == {
        "es-ca": "retired",
        "es-ca-large": "serving",
    }
    done = rollback("es-ca-large", book, LATER)
    assert (done.stopped, done.restored) == (new.entry.reference, (old.entry.reference,))
    assert served(catalogue, book, TODAY).catalogue.entries == (old.entry,)


def test_a_new_version_is_measured_against_the_one_it_would_replace(made: Bench) -> None:
    evaluated(made)
    promoted(made)
    former = read_record(made.entry, made.folder)
    assert former is not None
    better = msgspec.structs.replace(made.entry, version="0.0.2", files={"manifest.json": "f" * 64})
    catalogue = Catalogue((better,))
    book = register(made)
    found = baselines(better, book, served(catalogue, book, TODAY))
    [(direction, baseline)] = found.items()
    assert baseline.metric == former.metric("chrf", direction)

    record = examine(better, made.directory, replace(made.task, baselines=found), RunOptions(), load=made.loading())
    write_record(record, better, made.folder)
    promote(better, catalogue, book, LATER)
    assert book.decisions()[made.entry.reference].state == "retired"
    again = baselines(better, book, served(catalogue, book, TODAY))
    assert again[direction].metric.value == baseline.metric.value


def test_what_does_not_serve_cannot_be_rolled_back(made: Bench) -> None:
    with pytest.raises(NothingToRollBack, match="es-ca"):
        rollback("es-ca", register(made), NOW)


def test_a_retired_model_may_be_promoted_again(made: Bench) -> None:
    evaluated(made)
    promoted(made)
    rollback("es-ca", register(made), NOW)
    assert stands(made).state == "retired"
    promoted(made)
    assert stands(made).serves


def on_trial(tmp_path: Path) -> tuple[Bench, Bench, Catalogue, Register]:
    old, new, catalogue = two(tmp_path)
    for each in (old, new):
        evaluated(each)
    book = register(old)
    promote(old.entry, catalogue, book, NOW)
    promote(new.entry, catalogue, book, LATER, share=0.1)
    return old, new, catalogue, book


def test_a_canary_is_loaded_beside_the_model_in_service(tmp_path: Path) -> None:
    old, new, catalogue, book = on_trial(tmp_path)
    found = served(catalogue, book, TODAY)
    assert found.catalogue.entries == (old.entry,)
    assert [(each.entry, each.share, each.since) for each in found.trials] == [(new.entry, 0.1, LATER)]
    assert found.loaded == (old.entry, new.entry)


def test_a_canary_can_be_promoted_or_taken_back(tmp_path: Path) -> None:
    old, new, catalogue, book = on_trial(tmp_path)
    assert rollback("es-ca-large", book, LATER).restored == ()
    assert served(catalogue, book, TODAY).loaded == (old.entry,)
    promote(new.entry, catalogue, book, LATER, share=0.1)
    promote(new.entry, catalogue, book, LATER)
    assert served(catalogue, book, TODAY).loaded == (new.entry,)


def test_a_canary_without_a_model_in_service_beside_it_answers_nobody(tmp_path: Path) -> None:
    _, _, catalogue, book = on_trial(tmp_path)
    rollback("es-ca", book, LATER)
    assert served(catalogue, book, TODAY).loaded == ()


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_a_canary_needs_a_share_of_the_texts(tmp_path: Path, share: float) -> None:
    _, new, catalogue, book = on_trial(tmp_path)
    with pytest.raises(PromotionRefused, match="between 0 and 1"):
        promote(new.entry, catalogue, book, LATER, share=share)


def test_nothing_to_be_tried_beside_or_in_service_already_is_no_trial(made: Bench) -> None:
    evaluated(made)
    with pytest.raises(PromotionRefused, match="nothing to try it beside"):
        promote(made.entry, Catalogue((made.entry,)), register(made), NOW, share=0.1)
    promoted(made)
    with pytest.raises(PromotionRefused, match="it serves already"):
        promote(made.entry, Catalogue((made.entry,)), register(made), NOW, share=0.1)


def test_a_canary_has_to_pass_the_gate_too(tmp_path: Path) -> None:
    old, new, catalogue = two(tmp_path)
    evaluated(old)
    evaluated(new, times_ten)
    promote(old.entry, catalogue, register(old), NOW)
    with pytest.raises(PromotionRefused, match="numbers_kept"):
        promote(new.entry, catalogue, register(old), LATER, share=0.1)


def test_a_trial_that_somebody_ended_well_meanwhile_is_not_taken_back(made: Bench) -> None:
    ours = register(made)
    ours.decide([Decision(made.entry.reference, made.entry.digest, "serving", LATER)])
    with pytest.raises(NothingToRollBack):
        rollback(made.entry.id, ours, LATER, trial_since=NOW)
    ours.decide([Decision(made.entry.reference, made.entry.digest, "canary", NOW, share=0.1)])
    assert rollback(made.entry.id, ours, LATER, trial_since=NOW).stopped == made.entry.reference
