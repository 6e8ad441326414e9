"""Phrases found in a text as whole words in the same case.

Time is linear in the text and in the phrases, whatever they hold (Aho and Corasick 1975, from the end of the text to
its start): no regular expression is built from what a caller sends.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from accessibility.findings import Span
from accessibility.phrases import WORD


class ExactPhrases:
    """A list of phrases to look for; an empty phrase stands nowhere."""

    def __init__(self, phrases: Iterable[str]) -> None:
        # A state is the start of a phrase turned round. Of each: what follows it, the longest phrase that it ends
        # with, and the longest inside that one that ends with a word of it.
        self._next: list[dict[str, int]] = [{}]
        self._longest = [0]
        self._inside = [0]
        for phrase in set(phrases):
            self._add(phrase)
        self._fallback = [0] * len(self._next)
        self._link()

    def _add(self, phrase: str) -> None:
        state = 0
        for character in reversed(phrase):
            following = self._next[state].setdefault(character, len(self._next))
            if following == len(self._next):
                self._next.append({})
                self._longest.append(0)
                self._inside.append(0)
            state = following
        self._longest[state] = len(phrase)

    def _link(self) -> None:
        """Shorter states first, each with the letters of it from its end: the text from where it begins."""
        waiting = deque((state, character) for character, state in self._next[0].items())
        while waiting:
            state, text = waiting.popleft()
            other = self._fallback[state]
            shorter, inside = self._longest[other], self._inside[other]
            if not self._longest[state]:
                self._longest[state], self._inside[state] = shorter, inside
            elif shorter:
                self._inside[state] = inside if _inside_words(text)[shorter] else shorter
            for character, following in self._next[state].items():
                self._fallback[following] = self._after(other, character)
                waiting.append((following, character + text))

    def _after(self, state: int, character: str) -> int:
        while state and character not in self._next[state]:
            state = self._fallback[state]
        return self._next[state].get(character, 0)

    def find(self, text: str) -> Iterator[Span]:
        """Their places in order; of two that overlap, the first, and of those the longest."""
        goes_on = _inside_words(text)
        found: list[Span] = []
        state = 0
        for start in range(len(text) - 1, -1, -1):
            state = self._after(state, text[start])
            length = self._longest[state]
            if not length or goes_on[start]:
                continue
            if goes_on[start + length]:
                length = self._inside[state]
            if length:
                found.append((start, start + length))
        last = 0
        for start, end in reversed(found):
            if start >= last:
                yield start, end
                last = end


def _inside_words(text: str) -> bytearray:
    """For each place of the text and its end, whether a word goes on there."""
    places = bytearray(len(text) + 1)
    for word in WORD.finditer(text):
        start, end = word.span()
        places[start + 1 : end] = b"\1" * (end - start - 1)
    return places
