"""Paragraphs whose markup nests, as in OpenDocument, XHTML and XLIFF: elements around text, inside one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from lxml import etree

from accessibility.document import Attributes, Inline
from accessibility.files.xml import Element, all_text, append_text, name, shell
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
    _known: list[tuple[Element, ...]] = field(default_factory=list)
    _own: set[int] = field(default_factory=set)  # what stood outside of elements like the common one
    _common: Element | None = None
    _before: list[Element] = field(default_factory=list)
    _after: list[Element] = field(default_factory=list)
    _text_seen: bool = False

    def __post_init__(self) -> None:
        key = self._common_key()
        for piece in self.pieces:
            if key is not None and not isinstance(piece, str) and self._key(piece) == key:
                self._common = shell(piece)
                self.line += self.through(piece)
                continue
            before = len(self._known)
            self.line += self._inlines(piece)
            self._own.update(range(before, len(self._known)))

    def _common_key(self) -> bytes | None:
        """Of the markup that most letters stand in: where programs put every word between marks (`<span class="a">`),
        those say nothing. None where most letters stand in no such element."""
        letters: Counter[bytes | None] = Counter()
        for piece in self.pieces:
            text = piece if isinstance(piece, str) else all_text(piece)
            letters[None if isinstance(piece, str) else self._key(piece)] += sum(map(str.isalpha, text))
        return letters.most_common(1)[0][0] if letters else None

    def _key(self, piece: Element) -> bytes | None:
        """Equal for elements around text that differ in nothing; None for others."""
        if self.what(piece) != "around" or not name(piece).endswith("span"):
            return None
        return etree.tostring(shell(piece), method="c14n")

    def fill(self, parent: Element, line: Sequence[Inline]) -> None:
        """Appends the line to what is in `parent` already."""
        self._append_elements(parent, self._before)
        for own, together in groupby(line, lambda each: bool(each.get("ref")) and int(each.get("ref")) in self._own):
            if own or self._common is None:
                self._append(parent, together)
            else:
                around = shell(self._common)
                parent.append(around)
                self._append(around, together)
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
        if len(children) == 1 and children[0].children:  # marks around marks: one pair does for both
            [inner] = children
            kept = self._remembered(element, *self._known[int(inner.get("ref"))])
            return [Inline("link" if "link" in (kind, inner.kind) else kind, children=inner.children, attributes=kept)]
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

    def _remembered(self, *elements: Element) -> Attributes:
        self._known.append(elements)
        return (("ref", str(len(self._known) - 1)),)

    def _append(self, parent: Element, line: Iterable[Inline]) -> None:
        for each in line:
            if not each.get("ref"):
                self.text(parent, each.text or "\n")
                continue
            known = self._known[int(each.get("ref"))]
            if not each.children:
                self._append_elements(parent, known)
                continue
            inner = parent
            for element in known:
                around = shell(element)
                inner.append(around)
                inner = around
            self._append(inner, each.children)

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
