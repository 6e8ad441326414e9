"""Headings in capitals: what the model sees, and what comes back."""

from __future__ import annotations

import pytest

from accessibility.capitals import raised, settled
from locales.tags import LanguageTag


@pytest.mark.parametrize(
    ("text", "source", "sentence"),
    [
        ("SOLICITUD DE AYUDA PARA EL ALQUILER", "es", "Solicitud de ayuda para el alquiler"),
        ("¿QUÉ HACER?", "es", "¿Qué hacer?"),
        ("CAPÍTULO IV. RENOVACIÓN DEL DNI", "es", "Capítulo IV. renovación del DNI"),
        ("PLAZA A. MACHADO, COVID19", "es", "Plaza A. machado, COVID19"),
        ("DNI RENOVADO", None, "DNI renovado"),
        ("{0}: ΑΙΤΗΣΗ ΓΙΑ ΒΟΗΘΕΙΑ", "el", "{0}: Αιτηση για βοηθεια"),
        ("ЗАЯВА НА ДОПОМОГУ", "uk", "Заява на допомогу"),
        ("İZİN KAPALI", "tr", "İzin kapalı"),
        ("IŞIK AÇIK", "tr", "Işık açık"),
    ],
)
def test_capitals_are_settled_to_a_sentence(text: str, source: str | None, sentence: str) -> None:
    assert settled(text, None if source is None else LanguageTag(source)) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "Solicitud de AYUDA",
        "ONU",
        "OIT Y DNI",
        "112",
        "",
        "ጤና ይስጥልኝ",
        "مرحبا",
        "İZİN KAPALI",  # the alphabet of a language that nobody named
        "{0} {1}",
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert settled(text) is None


@pytest.mark.parametrize(
    ("text", "target", "capitals"),
    [
        ("Sol·licitud d'ajuda", "ca", "SOL·LICITUD D'AJUDA"),
        ("izin kapalı", "tr", "İZİN KAPALI"),
        ("διαβίβαση", "el", "ΔΙΑΒΊΒΑΣΗ"),
        ("განცხადება", "ka", "განცხადება"),
        ("እርዳታ {0}", "am", "እርዳታ {0}"),
    ],
)
def test_a_translation_is_raised_by_the_alphabet_of_its_language(text: str, target: str, capitals: str) -> None:
    assert raised(text, LanguageTag(target)) == capitals
