"""A model serves while its promotion has its reasons, and not a day longer."""

from __future__ import annotations

import datetime
import json
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from locales.tags import LanguageTag
from models.catalogue import Catalogue, CatalogueEntry
from models.examination import baselines, examine
from models.gate import DEFAULT_THRESHOLDS, Thresholds
from models.lifecycle import (
    LIFECYCLE,
    Decision,
    LifecycleUnreadable,
    NothingToRollBack,
    PromotionRefused,
    Register,
    Standing,
    Waiver,
    promote,
    rollback,
    served,
)
from models.record import RecordUnreadable, read_record, record_path, write_json, write_record
from models.runtime.load import RunOptions
from tests.models.synthetic import TODAY, Bench, bench

NOW = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
UNTIL = datetime.date(2027, 5, 31)


def times_ten(text: str) -> str:
    return "".join(f"{c}0" if c.isdigit() else c for c in text)


WAIVERS = tuple(
    Waiver(metric, "project maintainers", "the model is young", UNTIL)
    for metric in ("numbers_kept", "fault_numbers", "emails_kept", "links_kept", "placeholders_kept")
)


@pytest.fixture
def made(tmp_path: Path) -> Bench:
    return bench(tmp_path)


def register(made: Bench, thresholds: Thresholds | None = None) -> Register:
    return Register(thresholds or Thresholds.load(), shipped=made.folder)


def evaluated(made: Bench, fault: Callable[[str], str] = lambda text: text) -> None:
    record = examine(made.entry, made.directory, made.task, RunOptions(), load=made.loading(fault))
    write_record(record, made.entry, made.folder)


def stands(made: Bench, today: datetime.date = TODAY, thresholds: Thresholds | None = None) -> Standing:
    [standing] = served(Catalogue((made.entry,)), register(made, thresholds), today).standings
    return standing


def promoted(made: Bench, waivers: tuple[Waiver, ...] = ()) -> Standing:
    return promote(made.entry, Catalogue((made.entry,)), register(made), NOW, waivers)


def serving(made: Bench, today: datetime.date = TODAY) -> tuple[CatalogueEntry, ...]:
    return served(Catalogue((made.entry,)), register(made), today).catalogue.entries


def test_a_new_model_is_a_candidate_and_does_not_serve(made: Bench) -> None:
    assert stands(made).state == "candidate"
    assert serving(made) == ()


def test_an_evaluated_model_does_not_serve_until_it_is_promoted(made: Bench) -> None:
    evaluated(made)
    assert stands(made).state == "evaluated"
    assert serving(made) == ()
    promoted(made)
    assert stands(made).state == "serving"
    assert stands(made).waived_until is None
    assert serving(made) == (made.entry,)


def test_what_was_not_evaluated_cannot_be_promoted(made: Bench) -> None:
    with pytest.raises(PromotionRefused, match="was not evaluated"):
        promoted(made)


def test_a_model_that_fails_is_refused_with_every_metric_it_misses(made: Bench) -> None:
    evaluated(made, times_ten)
    with pytest.raises(PromotionRefused) as refused:
        promoted(made)
    assert {reason.split()[0] for reason in refused.value.reasons} >= {"numbers_kept", "fault_numbers"}
    assert not (made.folder / LIFECYCLE).exists()


def test_waived_misses_let_it_serve_until_the_last_day_and_no_longer(made: Bench) -> None:
    evaluated(made, times_ten)
    standing = promoted(made, WAIVERS)
    assert {each.metric for each in standing.waived} == {each.metric for each in WAIVERS}
    assert standing.waived_until == UNTIL
    assert serving(made, UNTIL) == (made.entry,)
    expired = stands(made, UNTIL + datetime.timedelta(days=1))
    assert (expired.state, expired.serves) == ("evaluated", False)
    assert any(reason.startswith("numbers_kept") for reason in expired.blocked)


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


