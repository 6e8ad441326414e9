import re
from collections.abc import Mapping
from time import process_time

import pytest

from accessibility.checks import check
from accessibility.date_mentions import mentions
from accessibility.findings import Finding
from locales.tags import LanguageTag

# (source, target, language of the target): the same date, in other words.
SAME = [
    ("Antes del 3 de marzo de 2027.", "Abans del 3 de març de 2027.", "ca"),
    ("Antes del 3 de març de 2027.", "Before March 3, 2027.", "en"),
    ("Before the 3rd of March 2027.", "Avant le 3 mars 2027.", "fr"),
    ("El 1.º de mayo de 2026 no hay mercado.", "Le 1er mai 2026, pas de marché.", "fr"),
    ("Desde el 12/03/2027.", "Dende'l 12/03/2027.", "ast"),
    ("Desde el 12/03/2027.", "A partir du 12 mars 2027.", "fr"),
    ("Desde el 12/03/2027.", "From 2027-03-12.", "en"),
    ("Desde el 12/03.", "Dende'l 12/03.", "ast"),
    ("El 3 de marzo de 2027.", "2027ko martxoaren 3an.", "eu"),
    ("El 3 de marzo de 2027.", "2027년 3월 3일.", "ko"),
    ("El 3 de marzo de 2027.", "٣ مارس ٢٠٢٧.", "ar"),
    ("El 3 de marzo de 2027.", "3 मार्च 2027 को।", "hi"),
    ("El 3 de marzo de 2027.", "Tarehe 3 Machi 2027.", "sw"),
    ("El 7 de octubre.", "El set d'octubre.", "ca"),
    ("March 3, April 5.", "3 de marzo, 5 de abril.", "es"),
    ("Opens in March.", "Abre en marzo.", "es"),
    ("3. listopada 2027.", "3 de octubre de 2027.", "es"),
    ("3 listopada 2027 r.", "3 de noviembre de 2027.", "es"),
    ("Mai de 1 000 personas.", "Más de 1 000 personas.", "es"),
    ("5 may apply, 24/7, 3/4.", "5 pueden, 24/7, 3/4.", "es"),
    ("Meet on May 3 2027.", "Quedamos el 3 de mayo de 2027.", "es"),
    ("El 3 de mayo, a las 10:00.", "May 3 10:00.", "en"),
    ("El 3 de mayo, 15 personas.", "May 3 15 people.", "en"),
    ("El 3 de mayo.", "May the 3rd.", "en"),
    ("Du 3 au 5 mai 2027, la mairie est fermée.", "Del 3 al 5 de mayo de 2027, el ayuntamiento cierra.", "es"),
    ("Here 3 people can register until 5 May.", "Aquí pueden registrarse 3 personas hasta el 5 de mayo.", "es"),
    ("Els 7 mars es van explorar.", "Se exploraron los 7 mares.", "es"),
    ("N'i a 3 mai.", "Hay 3 más.", "es"),
]
# The day next to the month is another where one side writes the month first.
LISTS = [
    ("del 3 al 5 de mayo de 2027", "es", "from May 3 to 5, 2027", "en"),
    ("del 3 al 5 de mayo de 2027", "es", "2027ko maiatzaren 3tik 5era", "eu"),
    ("del 3 al 5 de mayo", "es", "5月3日から5日まで", "ja"),
    ("del 3 al 5 de mayo", "es", "5월 3일부터 5일까지", "ko"),
    ("من 3 إلى 5 مايو", "ar", "May 3–5", "en"),
    ("3 से 5 मई", "hi", "May 3 to 5", "en"),
    ("los días 1, 8 y 15 de junio", "es", "June 1, 8 and 15", "en"),
    ("el lunes 3 y el martes 5 de mayo", "es", "Monday, May 3, and Tuesday, May 5", "en"),
    ("am 3. und 5. Mai", "de", "on May 3 and 5", "en"),
    ("del 3 al 5 de mayo", "es", "from 2027-05-03 to 2027-05-05", "en"),
]
OTHER = [
    ("Antes del 3 de marzo de 2027.", "Abans del 3 de maig de 2027.", "ca", "3 de marzo"),
    ("Before March 3, 2027.", "Antes del 5 de marzo de 2027.", "es", "March 3"),
    ("Del 3 de marzo al 5 de mayo.", "Del 5 de març al 3 de maig.", "ca", "3 de marzo"),
    ("Desde el 12/03/2027.", "A partir du 03/12/2027.", "fr", "12/03/2027"),
    ("Desde el 12/03/2027.", "From 12 May 2027.", "en", "12/03/2027"),
    ("El 3 de marzo de 2027.", "2027년 5월 3일.", "ko", "3 de marzo"),
    ("٣ مارس ٢٠٢٧.", "3 de mayo de 2027.", "es", "٣ مارس"),
    ("3 मार्च 2027 को।", "3 May 2027.", "en", "3 मार्च"),
    ("Abre en marzo.", "Opens in June.", "en", "marzo"),
    ("2027-03-12", "el 12 de abril de 2027", "es", "2027-03-12"),
    ("Del 3 al 5 de mayo.", "From May 6 to 8.", "en", "5 de mayo"),
    ("5月3日から5日まで", "Del 4 al 6 de mayo.", "es", "5月3日"),
    ("2027年5月3日", "5 de mayo de 2027", "es", "5月3日"),
    ("El 3 de marzo.", "Le 3 mai.", "fr", "3 de marzo"),
    ("Le 3 mars.", "El 5 de marzo.", "es", "3 mars"),
    ("May 3 2027.", "5 de mayo de 2027.", "es", "May 3"),
]


