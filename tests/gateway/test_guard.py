from __future__ import annotations

import pytest

from gateway.guard import GUARD, faults, protect
from models.runtime.protocol import Hypothesis, TranslationInput
from tests.models.tiny_model import tag


@pytest.mark.parametrize(
    ("source", "target", "text", "complete", "found"),
    [
        ("La cita es el 14.", "an", "La cita ye lo 14.", True, 0),
        ("La cita es el 14.", "an", "La cita ye lo 41.", True, 1),
        ("La cita es el 14 a las 9:30.", "an", "La cita ye.", False, 3),
        ("Banco de España en Madrid", "gl", "Banco de España en Madrid", True, 0),
        ("Escriba a ayuda@ejemplo.es", "ast", "Escriba a ayuda", True, 1),
        ("ስብሰባው በ14 ነው", "am", "ስብሰባው በ14 ነው", True, 0),
    ],
)
def test_a_hypothesis_has_one_fault_for_each_serious_finding(
    source: str, target: str, text: str, complete: bool, found: int
) -> None:
    assert faults(TranslationInput(source, tag(target)), Hypothesis(text, complete, 9, 9)) == found


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Escriba a ayuda@ejemplo.es", "Escriba a {0}"),
        ("اكتب إلى ayuda@ejemplo.es", "اكتب إلى {0}"),
        ("ayuda@ejemplo.es", None),
    ],
)
def test_the_model_sees_a_mark_in_place_of_an_address(text: str, seen: str | None) -> None:
    protected = protect(TranslationInput(text, tag("an")))
    assert protected is not None
    assert protected.text == seen
    assert protected.restore("{0}") == "ayuda@ejemplo.es"


def test_times_are_translated_with_the_rest_and_keep_their_writing() -> None:
    text = "La cita es el 14 a las 9:30; más en https://ejemplo.org."
    found = protect(TranslationInput(text, tag("sc")))
    assert found is not None
    assert found.text == "La cita es el 14 a las 9:30; más en {0}."
    assert (
        found.restore("Sa tzita est su 14 a sas 9.30; in {0}.")
        == "Sa tzita est su 14 a sas 9:30; in https://ejemplo.org."
    )
    assert found.restore("Sa tzita est su 14 a sas 9.30.") is None


def test_ordinary_text_needs_no_protection() -> None:
    assert protect(TranslationInput("La cita es el 14, en la planta 2.", tag("an"))) is None
    assert GUARD.judge is faults


def test_a_heading_in_capitals_is_translated_in_small_letters_and_comes_back_in_capitals() -> None:
    found = protect(TranslationInput("CITA CON EL DNI A LAS 9:30 (INFO@EJEMPLO.ORG)", tag("ca")))
    assert found is not None
    assert found.text == "Cita con el DNI a las 9:30 ({0})"
    assert found.restore("Cita amb el DNI a les 9.30 ({0})") == "CITA AMB EL DNI A LES 9:30 (INFO@EJEMPLO.ORG)"
    assert found.restore("Cita amb el DNI") is None
