"""Records and decisions: whose word counts, and that none is lost."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from models.catalogue import Catalogue
from models.gate import Thresholds
from models.lifecycle import rollback
from models.record import read_record, record_path, write_json, write_record
from models.register import LIFECYCLE, Decision, LifecycleUnreadable, Register
from models.standing import served
from tests.models.decided import (
    LATER,
    NOW,
    evaluated,
    promoted,
    register,
    serving,
    stands,
)
from tests.models.synthetic import TODAY, Bench


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
