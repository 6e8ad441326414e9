import pytest
from babel import Locale

from locales.languages import LANGUAGES, display_name, language, reading_order, text_direction
from locales.tags import LanguageTag, likely_script, parse

NAMED_IN_THE_DESIGN = """
es an ast oc oc-aranes ca ca-valencia gl eu pt fr en ko
ar fa he am hi bn km th my lo zh ja ru el so sw yo ha ig qu gn sc br
ti rw zu ps ur ne ta ay ht szl
"""


def test_table_has_the_languages_of_the_design_under_canonical_tags() -> None:
    assert set(NAMED_IN_THE_DESIGN.split()) <= set(LANGUAGES)
    assert all(parse(tag) == tag == row.tag for tag, row in LANGUAGES.items())


@pytest.mark.parametrize("tag", sorted(LANGUAGES))
def test_row_agrees_with_cldr(tag: str) -> None:
    row = LANGUAGES[LanguageTag(tag)]
    assert row.script == ("Hant" if tag == "zh-Hant" else likely_script(tag.partition("-")[0]))
    if tag == "ay":  # CLDR has no locale for Aymara
        return
    cldr = Locale.parse(tag.partition("-")[0])
    assert row.text_direction == cldr.text_direction
    assert "-" in tag or tag == "zh" or row.autonym.casefold() == (cldr.language_name or "").casefold()


def test_nobody_has_reviewed_a_row_yet() -> None:
    assert not any(row.reviewed for row in LANGUAGES.values())


def test_regional_tag_takes_the_row_of_its_language() -> None:
    assert language(LanguageTag("es-419")).autonym == "español"
    assert language(LanguageTag("es-419")).tag == "es-419"


def test_other_script_is_computed() -> None:
    assert language(LanguageTag("ar-Latn")).text_direction == "ltr"
    assert language(LanguageTag("zh-TW")).script == "Hant"
    assert language(LanguageTag("uz-Arab")).text_direction == "rtl"


def test_language_without_a_row_is_computed() -> None:
    assert language(LanguageTag("om")).autonym == "Oromoo"
    assert language(LanguageTag("sat")).script == "Olck"
    assert language(LanguageTag("sd")).text_direction == "rtl"
    assert LanguageTag("om") not in LANGUAGES


def test_language_cldr_does_not_know_is_named_by_its_tag() -> None:
    assert language(LanguageTag("ajp")).autonym == "ajp"
    assert language(LanguageTag("ajp")).script == "Zyyy"


@pytest.mark.parametrize(
    ("tag", "locale", "name"),
    [
        ("oc-aranes", "es", "aranés"),
        ("oc-aranes", "es-MX", "aranés"),
        ("oc-aranes", "ko", "아란어"),
        ("ca-valencia", "eu", "valentziera"),
        ("ca-valencia", "ca", "valencià"),
        ("ast", "gl", "asturiano"),
        ("ast", "an", "asturiano"),
        ("pt-BR", "es", "portugués de Brasil"),
        ("es-419", "fr", "espagnol d’Amérique latine"),
        ("am", "am", "አማርኛ"),
        ("an", "acm", "Aragonese"),
        ("gl", "sl-rozaj-biske-1994", "galicijščina"),
        ("acm", "en", "acm"),
        ("ca-valencia", "ar", "البلنسية"),
        ("ca-valencia", "am", "Valencian"),
        ("oc-aranes", "qu", "aranés"),
        ("eu", "ay", "euskera"),
    ],
)
def test_language_is_named_as_the_reader_knows_it(tag: str, locale: str, name: str) -> None:
    assert display_name(LanguageTag(tag), LanguageTag(locale)) == name


def test_direction_of_every_script() -> None:
    rtl = {tag for tag in LANGUAGES if text_direction(tag) == "rtl"}
    assert rtl == {"ar", "ckb", "fa", "he", "ps", "ug", "ur", "yi"}


def test_reader_of_a_small_language_is_answered_in_the_next_one_they_read() -> None:
    assert reading_order(LanguageTag("oc-aranes")) == ("oc-aranes", "oc", "ca", "es", "en")
    assert reading_order(LanguageTag("qu-PE")) == ("qu-PE", "qu", "es", "en")
    assert reading_order(LanguageTag("acm")) == ("acm", "en")
