from __future__ import annotations

import pytest

from locales.months import months
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
