from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.times import time_keeper

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
