"""A translator without weights, for tests and demonstrations: it keeps every word and marks it with the target.

`La biblioteca abre a las 9.` becomes `La~an biblioteca~an abre~an a~an las~an 9.`: numbers, addresses and symbols stay
as they are, like in a good translation, and removing `~an` gives the source back. The next hypothesis is marked with
`~~an`, and so on, as many as are wanted.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.runtime.protocol import (
    Hypothesis,
    NBestInput,
    TranslationFailed,
    TranslationInput,
    TranslatorClosed,
    check_served,
    distinct,
)


class FakeTranslator:
    """Tokens are words. A text that holds `poison` fails; each call takes `delay_s`, waited for with `sleep`."""

    def __init__(
        self,
        entry: CatalogueEntry,
        *,
        delay_s: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        poison: str | None = None,
    ) -> None:
        self._entry = entry
        self._delay_s = delay_s
        self._sleep = sleep
        self._poison = poison
        self._closed = False
        self._lock = threading.Lock()
        self._translated: list[TranslationInput] = []

    @property
    def reference(self) -> str:
        return self._entry.reference

    @property
    def translated(self) -> tuple[TranslationInput, ...]:
        """Every input computed so far, in order: what a cache saved is not here."""
        with self._lock:
            return tuple(self._translated)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        check_served(self._entry, inputs)
        with self._lock:
            if self._closed:
                raise TranslatorClosed(self.reference)
            self._translated.extend(inputs)
        if inputs and self._delay_s:
            self._sleep(self._delay_s)
        results = [None if self._fails(each.text) else self._hypothesis(each) for each in inputs]
        complete = [result for result in results if result is not None]
        if len(complete) < len(results):
            raise TranslationFailed(results)
        return complete

    def close(self) -> None:
        with self._lock:
            self._closed = True

    def _fails(self, text: str) -> bool:
        return self._poison is not None and self._poison in text

    def _hypothesis(self, each: TranslationInput) -> Hypothesis:
        words = each.text.split()
        longest = self._entry.max_source_tokens
        written: list[str] = []
        complete = True
        for start in range(0, len(words), longest):
            window = words[start : start + longest]
            limit = self._entry.target_limit(len(window))
            complete = complete and len(window) <= limit
            written += [mark(word, each.target) for word in window[:limit]]
        best = Hypothesis(" ".join(written), complete, len(words), len(written))
        if not isinstance(each, NBestInput):
            return best
        sign = f"~{each.target}"
        others = (replace(best, text=best.text.replace(sign, "~" * rank + sign)) for rank in range(1, each.others + 1))
        return replace(best, others=distinct(best.text, others, each.others))


def mark(word: str, target: LanguageTag) -> str:
    """`nueve.` → `nueve~an.`; a word with digits, an address or no letter at all stays as it is."""
    if not any(c.isalpha() for c in word) or any(c.isdigit() or c in "@/" for c in word):
        return word
    end = len(word)
    while unicodedata.category(word[end - 1]).startswith("P"):
        end -= 1
    return f"{word[:end]}~{target}{word[end:]}"
