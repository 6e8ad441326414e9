"""Loops: words or characters repeated over and over, the commonest way a translation model fails."""

import re
from collections.abc import Sequence

from accessibility.scripts import FIRST_UNSPACED, UNSPACED, census

_PHRASE_TIMES = 4
_LONGEST_PHRASE = 12
_PUNCTUATION = ".,;:!?¡¿()[]\"'«»“”„…،؛؟।።"
# Inside words people do repeat ("jajajaja"), so eight times; where no spaces part the words, a word is two characters.
_LONGEST_PIECE = 24
_IN_WORDS = re.compile(rf"(.{{1,{_LONGEST_PIECE}}}?)\1{{7,}}+", re.DOTALL)
_UNSPACED = re.compile(r"(.{2,24}?)\1{3,}+", re.DOTALL)


def loops(text: str) -> bool:
    """Whether something with letters in it stands four times in a row, or a piece of a word eight times."""
    if _phrase_repeats([word.strip(_PUNCTUATION) for word in text.casefold().split()]):
        return True
    if _may_repeat_in_words(text) and _matches(_IN_WORDS, text):
        return True
    if max(text, default="") < FIRST_UNSPACED:
        return False
    return not UNSPACED.isdisjoint(census(text)) and _matches(_UNSPACED, text)


def _may_repeat_in_words(text: str) -> bool:
    """False only where `_IN_WORDS` matches nothing, and much faster: eight times a piece hold, wherever they begin, one
    of the stretches looked at here, and in it the piece four times."""
    for size in range(1, min(_LONGEST_PIECE, len(text) // 8) + 1):
        for start in range(0, len(text) - 4 * size + 1, 4 * size):
            if text[start] == text[start + size] and (
                text[start : start + 3 * size] == text[start + size : start + 4 * size]
            ):
                return True
    return False


def _phrase_repeats(words: Sequence[str]) -> bool:
    for length in range(1, min(_LONGEST_PHRASE, len(words) // _PHRASE_TIMES) + 1):
        run = 0
        for index in range(length, len(words)):
            run = run + 1 if words[index] == words[index - length] else 0
            # Asked once per run: a run that goes on brings no other words.
            if run == length * (_PHRASE_TIMES - 1) and _has_letter("".join(words[index - length + 1 : index + 1])):
                return True
    return False


def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return any(_has_letter(found[1]) for found in pattern.finditer(text))


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))
