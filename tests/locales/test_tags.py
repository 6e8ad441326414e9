import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import tags
from locales.tags import LanguageTag, UnknownLanguage, base, flores_code, likely_script, parse, profiled

SPELLINGS = {
    "es": ["es", "ES", "spa", "spa_Latn", "es-Latn", "SPA_LATN", "es-u-ca-gregory", "es-x-mine"],
    "an": ["an", "arg", "arg_Latn"],
    "ast": ["ast", "ast_Latn", "ast-Latn"],
    "oc": ["oc", "oci", "oci_Latn"],
    "oc-aranes": ["oc-aranes", "OC_ARANES", "arn_Latn", "oci_Latn_aran1260", "oc-ES-aranes"],
    "ca": ["cat", "ca_Latn"],
    "ca-valencia": ["ca-valencia", "val_Latn", "cat_Latn_vale1252", "ca-ES-valencia"],
    "gl": ["glg", "glg_Latn"],
    "eu": ["eus", "eus_Latn"],
    "arn": ["arn", "arn-Latn"],
    "zh": ["zho_Hans", "zh-Hans", "cmn"],
    "zh-Hant": ["zho_Hant", "zh-hant"],
    "pt-BR": ["pt_br", "por-BR"],
    "sw": ["swh_Latn", "swa"],
    "ne": ["npi_Deva"],
    "ar": ["arb_Arab"],
    "fa": ["pes_Arab"],
    "fa-AF": ["prs_Arab"],
    "ps": ["pbt_Arab"],
    "qu": ["quy_Latn"],
    "ko": ["kor_Hang"],
    "nb": ["no", "nob_Latn"],
    "he": ["iw"],
    "und": ["und", "und-Latn"],
}


@pytest.mark.parametrize(
    ("spelling", "tag"), [(spelling, tag) for tag, spellings in SPELLINGS.items() for spelling in spellings]
)
def test_every_spelling_becomes_the_one_tag(spelling: str, tag: str) -> None:
    assert parse(spelling) == tag
    assert parse(parse(spelling)) == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "español",
        "english",
        "አማርኛ",
        "xx",
        "qaa",
        "x-private",
        "es es",
        "es-",
        "-es",
        "e1",
        "es" + "-abcdefgh" * 5,
    ],
)
def test_what_is_no_registered_tag_is_refused(text: str) -> None:
    with pytest.raises(UnknownLanguage):
        parse(text)


def test_refusal_repeats_a_tag_but_never_free_text() -> None:
    assert UnknownLanguage("xx-Latn").tag == "xx-Latn"
    assert UnknownLanguage("my name is Ana").tag == ""
    assert UnknownLanguage("Juan").tag == ""
    assert UnknownLanguage("es" + "-abcdefgh" * 5).tag == ""


def test_tag_whose_parts_are_in_the_wrong_order_is_refused() -> None:
    with pytest.raises(UnknownLanguage):
        parse("spa-MX-Latn")


@given(st.from_regex(r"[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_][A-Za-z]{2})?", fullmatch=True) | st.text(max_size=40))
def test_parsing_is_idempotent(text: str) -> None:
    try:
        tag = parse(text)
    except UnknownLanguage:
        return
    assert parse(tag) == tag


def test_every_flores_code_comes_back_from_its_tag() -> None:
    lost = [code for code in tags._FLORES.split() if flores_code(parse(code)) != code]
    assert lost == ["twi_Latn"]  # CLDR holds Twi to be Akan, which has a code of its own


def test_language_without_flores_text_has_no_code() -> None:
    assert flores_code(LanguageTag("arn")) is None


def test_base_drops_script_region_and_variant() -> None:
    assert base(LanguageTag("oc-aranes")) == "oc"
    assert base(LanguageTag("zh-Hant")) == "zh"
    assert base(LanguageTag("ast")) == "ast"


def test_likely_script_follows_the_territory() -> None:
    assert likely_script("zh") == "Hans"
    assert likely_script("zh", "TW") == "Hant"
    assert likely_script("mul") is None


@pytest.mark.parametrize("tag", sorted(profiled()))
def test_a_language_with_a_profile_is_named_as_the_registry_names_it(tag: LanguageTag) -> None:
    assert tags._registered(tag) == parse(tag) == tag
