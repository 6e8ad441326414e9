from __future__ import annotations

from models.training.alignment import PieceWords, align, similarity


def test_words_are_aligned_by_spelling_near_their_place() -> None:
    source = ["la", "biblioteca", "municipal", "abre", "a", "las", "nueve"]
    target = ["a", "biblioteca", "municipal", "abre", "ás", "nove"]
    assert align(source, target)[1:4] == [1, 2, 3]
    assert align(source, target)[-1] == 6


def test_a_gap_between_aligned_neighbours_is_filled() -> None:
    assert align(["en", "la", "casa"], ["en", "era", "casa"]) == [0, 1, 2]


def test_unlike_words_stay_unaligned() -> None:
    assert align(["perro"], ["gat"]) == [-1]
    assert align([], ["gat"]) == [-1]


def test_similarity_ignores_accents_and_case() -> None:
    assert similarity("Días", "dias") == 1.0
    assert similarity("perro", "gat") < 0.2


def test_pieces_are_grouped_into_words() -> None:
    pieces = ["▁l", "'", "emis", "sió", "n", ".", "▁de", "▁9"]
    words, index = PieceWords(pieces).split([0, 1, 2, 3, 4, 5, 6, 7])
    assert words == ["l", "'", "emissión", ".", "de", "9"]
    assert index == [0, 1, 2, 2, 2, 3, 4, 5]
