"""Rows between tabulators: quotation marks are letters or quote, and what could be both is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.terms import memory
from accessibility.terms.files import FileDamaged
from accessibility.terms.memory import Unit
from locales.tags import LanguageTag

ES, AN = LanguageTag("es"), LanguageTag("an")
HEADING = "source\ttarget\treviewer\treviewed_at\r\n"


def read(content: str) -> list[Unit]:
    return list(memory.read_tsv(content.encode(), ES, AN))


@pytest.mark.parametrize(
    ("line", "source", "target"),
    [
        ('"Plaza" és\t"Plaza" es', '"Plaza" és', '"Plaza" es'),
        ('"ቤት" ነው\t"بيت" هو', '"ቤት" ነው', '"بيت" هو'),
        ('"医院"\t"ひら""がな"', "医院", 'ひら"がな'),
        ('El "agua\taug"a', 'El "agua', 'aug"a'),
        ('"a" b\t"c', '"a" b', '"c'),
        ('"Dos\nlíneas"\t"ሁለት\r\nመስመር"', "Dos\nlíneas", "ሁለት\r\nመስመር"),
    ],
)
def test_quotation_marks_are_letters_unless_they_quote(line: str, source: str, target: str) -> None:
    assert read(f"luz\tlum\n{line}\nsol\tsol") == [Unit("luz", "lum"), Unit(source, target), Unit("sol", "sol")]


@pytest.mark.parametrize("after", ["", "\n", "\nsol\tsol\n"])
@pytest.mark.parametrize(
    "damage",
    [
        '"Hola dijo ella\tHola va dir\nAdios\tAdeu',
        '"ሰላም አለች\tمرحبا\nAdios\tAdeu\nPlaza "x" y\tPla',
        'Hola\t"Hola.\nAdios."\tAdeu',
        '"Hola.\tHola.\nAdios."\tAdeu.',
        '"Hola\tAdios"\tAdeu',
        '"Hola.\nX\tAdios"\tAdeu',
        "Hola\tAdios\tx\ty\tz",
        "医院",
        '"医院\tひら',
    ],
)
def test_a_quotation_that_would_swallow_units_is_refused_with_its_line(damage: str, after: str) -> None:
    with pytest.raises(FileDamaged) as raised:
        read(f"luz\tlum\n{damage}{after}")
    assert raised.value.line == 2


def test_a_quotation_over_whole_units_is_refused_under_a_heading_too() -> None:
    with pytest.raises(FileDamaged):
        read(f'{HEADING}"Hola.\tOla.\t\t\r\nAdios."\tAdeu.\t\t\r\n')


_CELLS = st.text(st.sampled_from('\t\n" aéመر医'), min_size=1, max_size=12).filter(str.strip)


@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_units_with_quotes_tabulators_and_line_ends_come_back_or_are_refused(pairs: list[tuple[str, str]]) -> None:
    units = [Unit(source, target) for source, target in pairs]
    content = "".join(memory.write_tsv(units, ES, AN))
    try:
        found = read(content)
    except FileDamaged:
        assert any("\t" in unit.source + unit.target for unit in units)
    else:
        assert found == units
