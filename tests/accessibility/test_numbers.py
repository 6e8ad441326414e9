import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.numbers import _NUMBER, _OPENS_NUMBER, ascii_digits, mismatches


def severities(source: str, target: str) -> list[str]:
    return [finding.severity for finding in mismatches(source, target)]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("2.5", "2,5"),
        ("2.50", "2.5"),
        ("१.५", "1.5"),
        ("٣٫٥", "3.5"),
        ("1'80 m", "1,80 m"),
        ("1,00,000", "100000"),
        ("١٬٢٣٤", "1.234"),
        ("1.234.567,89", "1 234 567.89"),
        ("12 000 000", "12.000.000"),
        ("1.234", "1234"),
        ("1.234", "1,234"),
        ("1,234", "1٫234"),
        ("en 2 300 casas", "en 2, 300 casas"),
        ("14/03/2026", "14.03.2026"),
        ("14-03-2026", "14/3/2026"),
        ("05/03/2026", "5.3.2026"),
        ("9:30", "9.30"),
        ("9h30", "9:30"),
        ("09:30", "9.30"),
        ("7:00", "7.00"),
        ("7:00", "7"),
        ("971 17 89 00", "971178900"),
        ("971 17 89 00", "971-17-89-00"),
        ("971.17.89.00", "971178900"),
        ("(971) 178 900", "971178900"),
        ("+34 600 123 456", "+34600123456"),
        ("9-14", "9–14"),
        ("9-14", "9 a 14"),
        ("9 -14", "9-14"),
        ("1.º", "1er"),
        ("1st", "1.º"),
        ("25 %", "25%"),
        ("COVID-19", "COVID 19"),
        ("−5 °C", "-5 °C"),
        ("(−5)", "(–5)"),
        ("1, 2, 3", "1,2,3"),
        ("½ taza", "0,5 taza"),
        ("1½", "1 1/2"),
        ("⅓", "1/3"),
        ("፳፭", "25"),
        ("፳፻፲፰", "2018"),
        ("፪፼፭፻፩", "20501"),
        ("፻", "100"),
        ("150 m²", "150 m2"),
        ("150 m2", "150 metros cuadrados"),
        ("① pan", "1 pan"),
    ],
)
def test_same_value_in_another_spelling_is_no_mismatch(source: str, target: str) -> None:
    assert mismatches(source, target) == ()
    assert mismatches(target, source) == ()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("2.5", "25"),
        ("2.5", "2 5"),
        ("1.5", "15"),
        ("0.5", "5"),
        ("15.000", "15"),
        ("1.500", "1.5"),
        ("18.308", "18.3080"),
        ("1.234", "12.34"),
        ("1234.567", "1234567"),
        ("9.30", "930"),
        ("1½", "21/2"),
        ("10²", "102"),
        ("007", "7"),
        ("−5 °C", "5 °C"),
        ("25", "26"),
        ("25 25", "25"),
        ("14.03.2026", "14.04.2026"),
        ("971 17 89 00", "971 17 98 00"),
        ("0 2.5 5 10 20 100", "0 25 5 10 20 100"),
        ("750.000.00", "750.0000.0"),
        ("10:30:301", "10:30:31"),
    ],
)
def test_another_value_is_a_mismatch_both_ways(source: str, target: str) -> None:
    assert "high" in severities(source, target)
    assert "high" in severities(target, source)


def test_finding_points_at_the_number_in_the_source() -> None:
    source = "Tome 2,5 mg cada 8 horas"
    (finding,) = mismatches(source, "Prenga 25 mg cada 8 hores")
    assert finding.span is not None
    assert source[slice(*finding.span)] == "2,5"


def test_small_number_written_out_is_only_worth_a_look() -> None:
    assert severities("Espere 2 horas", "Aguarde dos horas") == ["medium"]
    assert severities("Espere dos horas", "Aguarde 2 horas") == ["medium"]


def test_small_number_changed_is_an_alarm() -> None:
    assert severities("Espere 2 horas", "Aguarde 3 horas") == ["high"]


def test_larger_number_written_out_is_an_alarm() -> None:
    assert severities("Espere 20 minutos", "Aguarde veinte minutos") == ["high"]


def test_several_made_up_numbers_are_one_finding_on_the_whole_segment() -> None:
    (finding,) = mismatches("Sin cifras", "40 y 50")
    assert finding.span == (0, 10)


def test_time_takes_its_pieces_only_once() -> None:
    assert severities("9.30 y 9.30", "9 y 30") == ["high"]


def test_pieces_that_do_not_all_fit_are_given_back() -> None:
    assert severities("1.2.3 y 1", "1 y 1 y 2") == ["high"]
    assert severities("1.2.9 y 1.2.3", "1, 2 y 3 y 4") == ["high"]


def test_a_day_that_can_be_read_twice_is_taken_once() -> None:
    assert severities("05.06.07 y 05.8.9", "05/06/07, 8 y 9") == ["high"]


@given(st.text(alphabet="0123456789.,:'/- h²½٣५፳m\u00a0", max_size=40))
def test_any_mix_of_digits_and_marks_equals_itself(text: str) -> None:
    assert mismatches(text, text) == ()


@given(st.integers(13, 10**9), st.sampled_from([".", ",", " ", "\u202f", "'"]))
def test_grouping_never_matters(number: int, mark: str) -> None:
    assert mismatches(f"son {number} casas", f"son {number:,} casas".replace(",", mark)) == ()


@given(st.decimals(1, 9999, places=2), st.integers(1, 3))
def test_a_power_of_ten_is_always_seen(number: object, power: int) -> None:
    source = f"{number} mg"
    assert mismatches(source, f"{float(str(number)) * 10**power:.2f} mg")


@given(st.text(st.characters(codec="utf-8")))
def test_every_number_begins_with_a_sign_that_is_looked_for(text: str) -> None:
    written = ascii_digits(text)
    assert _OPENS_NUMBER.search(written) or not _NUMBER.search(written)
