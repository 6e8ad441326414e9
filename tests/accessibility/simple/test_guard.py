from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.simple.cues import cues
from accessibility.simple.guard import CHECKS, Flag, compare, coverage, passes
from accessibility.simple.profile import CUES, languages, profile
from accessibility.simple.simplification import Options, simplify
from locales.tags import LanguageTag
from tests.accessibility.pairs import PAIRS
from tests.accessibility.simple.seeded_edits import EDITS, SENTENCES, caught

ES, EN = LanguageTag("es"), LanguageTag("en")


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_seeded_change_of_a_number_or_a_negation_is_stopped(language: str) -> None:
    seeded, stopped = caught(language)
    for kind in ("digit changed", "number dropped", "two numbers swapped", "negation dropped", "negation added"):
        assert stopped[kind] == seeded[kind] > 10


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_other_seeded_changes_are_stopped_as_the_documentation_says(language: str) -> None:
    seeded, stopped = caught(language)
    assert set(seeded) >= set(EDITS) - {"day and month swapped"}
    assert stopped == seeded


@pytest.mark.parametrize("language", ["gl", "ca", "ast", "pt", "fr"])
def test_fewer_changes_seeded_in_other_languages_are_all_stopped(language: str) -> None:
    seeded, stopped = caught(language)
    assert set(seeded) == set(EDITS)
    assert stopped == seeded


@pytest.mark.parametrize("language", list(SENTENCES))
def test_equal_sentences_are_never_flagged_and_rules_lose_nothing(language: str) -> None:
    for sentence in SENTENCES[language]:
        assert compare(sentence, sentence, LanguageTag(language)) == ()
        result = simplify(sentence, LanguageTag(language), Options(level="simple"))
        assert result.guard.flags == ()


@settings(deadline=None)  # the first text of a language builds its patterns
@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("aeno 0123456789.,:/€")),
    st.sampled_from(["es", "en", "am", "ar"]),
)
def test_any_text_equals_itself(text: str, language: str) -> None:
    assert compare(text, text, LanguageTag(language)) == ()
    assert compare(text, f"{text} ", LanguageTag(language)) == ()


def checks(before: str, after: str, language: str = "es") -> set[str]:
    return {flag.check for flag in compare(before, after, LanguageTag(language))}


@pytest.mark.parametrize(
    ("before", "after", "flagged"),
    [
        ("Tome dos pastillas.", "Tome 2 pastillas.", set()),
        ("Tome veinticinco gotas.", "Tome 25 gotas.", set()),
        ("Espere 30 días.", "Espere 30 semanas.", {"units"}),
        ("Pague 30 euros.", "Pague 30 dólares.", {"units"}),
        ("Son 10, 20.", "Son 20, 10.", {"numbers"}),
        ("El 05/03/2026 abre.", "El 03/05/2026 abre.", {"numbers", "dates"}),
        ("Abre a las 9:30.", "Abre a las 9:40.", {"numbers", "dates", "units"}),
        ("Al menos 5 personas.", "Más de 5 personas.", {"limit"}),
        ("Antes de comer, llame.", "Después de comer, llame.", {"time"}),
        ("Pan o agua.", "Pan y agua.", {"alternative"}),
        ("Se recomienda venir.", "Hay que venir.", {"recommendation", "obligation"}),
        ("No obstante, venga.", "Sin embargo, venga.", set()),
        ("Abre a excepción del lunes.", "Abre excepto el lunes.", set()),
        ("Cabe decir que Ana vino.", "Ana vino.", set()),
        ("Vino con la niña.", "Vino con Ana.", {"names"}),
        ("El DNI de {nombre} y 12345678Z.", "El DNI y 12345678Z.", {"contacts"}),
        ("Uno de los once perros de la casa grande come pan, leche y carne.", "Come.", {"numbers", "units", "content"}),
    ],
)
def test_what_is_flagged_and_what_says_the_same(before: str, after: str, flagged: set[str]) -> None:
    assert checks(before, after) == flagged


def test_digits_of_every_script_are_compared_without_word_lists() -> None:
    assert checks("يفتح ٢٥ يوما", "يفتح 25 يوما", "ar") == set()
    assert checks("يفتح ٢٥ يوما", "يفتح ٢٦ يوما", "ar") == {"numbers", "units"}
    assert checks("ስልክ +251 11 551 7700።", "ስልክ +251 11 551 7701።", "am") >= {"numbers", "contacts"}


def test_a_language_without_cue_lists_is_only_partly_covered() -> None:
    assert {language: coverage(language) for language in languages()} == dict.fromkeys(languages(), "full")
    assert coverage(LanguageTag("am")) == "partial"


@pytest.mark.parametrize("language", languages())
def test_cue_lists_hold_every_category_and_no_phrase_twice(language: LanguageTag) -> None:
    known = profile(language).cues
    assert set(known) == set(CUES)
    for classes in known.values():
        listed = list(chain.from_iterable(classes.values()))
        assert len(listed) == len(set(listed))
    for category, classes in known.items():
        for name, phrases in classes.items():
            for phrase in phrases:
                assert (category, name) in cues(phrase, language), phrase


def test_blocking_checks_block_in_either_mode() -> None:
    block, flag = Flag("numbers", "block"), Flag("names", "flag")
    assert passes((), "strict")
    assert not passes((flag,), "strict")
    assert passes((flag,), "normal")
    assert not passes((flag, block), "normal")
    assert {each.check for each in compare("No pague 5 €.", "Pague 6 € si puede.", ES)} <= set(CHECKS)


def test_what_the_guard_cannot_see() -> None:
    # Said in docs/simple-language.md: it counts words that carry meaning and understands none.
    assert compare("La oficina está abierta.", "La oficina está cerrada.", ES) == ()
    assert compare("Ayer Ana llamó a Luis.", "Ayer Luis llamó a Ana.", ES) == ()
    assert compare("The clinic pays the patient.", "The patient pays the clinic.", EN) == ()


def test_translations_are_not_compared_here_but_their_sources_equal_themselves() -> None:
    for source, _, _ in PAIRS:
        assert compare(source, source, ES) == ()
        assert simplify(source, ES).guard.flags == ()
