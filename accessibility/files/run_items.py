"""What stands in a paragraph of runs, piece by piece, before it becomes inlines (`accessibility.files.runs`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from accessibility.files.xml import Element, elements, name

# through: what is in it counts as if it stood outside. runs: a run. anchor: marks a place and shows nothing.
What = Literal["text", "break", "alone", "anchor", "gone", "runs", "through", "wrapper"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the elements of a paragraph are: `of_run` says it of what stands in a run, `of_paragraph` of what stands
    beside runs; what neither knows stands alone. `unseen`: properties and attributes of a run that do not show.
    `inner`: the element of a wrapper that holds its runs. `link`: the run property that makes a run a link."""

    namespace: str
    of_run: Mapping[str, What]
    of_paragraph: Mapping[str, What]
    unseen: frozenset[str]
    inner: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    keeps_space: bool = False  # white space counts only where the text says so

    def tag(self, local: str) -> str:
        return f"{{{self.namespace}}}{local}"


@dataclass(slots=True, eq=False)
class Item:
    """`properties`: those of the run it stands in; `in_run`: it is written in a run again. A field has several nodes:
    those before its text and the last one behind it."""

    what: What
    text: str = ""
    properties: Element | None = None
    nodes: tuple[Element, ...] = ()
    children: tuple[Item, ...] = ()
    in_run: bool = False
    key: bytes = b""  # equal for what looks the same

    @property
    def blank(self) -> bool:
        return self.what == "break" or (self.what == "text" and not self.text.strip())


_LINE_ENDS = re.compile("[\n\r\t]+")
_TEXT = {"noBreakHyphen": "\u2011"}
_LISTS = ("TOC", "INDEX")
_TURNS = {"begin": 1, "end": -1}


def items(parent: Element, dialect: Dialect) -> Iterator[Item]:
    """What is in an element, in order."""
    yield from _grouped(elements(parent), dialect)


def _grouped(children: Iterable[Element], dialect: Dialect) -> Iterator[Item]:
    """A field that goes on in the next paragraph is none here: its marks are anchors, its text is text. A list of
    contents is none either."""
    waiting: list[Element] = []
    depth = 0
    for child in children:
        turn = sum(_TURNS.get(each, 0) for each in _field_marks(child, dialect))
        if not (depth or turn > 0):
            yield from _item(child, dialect)
            continue
        waiting.append(child)
        depth += turn
        if depth <= 0:
            yield from _inside(waiting, dialect) if _lists(waiting, dialect) else [_field(waiting, dialect)]
            waiting, depth = [], 0
    if waiting:
        yield from _inside(waiting, dialect)


def _inside(nodes: Sequence[Element], dialect: Dialect) -> Iterator[Item]:
    """The marks of a field by themselves, and what stands between them as if they were not there."""
    split = next(
        (place + 1 for place, node in enumerate(nodes) if "separate" in _field_marks(node, dialect)), len(nodes)
    )
    for node in nodes[:split]:
        yield from _item(node, dialect)
    yield from _grouped(nodes[split:], dialect)


def _lists(nodes: Iterable[Element], dialect: Dialect) -> bool:
    return _code(nodes, dialect).upper().startswith(_LISTS)


def _field_marks(child: Element, dialect: Dialect) -> list[str]:
    if dialect.of_paragraph.get(name(child)) != "runs":
        return []
    return [each.get(dialect.tag("fldCharType"), "") for each in child.iterchildren(dialect.tag("fldChar"))]


def _item(child: Element, dialect: Dialect) -> Iterator[Item]:
    what = dialect.of_paragraph.get(name(child), "alone")
    if what == "runs":
        yield from _run(child, dialect)
    elif what == "through":
        yield from items(child, dialect)
    elif what == "wrapper":
        holder = dialect.inner.get(name(child))
        inner = child.find(dialect.tag(holder)) if holder else child
        yield Item(what, nodes=(child,), children=() if inner is None else tuple(items(inner, dialect)))
    elif what != "gone":
        yield Item(what, nodes=(child,))


def _run(run: Element, dialect: Dialect) -> Iterator[Item]:
    properties = run.find(dialect.tag("rPr"))
    key = _format(properties, dialect)
    for child in elements(run):
        what = dialect.of_run.get(name(child), "alone")
        text = _TEXT.get(name(child)) or _LINE_ENDS.sub(" ", child.text or "") if what == "text" else ""
        if what != "gone" and (what != "text" or text):
            yield Item(what, text, properties, (child,), in_run=True, key=key)


def _field(nodes: Sequence[Element], dialect: Dialect) -> Item:
    """The text of a link is text; what Word computes (page numbers, dates, form fields) stands alone."""
    marks = [(place, mark) for place, node in enumerate(nodes) for mark in _field_marks(node, dialect)]
    if _code(nodes, dialect).upper().startswith("HYPERLINK") and [mark for _, mark in marks] == [
        "begin",
        "separate",
        "end",
    ]:
        split = marks[1][0] + 1
        inside = tuple(item for node in nodes[split:-1] for item in _item(node, dialect))
        return Item("wrapper", nodes=(*nodes[:split], nodes[-1]), children=inside)
    return Item("alone", nodes=tuple(nodes))


def _code(nodes: Iterable[Element], dialect: Dialect) -> str:
    return "".join(each.text or "" for node in nodes for each in node.iter(dialect.tag("instrText"))).strip()


def _format(properties: Element | None, dialect: Dialect) -> bytes:
    if properties is None:
        return b""
    seen = deepcopy(properties)
    seen.tail = None
    for each in (seen, *elements(seen)):
        for attribute in list(each.attrib):
            if etree.QName(str(attribute)).localname in dialect.unseen:
                del each.attrib[attribute]
    for child in list(elements(seen)):
        if name(child) in dialect.unseen:
            seen.remove(child)
    return etree.tostring(seen, method="c14n") if len(seen) or seen.attrib else b""
