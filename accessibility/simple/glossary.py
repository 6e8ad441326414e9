"""Explained, not replaced: a definition at the first use of a hard word, the full name at the first use of an acronym.

The text's own words all stay; what is added is known letter by letter, so it can be taken out again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accessibility.lexicon import lexicon
from accessibility.phrases import PhraseTable
from accessibility.simple.changes import Change
from accessibility.spans import find
from locales.tags import LanguageTag


@dataclass(frozen=True, slots=True)
class Definition:
    """A term as it stands in the text, and what it means; `sentence` counts from 0."""

    term: str
    meaning: str
    sentence: int


def without_abbreviations(sentence: str, language: LanguageTag) -> tuple[str, tuple[Change, ...]]:
    """Shortened words in full ("núm. 5" as "número 5"), save at the end of a sentence, whose full stop they share."""
    known = lexicon(language).abbreviations
    pieces: list[str] = []
    changes: list[Change] = []
    end = 0
    for span in find(sentence, language) if any(each[1:] in sentence for each in known) else ():
        written = sentence[span.start : span.end]
        full = known.get(written) or known.get(written[:1].lower() + written[1:])
        if span.kind != "abbreviation" or full is None or not sentence[span.end :].strip(" .)»”\"'"):
            continue
        full = full[0].upper() + full[1:] if written[0].isupper() and not sentence[: span.start].strip() else full
        pieces += sentence[end : span.start], full
        changes.append(Change("abbreviation", written, full, f"abbreviation:{written}"))
        end = span.end
    return "".join(pieces) + sentence[end:], tuple(changes)


class FirstUses:
    """Acronyms and terms of one text, told once each, in the order of the sentences handed in."""

    def __init__(self, text: str, language: LanguageTag, terms: Mapping[str, str]) -> None:
        self._language = language
        self._acronyms = {
            short: full for short, full in lexicon(language).acronyms.items() if full.casefold() not in text.casefold()
        }
        self._terms = dict(terms)
        self._table = PhraseTable({term: term for term in terms})

    def expand(self, sentence: str) -> tuple[str, tuple[Change, ...]]:
        """The full name before an acronym's first use: "documento nacional de identidad (DNI)"."""
        changes: list[Change] = []
        pieces: list[str] = []
        end = 0
        for span in find(sentence, self._language) if any(each in sentence for each in self._acronyms) else ():
            short = sentence[span.start : span.end]
            beside = sentence[span.start - 1 : span.start] + sentence[span.end : span.end + 1]
            if span.kind != "abbreviation" or short not in self._acronyms or any(mark in beside for mark in "()[]/-"):
                continue
            full = f"{self._acronyms.pop(short)} ({short})"
            full = full[0].upper() + full[1:] if not sentence[: span.start].strip() else full
            pieces += sentence[end : span.start], full
            changes.append(Change("abbreviation", short, full, f"acronym:{short}"))
            end = span.end
        return "".join(pieces) + sentence[end:], tuple(changes)

    def define(self, sentence: str, index: int) -> tuple[Definition, ...]:
        """The terms whose first use is in this sentence."""
        found = []
        for match in self._table.find(sentence):
            if meaning := self._terms.pop(match.value, None):
                found.append(Definition(sentence[slice(*match.span)], meaning, index))
        return tuple(found)
