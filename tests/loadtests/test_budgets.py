from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from loadtests.budgets import BUDGETS, Budget, Verdict, judge, load_budget
from loadtests.measured import Measured, Sample, percentile
from loadtests.plan import Load, kinds_sent
from loadtests.profiles import bundled
from loadtests.refusal import LoadTestRefused
from tests.loadtests.builders import BUDGET, PROFILE, sample, written

SENT = kinds_sent(PROFILE, Load(1, 1, 1))
GOOD = (*[sample()] * 20, *[sample(kind="form")] * 2)


def judged(*samples: Sample, budget: Budget = BUDGET, memory_mb: float | None = None) -> Verdict:
    return judge(budget, Measured(samples, 10, memory_mb), SENT)


def outcomes(verdict: Verdict) -> dict[str, str]:
    return {figure.name: figure.outcome for figure in verdict.figures if figure.outcome != "held"}


def test_every_bundled_profile_has_a_budget_of_its_own() -> None:
    assert [name for name in bundled() if load_budget(BUDGETS, name) is load_budget(BUDGETS, "any")] == []
    assert f"[{bundled()[0]}]" in BUDGETS.read_text(encoding="utf-8")


def test_a_run_within_every_figure_holds() -> None:
    assert judged(*GOOD).word == "held"
    assert judged(*GOOD).held


def test_one_slow_answer_in_twenty_is_within_p95_and_two_are_not() -> None:
    assert judged(*GOOD[1:], sample(5000)).held
    assert outcomes(judged(*GOOD[2:], sample(5000), sample(5000))) == {"p95 of sentence": "broken"}


def test_refusals_are_judged_apart_from_failures() -> None:
    assert judged(*GOOD, sample(result="refused")).held
    assert outcomes(judged(*GOOD, sample(result="failed"))) == {"failed requests": "broken"}


def test_a_request_that_was_never_sent_breaks_the_verdict() -> None:
    assert judged(*GOOD, sample(result="unsent")).word == "broken"


def test_what_was_measured_too_seldom_is_not_proven() -> None:
    verdict = judged(*GOOD[1:])
    assert outcomes(verdict) == {"p95 of sentence": "too few"}
    assert (verdict.word, verdict.held) == ("not proven", False)


def test_a_run_without_any_request_proves_nothing() -> None:
    assert judged().word == "not proven"


def test_a_kind_that_the_profile_never_sends_does_not_count() -> None:
    verdict = judged(*GOOD, budget=msgspec.structs.replace(BUDGET, p50_ms={"document": 5}))
    assert outcomes(verdict) == {"p50 of document": "not asked"}
    assert verdict.held


def test_memory_is_judged_where_it_can_be_seen() -> None:
    budget = msgspec.structs.replace(BUDGET, memory_mb=100)
    name = "resident memory, all processes"
    assert judged(*GOOD, budget=budget, memory_mb=99).held
    assert outcomes(judged(*GOOD, budget=budget, memory_mb=101)) == {name: "broken"}
    assert outcomes(judged(*GOOD, budget=budget)) == {name: "too few"}


def test_a_percentile_is_the_nearest_rank() -> None:
    hundred = [float(number) for number in range(1, 101)]
    assert [percentile(hundred, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.5) == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[any]\nfailed_shar = 0.1\nrefused_share = 0", "Did you mean failed_share?"),
        ("[any]\nfailed_share = 0.1\nrefused_share = 0\n[any.p95_ms]\nsentense = 5", "Did you mean sentence?"),
        ("[any]\nfailed_share = 0.1\nrefused_share = 0\n[any.p95_ms]\nform = -5", "> 0"),
        ("[any]\nfailed_share = 1.1\nrefused_share = 0", "<= 1"),
        ("[any]\nfailed_share = 0.1", "refused_share"),
        ("[mountain-provinc]\nfailed_share = 0\nrefused_share = 0", "Did you mean mountain-province?"),
        ("[city-portal]\nfailed_share = 0\nrefused_share = 0", "neither [village] nor [any]"),
        ("[any", "not TOML"),
    ],
)
def test_a_wrong_budget_is_refused_with_its_file_and_place(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text, "budgets.toml")
    with pytest.raises(LoadTestRefused) as refused:
        load_budget(path, "village")
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_a_profile_without_a_table_takes_that_for_any(tmp_path: Path) -> None:
    path = written(tmp_path, "[any]\nfailed_share = 0.25\nrefused_share = 0", "budgets.toml")
    assert load_budget(path, "village").failed_share == 0.25
