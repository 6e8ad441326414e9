from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.supervisor import RESTART_LEAST_S, RESTART_MOST_S, SETTLED_S, Child
from tests.gateway.logs import capture_logs
from tests.gateway.running import WAIT_S, eventually

MakeChild = Callable[[str], Child]


@pytest.fixture
def child() -> Iterator[MakeChild]:
    """Children that run a shell script; none is left when the test ends."""
    made: list[Child] = []

    def make(script: str) -> Child:
        made.append(Child("test", ["sh", "-c", script], {"PATH": "/usr/bin:/bin"}))
        return made[-1]

    yield make
    for each in made:
        if each.process is not None:
            each.process.kill()
            each.process.wait(WAIT_S)


def die(child: Child, age_s: float) -> float:
    """Let a started child end at this age; the moment at which the supervisor noticed it."""
    assert child.process is not None
    child.process.wait(WAIT_S)
    noticed = child.started + age_s
    child.watch(noticed)
    assert child.process is None
    return noticed


def test_a_child_starts_at_the_first_look_and_is_left_alone_while_it_lives(child: MakeChild) -> None:
    sleeper = child("exec sleep 60")
    sleeper.watch(0)
    process = sleeper.process
    assert process is not None
    sleeper.watch(1_000_000)
    assert sleeper.process is process
    assert process.poll() is None


def test_a_child_that_dies_young_waits_longer_each_time_up_to_a_limit(child: MakeChild) -> None:
    failing = child("exit 3")
    failing.start()
    pauses = []
    for _ in range(8):
        noticed = die(failing, age_s=0.1)
        pauses.append(round(failing.due - noticed, 3))
        failing.watch(failing.due)
    assert pauses == [0.4, 0.8, 1.6, 3.2, 6.4, RESTART_MOST_S, RESTART_MOST_S, RESTART_MOST_S]


def test_a_dead_child_is_not_started_before_its_pause_is_over(child: MakeChild) -> None:
    failing = child("exit 3")
    failing.start()
    die(failing, age_s=0.1)
    failing.watch(failing.due - 0.001)
    assert failing.process is None
    failing.watch(failing.due)
    assert failing.process is not None


def test_a_child_that_had_settled_comes_back_at_once(child: MakeChild) -> None:
    crashed = child("exit 3")
    crashed.start()
    die(crashed, age_s=0.1)
    crashed.watch(crashed.due)
    noticed = die(crashed, age_s=SETTLED_S + 1)
    assert crashed.due - noticed == pytest.approx(RESTART_LEAST_S)


def test_a_death_is_logged_with_its_status(child: MakeChild) -> None:
    failing = child("exit 3")
    failing.start()
    assert failing.process is not None
    pid = failing.process.pid
    with capture_logs() as logged:
        die(failing, age_s=0.1)
    [died] = logged
    assert (died["event"], died["child"], died["pid"], died["status"]) == ("child_died", "test", pid, 3)


def test_a_child_that_listens_is_stopped_by_sigterm(child: MakeChild) -> None:
    sleeper = child("exec sleep 60")
    sleeper.start()
    assert sleeper.process is not None
    sleeper.stop(WAIT_S)
    assert sleeper.process.returncode == -signal.SIGTERM


def test_a_child_that_ignores_sigterm_is_killed(child: MakeChild, tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"
    # What a shell ignores, the program it becomes ignores too.
    stubborn = child(f"trap '' TERM; : > '{deaf}'; exec sleep 60")
    stubborn.start()
    assert eventually(deaf.exists)
    assert stubborn.process is not None
    with capture_logs() as logged:
        stubborn.stop(0.05)
    assert stubborn.process.returncode == -signal.SIGKILL
    assert [event["event"] for event in logged] == ["child_killed"]


def test_what_is_dead_or_never_lived_needs_no_stopping(child: MakeChild) -> None:
    never, dead = child("exec sleep 60"), child("exit 0")
    never.stop(0)
    dead.start()
    assert dead.process is not None
    dead.process.wait(WAIT_S)
    dead.stop(0)
    assert (never.process, dead.process.returncode) == (None, 0)
