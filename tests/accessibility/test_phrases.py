from accessibility.phrases import PhraseTable, alternation, words


def found(table: PhraseTable[int], text: str) -> list[tuple[str, int]]:
    return [(text[slice(*match.span)], match.value) for match in table.find(text)]


def test_longest_phrase_wins_and_case_does_not_matter() -> None:
    table = PhraseTable({"no": 1, "no obstante": 2, "no obstante lo anterior": 3})
    assert found(table, "NO obstante, no.") == [("NO obstante", 2), ("no", 1)]
    assert found(table, "No obstante lo anterior") == [("No obstante lo anterior", 3)]


def test_phrase_is_of_whole_words_side_by_side() -> None:
    table = PhraseTable({"in order to": 1})
    assert found(table, "in order, to; in orders to; In  order\u00a0to") == [("In  order\u00a0to", 1)]


def test_phrase_without_words_stands_nowhere() -> None:
    assert found(PhraseTable({"—": 1, "": 2}), "— a —") == []


def test_apostrophes_of_any_shape_are_one() -> None:
    assert found(PhraseTable({"d'acord amb": 1}), "D’acord amb tot") == [("D’acord amb", 1)]
    assert found(PhraseTable({"don't": 1, "don": 2}), "don’t don") == [("don’t", 1), ("don", 2)]


def test_star_stands_for_any_end_of_one_word() -> None:
    assert found(PhraseTable({"prohib*": 1}), "Prohibida, prohíbe, prohib, proh") == [("Prohibida", 1), ("prohib", 1)]


def test_marks_belong_to_their_word_in_every_script() -> None:
    assert [word.folded for word in words("हिन्दी में। ภาษาไทย ቤተ፣መጻሕፍት خوش\u200cآمد")] == [
        "हिन्दी", "में", "ภาษาไทย", "ቤተ", "መጻሕፍት", "خوش\u200cآمد",
    ]  # fmt: skip


def test_alternatives_are_longest_first_and_escaped() -> None:
    assert alternation(["a", "b", "a.m.", "a"]) == r"a(?:\.m\.|)|b"
    assert alternation([]) == ""
