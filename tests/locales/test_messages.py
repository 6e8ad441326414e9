from gettext import c2py
from importlib.resources import files
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from locales.messages import LOCALES, MESSAGE_IDS, message, plural_categories
from locales.profiles import plural_rule
from locales.pseudo import PSEUDO_LOCALES
from locales.tags import LanguageTag, parse

PLACEHOLDERS = {
    "error.unknown_language": {"tag"},
    "error.scope_missing": {"scope"},
    "error.pair_not_served": {"source", "target", "available"},
    "error.simplification_not_served": {"language", "available"},
    "error.simplifier_not_served": {"language"},
    "error.text_too_long": {"limit"},
    "error.too_many_texts": {"limit"},
    "error.too_many_alternatives": {"limit"},
    "error.no_sentence_fits": {"limit", "shortest"},
    "error.no_voice": {"lang", "nearest"},
    "error.no_braille_table": {"lang", "nearest"},
    "error.undefined_characters": {"lang", "count", "characters"},
    "error.unsupported_dialect": {"known"},
    "error.output_unavailable": {"tool"},
    "error.output_failed": {"tool"},
    "error.output_too_long": {"limit"},
    "error.document_too_deep": {"limit"},
    "error.document_misnamed": {"ending", "form"},
    "error.document_too_large": {"limit"},
    "error.document_too_long": {"limit"},
    "error.document_too_many_parts": {"limit"},
    "error.documents_full": {"limit"},
    "error.body_too_large": {"limit"},
    "error.invalid_field": {"field"},
    "error.unknown_field": {"field"},
    "error.rate_limited": {"seconds"},
    "error.overloaded": {"seconds"},
    "error.timed_out": {"seconds"},
    "error.glossary_pair": {"source", "target"},
    "error.entry_invalid": {"place"},
    "error.entry_too_long": {"place", "limit"},
    "error.entry_twice": {"place"},
    "error.too_many_entries": {"limit"},
    "error.file_damaged": {"line"},
    "error.file_pair_missing": {"available"},
    "error.unsupported_format": {"available"},
    "error.correction_doubtful": {"checks"},
    "error.model_unavailable": {"model"},
    "error.internal": {"request_id"},
    "label": {"number", "text"},
    "card": {"model"},
    "page": {"model", "language"},
}


def catalogue(locale: str) -> Catalog:
    return read_po(BytesIO(files("locales").joinpath("po", f"{locale}.po").read_bytes()), abort_invalid=True)


def texts(locale: str) -> dict[str, tuple[str, ...]]:
    """Message ids and their forms: one, or one for each plural category."""
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]: tuple(
            [entry.string] if isinstance(entry.string, str) else entry.string or ()
        )
        for entry in catalogue(locale)
        if entry.id
    }


