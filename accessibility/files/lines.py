"""Lines of inlines as slots: what stands in a paragraph of any format becomes a text with marks and returns to it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from accessibility import marks
from accessibility.document import Inline
from accessibility.files.opened import Slot
from accessibility.files.xml import Element

_PICTURE = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|emf|wmf)", re.IGNORECASE)

Put = Callable[[Sequence[Inline]], None]


def slot(line: Sequence[Inline], put: Put) -> Slot | None:
    """None where nothing is to be translated. What stands alone at either end is not shown to the translator, nor is a
    mark around all of the line."""
    before, inner, after = _peeled(_split(line))
    if len(inner) == 1 and inner[0].children:
        shell = inner[0]
        return slot(shell.children, lambda inside: put([*before, replace(shell, children=tuple(inside)), *after]))
    marked = marks.write(inner, lambda _: False)
    if not any(map(str.isalpha, marks.bare(marked.text))):
        return None
    breaks = [each for each in _flat(inner) if each.kind == "break"]

    def write(text: str) -> bool:
        inlines, lost = marks.placed(text, marked)
        whole = [*_with_breaks(inlines, iter(breaks)), *_kept(lost, marked)]
        put([*before, *whole, *after])
        return not lost

    return Slot(marked.text, write)


def plain(text: str, put: Callable[[str], None]) -> Slot | None:
    """A text without marks: a title, an alternative text."""
    if not any(map(str.isalpha, text)):
        return None

    def write(translation: str) -> bool:
        put(translation)
        return True

    return Slot(text, write)


def attribute(element: Element, name: str) -> tuple[Slot, ...]:
    """An attribute that people read or hear. The name of a picture's file says nothing in any language."""
    if _PICTURE.fullmatch(element.get(name, "")):
        return ()
    return some(plain(element.get(name, ""), lambda text: element.set(name, text)))


def content(element: Element) -> tuple[Slot, ...]:
    """The text of an element that holds nothing else."""

    def put(text: str) -> None:
        element.text = text

    return some(plain(element.text or "", put))


def tail(element: Element) -> tuple[Slot, ...]:
    """The text behind an element."""

    def put(text: str) -> None:
        element.tail = text

    return some(plain(element.tail or "", put))


def parts(elements: Sequence[Element]) -> tuple[Slot, ...]:
    """One text in the text of several elements: the first gets its translation."""

    def put(text: str) -> None:
        for place, element in enumerate(elements):
            element.text = "" if place else text

    return some(plain("".join(each.text or "" for each in elements), put))


def some(slot: Slot | None) -> tuple[Slot, ...]:
    """The slot, if there is one."""
    return () if slot is None else (slot,)


def _split(inlines: Iterable[Inline]) -> list[Inline]:
    """Line ends inside a text as breaks, so that every line end of a translation has its partner."""
    found: list[Inline] = []
    for each in inlines:
        if each.kind != "text" or "\n" not in each.text:
            found.append(replace(each, children=tuple(_split(each.children))))
            continue
        for place, text in enumerate(each.text.split("\n")):
            found += [*([Inline("break")] if place else []), *([Inline("text", text)] if text else [])]
    return found


def _peeled(line: Sequence[Inline]) -> tuple[list[Inline], list[Inline], list[Inline]]:
    start, end = 0, len(line)
    while start < end and _blank(line[start]):
        start += 1
    while end > start and _blank(line[end - 1]):
        end -= 1
    before, inner, after = list(line[:start]), list(line[start:end]), list(line[end:])
    if inner and inner[0].kind == "text":
        text = inner[0].text.lstrip()
        before += _space(inner[0].text[: len(inner[0].text) - len(text)])
        inner[0] = replace(inner[0], text=text)
    if inner and inner[-1].kind == "text":
        text = inner[-1].text.rstrip()
        after = [*_space(inner[-1].text[len(text) :]), *after]
        inner[-1] = replace(inner[-1], text=text)
    return before, inner, after


def _space(text: str) -> list[Inline]:
    return [Inline("text", text)] if text else []


def _blank(inline: Inline) -> bool:
    """Whether it is the same in every language: pictures, breaks, white space."""
    if inline.kind == "text":
        return not inline.text.strip()
    return all(map(_blank, inline.children))


def _flat(inlines: Iterable[Inline]) -> Iterable[Inline]:
    for each in inlines:
        yield each
        yield from _flat(each.children)


def _with_breaks(inlines: Iterable[Inline], breaks: Iterable[Inline]) -> list[Inline]:
    """Line ends and tabs are all line ends to the translator, who keeps their order: each becomes itself again."""
    waiting = iter(breaks)
    return [
        next(waiting, each)
        if each.kind == "break"
        else replace(each, children=tuple(_with_breaks(each.children, waiting)))
        for each in inlines
    ]


def _kept(lost: Sequence[int], marked: marks.Marked) -> list[Inline]:
    """What a reader cannot do without stands at the end, and says in the source language what it was."""
    kept: list[Inline] = []
    for number in lost:
        node = marked.nodes[number]
        if number in marked.alone or node.kind in marks.NEVER_LOST:
            kept += [Inline("text", " "), node]
    return kept
