"""What a translator is, whatever runs it. Every implementation passes tests/contracts/test_translator.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry


@dataclass(frozen=True, slots=True)
class TranslationInput:
    """`source` matters to models that name it (`CatalogueEntry.names_source`); None is the entry's first source.
    `aside`: a call with only such inputs takes one worker at a time, so that a call beside it finds another."""

    text: str
    target: LanguageTag
    source: LanguageTag | None = None
    aside: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class NBestInput(TranslationInput):
    """An input of which the next best hypotheses are wanted too, at most `others` of them."""

    others: int = 1


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """`complete` is False when decoding was cut before the model ended the text.

    `score` is the mean log-probability of a token, None where the translator was not asked for it. `judged` is what the
    judge said of exactly this text as a translation of exactly the input, None where there was no such judgement.
    `others`: the next hypotheses of an NBestInput, best first, each text once and none the same as `text`; fewer than
    wanted where the translator has no more. Nobody judged them.
    """

    text: str
    complete: bool
    source_tokens: int
    target_tokens: int
    score: float | None = None
    judged: int | None = None
    others: tuple[Hypothesis, ...] = ()


# How many faults a hypothesis has as a translation of its input; 0 when none is seen. The number may carry more than
# itself (a subclass of int): it comes back with the hypothesis.
Judge = Callable[[TranslationInput, Hypothesis], int]


def distinct(text: str, others: Iterable[Hypothesis], most: int) -> tuple[Hypothesis, ...]:
    """At most so many of the others, in order, without those whose text was there before."""
    seen, kept = {text}, []
    for each in others:
        if each.text not in seen:
            seen.add(each.text)
            kept.append(each)
    return tuple(kept[:most])


def check_served(entry: CatalogueEntry, inputs: Sequence[TranslationInput]) -> None:
    """TargetNotServed or SourceNotServed for the first input that the entry does not serve."""
    for each in inputs:
        if each.target not in entry.targets:
            raise TargetNotServed(entry.reference, each.target)
        if each.source is not None and each.source not in entry.sources:
            raise SourceNotServed(entry.reference, each.source)


class Translator(Protocol):
    @property
    def reference(self) -> str:
        """The model in use: `es-ibero@0.1.0`."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many source tokens the text has for this model."""
        ...

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        """One hypothesis per input, in order; targets may be mixed. Blocks; safe to call from several threads.

        TargetNotServed, SourceNotServed and TranslatorClosed are raised before any work, TranslationFailed after all
        of it.
        """
        ...

    def close(self) -> None:
        """Wait for running calls, then free the model; a second call does nothing."""
        ...


class TranslationFailed(RuntimeError):
    """The engine raised on some inputs; `results` holds the others, with None at the `failed` places."""

    def __init__(self, results: Sequence[Hypothesis | None]) -> None:
        self.results: list[Hypothesis | None] = list(results)
        self.failed: tuple[int, ...] = tuple(place for place, result in enumerate(results) if result is None)
        super().__init__(f"{len(self.failed)} of {len(self.results)} inputs failed")


class TargetNotServed(ValueError):
    def __init__(self, reference: str, target: LanguageTag) -> None:
        super().__init__(f"{reference} does not translate into {target}")
        self.target = target


class SourceNotServed(ValueError):
    def __init__(self, reference: str, source: LanguageTag) -> None:
        super().__init__(f"{reference} does not translate from {source}")
        self.source = source


class TranslatorClosed(RuntimeError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"{reference} was closed")
