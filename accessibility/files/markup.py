"""Elements of HTML, as a page or in a book, translated in place: classes, styles and ids stay.

A paragraph is what stands between two blocks, so that `<li>text<ul>…</ul></li>` holds one of its own.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from accessibility.document import TEXT_ATTRIBUTES, Inline
from accessibility.files import lines
from accessibility.files.nested import Content, Piece, What, pieces
from accessibility.files.opened import Slot
from accessibility.files.xml import Element, all_text, append_text, emptied, name
from accessibility.html_vocabulary import BLOCKS, BOXES, words
from locales import tags
from locales.languages import text_direction
from locales.tags import LanguageTag, base

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BLOCKS = (
    BLOCKS.keys()
    | BOXES
    | words(
        "title tr tbody thead tfoot caption td th option optgroup select figcaption colgroup col datalist dl body head"
    )
)
# Nothing in these is text, or it is not the author's own.
_CLOSED = words(
    "script style template iframe object embed applet canvas audio video svg math pre xmp plaintext textarea noembed "
    "noframes"
)
_ALONE = words("img input code kbd samp var wbr map picture ruby")
_REFERRING = words("a sup")
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_DIGITS = re.compile(r"[^\w\s]?(?:[0-9]{1,4}|\*{1,4}|[†‡§])[^\w\s]?")
_NUMBER = re.compile(rf"{_DIGITS.pattern}|[ivxlcdm]{{1,6}}|[a-z]")
_NEVER_LOST = words("a button label summary")
_BUTTONS = words("submit button reset")


@dataclass(slots=True)
class Page:
    """A tree of (X)HTML, its slots, and the tree again with what was put into them."""

    root: Element
    lang: LanguageTag | None = None  # of the text; without it no part is in another language
    slots: list[Slot] = field(default_factory=list)
    _rebuilt: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        said = language(self.root)
        self.lang = self.lang or said
        self._read(self.root)
        for element in self.root.iter("*"):
            if not self._foreign(element) and not any(map(_kept, (element, *element.iterancestors()))):
                self.slots += self._attributes(element)

    def finish(self, target: LanguageTag) -> None:
        """Puts every paragraph back and says the language and the direction of the page."""
        for rebuild in reversed(self._rebuilt):
            rebuild()
        for element in self.root.iter("*"):
            if element is not self.root and _says(element, self.lang):
                for attribute in ("lang", _XML_LANG):
                    if attribute in element.attrib:
                        element.set(attribute, target)
        self.root.set("lang", target)
        if _XML_LANG in self.root.attrib or "xhtml" in str(self.root.tag):
            self.root.set(_XML_LANG, target)
        if text_direction(target) == "rtl" or self.root.get("dir"):
            self.root.set("dir", text_direction(target))

    def _read(self, element: Element) -> None:
        if _closed(element) or _kept(element) or self._foreign(element):
            return
        runs: _Runs = []
        for run in _runs(element):
            runs.append((run, None))
            if len(run) == 1 and not isinstance(run[0], str) and _holds_blocks(run[0]):
                self._read(run[0])
            else:
                content = Content(run, self._what)
                self.slots += lines.some(lines.slot(content.line, _into(runs, len(runs) - 1, content)))
        self._rebuilt.append(lambda: _rebuild(element, runs))

    def _what(self, element: Element) -> What:
        local = name(element).lower()
        if not local or local in _CLOSED or local in _ALONE or _kept(element) or self._foreign(element):
            return "alone" if local else "anchor"
        if local == "br":
            return "break"
        if local in _REFERRING and _refers(element):
            return "alone"
        return "link" if local in _NEVER_LOST else "around"

    def _foreign(self, element: Element) -> bool:
        said = language(element)
        return element is not self.root and said is not None and self.lang is not None and base(said) != base(self.lang)

    def _attributes(self, element: Element) -> Iterator[Slot]:
        local = name(element).lower()
        for attribute in TEXT_ATTRIBUTES:
            yield from lines.attribute(element, attribute)
        if local == "input" and element.get("type", "").lower() in _BUTTONS:
            yield from lines.attribute(element, "value")
        if local == "meta" and element.get("name", "").lower() == "description":
            yield from lines.attribute(element, "content")


def language(element: Element) -> LanguageTag | None:
    """The language that an element says it is in."""
    said = element.get("lang") or element.get(_XML_LANG)
    try:
        return tags.parse(said.strip()) if said else None
    except tags.UnknownLanguage:
        return None


def _refers(element: Element) -> bool:
    """Whether it is the number of a note."""
    said = [each for each in (element, *element.iterdescendants()) if name(each).lower() == "a"]
    text = all_text(element).strip()
    raised = name(element).lower() == "sup" or any(each.get(_EPUB_TYPE) == "noteref" for each in said)
    return bool(said) and (_NUMBER if raised else _DIGITS).fullmatch(text) is not None


def _says(element: Element, lang: LanguageTag | None) -> bool:
    said = language(element)
    return said is not None and lang is not None and base(said) == base(lang)


def _closed(element: Element) -> bool:
    return name(element).lower() in _CLOSED


def _kept(element: Element) -> bool:
    return element.get("translate", "").lower() == "no"


def _holds_blocks(element: Element) -> bool:
    return name(element).lower() in _BLOCKS or any(
        name(inner).lower() in _BLOCKS for inner in element.iterdescendants() if isinstance(inner.tag, str)
    )


def _runs(element: Element) -> Iterator[list[Piece]]:
    run: list[Piece] = []
    for piece in pieces(element):
        if isinstance(piece, str) or not (name(piece) and _holds_blocks(piece)):
            run.append(piece)
            continue
        if run:
            yield run
        yield [piece]
        run = []
    if run:
        yield run


_Runs = list[tuple[list[Piece], Content | None]]


def _into(runs: _Runs, place: int, content: Content) -> Callable[[Sequence[Inline]], None]:
    def put(line: Sequence[Inline]) -> None:
        content.line = list(line)
        runs[place] = (runs[place][0], content)

    return put


def _rebuild(element: Element, runs: _Runs) -> None:
    if all(content is None for _, content in runs):
        return
    emptied(element)
    for run, content in runs:
        if content is not None:
            content.fill(element, content.line)
            continue
        for piece in run:
            if isinstance(piece, str):
                append_text(element, piece)
            else:
                piece.tail = None
                element.append(piece)
