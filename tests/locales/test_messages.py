from importlib.resources import files
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from locales.messages import LOCALES, MESSAGE_IDS, message
from locales.tags import LanguageTag, parse

PLACEHOLDERS = {
    "error.unknown_language": {"tag"},
    "error.pair_not_served": {"source", "target", "available"},
    "error.text_too_long": {"limit"},
    "error.too_many_texts": {"limit"},
    "error.no_sentence_fits": {"limit", "shortest"},
    "error.no_voice": {"lang", "nearest"},
    "error.no_braille_table": {"lang", "nearest"},
    "error.undefined_characters": {"lang", "count", "characters"},
    "error.unsupported_dialect": {"known"},
    "error.output_unavailable": {"tool"},
    "error.output_failed": {"tool"},
    "error.output_too_long": {"limit"},
    "error.document_too_deep": {"limit"},
    "error.body_too_large": {"limit"},
    "error.invalid_field": {"field"},
    "error.unknown_field": {"field"},
    "error.overloaded": {"seconds"},
    "error.timed_out": {"seconds"},
    "error.model_unavailable": {"model"},
    "error.internal": {"request_id"},
    "label": {"number", "text"},
    "card": {"model"},
}


def catalogue(locale: str) -> Catalog:
    return read_po(BytesIO(files("locales").joinpath("po", f"{locale}.po").read_bytes()), abort_invalid=True)


def texts(locale: str) -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in catalogue(locale) if entry.id}


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
    for message_id, text in texts(locale).items():
        assert text.strip() == text != ""
        assert fields(text) == fields(english[message_id]), message_id


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
    for message_id, text in english.items():
        if fields(text):
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
