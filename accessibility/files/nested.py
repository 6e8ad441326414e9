"""Paragraphs whose markup nests, as in OpenDocument, XHTML and XLIFF: elements around text, inside one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from accessibility.document import Attributes, Inline
from accessibility.files.xml import Element, append_text, shell
from accessibility.whitespace import SPACES

# around: markup around text. link: the same, and never lost. anchor: marks a place and shows nothing. space: white
# space that is written as an element.
What = Literal["around", "link", "alone", "break", "anchor", "gone", "space", "through"]
Piece = str | Element


@dataclass(slots=True)
class Content:
    """A stretch of text and elements, read to the inlines of `line`; `fill` writes others under `parent`.

    `what` says what an element is; `text` appends text the way the format writes white space. `lines`: line ends in
    the text are line ends to its reader, and white space is not one blank.
    """

    pieces: Sequence[Piece]
    what: Callable[[Element], What]
    text: Callable[[Element, str], None] = append_text
    spaces: Callable[[Element], str] = lambda _: " "
    lines: bool = False
    line: list[Inline] = field(default_factory=list)
    _known: list[Element] = field(default_factory=list)
    _before: list[Element] = field(default_factory=list)
    _after: list[Element] = field(default_factory=list)
    _text_seen: bool = False

    def __post_init__(self) -> None:
        self.line = [inline for piece in self.pieces for inline in self._inlines(piece)]

    def fill(self, parent: Element, line: Sequence[Inline]) -> None:
        """Appends the line to what is in `parent` already."""
        self._append_elements(parent, self._before)
        self._append(parent, line)
        self._append_elements(parent, self._after)

    def _inlines(self, piece: Piece) -> Iterable[Inline]:
        if isinstance(piece, str):
            self._text_seen = self._text_seen or bool(piece.strip())
            text = piece if self.lines else SPACES.sub(" ", piece)
            return [Inline("text", text)] if text else []
        return _READERS[self.what(piece)](self, piece)

    def around(self, element: Element) -> list[Inline]:
        return self._wrapped("span", element)

    def link(self, element: Element) -> list[Inline]:
        return self._wrapped("link", element)

    def _wrapped(self, kind: Literal["span", "link"], element: Element) -> list[Inline]:
        children = tuple(self.through(element))
        if not children:
            return self.anchor(element)
        return [Inline(kind, children=children, attributes=self._remembered(element))]

    def through(self, element: Element) -> list[Inline]:
        return [inline for piece in pieces(element) for inline in self._inlines(piece)]

    def alone(self, element: Element) -> list[Inline]:
        self._text_seen = True
        return [Inline("image", attributes=self._remembered(element))]

    def line_break(self, element: Element) -> list[Inline]:
        return [Inline("break", attributes=self._remembered(element))]

    def anchor(self, element: Element) -> list[Inline]:
        (self._after if self._text_seen else self._before).append(element)
        return []

    def gone(self, _element: Element) -> list[Inline]:
        return []

    def space(self, element: Element) -> list[Inline]:
        return [Inline("text", self.spaces(element))]

    def _remembered(self, element: Element) -> Attributes:
        self._known.append(element)
        return (("ref", str(len(self._known) - 1)),)

    def _append(self, parent: Element, line: Iterable[Inline]) -> None:
        for each in line:
            if not each.get("ref"):
                self.text(parent, each.text or "\n")
                continue
            element = self._known[int(each.get("ref"))]
            if each.children:
                around = shell(element)
                parent.append(around)
                self._append(around, each.children)
            else:
                self._append_elements(parent, [element])

    @staticmethod
    def _append_elements(parent: Element, elements: Iterable[Element]) -> None:
        for each in elements:
            each.tail = None
            parent.append(each)


def pieces(element: Element) -> list[Piece]:
    """All that is in an element, in order; comments and processing instructions are elements here."""
    found: list[Piece] = [element.text] if element.text else []
    for child in element:
        found.append(child)
        if child.tail:
            found.append(child.tail)
    return found


_READERS: Mapping[What, Callable[[Content, Element], Iterable[Inline]]] = {
    "around": Content.around, "link": Content.link, "alone": Content.alone, "break": Content.line_break,
    "anchor": Content.anchor, "gone": Content.gone, "space": Content.space, "through": Content.through,
}  # fmt: skip
