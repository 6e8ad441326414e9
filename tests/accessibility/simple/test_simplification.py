import re
from collections import Counter
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.phrases import words
from accessibility.simple.changes import Change
from accessibility.simple.profile import Level, languages
from accessibility.simple.simplification import NoSimplification, Options, Simplified, simplify
from locales.tags import LanguageTag
from tests.accessibility.pairs import PAIRS

ES, EN, AM = LanguageTag("es"), LanguageTag("en"), LanguageTag("am")

LETTER = """Ayuda al alquiler

Asimismo, debe efectuar el pago de 12,50 euros; la cuantía de la ayuda será de 1.250,50 € por familia. \
Para cumplimentar el impreso traiga los documentos siguientes: el DNI, el contrato, el certificado \
del padrón y la carta.

En el supuesto de que tenga dudas, llame al 974 10 20 30."""

PLAIN = """Ayuda al alquiler

También, debe pagar 12,50 euros. La cantidad de la ayuda será de 1.250,50 € por familia. \
Para rellenar el impreso traiga los documentos siguientes:
- el documento nacional de identidad (DNI)
- el contrato
- el certificado del padrón
- y la carta.

En caso de que tenga dudas, llame al 974 10 20 30."""

SIMPLE = """Ayuda al alquiler

También, debe pagar 12,50 euros.
La cantidad de la ayuda será de 1.250,50 € por familia.
Para rellenar el impreso traiga los documentos siguientes:
- el documento nacional de identidad (DNI)
- el contrato
- el certificado del padrón
- y la carta.
(padrón: la lista oficial de las personas que viven en un municipio)

En caso de que tenga dudas, llame al 974 10 20 30."""


def test_plain_and_simple_are_two_things() -> None:
    assert simplify(LETTER, ES).text == PLAIN
    assert simplify(LETTER, ES, Options(level="simple")).text == SIMPLE


def test_result_is_automatic_not_reviewed_and_beside_its_original() -> None:
    result = simplify(LETTER, ES, Options(level="simple"))
    assert (result.label, result.reviewed, result.original, result.level) == ("automatic", False, LETTER, "simple")
    assert (result.guard.coverage, result.guard.checked, result.guard.reverted) == ("full", 3, 0)
    assert result.guard.flags == ()
    assert [definition.term for definition in result.definitions] == ["padrón"]
    assert {fact.kind for fact in result.key_facts} == {"action", "money", "phone"}
    assert result.readability_after.words_per_sentence < result.readability_before.words_per_sentence
    assert (result.strategy, result.warnings) == ("rules", ())


def test_every_change_names_its_rule_and_its_sentence() -> None:
    changes = simplify(LETTER, ES, Options(level="simple")).changes
    assert Change("phrase", "cuantía", "cantidad", "es:cuantía", 1) in changes
    assert Change("abbreviation", "DNI", "documento nacional de identidad (DNI)", "acronym:DNI", 2) in changes
    assert {change.kind for change in changes} == {"phrase", "split", "list", "abbreviation", "definition"}


def bag(*texts: str) -> Counter[str]:
    return Counter(word.folded for text in texts for word in words(text))


def explained(result: Simplified) -> Counter[str]:
    """The words of the source with every change that is told, and nothing else."""
    expected = bag(result.original)
    for change in result.changes:
        if change.kind in {"phrase", "abbreviation"}:
            expected = expected - bag(change.before) + bag(change.after)
        elif change.kind == "definition":
            expected += bag(change.before, change.after)
    return expected


@pytest.mark.parametrize(("text", "language"), [(LETTER, ES), *((text, ES) for text, _, _ in PAIRS)])
def test_no_word_comes_or_goes_that_no_change_tells_of(text: str, language: LanguageTag) -> None:
    result = simplify(text, language, Options(level="simple"))
    assert bag(result.text) == explained(result)


def test_glossary_of_the_caller_comes_before_the_language_s_own() -> None:
    result = simplify("El padrón y la renta.", ES, Options(glossary={"padrón": "la lista", "renta": "el alquiler"}))
    assert [(each.term, each.meaning) for each in result.definitions] == [
        ("padrón", "la lista"),
        ("renta", "el alquiler"),
    ]
    assert result.text == "El padrón y la renta."


def test_text_with_nothing_to_simplify_stays_letter_by_letter() -> None:
    for text in ("", " \n ", "Hola.\n\n  Adiós.  ", "El sol sale hoy a las 9:30."):
        result = simplify(text, ES)
        assert (result.text, result.changes, result.guard.checked) == (text, (), 0)


def test_language_without_rules_is_refused_with_the_languages_that_have_them() -> None:
    with pytest.raises(NoSimplification) as refusal:
        simplify("ቤተ መጻሕፍቱ ይዘጋል።", AM)
    assert refusal.value.available == languages() == ("ast", "ca", "en", "es", "fr", "gl", "pt")


