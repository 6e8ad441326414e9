from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.dates import Date, calendar_words, read
from accessibility.lexicon import Lexicon, cldr, lexicon
from accessibility.spans import find
from locales.tags import LanguageTag
from tests.accessibility.test_checks import HOSTILE

TAGS = st.sampled_from(
    [LanguageTag(tag) for tag in ("es", "en", "fr", "ast", "ar", "hi", "am", "km", "zh", "de", "und")]
)


def spans(text: str, language: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find(text, LanguageTag(language))]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "El lunes 5 de marzo de 2026 a las 9:30.", [("date", "lunes 5 de marzo de 2026"), ("time", "9:30")]),
        ("es", "Del 14/03/2026 al 14-03-2026", [("date", "14/03/2026"), ("date", "14-03-2026")]),
        ("es", "Antes del 2026-03-14", [("date", "2026-03-14")]),
        ("es", "Ref. 31/31/2026", [("number", "31"), ("number", "31"), ("number", "2026")]),
        ("es", "1.º de mayo, Marzo de 2026, mayo", [("date", "1.º de mayo"), ("date", "Marzo de 2026")]),
        ("en", "March 5, 2026; the 1st of May", [("date", "March 5, 2026"), ("date", "1st of May")]),
        ("en", "Section 5 may apply, 45/13", [("number", "5"), ("number", "45"), ("number", "13")]),
        ("fr", "Le 1er mars 2026 à 9 h 30", [("date", "1er mars 2026"), ("time", "9 h 30")]),
        ("ca", "El 5 d'abril de 2026 a les 9 h", [("date", "5 d'abril de 2026"), ("time", "9 h")]),
        ("ast", "El 5 d'ochobre de 2026", [("date", "5 d'ochobre de 2026")]),
        ("gl", "O 5 de xaneiro ás 9.30", [("date", "5 de xaneiro"), ("time", "9.30")]),
        ("hi", "५ मार्च २०२६ को ₹१,२५० और 9:30", [("date", "५ मार्च २०२६"), ("currency", "₹१,२५०"), ("time", "9:30")]),
        ("ar", "في ٥ مارس ٢٠٢٦ ادفع ٢٥", [("date", "٥ مارس ٢٠٢٦"), ("number", "٢٥")]),
        ("am", "ጃንዋሪ 5 ቀን ፳፭ ሰዎች", [("date", "ጃንዋሪ 5"), ("number", "፳፭")]),
        ("ko", "2026년 3월 5일 오전 9:30", [("date", "2026년 3월 5일"), ("time", "9:30")]),
        ("km", "១២ មីនា ២០២៦", [("date", "១២ មីនា ២០២៦")]),
    ],
)  # fmt: skip
def test_dates_and_times_in_the_language_of_the_text(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "cada 8 horas, a las 9 horas, a las 30", [("number", "8"), ("time", "9 horas"), ("number", "30")]),
        ("en", "9 am, at 9.30, 9.30 euros", [("time", "9 am"), ("time", "9.30"), ("currency", "9.30 euros")]),
        ("hi", "9 बजे, 25:30", [("number", "9"), ("number", "25:30")]),
    ],
)  # fmt: skip
def test_a_time_is_told_from_a_length_of_time(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "phones"),
    [
        ("es", "llame al 974 10 20 30", ["974 10 20 30"]),
        ("es", "974102030 o (+34) 971 17 89 00", ["974102030", "(+34) 971 17 89 00"]),
        ("es", "Llame al 112. 21 personas.", ["112"]),
        ("es", "tel.: 016", ["016"]),
        ("es", "974.102.030 euros y 1 234 567 personas", []),
        ("en", "call 911 or +1 202 555 0143 or 0020 2 2795 4321", ["911", "+1 202 555 0143", "0020 2 2795 4321"]),
        ("en", "12 345 678 people", []),
        ("am", "ስልክ +251 11 551 7700", ["+251 11 551 7700"]),
        ("ar", "اتصل على +٢٠ ٢ ٢٧٩٥ ٤٣٢١", ["+٢٠ ٢ ٢٧٩٥ ٤٣٢١"]),
    ],
)
def test_telephones_by_plus_by_shape_or_by_the_word_before(language: str, text: str, phones: list[str]) -> None:
    assert [found for kind, found in spans(text, language) if kind == "phone"] == phones


@pytest.mark.parametrize(
    ("language", "text", "money"),
    [
        ("es", "1.250,50 €, 20 euros, 3 millones de euros", ["1.250,50 €", "20 euros", "3 millones de euros"]),
        ("es", "-5 EUR, US$ 20", ["-5 EUR", "US$ 20"]),
        ("en", "$1,250.50, GBP 20, 20 pence, $3 million", ["$1,250.50", "GBP 20", "20 pence", "$3 million"]),
        ("sw", "TZS 5,000", ["TZS 5,000"]),
        ("pt", "R$ 5,00", ["R$ 5,00"]),
    ],
)  # fmt: skip
def test_money_before_or_behind_its_number(language: str, text: str, money: list[str]) -> None:
    assert [found for kind, found in spans(text, language) if kind == "currency"] == money


