from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random

from loadtests.plan import KINDS, Load, Visit, arrivals, asks, dealt, kinds_sent, long_enough, planned, visits
from locales.tags import LanguageTag
from tests.loadtests.builders import AN, DIRECTIONS, ES, PROFILE, changed

LOAD = Load(peak_per_s=2, duration_s=240, seed=3)


def test_the_same_order_gives_the_same_load() -> None:
    assert visits(PROFILE, LOAD) == visits(PROFILE, LOAD)
    [first, *_] = visits(PROFILE, LOAD)
    assert asks(first, DIRECTIONS, 240) == asks(first, DIRECTIONS, 240)


def test_another_seed_gives_another_load() -> None:
    assert visits(PROFILE, LOAD) != visits(PROFILE, Load(2, 240, seed=4))


def test_arrivals_are_poisson_at_the_rate_of_the_hour() -> None:
    times = arrivals(lambda at: 0.25 if at < 5000 else 1.0, Load(2, 10_000, 1), Random(1))
    early, late = [at for at in times if 0 <= at < 5000], [at for at in times if at >= 5000]
    assert 2300 < len(early) < 2700
    assert 9600 < len(late) < 10_400
    gaps = [after - before for before, after in pairwise(late)]
    # An exponential gap is as wide as it is long; evenly spaced arrivals would have no width at all.
    assert 0.9 < statistics.stdev(gaps) / statistics.mean(gaps) < 1.1


def test_nobody_comes_in_hours_without_weight_and_a_steady_load_knows_no_hours() -> None:
    calm = changed(emergencies=())
    assert all(visit.at_s >= 120 for visit in visits(calm, LOAD) if visit.at_s >= 0)
    assert any(0 <= visit.at_s < 120 for visit in visits(calm, Load(2, 240, 3, steady=True)))


def test_visits_under_way_at_the_start_go_on_in_the_run() -> None:
    early = [visit for visit in visits(PROFILE, Load(2, 240, 3, steady=True)) if visit.at_s < 0]
    under_way = [ask for visit in early for ask in asks(visit, DIRECTIONS, 240)]
    assert under_way
    assert all(0 <= ask.at_s < 240 for ask in under_way)


def test_the_mix_is_kept_even_in_a_short_run() -> None:
    assert Counter(dealt({"sentence": 0.5, "form": 0.3, "document": 0.2}, 10)) == {
        "sentence": 5,
        "form": 3,
        "document": 2,
    }


def test_a_visit_does_not_wait_for_answers_but_for_thought() -> None:
    visit = next(
        visit for visit in visits(PROFILE, LOAD) if visit.kind == "sentence" and len(asks(visit, DIRECTIONS, 1e9)) > 2
    )
    times = [ask.at_s for ask in asks(visit, DIRECTIONS, 1e9)]
    assert times[0] == visit.at_s
    assert times == sorted(times)
    assert times[-1] > times[0]


def test_an_emergency_is_one_text_from_every_caller_into_every_target() -> None:
    many = {(ES, LanguageTag(f"t{number:02}")): 1.0 for number in range(20)}
    alerts = [visit for visit in visits(PROFILE, LOAD) if visit.kind == "broadcast"]
    requests = [ask for visit in alerts for ask in asks(visit, many, 240)]
    assert len(alerts) == 10
    assert all(120 <= visit.at_s <= 122 for visit in alerts)
    assert len({str(ask.text()) for ask in requests}) == 1
    assert [len(ask.targets) for ask in requests[:2]] == [16, 4]


def test_a_region_scaled_down_has_fewer_callers_in_an_emergency() -> None:
    alerts = [visit for visit in visits(PROFILE, Load(0.4, 240, 3)) if visit.kind == "broadcast"]
    assert len(alerts) == 2


def test_an_emergency_at_the_very_end_is_still_asked() -> None:
    late = changed(emergencies=(PROFILE.emergencies[0].__class__(at=1, callers=3, within_s=60),))
    assert planned(late, LOAD, DIRECTIONS)["broadcast"] == 3


def test_a_form_counts_one_result_for_each_label_and_target() -> None:
    [ask, *_] = asks(Visit(0, "form", 5), DIRECTIONS, 240)
    text = ask.text()
    assert isinstance(text, list)
    assert ask.results(text) == len(text)
    assert replace(ask, targets=(AN, ES)).results("one") == 2


def test_a_run_is_lengthened_until_there_is_enough_to_judge() -> None:
    calm = changed(emergencies=())
    short = Load(1, 10, 1, steady=True)
    enough = long_enough(calm, short, DIRECTIONS, {"sentence": 200, "form": 20, "broadcast": 2}, 10_000)
    assert enough > 10
    assert planned(calm, Load(1, enough, 1, steady=True), DIRECTIONS)["sentence"] >= 200
    assert long_enough(calm, short, DIRECTIONS, {"sentence": 10_000}, 40) == 40


def test_broadcasts_are_sent_only_where_there_are_emergencies() -> None:
    assert "broadcast" in kinds_sent(PROFILE, LOAD)
    assert kinds_sent(PROFILE, Load(1, 1, 1, emergencies=False)) == {"sentence", "form"}
    assert set(KINDS) >= kinds_sent(PROFILE, LOAD)