def found(source: str, target: str, tag: str) -> list[Finding]:
    report = check(source, target, LanguageTag(tag), complete=True)
    return [finding for finding in report.findings if finding.code == "date_mismatch"]


@pytest.mark.parametrize(("source", "target", "tag"), SAME)
def test_a_date_in_other_words_is_the_same_date(source: str, target: str, tag: str) -> None:
    assert found(source, target, tag) == []


@pytest.mark.parametrize(("source", "target", "tag", "place"), OTHER)
def test_another_date_is_an_alarm_at_its_place(source: str, target: str, tag: str, place: str) -> None:
    first = found(source, target, tag)[0]
    assert first.severity == "high"
    assert first.span is not None
    assert source[slice(*first.span)] == place


@pytest.mark.parametrize(("one", "its_tag", "other", "tag"), LISTS)
def test_a_list_or_range_of_days_is_the_same_with_its_month_first(one: str, its_tag: str, other: str, tag: str) -> None:
    assert found(one, other, tag) == found(other, one, its_tag) == []


@pytest.mark.parametrize(
    ("source", "target", "tag"), [("9/11 attacks", "Los atentados del 11/9", "es"), ("12/03", "03/12", "fr")]
)
def test_numbers_that_change_places_without_a_year_are_no_more_than_worth_a_look(
    source: str, target: str, tag: str
) -> None:
    assert [finding.severity for finding in found(source, target, tag)] == ["medium"]


def test_a_month_that_vanished_is_worth_a_look() -> None:
    (finding,) = found("Antes del 3 de marzo.", "Before the 3.", "en")
    assert (finding.code, finding.severity) == ("date_mismatch", "medium")


def test_dates_are_not_available_where_nobody_names_the_months_of_the_target() -> None:
    dates: Mapping[str, str] = {
        tag: check("El 3 de marzo.", "3 de kuna uru.", LanguageTag(tag), complete=True).checks["dates"]
        for tag in ("ay", "pt")
    }
    assert dates == {"ay": "not_available", "pt": "fail"}


def test_numbers_that_are_no_dates_are_none() -> None:
    assert mentions("45/13/2026, 1999-45-10, 31/31, 13월, 3 días, 2.15 €, 5 may") == []
    assert [each.day for each in mentions("A las 9:30 marzo; 2.15 marzo; marzo 1 000; 5 de de de marzo")] == [None] * 4


@pytest.mark.parametrize(
    "unit", ["3 de ", "marzo ", "3 marzo ", "1/2/", "3 d' ", "3월 ", "2027-1-1 ", "mai, ", "3, ", "3, 4 mars "]
)
def test_time_grows_with_the_length_of_the_text(unit: str) -> None:
    short, long = ((unit * 8_000)[:length] for length in (4_000, 16_000))
    assert any(seconds(long) < max(0.2, 9 * seconds(short)) for _ in range(3))


def seconds(text: str) -> float:
    begin = process_time()
    check(text, re.sub("3", "4", text), LanguageTag("an"), complete=True)
    return process_time() - begin
