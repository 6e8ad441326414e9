"""Seeded faults: each of these models is really evaluated on a suite of our own and must not pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gateway.evaluation_cli import negates
from locales.tags import LanguageTag
from models.catalogue import LanguagePair
from models.examination import Baseline, examine
from models.footprint import Footprint
from models.gate import DEFAULT_THRESHOLDS, Thresholds, ThresholdsInvalid, judge
from models.install import check_licence
from models.policy import Policy
from models.public import public_model
from models.record import DataSet, Record
from models.refusal import ModelRefused
from models.runtime.load import RunOptions
from models.store import ModelDamaged, ModelStore
from tests.models.synthetic import CA, ES, SOURCES, Bench, bench, word_by_word
from tests.models.tiny_model import write_tiny_model

GL = LanguageTag("gl")
PAIR = LanguagePair(ES, CA)


def measured(made: Bench, fault: Callable[[str], str] = lambda text: text, **options: bool) -> Record:
    return examine(made.entry, made.directory, made.task, RunOptions(), load=made.loading(fault, **options))


def misses(record: Record) -> set[str]:
    return {each.metric for each in record.verdict.failed}


@pytest.fixture
def made(tmp_path: Path) -> Bench:
    return bench(tmp_path)


def test_a_sound_model_passes(made: Bench) -> None:
    verdict = measured(made).verdict
    assert verdict.passed, [str(each) for each in verdict.failed]


@pytest.mark.parametrize(
    ("fault", "metric"),
    [
        (lambda text: re.sub(r"\b(\d+)\b", r"\g<1>0", text), "numbers_kept"),
        (lambda text: text.replace(",50", "50"), "fault_numbers"),
        (lambda text: re.sub(r"\d", "7", text), "numbers_kept"),
        (lambda _: "Библиотека открывается в девять часов утра каждый день.", "fault_script"),
        (lambda _: "La biblioteca abre todos los días a las nueve de la mañana.", "wrong_language"),
        (lambda _: "ውሃው ለመጠጥ አይሆንም።", "wrong_language"),
        (lambda text: " ".join([*text.split(), *["la porta"] * 20]), "fault_repetition"),
        (lambda text: text[: len(text) // 5], "fault_length"),
        (lambda text: text.replace("à", "a").replace("é", "e").replace("·", ""), "characters_kept"),
        (lambda text: text.replace("@", " at "), "emails_kept"),
        (lambda text: text.replace("://", ":/"), "links_kept"),
        (lambda text: text.replace("{", "").replace("%s", "% s"), "placeholders_kept"),
        (lambda _: "", "chrf"),
    ],
    ids=[
        "numbers times ten", "decimal sign lost", "every digit a seven", "another script", "another language",
        "another language and script", "loops", "cut short", "accents lost", "addresses broken", "links broken",
        "placeholders broken", "says nothing",
    ],
)  # fmt: skip
def test_a_damaged_model_is_refused_for_what_it_damages(made: Bench, fault: Callable[[str], str], metric: str) -> None:
    record = measured(made, fault)
    assert not record.verdict.passed
    assert metric in misses(record)


def test_a_model_no_better_than_copying_is_refused(made: Bench) -> None:
    (made.folder / "es.txt").write_text((made.folder / "ca.txt").read_text("utf-8"), encoding="utf-8")
    assert "chrf" in misses(measured(made))


def test_a_model_whose_decoding_never_ends_is_refused(made: Bench) -> None:
    assert "cut_off" in misses(measured(made, cut=True))


def test_lost_negation_is_seen_beside_the_model_in_service(made: Bench) -> None:
    sound = measured(made)
    data, chrf = sound.data_of(PAIR), sound.metric("chrf", PAIR)
    assert data is not None
    assert chrf is not None
    task = replace(made.task, baselines={PAIR: Baseline(data.sha256, chrf)})
    loading = made.loading(lambda text: text.replace(" no ", " "))
    record = examine(made.entry, made.directory, task, RunOptions(), load=loading)
    assert "chrf" in misses(record)
    [told] = [str(each) for each in record.verdict.failed if each.metric == "chrf"]
    assert "needs at least serving_chrf -1 = 99" in told


def test_a_former_model_measured_on_other_lines_is_no_baseline(made: Bench) -> None:
    chrf = measured(made).metric("chrf", PAIR)
    assert chrf is not None
    task = replace(made.task, baselines={PAIR: Baseline("0" * 64, chrf)})
    record = examine(made.entry, made.directory, task, RunOptions(), load=made.loading())
    assert record.metric("serving_chrf", PAIR) is None


def test_lost_negation_is_seen_where_few_lines_deny_anything(tmp_path: Path) -> None:
    """One line in five denies something, as in news: to chrF++ and the other checks the loss is next to nothing."""
    made = bench(tmp_path)
    mixed = [text if number % 5 == 0 else text.replace(" no ", " ") for number, text in enumerate(SOURCES)]
    (tmp_path / "es.txt").write_text("\n".join(mixed) + "\n", encoding="utf-8")
    (tmp_path / "ca.txt").write_text("\n".join(map(word_by_word, mixed)) + "\n", encoding="utf-8")
    task = replace(made.task, negates=negates)
    sound, deaf = (
        examine(made.entry, made.directory, task, RunOptions(), load=made.loading(fault))
        for fault in (str, lambda text: text.replace(" no ", " "))
    )
    assert sound.verdict.passed, [str(each) for each in sound.verdict.failed]
    kept = [each.metric("negation_kept", PAIR) for each in (sound, deaf)]
    assert [(each.value, each.n) for each in kept if each] == [(1.0, 26), (0.0, 26)]
    assert deaf.value("chrf", PAIR) == pytest.approx(99, abs=1)
    assert misses(deaf) == {"negation_kept"}
    unknown = examine(made.entry, made.directory, made.task, RunOptions(), load=made.loading())
    assert unknown.metric("negation_kept", PAIR) is None, "not measured where nobody knows the words"


def test_a_licence_that_is_not_allowed_is_refused(tmp_path: Path) -> None:
    assert misses(measured(bench(tmp_path, licence="CC-BY-NC-4.0"))) == {"licence"}


@pytest.mark.parametrize(
    ("policy", "licence", "commercial", "said"),
    [
        (Policy(), "MIT", True, None),
        (Policy(), "CC-BY-NC-4.0", False, "MALGIL_NON_COMMERCIAL_MODELS=true"),
        (Policy(non_commercial=True), "CC-BY-NC-4.0", False, None),
        (Policy(non_commercial=True), "MIT", True, None),
        (Policy(), "GPL-3.0", True, "MALGIL_LICENCES"),
        (Policy(("GPL-3.0",)), "GPL-3.0", True, None),
        (Policy(("GPL-3.0",)), "MIT", True, "MALGIL_LICENCES"),
        (Policy(("CC-BY-NC-4.0",)), "CC-BY-NC-4.0", False, "MALGIL_NON_COMMERCIAL_MODELS=true"),
        (Policy(("CC-BY-NC-4.0", "MIT"), True), "CC-BY-NC-4.0", False, None),
        (Policy(("CC-BY-NC-4.0", "MIT"), True), "MIT", True, None),
    ],
)
def test_what_may_be_installed_may_be_promoted_and_a_refusal_names_the_way_out(
    made: Bench, policy: Policy, licence: str, commercial: bool, said: str | None
) -> None:
    thresholds = replace(Thresholds.load(), policy=policy)
    theirs = msgspec.structs.replace(made.entry, path="store:own", licence=licence, commercial_use=commercial)
    failed = [str(each) for each in judge(measured(made), theirs, thresholds).failed]
    public = msgspec.structs.replace(public_model("opus-mt-en-sw"), licence=licence, commercial_use=commercial)
    if said is None:
        assert failed == []
        check_licence(public, replace(policy, usual=thresholds.licences))
    else:
        [told] = failed
        assert said in told
        with pytest.raises(ModelRefused, match=said):
            check_licence(public, replace(policy, usual=thresholds.licences))


def test_the_policy_of_an_operator_does_not_stop_what_ships(made: Bench) -> None:
    thresholds = replace(Thresholds.load(), policy=Policy(("MIT",)))
    assert made.entry.path.startswith("bundled:")
    assert judge(measured(made), made.entry, thresholds).passed


def test_a_direction_that_was_not_measured_is_refused(made: Bench) -> None:
    record = measured(made)
    wider = bench(made.folder, "wider").entry
    entry = msgspec.structs.replace(wider, targets=(*wider.targets, GL))
    failed = judge(record, entry, Thresholds.load()).failed
    [missed] = failed
    assert (missed.metric, missed.direction, missed.value) == ("lines", LanguagePair(ES, GL), None)


def test_a_handful_of_lines_is_no_evaluation(made: Bench) -> None:
    few = replace(made.task, lines=20)
    record = examine(made.entry, made.directory, few, RunOptions(), load=made.loading())
    assert misses(record) == {"lines"}


def test_a_figure_that_is_no_number_fails(made: Bench) -> None:
    record = measured(made)
    broken = tuple(replace(each, value=float("nan")) if each.name == "chrf" else each for each in record.metrics)
    assert "chrf" in {
        each.metric for each in judge(replace(record, metrics=broken), made.entry, Thresholds.load()).failed
    }


def test_the_record_says_what_a_repetition_needs(made: Bench) -> None:
    record = measured(made)
    [data] = record.data
    assert isinstance(data, DataSet)
    assert (data.name, data.licence, data.n, len(data.sha256)) == ("our own", "CC0-1.0", 126, 64)
    assert record.model_digest == made.entry.digest
    assert record.thresholds_sha256 == Thresholds.load().sha256
    assert record.code_version.startswith("0.")
    assert record.environment.ctranslate2
    assert record.id == "es-ca@0.0.1/standard/2026-11-22"


def test_one_flipped_bit_ends_an_evaluation_before_it_begins_and_a_random_model_fails_it(made: Bench) -> None:
    entry = write_tiny_model(made.folder / "tiny", ("ca",))
    task = replace(made.task, lines=3)
    record = examine(entry, ModelStore(made.folder).open(entry), task, RunOptions(device="cpu", inter_threads=1))
    assert {"chrf", "lines"} <= misses(record)
    assert record.environment.compute_type == "float32"
    weights = made.folder / "tiny" / "model.bin"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelDamaged, match=r"model\.bin"):
        ModelStore(made.folder).open(entry)


def test_every_shipped_rule_names_a_metric_that_is_measured(made: Bench) -> None:
    task = replace(made.task, weigh=lambda *_: Footprint(0.1, 20.0), negates=negates)
    record = examine(made.entry, made.directory, task, RunOptions(), load=made.loading())
    known = {each.name for each in record.metrics} | {"serving_chrf", "float_drop"}
    for rule in Thresholds.load().rules:
        assert rule.metric in known
        assert rule.above is None or rule.above in known


@pytest.mark.parametrize(
    "written",
    ["rules = 3", "not toml", 'suite = "s"\nlicences = []\nleast_lines = 1\nrules = [{metric = "chrf"}]'],
    ids=["wrong type", "not toml", "a rule without a bound"],
)
def test_thresholds_that_cannot_be_used_are_named(tmp_path: Path, written: str) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ThresholdsInvalid, match=r"thresholds\.toml"):
        Thresholds.load(path)


def test_one_changed_byte_makes_other_thresholds(tmp_path: Path) -> None:
    changed = tmp_path / "thresholds.toml"
    changed.write_bytes(DEFAULT_THRESHOLDS.read_bytes() + b"#\n")
    assert Thresholds.load(changed).sha256 != Thresholds.load().sha256
