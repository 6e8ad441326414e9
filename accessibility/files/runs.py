"""Paragraphs made of runs, as Word and PowerPoint write them: each run has its own format, and nothing nests.

The format that most letters of a paragraph have is that of its plain text; what has another stands between marks.
Runs that differ only in what nobody sees (spelling marks, revision numbers, languages) are one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import groupby

from lxml import etree

from accessibility.document import Attributes, Inline
from accessibility.files.run_items import Dialect, Item, items
from accessibility.files.xml import Element, elements, emptied, name, shell

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(slots=True)
class Paragraph:
    """One paragraph, read to the inlines of `line`; `fill` writes others in their place."""

    element: Element
    dialect: Dialect
    line: list[Inline] = field(default_factory=list)
    _known: list[Item] = field(default_factory=list)
    _before: list[Item] = field(default_factory=list)
    _after: list[Item] = field(default_factory=list)
    _common: Element | None = None

    def __post_init__(self) -> None:
        found = list(items(self.element, self.dialect))
        self._common, self.line = self._inlines(found)

    def fill(self, line: Sequence[Inline]) -> None:
        """Properties stay first and the mark of the end last; anchors stand before or behind all text."""
        first = self.element.findall(self.dialect.tag("pPr"))
        last = self.element.findall(self.dialect.tag("endParaRPr"))
        emptied(self.element)
        self.element.extend(first)
        for anchor in self._before:
            self._append_nodes(self.element, anchor)
        self._append(self.element, line, self._common)
        for anchor in self._after:
            self._append_nodes(self.element, anchor)
        self.element.extend(last)

    def alone(self) -> list[Item]:
        """What stands in it as one piece: fields, notes, pictures."""
        return [each for each in self._known if each.what == "alone"]

    def _inlines(self, found: Sequence[Item]) -> tuple[Element | None, list[Inline]]:
        """The properties that most of it has, and the inlines."""
        shown = self._without_anchors(found)
        letters: Counter[bytes] = Counter()
        for item in shown:
            if item.what == "text" and not self._links(item):
                letters[item.key] += 1 + 1000 * sum(map(str.isalnum, item.text))
        common = letters.most_common(1)[0][0] if letters else b""
        self._blanks_as_before(shown, common)
        properties = next((each.properties for each in shown if each.what == "text" and each.key == common), None)
        inlines: list[Inline] = []
        for (key, flows), group in groupby(shown, lambda each: (each.key, each.what in ("text", "break"))):
            together = list(group)
            link = self._links(together[0])
            singles = [self._single(each) for each in together]
            if flows and (key != common or link):
                style = self._remembered(Item("runs", properties=_properties(together)))
                inlines.append(Inline("link" if link else "span", children=tuple(singles), attributes=style))
            else:
                inlines += singles
        return properties, inlines

    def _without_anchors(self, found: Sequence[Item]) -> list[Item]:
        shown: list[Item] = []
        text_seen = False
        for item in found:
            text_seen = text_seen or not (item.blank or item.what == "anchor")
            if item.what == "anchor":
                (self._after if text_seen else self._before).append(item)
            else:
                shown.append(item)
        return shown

    @staticmethod
    def _blanks_as_before(shown: Sequence[Item], common: bytes) -> None:
        before = common
        for item in shown:
            if item.blank:
                item.key = before
            elif item.what == "text":
                before = item.key

    def _links(self, item: Item) -> bool:
        link, properties = self.dialect.link, item.properties
        return bool(link) and properties is not None and properties.find(self.dialect.tag(link)) is not None

    def _single(self, item: Item) -> Inline:
        if item.what == "text":
            return Inline("text", item.text)
        if item.what == "break":
            return Inline("break", attributes=self._remembered(item))
        if item.what == "alone":
            return Inline("image", attributes=self._remembered(item))
        item.properties, children = self._inlines(item.children)
        # A form field or a link that is lost would leave its reader helpless.
        return Inline("link", children=tuple(children), attributes=self._remembered(item))

    def _remembered(self, item: Item) -> Attributes:
        self._known.append(item)
        return (("ref", str(len(self._known) - 1)),)

    def _append(self, parent: Element, line: Iterable[Inline], properties: Element | None) -> None:
        for each in line:
            if each.kind == "text":
                parent.append(self._run(self._text(each.text), properties))
                continue
            item = self._known[int(each.get("ref"))]
            if item.what == "wrapper":
                self._append_wrapper(parent, item, each.children)
            elif item.what == "runs":
                self._append(parent, each.children, item.properties)
            else:
                self._append_nodes(parent, item)

    def _append_nodes(self, parent: Element, item: Item) -> None:
        parent.extend([self._run(node, item.properties) if item.in_run else node for node in item.nodes])

    def _append_wrapper(self, parent: Element, item: Item, children: Iterable[Inline]) -> None:
        """A field is its beginning, its text and its end; any other wrapper an element around its text."""
        if len(item.nodes) > 1:
            *begin, end = item.nodes
            parent.extend(begin)
            self._append(parent, children, item.properties)
            parent.append(end)
            return
        [old] = item.nodes
        inner = around = shell(old)
        parent.append(around)
        if local := self.dialect.inner.get(name(old)):
            around.extend([each for each in elements(old) if name(each) != local])
            inner = etree.SubElement(around, self.dialect.tag(local))
        self._append(inner, children, item.properties)

    def _text(self, text: str) -> Element:
        holder = etree.Element(self.dialect.tag("t"))
        holder.text = text
        if self.dialect.keeps_space:
            holder.set(_SPACE, "preserve")
        return holder

    def _run(self, content: Element, properties: Element | None) -> Element:
        run = self.element.makeelement(self.dialect.tag("r"))
        if properties is not None:
            run.append(deepcopy(properties))
        content.tail = None
        run.append(content)
        return run


def _properties(together: Sequence[Item]) -> Element | None:
    return next((each.properties for each in together if each.what == "text"), together[0].properties)