def test_thresholds_changed_after_the_run_make_the_record_void(made: Bench, tmp_path: Path) -> None:
    evaluated(made)
    promoted(made)
    changed = tmp_path / "thresholds.toml"
    changed.write_text(DEFAULT_THRESHOLDS.read_text("utf-8").replace("0.995", "0.994"), encoding="utf-8")
    standing = stands(made, thresholds=Thresholds.load(changed))
    assert (standing.state, standing.serves) == ("candidate", False)
    assert "thresholds changed" in standing.blocked[0]


def test_other_weights_under_the_same_name_do_not_inherit_the_promotion(made: Bench) -> None:
    evaluated(made)
    promoted(made)
    other = msgspec.structs.replace(made.entry, files={"manifest.json": "f" * 64})
    found = served(Catalogue((other,)), register(made), TODAY)
    assert found.catalogue.entries == ()
    assert found.standings[0].state == "candidate"


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


def two(tmp_path: Path) -> tuple[Bench, Bench, Catalogue]:
    old, new = bench(tmp_path, "es-ca"), bench(tmp_path, "es-ca-large")
    return old, new, Catalogue((old.entry, new.entry))


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


def test_of_two_models_for_a_pair_the_newest_promoted_answers(tmp_path: Path) -> None:
    old, new, catalogue = two(tmp_path)
    for each in (old, new):
        evaluated(each)
    wide = msgspec.structs.replace(old.entry, targets=(*old.entry.targets, LanguageTag("gl")))
    write_json(
        tmp_path / LIFECYCLE,
        {"decisions": [msgspec.to_builtins(Decision(wide.reference, wide.digest, "serving", NOW))]},
    )
    promote(new.entry, Catalogue((wide, new.entry)), register(new), LATER)
    assert json.loads((tmp_path / LIFECYCLE).read_text("utf-8"))["decisions"][0]["state"] == "serving"
    both = served(catalogue, register(new), TODAY).catalogue
    assert both.entries[0] == new.entry


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


def test_an_operators_word_goes_before_what_ships_and_leaves_it_alone(made: Bench, tmp_path: Path) -> None:
    evaluated(made)
    promoted(made)
    shipped = (made.folder / LIFECYCLE).read_bytes()
    own = tmp_path / "own"
    own.mkdir()
    theirs = Register(Thresholds.load(), shipped=made.folder, installed=own)
    rollback("es-ca", theirs, LATER)
    assert served(Catalogue((made.entry,)), theirs, TODAY).catalogue.entries == ()
    assert (made.folder / LIFECYCLE).read_bytes() == shipped
    assert serving(made) == (made.entry,)


