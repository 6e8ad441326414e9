from accessibility.findings import CHECKS, Finding, Outcome, Report, merge, shift, worst


def report(outcome: Outcome, *findings: Finding) -> Report:
    return Report(dict.fromkeys(CHECKS, outcome), findings)


def test_shift_moves_places_and_leaves_the_placeless() -> None:
    moved = shift(report("fail", Finding("a", "low", (1, 3)), Finding("b", "low", None)), 10)
    assert [finding.span for finding in moved.findings] == [(11, 13), None]


def test_one_failure_fails_the_text() -> None:
    found = Finding("cut_off", "high", (0, 4))
    merged = merge([report("pass"), report("fail", found), report("not_available")])
    assert set(merged.checks.values()) == {"fail"}
    assert merged.findings == (found,)


def test_what_was_not_looked_at_everywhere_did_not_pass() -> None:
    assert set(merge([report("pass"), report("not_available")]).checks.values()) == {"not_available"}


def test_nothing_looked_at_is_not_a_pass() -> None:
    assert merge([]) == report("not_available")


def test_of_each_check_the_gravest_outcome_counts_where_it_was_made_at_all() -> None:
    first: dict[str, Outcome] = {"numbers": "pass", "names": "not_available"}
    second: dict[str, Outcome] = {"numbers": "fail", "names": "pass", "dates": "pass"}
    assert worst([first, second]) == {"numbers": "fail", "names": "not_available", "dates": "pass"}
    assert worst([]) == {}
