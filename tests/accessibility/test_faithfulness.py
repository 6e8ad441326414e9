from __future__ import annotations

import time

import pytest

from accessibility.faithfulness import FAITHFULNESS, Tally, faithfulness, tallies
from locales.tags import LanguageTag

ACT = """B.O: 04/12/98
VISTO el Decreto Nº 1.629/96 del 17 de diciembre de 1996 y la Ley Nº 24.156, y CONSIDERANDO:
Que el MINISTERIO DE SALUD y la Secretaría de Energía acordaron la medida con la Dra. Ana Gómez el 3 de marzo de 2001.
ARTÍCULO 1° — Apruébase el convenio suscripto el 15/05/2001 en la ciudad de Plaza Huincul. Consultas: info@example.org,
https://example.org/actos/1629.
"""


def failed(sentence: str, source: str = ACT, tag: str = "es", *, complete: bool = True) -> set[str]:
    outcomes = faithfulness(source, sentence, LanguageTag(tag), complete=complete)
    assert tuple(outcomes) == FAITHFULNESS
    return {name for name, outcome in outcomes.items() if outcome == "fail"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Apruébase el convenio suscripto el 15 de mayo de 2001 en Plaza Huincul.",
        "El Ministerio de Salud y la Secretaría de Energía aprueban un convenio.",
        "Se aprueba, según la Ley Nº 24.156 y el Decreto N° 1629/96, el convenio del 15/5/2001.",
        "El convenio, del 15 de mayo, fue acordado con Ana Gómez el 3 de marzo.",
        "Más en https://example.org/actos/1629 y en info@example.org.",
        "Designación acordada por el ministerio.",
        "SE APRUEBA EL CONVENIO DE SALUD.",
    ],
)
def test_a_sentence_that_says_what_the_source_says_passes(sentence: str) -> None:
    assert failed(sentence) == set()


@pytest.mark.parametrize(
    ("sentence", "check"),
    [
        ("Apruébase la Ley Nº 24.165.", "numbers"),
        ("Apruébase el convenio del 15 de marzo de 2001.", "dates"),
        ("Apruébase el convenio del 3 de mayo de 2001.", "dates"),
        ("Apruébase el convenio del 15 de mayo de 1996.", "dates"),
        ("Apruébase el convenio del 2001-05-03.", "dates"),
        ("El Ministerio de Energía acordó la medida.", "names"),
        ("Lo acordó la doctora Ana Pérez.", "names"),
        ("Lo acordó el ministerio con la AFIP.", "names"),
        ("AFIP informa de un convenio.", "names"),
        ("Se firmó en la ciudad de Neuquén.", "names"),
        ("Más en https://example.org/otros.", "links"),
        ("Escriba a otra@example.org.", "emails"),
        ("El convenio el convenio el convenio el convenio el convenio el convenio.", "repetition"),
    ],
)
def test_what_the_source_lacks_is_found(sentence: str, check: str) -> None:
    assert check in failed(sentence)


def test_a_sentence_cut_off_or_in_another_script_fails() -> None:
    assert failed("Se aprueba el convenio y", complete=False) == {"cut_off"}
    assert "script" in failed("Соглашение утверждено министерством.")


def test_true_words_put_together_to_an_untrue_name_are_found() -> None:
    source = "La Secretaría de Salud de la provincia pidió informes al Ministerio de Economía."
    assert failed("Informó el Ministerio de Salud.", source) == {"names"}
    assert failed("Informó el Ministerio de Economía.", source) == set()
    # At the start of a sentence a capital says nothing, unless the source writes the word so inside one.
    assert failed("Ministerio de Salud: informe.", source) == {"names"}
    assert failed("Pedido de informes.", source) == set()


@pytest.mark.parametrize(
    ("tag", "source", "good", "bad"),
    [
        ("am", "ስብሰባው በ12 ይጀምራል።", "ስብሰባው በ12 ነው።", "ስብሰባው በ13 ነው።"),
        ("ar", "يبدأ الاجتماع يوم 14 مايو 2026.", "الاجتماع يوم 14 مايو.", "الاجتماع يوم 15 مايو."),
        ("hi", "बैठक 14 मई 2026 को है।", "बैठक 14 मई को है।", "बैठक 14 जून को है।"),
        ("ca", "La reunió és el 4 d’abril de 2026.", "Reunió el 4 d’abril.", "Reunió el 4 de maig."),
        ("en", "The office opens on March 3rd, 2026.", "It opens on March 3.", "It opens on April 3."),
        ("km", "ការប្រជុំចាប់ផ្តើមម៉ោង ៩។", "ប្រជុំម៉ោង 9។", "ប្រជុំម៉ោង 8។"),
    ],
)
def test_it_serves_other_languages_and_scripts(tag: str, source: str, good: str, bad: str) -> None:
    assert failed(good, source, tag) == set()
    assert failed(bad, source, tag) & {"numbers", "dates"}


def test_what_cannot_be_told_is_not_available() -> None:
    no_capitals = faithfulness("यह एक पाठ है।", "पाठ।", LanguageTag("hi"), complete=True)
    no_months = faithfulness("Ni texto.", "Texto.", LanguageTag("ay"), complete=True)
    assert no_capitals["names"] == no_months["dates"] == "not_available"


def test_items_are_counted_by_kind() -> None:
    found = tallies(ACT, "El Ministerio de Salud y la Dra. Ana Pérez, 3 de marzo de 2001 y 7.", LanguageTag("es"))
    assert found["dates"] == Tally(1, 1)
    assert found["numbers"] == Tally(2, 3)
    names = found["names"]
    assert names is not None
    assert names.found - names.supported == 1
    assert found["links"] == found["emails"] == Tally(0, 0)


@pytest.mark.parametrize("piece", ["Ana de la ", "1 de mayo ", "1/1/2001 ", "De De ", "a-", "A. "])
def test_time_is_linear_in_the_text(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    began = time.process_time()
    tallies(text, text[:4000], LanguageTag("es"))
    assert time.process_time() - began < 5