def test_records_of_an_operators_model_lie_in_the_operators_folder(made: Bench, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    theirs = Register(Thresholds.load(), shipped=made.folder, installed=own)
    installed = msgspec.structs.replace(made.entry, path="store:es-ca")
    assert theirs.writable() == own
    assert (theirs.card(installed), theirs.card(made.entry)) == (own / "es-ca.md", made.folder / "es-ca.md")
    evaluated(made)
    assert theirs.record(made.entry) is not None
    record_path(made.entry, made.folder).rename(record_path(made.entry, own))
    assert theirs.record(made.entry) is not None


def test_an_operators_record_of_an_older_version_does_not_hide_the_one_that_ships(made: Bench, tmp_path: Path) -> None:
    evaluated(made)
    promoted(made)
    record = read_record(made.entry, made.folder)
    assert record is not None
    own = tmp_path / "own"
    own.mkdir()
    write_record(replace(record, model="es-ca@0.0.0", model_digest="0" * 16), made.entry, own)
    theirs = Register(Thresholds.load(), shipped=made.folder, installed=own)
    assert served(Catalogue((made.entry,)), theirs, TODAY).catalogue.entries == (made.entry,)


def test_decisions_that_cannot_be_read_stop_everything_and_are_named(made: Bench) -> None:
    (made.folder / LIFECYCLE).write_text("{", encoding="utf-8")
    with pytest.raises(LifecycleUnreadable, match=r"lifecycle\.json"):
        stands(made)


def test_a_record_that_cannot_be_read_serves_nothing_and_a_new_evaluation_mends_it(made: Bench) -> None:
    evaluated(made)
    promoted(made)
    record_path(made.entry, made.folder).write_text("[]", encoding="utf-8")
    with pytest.raises(RecordUnreadable, match=r"es-ca\.evaluation\.json is no evaluation record"):
        read_record(made.entry, made.folder)
    assert stands(made).blocked == ("it was not evaluated, or its record cannot be read",)
    evaluated(made)
    assert stands(made).serves


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / LIFECYCLE
    write_json(path, {"decisions": []})
    with pytest.raises(TypeError):
        write_json(path, {"decisions": [object()]})
    assert json.loads(path.read_text("utf-8")) == {"decisions": []}
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_written_is_read_again(made: Bench) -> None:
    evaluated(made)
    record = read_record(made.entry, made.folder)
    assert record is not None
    write_record(record, made.entry, made.folder)
    assert read_record(made.entry, made.folder) == record


def test_every_bundled_model_serves_today_and_each_waiver_has_name_reason_and_end() -> None:
    found = served(Catalogue.load(), Register(Thresholds.load()), datetime.datetime.now(datetime.UTC).date())
    assert {each.entry.reference: each.blocked for each in found.standings} == {
        each.entry.reference: () for each in found.standings
    }
    for standing in found.standings:
        assert standing.serves
        assert standing.record is not None
        assert standing.decision is not None
        for waiver in standing.decision.waivers:
            assert waiver.by.strip()
            assert waiver.reason.strip()
            assert waiver.until <= standing.decision.since.date() + datetime.timedelta(days=366)


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


def test_two_who_decide_at_one_time_lose_nothing(made: Bench) -> None:
    """A person promotes while a trial that ends badly is taken back: each reads, changes and writes the same file."""
    ours = register(made)
    names = [f"model-{number}@1.0.0" for number in range(40)]

    def decide(name: str) -> None:
        ours.decide([Decision(name, "0" * 16, "retired", NOW)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decide, names))
    assert set(ours.decisions()) == set(names)


def test_who_decides_waits_for_who_is_deciding(made: Bench) -> None:
    evaluated(made)
    ours, others = register(made), register(made)
    begun = threading.Event()

    def rolled_back() -> None:
        begun.set()
        rollback(made.entry.id, others, LATER)

    promoted(made)
    with ThreadPoolExecutor(1) as pool:
        with ours.alone():
            waiting = pool.submit(rolled_back)
            begun.wait(10)
            assert ours.decisions()[made.entry.reference].state == "serving"
            ours.write([Decision("other@1.0.0", "0" * 16, "retired", NOW)])
        waiting.result(10)
    assert {model: each.state for model, each in ours.decisions().items()} == {
        made.entry.reference: "retired",
        "other@1.0.0": "retired",
    }


def test_a_model_whose_tokeniser_library_is_missing_is_left_out_and_says_so(
    made: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bart = Bench(made.folder, msgspec.structs.replace(made.entry, tokeniser="tokenizer-json"), made.directory)
    (made.directory.path / "tokenizer.json").write_text("{}", encoding="utf-8")
    evaluated(bart)
    promoted(bart)
    assert serving(bart) == (bart.entry,)
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    standing = stands(bart)
    assert serving(bart) == ()
    assert standing.blocked == (
        "its tokeniser needs the library `tokenizers` on every machine that serves it: pip install tokenizers",
    )


def test_a_trial_that_somebody_ended_well_meanwhile_is_not_taken_back(made: Bench) -> None:
    ours = register(made)
    ours.decide([Decision(made.entry.reference, made.entry.digest, "serving", LATER)])
    with pytest.raises(NothingToRollBack):
        rollback(made.entry.id, ours, LATER, trial_since=NOW)
    ours.decide([Decision(made.entry.reference, made.entry.digest, "canary", NOW, share=0.1)])
    assert rollback(made.entry.id, ours, LATER, trial_since=NOW).stopped == made.entry.reference
