"""Inlines as one line of text with marks in it, and back again from what a translator made of that line."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from accessibility.document import Inline
from accessibility.whitespace import tidy
from locales.tags import LanguageTag

# Translators put blanks into marks and change their case.
_MARK = re.compile(r"<\s?(/?)\s?([gxGX])\s?([0-9]{1,5})\s?(/?)\s?>")
_STANDS_ALONE = frozenset({"image", "field", "code", "keep", "math"})

# Without these a reader cannot act; emphasis that is lost takes nothing away.
NEVER_LOST = frozenset({"link", "button", "label"})


@dataclass(frozen=True, slots=True)
class Marked:
    """The line, and the inline that each numbered mark stands for."""

    text: str
    nodes: Mapping[int, Inline]
    alone: frozenset[int]  # the numbers that are `<x…/>`


def bare(text: str) -> str:
    """The text without marks."""
    return _MARK.sub("", text)


def numbers(text: str) -> list[tuple[str, int]]:
    """Which marks a text holds, sorted: equal where a translation lost none."""
    return sorted((found[1], int(found[3])) for found in _MARK.finditer(text))


def aired(text: str) -> str:
    """The text with a blank between a mark and what it touches: a model takes a word that is glued to one for another
    word, and leaves it as it was. Punctuation behind a mark stays where it is."""
    parts: list[str] = []
    end = 0
    for match in _MARK.finditer(text):
        before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
        opens = not match[1] and not match[4]
        parts += text[end : match.start()], " " * _touches(before, inner=bool(match[1]))
        parts += match[0], " " * _touches(after, inner=opens)
        end = match.end()
    return "".join(parts) + text[end:]


def closed(text: str, source: str) -> str:
    """A translation of `aired(source)` without the blanks that were put in."""
    tight: dict[tuple[str, str], tuple[bool, bool]] = {}
    for match in _MARK.finditer(source):
        before, after = source[max(0, match.start() - 1) : match.start()], source[match.end() : match.end() + 1]
        opens = not match[1] and not match[4]
        sides = _touches(before, inner=bool(match[1])), _touches(after, inner=opens)
        tight.setdefault((match[1], match[3]), sides)
    parts: list[str] = []
    end = 0
    for match in _MARK.finditer(text):
        left, right = tight.get((match[1], match[3]), (False, False))
        between = text[end : match.start()]
        parts += between.rstrip(" ") if left else between, match[0]
        end = match.end() + (right and text[match.end() : match.end() + 1] == " ")
    return "".join(parts) + text[end:]


def _touches(character: str, *, inner: bool) -> bool:
    """Whether a mark is glued to a word there; on its inner side anything but a blank counts."""
    return bool(character) and (not character.isspace() if inner else character.isalnum())


def pairs(text: str) -> list[tuple[int, int, int, str]]:
    """The pairs of marks in a text, outer ones first: number, start, end, and what stands between the two."""
    begins: dict[int, re.Match[str]] = {}
    found = []
    for match in _MARK.finditer(text):
        number = int(match[3])
        if match[1] and number in begins:
            begin = begins.pop(number)
            found.append((number, begin.start(), match.end(), text[begin.end() : match.start()]))
        elif not match[4]:
            begins[number] = match
    return sorted(found, key=lambda each: each[1])


def write(inlines: Sequence[Inline], alone: Callable[[Inline], bool]) -> Marked:
    """`alone` says which inlines are one mark with all that is in them."""
    text: list[str] = []
    nodes: dict[int, Inline] = {}
    alones: set[int] = set()
    # What looks like a mark in the text itself keeps its number to itself.
    first = 1 + max((int(found[3]) for each in _texts(inlines) for found in _MARK.finditer(each)), default=0)

    def visit(inline: Inline) -> None:
        number = first + len(nodes)
        if inline.kind in _STANDS_ALONE or alone(inline):
            nodes[number] = inline
            alones.add(number)
            text.append(f"<x{number}/>")
        elif inline.kind in ("text", "break"):
            text.append(inline.text or "\n")
        else:
            nodes[number] = inline
            text.append(f"<g{number}>")
            for child in inline.children:
                visit(child)
            text.append(f"</g{number}>")

    for inline in inlines:
        visit(inline)
    return Marked("".join(text), nodes, frozenset(alones))


def _texts(inlines: Iterable[Inline]) -> Iterable[str]:
    for each in inlines:
        yield each.text
        yield from _texts(each.children)


def read(text: str, marked: Marked, source: LanguageTag) -> tuple[tuple[Inline, ...], bool]:
    """The inlines of a translated line, and whether marks were lost. Lost links and images follow at the end."""
    inlines, lost = placed(text, marked)
    return tidy([*inlines, *_kept(lost, marked, source)]), bool(lost)


def placed(text: str, marked: Marked) -> tuple[list[Inline], list[int]]:
    """The inlines of a translated line, its white space as it is, and the numbers of the marks that were lost."""
    found = [match for match in _MARK.finditer(text) if int(match[3]) in marked.nodes]
    pairs = _nested(found, marked)
    seen: set[int] = set()
    levels: list[list[Inline]] = [[]]
    end = 0
    for match in found:
        levels[-1] += _lines(text[end : match.start()])
        end = match.end()
        number = int(match[3])
        if number in marked.alone and number not in seen:
            levels[-1].append(marked.nodes[number])
            seen.add(number)
        elif pairs.get(number) and match.start() == pairs[number][0]:
            levels.append([])
        elif pairs.get(number) and match.start() == pairs[number][1]:
            children = tuple(levels.pop())
            if children:
                levels[-1].append(replace(marked.nodes[number], children=children))
                seen.add(number)
    levels[0] += _lines(text[end:])
    return levels[0], [number for number in marked.nodes if number not in seen]


def _lines(text: str) -> list[Inline]:
    inlines: list[Inline] = []
    for place, line in enumerate(text.split("\n")):
        inlines += [*([Inline("break")] if place else []), *([Inline("text", line)] if line else [])]
    return inlines


def _nested(found: Sequence[re.Match[str]], marked: Marked) -> Mapping[int, tuple[int, int]]:
    """Where each pair of marks begins and ends, for those that are whole and cross none before them."""
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for match in found:
        if int(match[3]) not in marked.alone:
            (ends if match[1] else begins).setdefault(int(match[3]), []).append(match.start())
    whole = sorted(
        (begin[0], ends[number][0], number)
        for number, begin in begins.items()
        if len(begin) == len(ends.get(number, ())) == 1 and begin[0] < ends[number][0]
    )
    pairs: dict[int, tuple[int, int]] = {}
    open_until: list[int] = []
    for begin, end, number in whole:
        while open_until and open_until[-1] < begin:
            open_until.pop()
        if not open_until or end < open_until[-1]:
            pairs[number] = (begin, end)
            open_until.append(end)
    return pairs


def _kept(lost: Sequence[int], marked: Marked, source: LanguageTag) -> list[Inline]:
    kept: list[Inline] = []
    for number in lost:
        node = marked.nodes[number]
        if number in marked.alone or node.kind in NEVER_LOST:
            kept += [Inline("text", " "), node if number in marked.alone else replace(node, lang=node.lang or source)]
    return kept
