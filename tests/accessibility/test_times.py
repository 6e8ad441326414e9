from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.times import mismatches, time_keeper

PAIRS = [
    ("Abre a las 9:30.", "Obre a les 9.30.", "Obre a les 9:30."),
    ("De 9:00 a 14:30 h", "De 9.00 a 14.30 h", "De 9:00 a 14:30 h"),
    ("الساعة 9:30", "Sa ora 9.30", "Sa ora 9:30"),
    ("Abre a las 9:30.", "Obre a les 9:30.", "Obre a les 9:30."),
    ("Abre a las 9:30.", "Pagueu 19.30 o 9.305 euros", "Pagueu 19.30 o 9.305 euros"),
    ("Cierra a las 9:30, cuesta 9.30 euros.", "Tanca a les 9.30, costa 9.30 euros.", None),
    ("A las 25:10, a las 9:75, 1:2:3, 12:30:15", "25.10 9.75 1.2.3 12.30.15", None),
    ("A sas 12.00 GMT", "A las 12:00 GMT", "A las 12.00 GMT"),
    ("Ley 3/2020, 20.304", "Llei 3/2020, 20:30", None),
]


@pytest.mark.parametrize(("source", "translation", "expected"), PAIRS)
def test_a_time_keeps_the_writing_of_its_source(source: str, translation: str, expected: str | None) -> None:
    keep = time_keeper(source)
    assert (keep(translation) if keep else None) == expected


@given(st.text(alphabet="0123456789:., -/ah", max_size=40))
def test_what_a_text_says_of_itself_is_never_changed(text: str) -> None:
    keep = time_keeper(text)
    assert keep is None or keep(text) == text


@pytest.mark.parametrize(
    ("source", "target", "places"),
    [
        ("Closes at 9 p.m.", "Cierra a las 9 a. m.", ["9 p.m"]),
        ("Opens 8:30 AM.", "Abre 8:30 p.m.", ["8:30 AM"]),
        ("Opens 8:30 AM.", "Abre 8:30 a. m.", []),
        ("From 8:30 am to 8:30 pm.", "De 8:30 a.m. a 8:30 p.m.", []),
        ("Closes at 9 p.m.", "Cierra a las 21:00.", []),
        ("De 9:00 a 14:00.", "من 14:00 إلى 9:00.", ["9:00 a 14:00"]),
        ("De 9:00 a 14:00.", "09.00 से 14.00 तक।", []),
        ("A las 9:00. A las 14:00.", "A les 14:00. A les 9:00.", []),
        ("De 9 a.m. a 9 p.m.", "9 to 9 p.m.", []),
        ("De 9 a.m. a 9 p.m.", "9 p.m. to 9 p.m.", ["9 a.m"]),
        ("10.30 - 9.30", "9.30 - 10.30", []),
        ("De 9.30 h a 10.30 h", "10.30 - 9.30", ["9.30 h a 10.30"]),
        ("9.30 - 10.30", "10:30 से 9:30", ["9.30 - 10.30"]),
    ],
)
def test_another_half_of_the_day_and_times_that_change_places_are_alarms(
    source: str, target: str, places: list[str]
) -> None:
    assert [source[slice(*each.span)] for each in mismatches(source, target) if each.span] == places
