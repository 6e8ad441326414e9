from __future__ import annotations

import pytest

from accessibility.simple.glossary import FirstUses
from accessibility.simple.plurals import plurals
from locales.tags import LanguageTag


@pytest.mark.parametrize(
    ("lang", "term", "forms"),
    [
        ("es", "subvención", ["subvenciones"]),
        ("es", "renta mínima", ["rentas mínima", "rentas mínimas"]),
        ("es", "ayuda de emergencia", ["ayudas de emergencia", "ayudas de emergencias"]),
        ("es-MX", "juez", ["jueces"]),
        ("gl", "axuda", ["axudas"]),
        ("gl", "subvención", ["subvencións"]),
        ("gl", "local", ["locais"]),
        ("pt", "certidão", ["certidões"]),
        ("pt", "imagem", ["imagens"]),
        ("ca", "beca", ["beques"]),
        ("ca", "subvenció", ["subvencions"]),
        ("ca", "permís", []),
        ("fr", "tribunal", ["tribunaux"]),
        ("fr", "bureau", ["bureaux"]),
        ("fr", "aide sociale", ["aides sociale", "aides sociales"]),
        ("en", "benefit", ["benefits"]),
        ("en", "hearing officer", ["hearing officers"]),
        ("en", "subsidy", ["subsidies"]),
        ("en", "news", ["newses"]),
        ("en", "new", []),
        ("es", "IRPF", []),
        ("es", "A-1", []),
        ("es", "", []),
        ("am", "ቤተሰብ", []),
    ],
)
def test_plurals_by_rules_that_are_safe(lang: str, term: str, forms: list[str]) -> None:
    assert list(plurals(term, LanguageTag(lang))) == forms


def test_a_term_is_explained_in_its_plural_too() -> None:
    uses = FirstUses("Hay subvenciones.", LanguageTag("es"), {"subvención": "dinero que no se devuelve"})
    (found,) = uses.define("Hay subvenciones.", 0)
    assert (found.term, found.meaning) == ("subvenciones", "dinero que no se devuelve")
    # The same word is not explained twice.
    assert uses.define("Una subvención.", 1) == ()


def test_a_term_of_its_own_goes_before_another_ones_plural() -> None:
    uses = FirstUses("Hay ayudas.", LanguageTag("es"), {"ayuda": "una", "ayudas": "varias"})
    assert [each.meaning for each in uses.define("Hay ayudas.", 0)] == ["varias"]
