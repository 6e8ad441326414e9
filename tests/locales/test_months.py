from __future__ import annotations

import pytest

from docs.month_names import FILE, table
from locales.months import anywhere, months
from locales.tags import LanguageTag


@pytest.mark.parametrize(
    ("tag", "name", "number"),
    [
        ("es", "marzo", 3),
        ("es", "sept", 9),
        ("ca", "abril", 4),
        ("ca-valencia", "maig", 5),
        ("ar", "مايو", 5),
        ("hi", "जून", 6),
    ],
)
def test_a_month_is_known_by_its_names(tag: str, name: str, number: int) -> None:
    assert months(LanguageTag(tag))[name] == number


def test_a_language_whose_months_cldr_does_not_name_has_none() -> None:
    assert months(LanguageTag("ay")) == {}
    assert not any(name.isdigit() for name in months(LanguageTag("ja")))


def test_profiles_add_the_spellings_that_cldr_lacks() -> None:
    assert months(LanguageTag("oc-aranes"))["gèr"] == 1
    assert months(LanguageTag("eu"))["martxoaren"] == 3
    assert months(LanguageTag("an"))["chunio"] == 6


def test_one_name_may_be_two_months_in_two_languages() -> None:
    assert anywhere()["listopad"] == {10, 11}
    assert anywhere()["March"] == anywhere()["März"] == anywhere()["МАРТ"] == {3}
    assert "march" not in anywhere()


def test_the_table_is_what_cldr_and_the_profiles_say() -> None:
    assert FILE.read_text("utf-8") == table()


def test_no_language_reads_the_months_of_another() -> None:
    assert not months(LanguageTag("az")).keys() & {"martxoa", "enero"}
    assert "yanvar" not in months(LanguageTag("eu"))
