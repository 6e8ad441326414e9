"""A model serves while its promotion has its reasons, and not a day longer."""

from __future__ import annotations

import datetime
import json
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.gate import DEFAULT_THRESHOLDS, Thresholds
from models.lifecycle import PromotionRefused, promote
from models.record import RecordUnreadable, read_record, record_path, write_json, write_record
from models.register import LIFECYCLE, Decision, Register, Waiver
from models.standing import served
from tests.models.decided import (
    LATER,
    NOW,
    UNTIL,
    WAIVERS,
    evaluated,
    promoted,
    register,
    serving,
    stands,
    times_ten,
    two,
)
from tests.models.synthetic import TODAY, Bench


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


def test_a_record_that_cannot_be_read_serves_nothing_and_a_new_evaluation_mends_it(made: Bench) -> None:
    evaluated(made)
    promoted(made)
    record_path(made.entry, made.folder).write_text("[]", encoding="utf-8")
    with pytest.raises(RecordUnreadable, match=r"es-ca\.evaluation\.json is no evaluation record"):
        read_record(made.entry, made.folder)
    assert stands(made).blocked == ("it was not evaluated, or its record cannot be read",)
    evaluated(made)
    assert stands(made).serves


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


def test_waived_misses_let_it_serve_until_the_last_day_and_no_longer(made: Bench) -> None:
    evaluated(made, times_ten)
    standing = promoted(made, WAIVERS)
    assert {each.metric for each in standing.waived} == {each.metric for each in WAIVERS}
    assert standing.waived_until == UNTIL
    assert serving(made, UNTIL) == (made.entry,)
    expired = stands(made, UNTIL + datetime.timedelta(days=1))
    assert (expired.state, expired.serves) == ("evaluated", False)
    assert any(reason.startswith("numbers_kept") for reason in expired.blocked)


def test_a_record_on_other_lines_than_its_set_has_opens_nothing(made: Bench) -> None:
    evaluated(made)
    promoted(made)
    record = read_record(made.entry, made.folder)
    assert record is not None
    [data] = record.data
    relabelled = replace(data, name="FLORES dev")
    write_record(replace(record, data=(relabelled,)), made.entry, made.folder)
    assert (stands(made).state, serving(made)) == ("candidate", ())
    assert stands(made).blocked == (
        f"es → ca was measured on {data.n} lines that are not the 997 of FLORES dev; evaluate it again on those, or on "
        "a set with a name of its own",
    )
    with pytest.raises(PromotionRefused, match="not the 997 of FLORES dev"):
        promoted(made, (Waiver("lines", "someone", "because", UNTIL),))


def test_an_operator_pins_sets_of_his_own(made: Bench, tmp_path: Path) -> None:
    evaluated(made)
    promoted(made)
    record = read_record(made.entry, made.folder)
    assert record is not None
    own = tmp_path / "own"
    own.mkdir()
    pinned = (
        f'[[sets]]\nsource = "es"\ntarget = "ca"\nname = "{record.data[0].name}"\nsource_file = "es.txt"\n'
        'reference_file = "ca.txt"\nlicence = "CC0-1.0"\nn = 126\nsha256 = "{}"\n'
    )

    def blocked(sets: str) -> tuple[str, ...]:
        (own / "evaluation_sets.toml").write_text(sets, encoding="utf-8")
        theirs = Register(Thresholds.load(), shipped=made.folder, installed=own)
        return served(Catalogue((made.entry,)), theirs, TODAY).standings[0].blocked

    assert blocked(pinned.replace("{}", record.data[0].sha256)) == ()
    assert "not the 126 of our own" in blocked(pinned.replace("{}", "0" * 64))[0]
    # What cannot be read pins nothing, and keeps no model from serving.
    assert blocked("[[sets]]") == ()
