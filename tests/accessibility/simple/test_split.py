import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.phrases import words
from accessibility.simple.split import split
from locales.tags import LanguageTag

ES, EN = LanguageTag("es"), LanguageTag("en")


def test_statements_part_at_a_semicolon() -> None:
    sentence = "La oficina abre por la mañana; los jueves abre por la tarde."
    after, (change,) = split(sentence, ES, "simple")
    assert after == "La oficina abre por la mañana.\nLos jueves abre por la tarde."
    assert (change.kind, change.before, change.after) == ("split", sentence, after)
    assert split(sentence, ES, "plain")[0] == "La oficina abre por la mañana. Los jueves abre por la tarde."


@pytest.mark.parametrize(
    "sentence",
    [
        "En caso de urgencia, llame por teléfono; acuda al hospital más cercano.",  # the condition may rule both
        "La oficina abre por la mañana; y los jueves abre por la tarde.",
        "La oficina abre hoy; mañana no.",
        "Trata asuntos de calidad y de servicio; de transparencia y de participación.",
        "Cambian los artículos 14 y 15; 21 y 22 del decreto de hoy.",
        "Dijo que “la oficina abre por la mañana; la biblioteca abre por la tarde",
        "Abre una oficina muy grande; abre una biblioteca muy grande; abre un parque muy grande.",
        "Las grandes reciben 7000 euros; mientras que las pequeñas reciben 3000 euros.",
        "La oficina (abre por la mañana; cierra por la tarde) está lejos.",
        "Lea «abre por la mañana; cierra por la tarde todos los días».",
        "Son las 9:30 de la mañana en Monzón.",
    ],
)
def test_no_statement_parts_where_it_is_not_safe(sentence: str) -> None:
    assert split(sentence, ES, "simple") == (sentence, ())


def test_enumeration_becomes_a_list_and_keeps_its_conjunction() -> None:
    assert split("Traiga estos papeles: el pasaporte, una foto y el impreso.", ES, "simple")[0] == (
        "Traiga estos papeles:\n- el pasaporte\n- una foto\n- y el impreso."
    )
    assert split("Bring one of these: a passport, a card, or a letter.", EN, "simple")[0] == (
        "Bring one of these:\n- a passport\n- a card\n- or a letter."
    )
    by_semicolon = "You need three things: a form, signed by you; a photo; proof of your address."
    assert split(by_semicolon, EN, "simple")[0] == (
        "You need three things:\n- a form, signed by you\n- a photo\n- proof of your address."
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Traiga estos papeles: el pasaporte y una foto.",  # too few for a list
        "Traiga estos papeles: pasaporte, foto e impreso, si los tiene.",  # the condition may rule all
        "Afecta al decreto: DECRETO 78/2017, de 16 de junio, del Consell.",  # appositions, no items
        "Habló la Conselleria: Educación, Cultura y Deporte.",
        "Ojo: hoy, mañana y siempre.",  # one word announces nothing
        "Avisamos de esto: hoy no abre, porque es fiesta. Mañana sí, todo el día y la noche.",
        "Horario de la sala: mañana: 9, tarde: 16, noche: 20.",
        "Pague estas cosas: , , .",
    ],
)
def test_no_list_where_it_is_not_safe(sentence: str) -> None:
    assert "\n- " not in split(sentence, ES, "simple")[0]


def test_last_item_with_several_conjunctions_or_none_stays_whole() -> None:
    assert split("Traiga estos papeles: luz y gas, pan, mar y sol y aire.", ES, "simple")[0].endswith(
        "\n- luz y gas\n- pan\n- mar y sol y aire."
    )
    assert split("Traiga estos papeles: pan, luz, gas.", ES, "simple")[0].endswith("\n- pan\n- luz\n- gas.")


def test_plain_language_lists_only_longer_enumerations() -> None:
    three = "Traiga estos papeles: el pasaporte, una foto y el impreso."
    assert split(three, ES, "plain") == (three, ())
    assert split("Traiga estos papeles: el pasaporte, una foto, la carta y el impreso.", ES, "plain")[1]


def test_language_without_announcing_words_lists_nothing_by_commas() -> None:
    sentence = "Tráigans papels: uno, dos, tres, quatro."
    assert split(sentence, LanguageTag("oc"), "simple") == (sentence, ())


@settings(deadline=None)  # the first text of a language builds its patterns
@given(st.text(st.sampled_from('aAbn oyñ;:,.()«»"0123 é')), st.sampled_from(["plain", "simple"]))
def test_words_are_never_added_dropped_or_moved(sentence: str, level: str) -> None:
    after, _ = split(sentence, ES, "simple" if level == "simple" else "plain")
    assert [word.folded for word in words(re.sub(r"^- ", "", after))] == [word.folded for word in words(sentence)]