def counting(locale: str) -> dict[str, str]:
    """Message ids that count, and the placeholder that does."""
    return {entry.id[0]: entry.id[1] for entry in catalogue(locale) if not isinstance(entry.id, str)}


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_there_is_a_catalogue_for_every_locale_and_no_other() -> None:
    found = {entry.name for entry in files("locales").joinpath("po").iterdir()}
    assert found == {f"{locale}.po" for locale in LOCALES}
    assert all(parse(locale) == locale for locale in LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_catalogue_holds_exactly_the_messages_of_the_table_in_order(locale: str) -> None:
    assert tuple(texts(locale)) == MESSAGE_IDS


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_says_something_and_keeps_its_placeholders(locale: str) -> None:
    english = texts("en")
    for message_id, forms in texts(locale).items():
        for text in forms:
            assert text.strip() == text != ""
            assert fields(text) == fields(english[message_id][0]), message_id


@pytest.mark.parametrize("locale", LOCALES)
def test_catalogue_says_whether_a_speaker_has_read_it(locale: str) -> None:
    headers = dict(catalogue(locale).mime_headers)
    written = files("locales").joinpath("po", f"{locale}.po").read_text("utf-8")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert f'"Language: {locale}\\n"' in written
    assert '"X-Reviewed: false\\n"' in written


def test_messages_use_the_values_their_errors_carry() -> None:
    english = texts("en")
    used: dict[str, set[str]] = {}
    for message_id, forms in english.items():
        for text in filter(fields, forms):
            used.setdefault(message_id.rpartition(".")[0], set()).update(fields(text))
    assert used == PLACEHOLDERS


def test_message_is_told_in_the_language_of_the_reader() -> None:
    assert message("label.machine_translation", LanguageTag("eu")) == "Itzulpen automatikoa"
    assert message("error.text_too_long.message", LanguageTag("ko"), limit=500) == "글이 500자를 넘습니다."


def test_region_falls_back_to_its_language_and_the_unknown_to_english() -> None:
    assert message("label.machine_translation", LanguageTag("es-MX")) == "Traducción automática"
    assert message("label.machine_translation", LanguageTag("oc-aranes")) == "Traduccion automatica"
    assert message("label.machine_translation", LanguageTag("am")) == "Machine translation"


def test_value_with_braces_is_printed_as_it_is() -> None:
    assert "{limit}" in message("error.invalid_field.message", LanguageTag("en"), field="{limit}")


def test_unknown_message_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        message("error.no_such_thing.message", LanguageTag("es"))


def test_reader_without_a_catalogue_gets_the_next_language_they_read() -> None:
    assert message("label.machine_translation", LanguageTag("qu")) == "Traducción automática"
    assert message("label.machine_translation", LanguageTag("ht")) == "Traduction automatique"


@pytest.mark.parametrize("locale", LOCALES)
def test_messages_that_count_have_every_plural_form_of_the_language(locale: str) -> None:
    assert counting(locale) == counting("en") != {}
    assert all(len(forms) == len(plural_categories(LanguageTag(locale))) for forms in _counted(locale).values())


@pytest.mark.parametrize("locale", LOCALES)
def test_every_plural_form_is_reached_by_some_number(locale: str) -> None:
    for message_id, forms in _counted(locale).items():
        name = counting(locale)[message_id].strip("{}")
        told = {message(message_id, LanguageTag(locale), **{name: number}) for number in NUMBERS}
        expected = {form.replace(f"{{{name}}}", str(number)) for form in forms for number in NUMBERS}
        assert told <= expected
        for category, form in zip(plural_categories(LanguageTag(locale)), forms, strict=True):
            numbers = [number for number in NUMBERS if plural_rule(LanguageTag(locale))(number) == category]
            assert numbers, f"no number is {category} in {locale}"
            assert form.replace(f"{{{name}}}", str(numbers[0])) in told


@pytest.mark.parametrize("locale", LOCALES)
def test_the_header_for_translators_counts_as_the_profile_does(locale: str) -> None:
    header = catalogue(locale)
    categories = plural_categories(LanguageTag(locale))
    assert header.num_plurals == len(categories)
    form_of = c2py(header.plural_expr)
    for number in NUMBERS:
        assert categories[form_of(number)] == plural_rule(LanguageTag(locale))(number)


NUMBERS = (0, 1, 2, 3, 7, 10, 11, 25, 100, 101, 1000, 1_000_000)


def _counted(locale: str) -> dict[str, tuple[str, ...]]:
    return {message_id: forms for message_id, forms in texts(locale).items() if message_id in counting(locale)}


@pytest.mark.parametrize(
    ("locale", "seconds", "said"),
    [
        ("es", 1, "Espere 1 segundo e inténtelo de nuevo."),
        ("es", 5, "Espere 5 segundos e inténtelo de nuevo."),
        ("fr", 0, "Attendez 0 seconde et réessayez."),
        ("eu", 1, "Itxaron segundo 1 eta saiatu berriro."),
        ("ar", 2, "انتظر 2 ثانيتين ثم حاول مرة أخرى."),
        ("ar", 7, "انتظر 7 ثوانٍ ثم حاول مرة أخرى."),
        ("ko", 1, "1초 기다렸다가 다시 해 주세요."),
        ("sw", 1, "Subiri sekunde 1 kisha ujaribu tena."),
    ],
)
def test_number_chooses_the_form(locale: str, seconds: int, said: str) -> None:
    assert message("error.overloaded.help", LanguageTag(locale), seconds=seconds) == said


def test_number_that_is_none_takes_the_form_of_nought() -> None:
    assert message("error.overloaded.help", LanguageTag("en"), seconds="?") == "Wait ? seconds and try again."


def test_value_in_a_text_from_right_to_left_is_isolated() -> None:
    arabic = message("error.invalid_field.message", LanguageTag("ar"), field="max_words")
    assert "«\u2068max_words\u2069»" in arabic
    assert "\u2068" not in message("error.invalid_field.message", LanguageTag("hi"), field="max_words")


@pytest.mark.parametrize("locale", PSEUDO_LOCALES)
@pytest.mark.parametrize("message_id", MESSAGE_IDS)
def test_pseudo_locale_says_every_message_with_its_values(locale: LanguageTag, message_id: str) -> None:
    values = {name: 7 for form in texts("en")[message_id] for name in fields(form)}
    english, changed = message(message_id, LanguageTag("en"), **values), message(message_id, locale, **values)
    assert changed != english
    assert len(changed) >= len(english) * 1.2
    assert changed.count("7") >= english.count("7")
    assert "{" not in changed


def test_english_of_a_pseudo_locale_can_be_read() -> None:
    assert message("tier.good", LanguageTag("en-XA")) == "[Ĝööð one]"
    assert message("tier.good", LanguageTag("en-XB")) == "\u200f\u202eGood\u202c\u200f"
    assert message("error.overloaded.help", LanguageTag("en-XA"), seconds=1).startswith("[Ŵåîţ 1 šéçöñð åñð")