def test_addresses_placeholders_and_codes_are_whole() -> None:
    text = "https://sede.gob.es/a?x=1 a@b.es {nombre} ES91 2100 0418 4502, 12345678Z COVID-19 Ley 38/2003 5L"
    assert [(kind, found) for kind, found in spans(text, "es") if kind in {"url", "email", "code"}] == [
        ("url", "https://sede.gob.es/a?x=1"),
        ("email", "a@b.es"),
        ("code", "{nombre}"),
        ("code", "ES91 2100 0418 4502"),
        ("code", "12345678Z"),
        ("code", "COVID-19"),
        ("code", "38/2003"),
    ]


def test_abbreviations_and_acronyms_but_no_headings_and_no_roman_numerals() -> None:
    text = "AYUNTAMIENTO DE MONZÓN\nArt. 3 del BOE, núm. 5, EE. UU. y el siglo XX con la OMS"
    assert [found for kind, found in spans(text, "es") if kind == "abbreviation"] == [
        "Art.", "BOE", "núm.", "EE. UU.", "OMS",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("es", "María Pérez de la Torre vive en Monzón.", ["María Pérez de la Torre", "Monzón"]),
        ("es", "Presente el papel. Llame. El Ministerio de Sanidad avisa.", ["Ministerio de Sanidad"]),
        ("en", "On Monday John Smith met Ann in May.", ["John Smith", "Ann"]),
        ("el", "Η Μαρία Παπαδοπούλου ζει στην Αθήνα.", ["Μαρία Παπαδοπούλου", "Αθήνα"]),
        ("ru", "Завтра Анна Иванова приедет в Москву.", ["Завтра Анна Иванова", "Москву"]),
        ("de", "Der Hund und die Katze.", []),
        ("hi", "मरियम दिल्ली में रहती है।", []),
    ],
)
def test_names_by_capitals_inside_a_sentence(language: str, text: str, names: list[str]) -> None:
    assert [found for kind, found in spans(text, language) if kind == "name"] == names


def test_numbers_keep_sign_and_ordinal_mark() -> None:
    assert spans("hasta −5 °C en el 3.º piso, 25 %", "es") == [("number", "−5"), ("number", "3.º"), ("number", "25")]
    assert spans("the 3rd of 21", "en") == [("number", "3rd"), ("number", "21")]


def test_what_a_date_says() -> None:
    assert read("5 de marzo de 2026", LanguageTag("es")) == Date(2026, 3, 5)
    assert read("March 2026", LanguageTag("en")) == Date(2026, 3, None)
    assert read("05/03/26", LanguageTag("es")) == Date(2026, 3, 5)
    assert read("03/04/2026", LanguageTag("en")) == Date(2026, 3, 4, ambiguous=True)
    assert read("03/04/2026", LanguageTag("en-GB")) == Date(2026, 4, 3)
    assert read("25/12/2026", LanguageTag("en")) == Date(2026, 12, 25)
    assert read("2026-03-05", LanguageTag("en")) == Date(2026, 3, 5)
    assert read("31/31/2026", LanguageTag("es")) is None
    assert read("2026-15-05", LanguageTag("es")) is None
    assert read("mañana", LanguageTag("es")) is None
    assert calendar_words(LanguageTag("en"))["monday"] == calendar_words(LanguageTag("es"))["lunes"]


def test_language_without_lexicon_or_cldr_still_has_numbers_and_addresses() -> None:
    assert lexicon(LanguageTag("szl")) == lexicon(LanguageTag("qya")) == Lexicon()
    assert cldr(LanguageTag("qya")) is None
    assert spans("Pagôj 25 na a@b.pl +48 22 555 12 34, 05.03.2026", "qya") == [
        ("number", "25"), ("email", "a@b.pl"), ("phone", "+48 22 555 12 34"), ("date", "05.03.2026"),
    ]  # fmt: skip


@settings(deadline=None)  # the first text of a language builds its patterns
@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("0123456789.,:/@-()+€ AEÉae\u00a0٣५፳")), TAGS)
def test_spans_are_in_order_apart_and_never_empty(text: str, tag: LanguageTag) -> None:
    end = 0
    for span in find(text, tag):
        assert end <= span.start < span.end <= len(text)
        assert span.span == (span.start, span.end)
        end = span.end


@pytest.mark.parametrize(
    "unit", [*HOSTILE[::3], "A-", "A1-", "AB ", "Ab de ", "5 de ", "a las ", "+1 ", "5/", "EUR ", "A.", "de "]
)
def test_time_grows_with_the_length_of_hostile_text_and_no_faster(unit: str) -> None:
    short, long = ((unit * 12_000)[:length] for length in (3_000, 12_000))
    # Linear is 4, quadratic 16; a busy machine may disturb one measurement.
    assert any(seconds(long) < max(0.3, 9 * seconds(short)) for _ in range(3))


@pytest.mark.timeout(240)  # a machine busy with other work
def test_a_megabyte_is_read() -> None:
    text = ("El lunes 5 de marzo " + "la casa es grande y la calle es larga. " * 20) * 1_260
    assert len(text) > 1_000_000
    assert len(find(text, LanguageTag("es"))) == 1_260


def seconds(text: str) -> float:
    begin = process_time()
    find(text, LanguageTag("es"))
    return process_time() - begin
