from accessibility.simple.key_facts import KeyFact, box, key_facts
from locales.tags import LanguageTag

ES, EN = LanguageTag("es"), LanguageTag("en")
SENTENCES = [
    "Debe traer el pasaporte.",
    "El plazo termina el 14/03/2026 a las 14:00.",
    "El curso empieza el 5 de mayo.",
    "La tasa es de 12,50 euros; llame al 974 10 20 30 o vea www.ejemplo.es/a.",
    "Recuerde el 14/03/2026.",
]


def test_facts_are_quoted_by_kind_and_told_once() -> None:
    assert key_facts(SENTENCES, ES) == (
        KeyFact("action", "Debe traer el pasaporte.", 0),
        KeyFact("action", SENTENCES[3], 3),
        KeyFact("action", SENTENCES[4], 4),
        KeyFact("deadline", "14/03/2026", 1),
        KeyFact("date", "5 de mayo", 2),
        KeyFact("time", "14:00", 1),
        KeyFact("money", "12,50 euros", 3),
        KeyFact("phone", "974 10 20 30", 3),
        KeyFact("address", "www.ejemplo.es/a", 3),
    )


def test_a_list_is_told_in_one_line() -> None:
    (fact,) = key_facts(["Debe traer:\n- una foto\n- y la carta."], ES)
    assert fact.text == "Debe traer: una foto; y la carta."


def test_imperative_inside_a_clause_tells_nobody_what_to_do() -> None:
    assert key_facts(["We may contact you.", "They call it home."], EN) == ()
    assert [fact.kind for fact in key_facts(["If in doubt, call us."], EN)] == ["action"]


def test_box_is_headed_in_the_language() -> None:
    assert box(key_facts(["Pay 20 euros before 5 May 2026."], EN), EN) == (
        "Key facts\nWhat to do:\n- Pay 20 euros before 5 May 2026.\nDeadline:\n- 5 May 2026\nMoney:\n- 20 euros"
    )
    assert box((), EN) == ""
    assert box(key_facts(["25.03.2026"], LanguageTag("am")), LanguageTag("am")) == ""


def test_facts_need_no_rules_only_words_for_deadlines() -> None:
    assert key_facts(["ስልክ +251 11 551 7700"], LanguageTag("am")) == (KeyFact("phone", "+251 11 551 7700", 0),)
