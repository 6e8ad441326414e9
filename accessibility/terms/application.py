"""What a glossary demands of one segment, whether a translation holds it, and how a translator is made to hold it:
`{n}` stands in place of a term, which models copy, and becomes the target term afterwards (docs/decisions/0025).
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from accessibility.terms.glossary import Glossary, Term
from accessibility.terms.wording import Finder, Match, Wording
from locales.tags import LanguageTag, base

_MARK = re.compile(r"\{[0-9]+\}")
# Languages that write the capital of "i" with its dot.
_DOTTED = frozenset({"az", "crh", "tr", "tt"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Ids of terms: `missing` are not in the translation as often as in the source; `inflected` are, but somewhere as
    the beginning of a longer word."""

    missing: tuple[str, ...]
    inflected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A text for the translator, and the translation that comes of its answer: None where a mark was lost."""

    text: str
    restore: Callable[[str], str | None]


class Terminology:
    """A glossary made ready to be looked up."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary
        self._finder = Finder(
            Wording(term.source, term, term.case_sensitive, term.whole_word) for term in glossary.terms
        )

    def demand(self, segment: str) -> "Demand | None":
        """What it demands of a segment; None where no term stands in it."""
        found = self._finder.find(segment)
        return Demand(segment, self.glossary.target, found) if found else None


@dataclass(frozen=True)
class Demand:
    """The terms of one segment; `unsure` are those that a word of it only begins with: perhaps a form of the term."""

    segment: str
    target: LanguageTag
    matches: tuple[Match[Term], ...]

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        return tuple(match.stands_for for match in self.matches if match.whole)

    @cached_property
    def unsure(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(match.stands_for.id for match in self.matches if not match.whole))

    def verdict(self, translation: str) -> Verdict:
        """Which terms a translation holds: each wording as often as its terms stand in the source."""
        wanted = Counter(_key(term) for term in self.terms)
        by_key = {_key(term): term for term in self.terms}
        finder = Finder(
            Wording(wording, key, term.case_sensitive or not term.translate, term.whole_word)
            for key, term in by_key.items()
            for wording in term.wordings
        )
        found = finder.find(translation)
        whole = Counter(match.stands_for for match in found if match.whole)
        begun = Counter(match.stands_for for match in found if not match.whole)
        missing = {key for key in wanted if whole[key] + begun[key] < wanted[key]}
        inflected = {key for key in wanted if whole[key] < wanted[key]} - missing
        return Verdict(self._ids(missing), self._ids(inflected))

    def _ids(self, keys: set[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.id for term in self.terms if _key(term) in keys))

    def masked(self, ids: Collection[str]) -> Attempt:
        """The segment with a mark in place of each term of these ids, to be replaced by the target term afterwards."""
        first = 1 + max((int(mark[1:-1]) for mark in _MARK.findall(self.segment)), default=-1)
        taken = self._taken(ids)
        written = self._written(taken)
        marks = {f"{{{first + place}}}": text for place, text in enumerate(written)}

        def restore(translation: str) -> str | None:
            if any(translation.count(mark) != 1 for mark in marks):
                return None
            return _MARK.sub(lambda mark: marks.get(mark[0], mark[0]), translation)

        return Attempt(self._replaced(taken, list(marks)), restore)

    def _taken(self, ids: Collection[str]) -> list[Match[Term]]:
        return [match for match in self.matches if match.whole and match.stands_for.id in ids]

    def _written(self, taken: Sequence[Match[Term]]) -> list[str]:
        return [_cased(each.stands_for, self.segment[each.start : each.end], self.target) for each in taken]

    def _replaced(self, taken: Sequence[Match[Term]], texts: Sequence[str]) -> str:
        pieces: list[str] = []
        end = 0
        for match, text in zip(taken, texts, strict=True):
            pieces += self.segment[end : match.start], text
            end = match.end
        return "".join(pieces) + self.segment[end:]


def _key(term: Term) -> str:
    """Terms with the same wording count together: two words of the source may be one in the target."""
    return term.target


def _cased(term: Term, occurrence: str, target: LanguageTag) -> str:
    """The target term as the occurrence is written: in capitals, or at the start of a sentence."""
    if not term.translate:
        return occurrence
    if term.case_sensitive:
        return term.target
    if occurrence.isupper() and not term.source.isupper() and len(occurrence) > 1:
        return _upper(term.target, target)
    if occurrence[:1].isupper() and term.source[:1].islower():
        return _upper(term.target[:1], target) + term.target[1:]
    return term.target


def _upper(text: str, target: LanguageTag) -> str:
    return (text.replace("i", "İ") if base(target) in _DOTTED else text).upper()
