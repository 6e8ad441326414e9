"""Every language file is whole, agrees with CLDR where CLDR knows, and names its sources; wrong files are refused."""

from datetime import date
from importlib.resources import files

import pytest
from babel import Locale, UnknownLocaleError
from babel.plural import PluralRule

from locales.profiles import (
    PROFILES,
    ProfileInvalid,
    nearest_profile,
    parsed,
    plural_rule,
    profile,
)
from locales.segmentation import split
from locales.tags import LanguageTag, base, flores_code, parse, profiled

ASKED_FOR = """
es en fr pt ca gl eu ast an oc oc-aranes ca-valencia sw ha yo am ti so rw zu
ar fa ps ur hi bn ne ta km lo my qu gn ay ht ko
"""
ALL = sorted(profiled())
MINIMAL = """
status = "draft"
autonym = "lingua"
english_name = "Language"
script = "Latn"
direction = "ltr"
codes = []
reads_next = []
[writing]
sentence_marks = "."
[plural]
[sources]
names = "hand"
writing = "hand"
plural = "hand"
"""
XX = LanguageTag("xx")


def test_the_languages_of_the_plan_have_a_profile() -> None:
    assert set(ASKED_FOR.split()) <= profiled()
    assert len(PROFILES) == len(list(PROFILES)) == len(ALL)


@pytest.mark.parametrize("tag", ALL)
def test_every_code_of_a_profile_is_understood_as_its_tag(tag: LanguageTag) -> None:
    found = PROFILES[tag]
    assert parse(tag) == tag == found.tag
    assert [parse(code) for code in found.codes] == [tag] * len(found.codes)
    assert flores_code(tag) in (None, *found.codes)


@pytest.mark.parametrize("tag", ALL)
def test_facts_that_name_cldr_are_those_of_cldr(tag: LanguageTag) -> None:
    found = PROFILES[tag]
    try:
        cldr = Locale.parse(base(tag))
    except UnknownLocaleError:
        assert not any("CLDR" in source for source in found.sources.values())
        return
    if found.sources["plural"].startswith("CLDR"):
        known = PluralRule(dict(cldr.plural_form.rules))
        assert [plural_rule(tag)(n) for n in (*range(0, 131), 1000, 10**6)] == [
            known(n) for n in (*range(0, 131), 1000, 10**6)
        ]
    assert found.direction == cldr.text_direction


@pytest.mark.parametrize("tag", ALL)
def test_other_languages_that_a_profile_names_have_one_too(tag: LanguageTag) -> None:
    found = PROFILES[tag]
    named = {*found.reads_next, found.segmentation.abbreviations_of, found.detection.variety_of}
    named |= {found.speech.nearest, found.braille.nearest} - {""}
    assert named - {""} <= profiled() - {tag}


@pytest.mark.parametrize("tag", ALL)
def test_a_near_language_can_really_do_it(tag: LanguageTag) -> None:
    found = PROFILES[tag]
    if near := found.speech.nearest:
        assert PROFILES[LanguageTag(near)].speech.voice
        assert not found.speech.voice
    if near := found.braille.nearest:
        assert PROFILES[LanguageTag(near)].braille.uncontracted
        assert not found.braille.uncontracted


@pytest.mark.parametrize("tag", ALL)
def test_every_sentence_mark_of_a_language_ends_a_sentence(tag: LanguageTag) -> None:
    word = PROFILES[tag].autonym.split()[0].capitalize()
    for mark in PROFILES[tag].writing.sentence_marks:
        sentences = [f"{word} {word} {word}{mark}", f"{word} {word}"]
        assert [segment.text for segment in split(" ".join(sentences), tag)] == sentences, mark


def test_only_a_named_person_makes_a_profile_checked() -> None:
    checked = [found for found in PROFILES.values() if found.status == "checked"]
    assert all(found.checked_by and found.checked_on for found in checked)
    signed = MINIMAL.replace('"draft"', '"checked"\nchecked_by = "a speaker"\nchecked_on = 2026-11-22')
    assert parsed(XX, signed).checked_on == date(2026, 11, 22)


def test_regional_tag_takes_the_profile_of_its_language() -> None:
    assert profile(LanguageTag("es-MX")) is None
    assert nearest_profile(LanguageTag("es-MX")) is PROFILES[LanguageTag("es")]
    assert nearest_profile(LanguageTag("acm")) is None
    with pytest.raises(KeyError):
        PROFILES[LanguageTag("acm")]


def test_language_without_a_profile_counts_in_one_form() -> None:
    assert {plural_rule(LanguageTag("acm"))(number) for number in range(20)} == {"other"}


def test_smallest_profile_is_enough() -> None:
    found = parsed(XX, MINIMAL)
    assert found.writing.sentence_marks == "."
    assert found.segmentation.abbreviations == frozenset()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("status = ", "Invalid value"),
        ('autonym = "lingua"|', "autonym is missing"),
        ('autonym = "lingua"|autonym = ""', "a name is empty"),
        ("codes = []|codes = []\ncolour = 1", "colour is not known"),
        ('sentence_marks = "."|marks = "."', "writing.marks is not known"),
        ('sentence_marks = "."|', "writing.sentence_marks is missing"),
        # What no code reads would be a claim that nothing holds.
        ('sentence_marks = "."|sentence_marks = "."\ndigits = "latn"', "writing.digits is not known"),
        ('"Latn"|"latin"', "script"),
        ('"ltr"|"left"', "direction"),
        ('"draft"|"finished"', "status"),
        ('"draft"|"checked"', "checked_by"),
        ('"draft"|"draft"\nchecked_by = "nobody"', "checked_by"),
        ("[plural]|[plural]\none = 'n is it'", "plural"),
        ("[plural]|[plural]\nsingle = 'n = 1'", "plural"),
        ("[plural]|[detection]\nletters = '('\n[plural]", "regular expression"),
        ("[plural]|[speech]\nvoice = 'xx'\n[plural]", "sources"),
        ('plural = "hand"|', "sources"),
    ],
)
def test_wrong_file_is_refused_with_its_reason(change: str, complaint: str) -> None:
    old, _, new = change.partition("|")
    text = change if "|" not in change else MINIMAL.replace(old, new)
    with pytest.raises(ProfileInvalid, match=complaint) as raised:
        parsed(XX, text)
    assert str(raised.value).startswith("xx: ")


def test_no_file_is_opened_before_it_is_needed() -> None:
    names = {entry.name for entry in files("locales").joinpath("profiles").iterdir()}
    assert {f"{tag}.toml" for tag in profiled()} == names
