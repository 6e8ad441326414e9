"""A glossary as a value: terms of one language pair, never changed, each new wording a new version."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from accessibility.terms.wording import fold
from locales.normalisation import normalise
from locales.tags import LanguageTag

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Line ends and tabulators would tear a table apart; a term is one line.
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffc\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a glossary may hold: `terms`, and code points of one term."""

    terms: int = 10_000
    term_chars: int = 256


@dataclass(frozen=True, slots=True)
class Term:
    """How `source` is to be written in the target language; `also` are further wordings that are right, such as
    inflected forms. Where `translate` is False it stays letter by letter as it is, and `target` equals `source`."""

    id: str
    source: str
    target: str
    case_sensitive: bool = False
    whole_word: bool = True
    translate: bool = True
    also: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.target, *self.also)


@dataclass(frozen=True, slots=True)
class Glossary:
    """`reference` names it for good: `id@version`."""

    id: str
    version: int
    name: str
    source: LanguageTag
    target: LanguageTag
    terms: tuple[Term, ...]

    @property
    def reference(self) -> str:
        return f"{self.id}@{self.version}"


class GlossaryFault(ValueError):
    """Terms that make no glossary; `place` counts the term from 1, 0 where no single one is at fault. No text in it."""

    def __init__(self, place: int = 0, limit: int = 0) -> None:
        super().__init__(f"{type(self).__name__} at {place}")
        self.place = place
        self.limit = limit


class NoTerms(GlossaryFault): ...


class TooManyTerms(GlossaryFault): ...


class TermInvalid(GlossaryFault):
    """Empty on one side, with a line end or a control character, or an id that is none."""


class TermTooLong(GlossaryFault): ...


class TermTwice(GlossaryFault):
    """The same source term, or the same id, again."""


def checked(given: Iterable[Term], limits: Limits) -> tuple[Term, ...]:
    """The terms, trimmed, each with an id of its own; raises the GlossaryFault of the first that cannot stand.

    An empty id becomes `t` and the term's place. Letters stay as they are given, code point by code point.
    """
    terms: list[Term] = []
    for place, each in enumerate(given, 1):
        if place > limits.terms:
            raise TooManyTerms(limit=limits.terms)
        terms.append(_checked(each, place, limits))
    if not terms:
        raise NoTerms
    _unique(((term.id,) for term in terms), len(terms))
    _unique((_keys(term) for term in terms), len(terms))
    return tuple(terms)


def _checked(term: Term, place: int, limits: Limits) -> Term:
    source = term.source.strip()
    target = term.target.strip() or ("" if term.translate else source)
    also = tuple(dict.fromkeys(each.strip() for each in term.also))
    for text in (source, target, *also):
        if len(text) > limits.term_chars:
            raise TermTooLong(place, limits.term_chars)
        if _UNUSABLE.search(text) or not _says_something(text):
            raise TermInvalid(place)
    named = term.id or f"t{place}"
    if not _ID.fullmatch(named) or len(also) > limits.terms or not (term.translate or target == source):
        raise TermInvalid(place)
    return replace(term, id=named, source=source, target=target, also=also)


def _says_something(text: str) -> bool:
    return any(unicodedata.category(character)[0] in "LNS" for character in normalise(text))


def _keys(term: Term) -> Sequence[str]:
    """One word in two cases is two terms where both say that case matters."""
    exact = normalise(term.source)
    return (f"={exact}",) if term.case_sensitive else (f"~{fold(exact)}",)


def _unique(keys: Iterator[Sequence[str]] | Iterator[tuple[str]], count: int) -> None:
    seen: set[str] = set()
    for place, each in zip(range(1, count + 1), keys, strict=True):
        if not seen.isdisjoint(each):
            raise TermTwice(place)
        seen.update(each)
