from __future__ import annotations

import re
from pathlib import Path

import pytest

from loadtests import texts
from loadtests.budgets import BUDGETS, answers_for, load_budget
from loadtests.plan import Load, kinds_sent, planned
from loadtests.profiles import FOLDER, bundled, load_profile, profile_path
from loadtests.refusal import LoadTestRefused
from tests.loadtests.builders import PROFILE, written

MOUNTAIN = (FOLDER / "mountain-province.toml").read_text(encoding="utf-8")


def test_four_regions_are_bundled() -> None:
    assert bundled() == ("city-portal", "mountain-province", "national-portal", "refugee-camp")


@pytest.mark.parametrize("name", bundled())
def test_a_bundled_profile_run_as_it_stands_has_enough_answers_for_every_figure_of_its_budget(name: str) -> None:
    profile = load_profile(profile_path(name))
    load = Load(profile.peak_per_s, profile.duration_s, seed=1)
    counted = planned(profile, load, profile.languages())
    needed = answers_for(load_budget(BUDGETS, name))
    assert {kind: count for kind, count in needed.items() if counted[kind] < count} == {}
    assert set(needed) == kinds_sent(profile, load)


@pytest.mark.parametrize("name", bundled())
def test_texts_can_be_made_in_every_source_language_of_a_bundled_profile(name: str) -> None:
    assert {source for source, _ in load_profile(profile_path(name)).languages()} <= texts.written_in()


def test_the_peak_follows_from_people_visits_and_the_shape_of_the_day() -> None:
    assert PROFILE.peak_factor == 2
    assert PROFILE.peak_per_s == 2


def test_a_name_that_is_nearly_right_is_offered() -> None:
    with pytest.raises(LoadTestRefused, match=r"Did you mean mountain-province\?"):
        profile_path("mountain-provence")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("population = 90_000", "populaton = 90_000", "Did you mean population?"),
        ("population = 90_000", "population = -3", "population"),
        ("latency_ms = 35", "latencyms = 35", "Did you mean latency_ms?"),
        ("sentence = 0.50", "sentense = 0.50", "Did you mean sentence?"),
        ("loss = 0.005", "loss = 5", "loss"),
        ('["es", "an", 6]', '["es", "aragonese!", 6]', "language tag"),
        ('["es", "an", 6]', '["es", "an"]', "directions"),
        ("day = [1, ", "day = [", "day"),
        ("[mix]", "[mix", "not TOML"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_file_and_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in MOUNTAIN
    path = written(tmp_path, MOUNTAIN.replace(before, after, 1))
    with pytest.raises(LoadTestRefused) as refused:
        load_profile(path)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_a_region_where_nobody_ever_comes_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, re.sub(r"(?m)^day = .*$", f"day = [{'0, ' * 24}]", MOUNTAIN))
    with pytest.raises(LoadTestRefused, match="nobody ever comes"):
        load_profile(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadTestRefused, match="No such file"):
        load_profile(profile_path(str(tmp_path / "none.toml")))