def shorter(sentence: str, _: LanguageTag) -> str:
    return re.sub(r" de forma gratuita| በነጻ", "", sentence)


def test_model_that_keeps_the_meaning_is_heard_in_any_language() -> None:
    result = simplify("ቤተ መጻሕፍቱ 25 ቀን በነጻ ይከፈታል።", AM, Options(strategy="model"), shorter)
    assert result.text == "ቤተ መጻሕፍቱ 25 ቀን ይከፈታል።"
    assert [change.kind for change in result.changes] == ["model"]
    assert (result.guard.coverage, result.warnings) == ("partial", ("guard_partial",))


@pytest.mark.parametrize(
    ("sentence", "rewritten", "checks"),
    [
        ("Pague 25 euros hoy.", "Pague 35 euros hoy.", {"numbers", "units"}),
        ("No pague nada hoy.", "Pague hoy.", {"negation"}),
        ("Debe pagar hoy.", "Puede pagar hoy.", {"obligation", "permission"}),
        ("Si llueve, cierra.", "Llueve, cierra.", {"condition"}),
        ("Llame a Ana hoy.", "Llame hoy.", {"names"}),
        ("Llame al 974 10 20 30.", "Llame al 974 10 20 31.", {"numbers", "units", "contacts"}),
        ("Tome dos pastillas.", "Tome tres pastillas.", {"numbers", "units"}),
        ("Venga el lunes.", "Venga el martes.", {"dates"}),
    ],
)
def test_sentence_of_a_model_that_changes_the_meaning_never_gets_out(
    sentence: str, rewritten: str, checks: set[str]
) -> None:
    result = simplify(sentence, ES, Options(strategy="model"), lambda *_: rewritten)
    assert result.text == sentence
    assert {flag.check for flag in result.guard.flags} == checks
    assert (result.guard.checked, result.guard.reverted, result.changes) == (1, 1, ())
    assert "sentences_reverted" in result.warnings


def test_normal_guard_lets_a_doubt_pass_with_a_flag_but_no_number() -> None:
    normal = Options(strategy="model", guard="normal")
    changed = simplify("Debe pagar hoy.", ES, normal, lambda *_: "Puede pagar hoy.")
    assert changed.text == "Puede pagar hoy."
    assert [(flag.check, flag.effect, flag.sentence) for flag in changed.guard.flags] == [
        ("obligation", "flag", 0),
        ("permission", "flag", 0),
    ]
    assert simplify("Pague 25 euros.", ES, normal, lambda *_: "Pague 35 euros.").text == "Pague 25 euros."


def test_rules_work_on_what_the_model_was_let_say() -> None:
    both = Options(strategy="both")
    text = "Pida la ayuda de forma gratuita con anterioridad al lunes."
    assert simplify(text, ES, both, shorter).text == "Pida la ayuda antes del lunes."
    assert simplify(text, ES, both, lambda *_: "Nada.").text == "Pida la ayuda gratis antes del lunes."


def test_legal_text_is_said_to_be_hard_still() -> None:
    long = (
        "La persona que vive en el municipio y que ha pedido la ayuda en los meses de verano puede traer los papeles."
    )
    assert "still_hard" in simplify(long, ES).warnings
    assert "still_hard" not in simplify(long, ES, Options(max_words=40)).warnings


@pytest.mark.parametrize("language", languages())
@settings(deadline=None)  # the first text of a language builds its patterns
@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("aeno.;:,« »-()0123456789/€ \n"), max_size=120)
)
def test_any_text_is_simplified_and_keeps_every_number(language: LanguageTag, text: str) -> None:
    result = simplify(text, language, Options(level="simple"))
    assert isinstance(result, Simplified)
    digits = [word.folded for word in words(text) if word.folded.isdigit()]
    assert [word.folded for word in words(result.text) if word.folded.isdigit()][: len(digits)] == digits


@pytest.mark.parametrize("unit", ["a;", "no ", "DNI ", "x: a, ", "con el ", "«", "12 € ", "si ", "padrón ", ". A", "á"])
def test_time_grows_with_the_length_of_hostile_text_and_no_faster(unit: str) -> None:
    short, long = ((unit * 12_000)[:length] for length in (3_000, 12_000))
    assert seconds(long) < max(0.5, 9 * seconds(short))  # linear is 4, quadratic 16


def seconds(text: str) -> float:
    begin = process_time()
    simplify(text, ES, Options(level="simple"))
    return process_time() - begin


@pytest.mark.parametrize("level", ["plain", "simple"])
def test_key_facts_are_quoted_from_the_result(level: Level) -> None:
    result = simplify("Traiga el DNI antes del 14/03/2026.", ES, Options(level=level))
    assert result.key_facts
    assert all(fact.text in result.text for fact in result.key_facts)
