from __future__ import annotations

import pytest

from loadtests.limit import assumption, find_limit, machines
from tests.loadtests.builders import PROFILE


@pytest.mark.parametrize("start", [0.1, 7.0, 30.0, 400.0])
def test_the_limit_is_found_from_below_and_from_above(start: float) -> None:
    found = find_limit(lambda rate: rate <= 30, start, most=1000)
    assert found.holds is not None
    assert found.breaks is not None
    assert found.holds <= 30 < found.breaks
    assert found.breaks / found.holds <= 1.15


def test_no_rate_is_tried_beyond_the_bound_and_none_twice() -> None:
    found = find_limit(lambda _: True, 3, most=10)
    assert (found.holds, found.breaks) == (10, None)
    assert [step.per_s for step in found.steps] == [3, 6, 10]


def test_a_service_that_never_holds_ends_the_search() -> None:
    found = find_limit(lambda _: False, 8, most=100, steps=5)
    assert found.holds is None
    assert found.breaks == 0.5
    assert len(found.steps) == 5


def test_a_start_beyond_the_bound_is_brought_within() -> None:
    assert find_limit(lambda _: True, 50, most=10).steps[0].per_s == 10


def test_machines_are_planned_below_their_limit() -> None:
    assert PROFILE.peak_of(86_400) == 2
    assert machines(PROFILE, 86_400, limit_per_s=2 / 0.7) == 1
    assert machines(PROFILE, 86_400, limit_per_s=2.8) == 2
    assert machines(PROFILE, 8_640_000, limit_per_s=10) == 29


def test_the_assumption_names_its_figures() -> None:
    told = assumption(PROFILE, 8_640_000)
    for figure in ("8,640,000 people", "1 visits a person", "2.0 times", "200 visits per second", "70%"):
        assert figure in told
