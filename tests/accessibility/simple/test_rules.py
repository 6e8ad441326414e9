import pytest

from accessibility.simple.changes import Change
from accessibility.simple.profile import Rule, languages, profile
from accessibility.simple.rules import substitute
from accessibility.simple.simplification import Options, simplify
from locales.tags import LanguageTag

RULES = [(language, rule) for language in languages() for rule in profile(language).rules]
EXAMPLES = [(language, rule, *example) for language, rule in RULES for example in rule.examples]
KEPT = [(language, rule, sentence) for language, rule in RULES for sentence in rule.keep]


def names(cases: list[tuple[object, ...]]) -> list[str]:
    return [case[1].id for case in cases if isinstance(case[1], Rule)]


@pytest.mark.parametrize(("language", "rule", "before", "after"), EXAMPLES, ids=names([*EXAMPLES]))
def test_rule_changes_its_example_and_the_guard_lets_it_pass(
    language: LanguageTag, rule: Rule, before: str, after: str
) -> None:
    result = simplify(before, language, Options(level=rule.level))
    assert result.text == after
    assert result.guard.flags == ()
    assert rule.id in {change.rule for change in result.changes}


@pytest.mark.parametrize(("language", "rule", "sentence"), KEPT, ids=names([*KEPT]))
def test_rule_leaves_its_counter_example(language: LanguageTag, rule: Rule, sentence: str) -> None:
    assert substitute(sentence, language, "simple") == (sentence, ()), rule.id


def test_every_rule_has_examples_and_counter_examples() -> None:
    assert [rule.id for _, rule in RULES if not (rule.examples and rule.keep and rule.swaps)] == []


@pytest.mark.parametrize("language", languages())
def test_no_phrase_has_two_rules_and_none_is_swapped_for_a_phrase_that_has_one(language: LanguageTag) -> None:
    befores = [before for rule in profile(language).rules for before, _ in rule.swaps]
    assert len(befores) == len(set(befores))
    for rule in profile(language).rules:
        for _, after in rule.swaps:
            assert after not in befores


@pytest.mark.parametrize(
    "sentence",
    [
        "Vea la guía «Con carácter previo a la compra».",
        "Es la ley “en virtud de la cual” se paga.",
        'El lema "en la actualidad" no cambia.',
        "La revista En La Actualidad cierra.",
        "SE PAGA EN VIRTUD DE LA LEY",
        "Vea https://ejemplo.es/en-virtud-de y en_virtud_de@ejemplo.es.",
    ],
)
def test_quotations_names_capitals_and_addresses_are_never_touched(sentence: str) -> None:
    assert substitute(sentence, LanguageTag("es"), "simple") == (sentence, ())


def test_a_phrase_left_out_hands_its_capital_on() -> None:
    after, changes = substitute("Cabe señalar que no abre.", LanguageTag("es"), "plain")
    assert after == "No abre."
    assert changes == (Change("phrase", "Cabe señalar que", "", "es:cabe señalar que"),)
    assert substitute("Cabe señalar que", LanguageTag("es"), "plain")[0] == ""


def test_rules_of_level_simple_stay_out_of_plain_language() -> None:
    sentence = "Wash your hands frequently."
    assert substitute(sentence, LanguageTag("en"), "plain")[0] == sentence
    assert substitute(sentence, LanguageTag("en-GB"), "simple")[0] == "Wash your hands often."


def test_language_without_a_file_has_no_rules() -> None:
    assert profile(LanguageTag("am")).rules == ()
    assert substitute("ቤተ መጻሕፍቱ ይዘጋል።", LanguageTag("am"), "simple") == ("ቤተ መጻሕፍቱ ይዘጋል።", ())


@pytest.mark.parametrize("language", languages())
def test_profile_has_every_part_a_reader_is_shown(language: LanguageTag) -> None:
    known = profile(language)
    assert set(known.labels) == {"title", "action", "deadline", "date", "time", "money", "phone", "address"}
    assert known.glossary
    assert known.imperatives
    assert known.conjunctions
