"""Words and phrases that a caller wants to find again as they are: taken out of a text before its translation and put
back after it, or marked in a document as what is not translated.

A phrase stands in a text as whole words in the same case; where two overlap, the longer one counts.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from accessibility.document import Block, Document, Inline, plain_text, walk
from accessibility.exact_phrases import ExactPhrases
from accessibility.findings import Span

_MARK = re.compile(r"\{p[0-9]+\}")


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text with a placeholder, `{p0}`, for each protected phrase; `places` are those of the phrases in the original,
    `marks` what stands for them, and `begins` where."""

    text: str
    phrases: tuple[str, ...]
    marks: tuple[str, ...]
    places: tuple[Span, ...]
    begins: tuple[int, ...]

    def restore(self, translation: str) -> str | None:
        """The translation with every phrase in its place; None where a placeholder was lost or doubled."""
        known = set(self.marks)
        if sorted(mark for mark in _MARK.findall(translation) if mark in known) != sorted(self.marks):
            return None
        return self.filled(translation)

    def filled(self, translation: str) -> str:
        """The translation with phrases for the placeholders that it has."""
        phrases = dict(zip(self.marks, self.phrases, strict=True))
        return _MARK.sub(lambda found: phrases.get(found[0], found[0]), translation)

    def held(self, translation: str) -> bool:
        """Whether a translation of the original text has every phrase as often as that."""
        return all(translation.count(phrase) >= self.phrases.count(phrase) for phrase in set(self.phrases))

    def original(self, span: Span) -> Span:
        """A place of the text with placeholders as a place of the original; inside a placeholder, its phrase."""
        return self._moved(span[0], end=False), self._moved(span[1], end=True)

    def _moved(self, position: int, *, end: bool) -> int:
        before = bisect_left(self.begins, position)
        if not before:
            return position
        behind = self.begins[before - 1] + len(self.marks[before - 1])
        start, stop = self.places[before - 1]
        if position < behind:
            return stop if end else start
        return stop + position - behind

    def parts(self, ends: Sequence[int]) -> list[str]:
        """The text with placeholders, cut where these places of the original are, the last of them its end; not cut
        where one is inside a phrase."""
        parts: list[str] = []
        begin = before = 0
        for end in ends:
            while before < len(self.places) and self.places[before][1] <= end:
                before += 1
            if before < len(self.places) and self.places[before][0] < end:
                continue
            cut = end
            if before:
                cut += self.begins[before - 1] + len(self.marks[before - 1]) - self.places[before - 1][1]
            parts.append(self.text[begin:cut])
            begin = cut
        return parts


def guard(text: str, phrases: Sequence[str], known: Sequence[Span] = ()) -> Guarded:
    """The text with placeholders for the phrases, but not for those that touch a place in `known`, which are in order.
    Time is linear in the text and in the phrases."""
    pieces: list[str] = []
    places: list[Span] = []
    marks: list[str] = []
    begins: list[int] = []
    taken = set(_MARK.findall(text))
    passed = end = length = number = 0
    for start, stop in ExactPhrases(phrases).find(text):
        while passed < len(known) and known[passed][1] <= start:
            passed += 1
        if passed < len(known) and known[passed][0] < stop:
            continue
        while (mark := f"{{p{number}}}") in taken:
            number += 1
        number += 1
        pieces += text[end:start], mark
        begins.append(length + start - end)
        length = begins[-1] + len(mark)
        marks.append(mark)
        places.append((start, stop))
        end = stop
    kept = tuple(text[slice(*each)] for each in places)
    return Guarded("".join(pieces) + text[end:], kept, tuple(marks), tuple(places), tuple(begins))


def keep(document: Document, phrases: Sequence[str]) -> Document:
    """The document with the phrases in its lines marked as what is not translated. Texts of attributes and the title
    are not looked through, nor is what markup cuts in two."""
    finder = ExactPhrases(phrases)
    return replace(document, blocks=tuple(_kept_in_block(each, finder) for each in document.blocks))


def holds(document: Document, translation: Document, phrases: Sequence[str]) -> bool:
    """Whether a translated document has every phrase as often as its source, in what is read in its lines (alternative
    texts of images among it) and in the title; other attributes are not looked through."""
    return guard(_read_text(document), phrases).held(_read_text(translation))


def _read_text(document: Document) -> str:
    lines = (plain_text(each.inlines) for each in walk(document) if isinstance(each, Block) and each.inlines)
    return "\n".join((document.title, *lines))


def _kept_in_block(block: Block, finder: ExactPhrases) -> Block:
    if block.kind == "code":
        return block
    inside = tuple(_kept_in_block(each, finder) for each in block.blocks)
    return replace(block, inlines=_kept_in_line(block.inlines, finder), blocks=inside)


def _kept_in_line(inlines: Sequence[Inline], finder: ExactPhrases) -> tuple[Inline, ...]:
    kept: list[Inline] = []
    for each in inlines:
        if each.kind != "text":
            kept.append(replace(each, children=_kept_in_line(each.children, finder)) if each.children else each)
            continue
        end = 0
        for start, stop in finder.find(each.text):
            if start > end:
                kept.append(replace(each, text=each.text[end:start]))
            kept.append(replace(each, kind="keep", text=each.text[start:stop]))
            end = stop
        if end < len(each.text):
            kept.append(replace(each, text=each.text[end:]))
    return tuple(kept)
