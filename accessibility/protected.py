"""Words and phrases that a caller wants to find again as they are: taken out of a text before its translation and put
back after it, or marked in a document as what is not translated.

A phrase stands in a text as whole words in the same case; where two overlap, the longer one counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from accessibility.document import Block, Document, Inline
from accessibility.findings import Span
from accessibility.phrases import WORD

_MARK = re.compile(r"\{p[0-9]+\}")


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text with a placeholder, `{p0}`, for each protected phrase; `places` are those of the phrases in the original
    and `marks` what stands for them."""

    text: str
    phrases: tuple[str, ...]
    marks: tuple[str, ...]
    places: tuple[Span, ...]

    def restore(self, translation: str) -> str | None:
        """The translation with every phrase in its place; None where a placeholder was lost or doubled."""
        phrases = dict(zip(self.marks, self.phrases, strict=True))
        if sorted(mark for mark in _MARK.findall(translation) if mark in phrases) != sorted(self.marks):
            return None
        return _MARK.sub(lambda found: phrases.get(found[0], found[0]), translation)

    def held(self, translation: str) -> bool:
        """Whether a translation of the original text has every phrase as often as that."""
        return all(translation.count(phrase) >= self.phrases.count(phrase) for phrase in set(self.phrases))

    def original(self, span: Span) -> Span:
        """A place of the text with placeholders as a place of the original; inside a placeholder, its phrase."""
        return self._moved(span[0], end=False), self._moved(span[1], end=True)

    def _moved(self, position: int, *, end: bool) -> int:
        longer = 0  # how much longer the original is up to here
        for mark, (start, stop) in zip(self.marks, self.places, strict=True):
            begins = start - longer
            ends = begins + len(mark)
            if position <= begins:
                break
            if position < ends:
                return stop if end else start
            longer += stop - start - len(mark)
        return position + longer


def guard(text: str, phrases: Sequence[str]) -> Guarded:
    """The text with placeholders. Time is linear in the text for a given list."""
    pieces: list[str] = []
    places: list[Span] = []
    marks: list[str] = []
    taken = set(_MARK.findall(text))
    end = number = 0
    for found in _finder(phrases).finditer(text):
        while (mark := f"{{p{number}}}") in taken:
            number += 1
        number += 1
        pieces += text[end : found.start()], mark
        marks.append(mark)
        places.append(found.span())
        end = found.end()
    kept = tuple(text[slice(*each)] for each in places)
    return Guarded("".join(pieces) + text[end:], kept, tuple(marks), tuple(places))


def keep(document: Document, phrases: Sequence[str]) -> Document:
    """The document with the phrases in its lines marked as what is not translated. Texts of attributes are not looked
    through, nor is what markup cuts in two."""
    finder = _finder(phrases)
    return replace(document, blocks=tuple(_kept_in_block(each, finder) for each in document.blocks))


def _finder(phrases: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    mark = WORD.pattern.removesuffix("++")
    whole = (rf"{_edge(each[0], mark, '<!')}{re.escape(each)}{_edge(each[-1], mark, '!')}" for each in longest_first)
    return re.compile("|".join(whole))


def _edge(character: str, mark: str, look: str) -> str:
    """Nothing of a word beside a phrase that begins or ends with one."""
    return f"(?{look}{mark})" if re.match(mark, character) else ""


def _kept_in_block(block: Block, finder: re.Pattern[str]) -> Block:
    if block.kind == "code":
        return block
    inside = tuple(_kept_in_block(each, finder) for each in block.blocks)
    return replace(block, inlines=_kept_in_line(block.inlines, finder), blocks=inside)


def _kept_in_line(inlines: Sequence[Inline], finder: re.Pattern[str]) -> tuple[Inline, ...]:
    kept: list[Inline] = []
    for each in inlines:
        if each.kind != "text":
            kept.append(replace(each, children=_kept_in_line(each.children, finder)) if each.children else each)
            continue
        end = 0
        for found in finder.finditer(each.text):
            if found.start() > end:
                kept.append(replace(each, text=each.text[end : found.start()]))
            kept.append(replace(each, kind="keep", text=found[0]))
            end = found.end()
        if end < len(each.text):
            kept.append(replace(each, text=each.text[end:]))
    return tuple(kept)
