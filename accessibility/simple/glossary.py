"""Explained, not replaced: a definition at the first use of a hard word, the full name at the first use of an acronym.

The text's own words all stay; what is added is known letter by letter, so it can be taken out again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from accessibility.lexicon import lexicon
from accessibility.phrases import PhraseTable, words
from accessibility.simple.changes import Change
from accessibility.simple.plurals import plurals
from accessibility.simple.scan import Scan
from locales.tags import LanguageTag


@dataclass(frozen=True, slots=True)
class Definition:
    """A term as it stands in the text, and what it means; `sentence` counts from 0."""

    term: str
    meaning: str
    sentence: int


def without_abbreviations(
    sentence: str, language: LanguageTag, scan: Scan | None = None
) -> tuple[str, tuple[Change, ...]]:
    """Shortened words in full ("núm. 5" as "número 5"), save at the end of a sentence, whose full stop they share."""
    scan = scan or Scan(language)
    known = lexicon(language).abbreviations
    if _openers(tuple(known)).isdisjoint(scan.words(sentence).folded):
        return sentence, ()
    pieces: list[str] = []
    changes: list[Change] = []
    end = 0
    for span in scan.spans(sentence):
        written = sentence[span.start : span.end]
        full = known.get(written) or known.get(written[:1].lower() + written[1:])
        if span.kind != "abbreviation" or full is None or not sentence[span.end :].strip(" .)»”\"'"):
            continue
        full = full[0].upper() + full[1:] if written[0].isupper() and not sentence[: span.start].strip() else full
        pieces += sentence[end : span.start], full
        changes.append(Change("abbreviation", written, full, f"abbreviation:{written}"))
        end = span.end
    return "".join(pieces) + sentence[end:], tuple(changes)


@lru_cache(maxsize=64)
def _openers(short_forms: tuple[str, ...]) -> frozenset[str]:
    """The first word of each: most sentences hold none, and need not be looked at closely."""
    return frozenset(word for short in short_forms for word in words(short).folded[:1])


@lru_cache(maxsize=32)
def _table(terms: tuple[str, ...], language: LanguageTag) -> PhraseTable[str]:
    several = {form: term for term in terms for form in plurals(term, language)}
    return PhraseTable({**several, **{term: term for term in terms}})


class FirstUses:
    """Acronyms and terms of one text, told once each, in the order of the sentences handed in."""

    def __init__(self, text: str, language: LanguageTag, terms: Mapping[str, str], scan: Scan | None = None) -> None:
        self._scan = scan or Scan(language)
        self._text = text.casefold()
        self._acronyms = dict(lexicon(language).acronyms)
        self._openers = _openers(tuple(self._acronyms))
        self._terms = dict(terms)
        self._table = _table(tuple(terms), language)

    def expand(self, sentence: str) -> tuple[str, tuple[Change, ...]]:
        """The full name before an acronym's first use: "documento nacional de identidad (DNI)"."""
        if self._openers.isdisjoint(self._scan.words(sentence).folded):
            return sentence, ()
        changes: list[Change] = []
        pieces: list[str] = []
        end = 0
        for span in self._scan.spans(sentence):
            short = sentence[span.start : span.end]
            beside = sentence[span.start - 1 : span.start] + sentence[span.end : span.end + 1]
            if span.kind != "abbreviation" or short not in self._acronyms or any(mark in beside for mark in "()[]/-"):
                continue
            full = self._acronyms.pop(short)
            if full.casefold() in self._text:
                continue
            full = f"{full} ({short})"
            full = full[0].upper() + full[1:] if not sentence[: span.start].strip() else full
            pieces += sentence[end : span.start], full
            changes.append(Change("abbreviation", short, full, f"acronym:{short}"))
            end = span.end
        return "".join(pieces) + sentence[end:], tuple(changes)

    def define(self, sentence: str, index: int) -> tuple[Definition, ...]:
        """The terms whose first use is in this sentence."""
        found = []
        for match in self._table.find_in(self._scan.words(sentence)):
            if meaning := self._terms.pop(match.value, None):
                found.append(Definition(sentence[slice(*match.span)], meaning, index))
        return tuple(found)
