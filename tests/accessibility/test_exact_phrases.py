import random
import re
import sys
import time

import pytest

from accessibility.exact_phrases import ExactPhrases
from accessibility.phrases import WORD

MARK = WORD.pattern.removesuffix("++")


def by_expression(text: str, phrases: list[str]) -> list[tuple[int, int]]:
    """The same by a regular expression, whose time grows with what it holds."""
    longest_first = sorted(phrases, key=len, reverse=True)
    before = {each: f"(?<!{MARK})" if re.match(MARK, each[0]) else "" for each in phrases}
    after = {each: f"(?!{MARK})" if re.match(MARK, each[-1]) else "" for each in phrases}
    whole = (before[each] + re.escape(each) + after[each] for each in longest_first)
    return [found.span() for found in re.finditer("|".join(whole), text)]


@pytest.mark.parametrize("letters", ["ab -", "क\u094dष ", "ቤተ፣ ", "aA'-", "漢字 "])
def test_it_finds_what_an_expression_of_all_phrases_finds(letters: str) -> None:
    chance = random.Random(letters)
    for _ in range(80):
        phrases = ["".join(chance.choices(letters, k=chance.randint(1, 5))) for _ in range(chance.randint(1, 8))]
        text = "".join(chance.choices(letters, k=40))
        assert list(ExactPhrases(phrases).find(text)) == by_expression(text, phrases), (text, phrases)


def test_no_phrase_stands_nowhere() -> None:
    assert list(ExactPhrases([]).find("Plaza")) == []
    assert list(ExactPhrases(["", "Plaza"]).find("")) == []


@pytest.mark.parametrize(
    ("text", "start"),
    [("a " * 50_000, "a " * 99), ("-" * 100_000, "-" * 199), ("a" * 100_000, "a" * 199), ("a b " * 25_000, "b a ")],
)
def test_phrases_that_nearly_fit_everywhere_cost_no_time(text: str, start: str) -> None:
    nearly = [start + chr(0x4E00 + each) for each in range(50)]
    nested = [start[-length:] for length in range(1, 51)]
    tracer = sys.gettrace()
    sys.settrace(None)  # what counts lines takes most of the time
    try:
        began = time.process_time()
        list(ExactPhrases([*nearly, *nested]).find(text))
        took = time.process_time() - began
    finally:
        sys.settrace(tracer)
    assert took < 0.5
