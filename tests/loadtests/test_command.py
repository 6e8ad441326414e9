"""`malgil loadtest` as an operator meets it, against a stand-in that misbehaves as it is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from typer.testing import CliRunner

from gateway.cli import app
from loadtests.link import not_permitted
from loadtests.plan import Load, asks, visits
from loadtests.profiles import Profile
from tests.loadtests.builders import written
from tests.loadtests.fake_service import Manner, fake_service

PROFILE = """
title = "A village"
about = "One office."
population = 100
visits_per_person_per_day = 1
day = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
duration_s = 2
patience_s = 3
directions = [["es", "an", 1]]
[mix]
sentence = 0.2
form = 0.4
letter = 0.2
notice = 0.2
"""
BUDGET = """
[any]
failed_share = 0
refused_share = 0
[any.p50_ms]
form = 60_000
"""


@dataclass(frozen=True, slots=True)
class Ended:
    status: int
    said: str
    out: Path

    @property
    def result(self) -> dict[str, Any]:
        return json.loads((self.out / "result.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    @property
    def text(self) -> str:
        return (self.out / "report.md").read_text(encoding="utf-8")


def loadtest(folder: Path, url: str, *options: str, profile: str = PROFILE, budget: str = BUDGET) -> Ended:
    given = (str(written(folder, profile)), "--against", url, "--budgets", str(written(folder, budget, "budgets.toml")))
    out = folder / "out"
    ended = CliRunner().invoke(app, ["loadtest", *given, "--out", str(out), *options])
    # A traceback is never an answer to a person.
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    assert [child for child in psutil.Process().children() if "loadtests.generator" in child.cmdline()] == []
    return Ended(ended.exit_code, ended.output, out)


def planned(rate: float, duration_s: float) -> list[str]:
    """The bodies that the plan of the profile promises, in no order."""
    profile = msgspec.toml.decode(PROFILE, type=Profile)
    asked = [
        ask
        for visit in visits(profile, Load(rate, duration_s, seed=1))
        for ask in asks(visit, profile.languages(), duration_s)
    ]
    return sorted(json.dumps({"text": ask.text(), "source": ask.source, "target": ask.targets}) for ask in asked)


def test_a_service_that_answers_is_asked_what_was_planned_and_holds_its_budget(tmp_path: Path) -> None:
    with fake_service() as service:
        ended = loadtest(tmp_path, service.url, "--rate", "8", "--seed", "1")
    assert ended.status == 0, ended.said
    assert "verdict    held" in ended.said
    assert ended.result["requests"]["answered"] == ended.result["requests"]["due"] == len(service.bodies)
    assert sorted(map(json.dumps, service.bodies)) == planned(8, 2)
    assert {type(body["text"]) for body in service.bodies} == {str, list}
    assert service.patience == {"3000"}
    told = "".join(path.read_text(encoding="utf-8") for path in ended.out.iterdir())
    asked = [text for body in service.bodies if isinstance(text := body["text"], str)]
    assert [text for text in asked if text in told] == [], "text in the report"


def test_every_way_not_to_answer_is_counted_under_its_name(tmp_path: Path) -> None:
    manners: tuple[Manner, ...] = (*("refuses", "limits", "fails", "hangs", "hangs up", "leaves out", "is empty"),)
    with fake_service(*manners) as service:
        ended = loadtest(tmp_path, service.url, "--rate", "12", "--seed", "1")
    assert ended.status == 1, ended.said
    assert len(service.bodies) >= len(manners)
    requests = ended.result["requests"]
    assert requests["answered"] == 0
    assert requests["refused"] + requests["failed"] == requests["due"] == len(service.bodies)
    for reason, counted in (
        ("503 overloaded", "refused"),
        ("429 too_many_requests", "refused"),
        ("500 translation_failed", "failed"),
        ("time-out", "failed"),
        ("HTTPConnectionClosed", "failed"),
        ("200 incomplete answer", "failed"),
    ):
        assert f"| {reason} | {counted} |" in ended.text
    assert re.search(r"[1-9]\d* of [1-9]\d* refusals said when to come again", ended.text)


def test_a_request_on_a_connection_that_was_just_closed_is_sent_once_more(tmp_path: Path) -> None:
    with fake_service("drops kept") as service:
        ended = loadtest(tmp_path, service.url, "--rate", "12")
    assert ended.status == 0, ended.said
    assert service.dropped > 0
    assert re.search(r"[1-9]\d* requests met a kept connection", ended.text)
    assert ended.result["requests"]["answered"] == len(service.bodies) - service.dropped


def test_a_service_that_never_answers_is_asked_as_often_as_one_that_does(tmp_path: Path) -> None:
    with fake_service("hangs") as service:
        ended = loadtest(
            tmp_path,
            service.url,
            "--rate",
            "6",
            "--duration",
            "1",
            "--seed",
            "1",
            budget=BUDGET.replace("p50_ms", "p99_ms"),
        )
    assert ended.status == 1
    assert sorted(map(json.dumps, service.bodies)) == planned(6, 1) != []
    assert "too short  for every figure of the budget; --duration 32 would do" in ended.said


def test_requests_beyond_the_bound_are_not_sent_and_break_the_verdict(tmp_path: Path) -> None:
    with fake_service("hangs") as service:
        ended = loadtest(tmp_path, service.url, "--rate", "6", "--duration", "1", "--max-in-flight", "2")
    assert len(service.bodies) == 2
    assert ended.result["requests"]["unsent"] == ended.result["requests"]["due"] - 2 > 0
    assert "broken     requests not sent" in ended.said


def test_the_limit_of_a_service_that_holds_everything_is_the_highest_rate_allowed(tmp_path: Path) -> None:
    options = ("--find-limit", "--rate", "5", "--max-rate", "4", "--duration", "1", "--population", "1000000")
    with fake_service() as service:
        ended = loadtest(tmp_path, service.url, *options)
    assert ended.status == 0, ended.said
    assert "Limit: at least 4.00 visits per second hold the budget." in ended.said
    assert "Machines of this kind: 5. 1,000,000 people" in ended.said
    assert [step["visits_per_s"] for step in ended.result["steps"]] == [4]


def test_a_link_that_is_emulated_is_felt(tmp_path: Path) -> None:
    if reason := not_permitted():
        pytest.skip(f"links cannot be emulated here: {reason}")
    profile = PROFILE + "[link]\nlatency_ms = 150\ndown_kbit = 1_000\nup_kbit = 1_000\n"
    budget = BUDGET.replace("60_000", "300")
    with fake_service() as service:
        ended = loadtest(tmp_path, service.url, "--rate", "8", "--duration", "1", profile=profile, budget=budget)
    requests = ended.result["requests"]
    assert requests["answered"] == requests["due"] == len(service.bodies) > 0
    # A handshake and a request are two round trips of 300 ms.
    assert "broken     p50 of form" in ended.said
    assert ended.result["link"]["latency_ms"] == 150


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rate", "-1"), "rate -1: it is above 0"),
        (("--rate", "nan"), "rate nan"),
        (("--scale", "0"), "scale 0"),
        (("--duration", "-5"), "--duration -5: it looks like"),
        (("--duration", "10 years"), "it looks like"),
        (("--duration", "100h"), "duration 360000"),
        (("--max-in-flight", "0"), "max-in-flight 0"),
        (("--population", "-1"), "population -1"),
        (("--max-rate", "1e9"), "max-rate 1e+09"),
        (("--duration", "6h", "--rate", "900"), "more than 2,000,000 visits"),
        (("--budgets", "none.toml"), "none.toml: No such file"),
        (("--out", "/dev/null/report"), "could not be written there"),
        (("--against", "http://192.0.2.1"), "--allow-remote"),
        (("--against", "http://127.0.0.1:1"), "does not answer"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_asked_or_written(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    with fake_service() as service:
        ended = loadtest(tmp_path, service.url, *options)
    assert (ended.status, service.bodies) == (2, [])
    assert said in ended.said
    assert not ended.out.exists()


def test_a_profile_nobody_knows_is_refused_with_the_nearest_name() -> None:
    ended = CliRunner().invoke(app, ["loadtest", "city-porta", "--against", "http://127.0.0.1:1"])
    assert ended.exit_code == 2
    assert "Did you mean city-portal?" in ended.output


def test_a_service_that_is_not_ready_is_not_tested(tmp_path: Path) -> None:
    with fake_service(ready=False) as service:
        ended = loadtest(tmp_path, service.url)
    assert ended.status == 2
    assert "is not ready" in ended.said


def test_something_else_that_listens_is_told_apart(tmp_path: Path) -> None:
    with fake_service() as service:
        ended = loadtest(tmp_path, f"{service.url}", profile=PROFILE.replace('"an"', '"gl"'))
    assert ended.status == 2
    assert "serves none of the profile's directions (es → gl)" in ended.said


def test_a_report_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with fake_service() as service:
        ended = loadtest(tmp_path, service.url)
    assert ended.status == 2
    assert "it exists already" in ended.said
    assert list(ended.out.iterdir()) == []


def test_without_its_extra_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.loadtest_cli.find_spec", lambda _: None)
    ended = CliRunner().invoke(app, ["loadtest", "city-portal", "--against", "http://127.0.0.1:1"])
    assert ended.exit_code == 2
    assert "pip install 'malgil[loadtest]'" in ended.output


def test_gevent_stays_in_the_generator() -> None:
    code = "import gateway.cli, loadtests.command, sys, json; print(json.dumps(list(sys.modules)))"
    printed = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True).stdout
    assert not {"gevent", "locust", "geventhttpclient"} & set(json.loads(printed))
