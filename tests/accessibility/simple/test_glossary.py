from accessibility.simple.glossary import Definition, FirstUses, without_abbreviations
from locales.tags import LanguageTag

ES = LanguageTag("es")


def test_acronym_is_told_in_full_at_its_first_use_only() -> None:
    uses = FirstUses("Traiga el DNI. El DNI es necesario.", ES, {})
    first, (change,) = uses.expand("Traiga el DNI.")
    assert first == "Traiga el documento nacional de identidad (DNI)."
    assert (change.kind, change.before, change.rule) == ("abbreviation", "DNI", "acronym:DNI")
    assert uses.expand("El DNI es necesario.") == ("El DNI es necesario.", ())


def test_acronym_told_by_the_text_itself_or_in_brackets_stays() -> None:
    text = "El documento nacional de identidad (DNI)."
    assert FirstUses(text, ES, {}).expand(text) == (text, ())
    for sentence in ("El carné (DNI).", "DNI/NIE", "El XYZ y la OMS."):
        assert FirstUses(sentence, ES, {}).expand(sentence) == (sentence, ())


def test_acronym_that_opens_a_sentence_opens_it_with_a_capital() -> None:
    assert FirstUses("DNI.", ES, {}).expand("DNI y foto.")[0] == "Documento nacional de identidad (DNI) y foto."


def test_terms_are_defined_once_as_they_stand_in_the_text() -> None:
    uses = FirstUses("", ES, {"padrón": "la lista"})
    assert uses.define("El Padrón y el padrón.", 3) == (Definition("Padrón", "la lista", 3),)
    assert uses.define("El padrón.", 4) == ()


def test_shortened_words_are_written_in_full_save_at_the_end() -> None:
    assert (
        without_abbreviations("Art. 3, núm. 5 y EE. UU. de día", ES)[0]
        == "Artículo 3, número 5 y Estados Unidos de día"
    )
    for sentence in ("Vive en EE. UU.", "Vea la pág.", "Nada que ver."):
        assert without_abbreviations(sentence, ES) == (sentence, ())
    assert without_abbreviations("በ25 ቀን።", LanguageTag("am")) == ("በ25 ቀን።", ())
