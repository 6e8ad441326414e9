"""What a glossary demands of a segment, and whether a translation holds it."""

from __future__ import annotations

import pytest

from accessibility.terms.application import Demand, Terminology, Verdict
from accessibility.terms.glossary import Glossary, Limits, Term, checked
from locales.tags import LanguageTag

ES = LanguageTag("es")


def demand(segment: str, *terms: Term, target: str = "an") -> Demand:
    glossary = Glossary("g", 1, "", ES, LanguageTag(target), checked(terms, Limits()))
    found = Terminology(glossary).demand(segment)
    assert found is not None
    return found


BANK = Term("bank", "banco", "banca")
CENTRAL = Term("central", "banco central", "Banca Central")


def test_a_segment_without_a_term_demands_nothing() -> None:
    assert Terminology(Glossary("g", 1, "", ES, LanguageTag("an"), (BANK,))).demand("Una mesa.") is None


@pytest.mark.parametrize(
    ("translation", "missing", "inflected"),
    [
        ("A Banca Central y a banca.", (), ()),
        ("A BANCA CENTRAL y a banca", (), ()),
        ("A banca central y la mesa.", ("bank",), ()),
        ("A Banca Central y as bancas.", (), ("bank",)),
        ("As bancas de l'estau.", ("central",), ("bank",)),
        ("", ("central", "bank"), ()),
    ],
)
def test_each_term_is_wanted_as_often_as_it_stands_in_the_source(
    translation: str, missing: tuple[str, ...], inflected: tuple[str, ...]
) -> None:
    assert demand("El banco central y el banco.", BANK, CENTRAL).verdict(translation) == Verdict(missing, inflected)


def test_a_wording_that_is_right_as_well_holds_the_term() -> None:
    wanted = demand("Los bancos y el banco.", Term("bank", "banco", "banca", also=("bancas públicas",)))
    assert wanted.unsure == ("bank",)
    assert wanted.verdict("as bancas públicas") == Verdict((), ())


def test_two_words_with_one_translation_are_counted_together() -> None:
    wanted = demand("El médico y el doctor.", Term("a", "médico", "metge"), Term("b", "doctor", "metge"), target="ca")
    assert wanted.verdict("El metge i el doctor.").missing == ("a", "b")
    assert wanted.verdict("El metge i el metge.").missing == ()


def test_what_is_not_translated_is_wanted_letter_by_letter() -> None:
    name = Term("name", "Casa Nostra", "", translate=False)
    wanted = demand("Casa Nostra abre.", name, target="ca")
    assert wanted.verdict("Casa Nostra obre.").missing == ()
    assert wanted.verdict("casa nostra obre.").missing == ("name",)


@pytest.mark.parametrize(
    ("segment", "target", "masked", "restored"),
    [
        ("Banco y banco.", "an", "{0} y {1}.", "Banca y banca."),
        ("BANCO {0} {7}", "an", "{8} {0} {7}", "BANCA {0} {7}"),
        ("Bancos: banco", "an", "Bancos: {0}", "Bancos: banca"),
        ("El banco", "ar", "El {0}", "El banca"),
    ],
)
def test_marks_stand_for_terms_and_become_them_in_the_case_of_the_source(
    segment: str, target: str, masked: str, restored: str
) -> None:
    attempt = demand(segment, BANK, target=target).masked({"bank"})
    assert attempt.text == masked
    assert attempt.restore(masked) == restored


def test_only_the_terms_asked_for_are_replaced() -> None:
    wanted = demand("El banco central y el banco.", BANK, CENTRAL)
    assert wanted.masked({"bank"}).text == "El banco central y el {0}."
    assert wanted.masked({"bank", "central"}).text == "El {0} y el {1}."


@pytest.mark.parametrize("lost", ["y {1}.", "{0} {0} y {1}.", ""])
def test_a_lost_or_doubled_mark_is_noticed(lost: str) -> None:
    assert demand("Banco y banco.", BANK).masked({"bank"}).restore(lost) is None


def test_case_follows_the_language_and_the_wish() -> None:
    i = Term("i", "isla", "istanbul")
    assert demand("ISLA. Isla.", i, target="tr").masked({"i"}).restore("{0}. {1}.") == "İSTANBUL. İstanbul."
    exact = Term("us", "US", "us", case_sensitive=True)
    assert demand("US", exact).masked({"us"}).restore("{0}") == "us"
    kept = Term("k", "malgil", "", translate=False)
    assert demand("MALGIL", kept).masked({"k"}).restore("{0}") == "MALGIL"


@pytest.mark.parametrize(
    ("source", "target", "segment", "translation"),
    [
        ("hospital", "មន្ទីរពេទ្យ", "El hospital abre.", "មន្ទីរពេទ្យបើក។"),
        ("hospital", "โรงพยาบาล", "El hospital abre.", "โรงพยาบาลเปิด"),
        ("hospital", "ሆስፒታል", "El hospital abre.", "ሆስፒታል፡ይከፈታል።"),
        ("hospital", "مستشفى", "El hospital abre.", "يفتح مستشفى المدينة."),
        ("병원", "医院", "병원 문", "市医院开门"),
    ],
)
def test_terms_are_recognised_in_every_script(source: str, target: str, segment: str, translation: str) -> None:
    wanted = demand(segment, Term("h", source, target))
    assert wanted.verdict(translation) == Verdict((), ())
    assert wanted.verdict("x").missing == ("h",)
