from __future__ import annotations

import os
import shutil

import pytest

from models.training import teacher


@pytest.mark.parametrize(
    ("source", "output", "mended"),
    [
        ("Hola, amigo.", "Hola , collaciu .", "Hola, collaciu."),
        ("12 (doce) días", "12 (dolce ) díes", "12 (dolce) díes"),
        ("¿Qué?", "¿ Qué ?", "¿Qué?"),
        ("así , no", "asina , non", "asina , non"),
        ("a  b", "a   b", "a b"),
    ],
)
def test_spaces_inside_punctuation_are_mended_unless_the_source_has_them(source: str, output: str, mended: str) -> None:
    assert teacher.mend(source, output) == mended


@pytest.mark.parametrize(
    ("source", "target", "usable"),
    [
        ("La casa.", "A casa.", True),
        ("Madrid", "Madrid", True),
        ("Una frase de más de cinco palabras", "Una frase de más de cinco palabras", False),
        ("La casa.", "A *casa.", False),
        ("Escriba a ana@correo.es", "Escriba a ana@correo.es", True),
        ("La casa.", "", False),
        ("Una frase bastante larga para esto", "Si", False),
    ],
)
def test_unusable_output_is_dropped(source: str, target: str, usable: bool) -> None:
    assert teacher.usable(source, target) is usable


def test_apertium_answers_line_by_line_and_keeps_full_stops() -> None:
    if shutil.which("apertium") is None:
        if os.environ.get("CI"):  # noqa: TID251
            pytest.fail("apertium is missing; .ci/run installs it")
        pytest.skip("needs Debian's apertium and apertium-spa-ast")
    lines = ["La biblioteca abre a las nueve.", "", "Buenos días"] * 3
    translated = teacher.translate(lines, "ast")
    assert len(translated) == len(lines)
    assert translated[0].endswith(".")
    assert translated[1] == ""
    assert translated[:3] * 3 == translated


def test_chains_lead_out_of_spanish_and_back_but_not_from_asturian() -> None:
    assert teacher.chain("es", "oc") == ("spa-cat", "ca-oc")
    assert teacher.chain("oc-aranes", "es") == ("oc_aran-es",)
    assert teacher.chain("ast", "es") is None
    assert teacher.chain("gl", "ca") is None
    with pytest.raises(KeyError):
        teacher.translate(["Hola."], "es", "ast")
