"""A text with its structure: blocks that hold blocks or inlines, each in its language. Every adapter reads this.

Kinds and attributes are HTML's own meanings and nothing else of it: no class, no style, nothing that runs. A node says
its language only where it differs from what surrounds it. A block holds blocks or inlines, never both.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from locales.languages import text_direction
from locales.profiles import TextDirection
from locales.tags import LanguageTag

DOCUMENT_VERSION = "1"

MAX_DEPTH = 64  # nodes inside nodes
MAX_NODES = 50_000
MAX_CHARS = 1_000_000  # of text and attribute values together

BlockKind = Literal[
    "heading", "paragraph", "list", "item", "definitions", "term", "description", "table", "caption", "row", "cell",
    "quote", "code", "figure", "section", "rule",
]  # fmt: skip
InlineKind = Literal[
    "text", "break", "image", "field", "code", "keep", "span", "isolate", "emphasis", "strong", "link", "abbreviation",
    "citation", "quotation", "definition", "mark", "sub", "sup", "deleted", "inserted", "time", "label", "button",
    "math",
]  # fmt: skip
Attributes = tuple[tuple[str, str], ...]

# What people read or hear although it stands in an attribute: it is translated like any other text.
TEXT_ATTRIBUTES = (
    "alt", "title", "placeholder", "aria-label", "aria-description", "aria-placeholder", "aria-roledescription",
    "aria-valuetext",
)  # fmt: skip


class DocumentTooLarge(ValueError):
    """More text or more nodes than a document may hold; `limit` says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class DocumentTooDeep(ValueError):
    """Nodes are nested deeper than `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Inline:
    """A run of text, or what stands in a line: text, code, keep and math have `text`, other kinds `children`. The text
    of a formula is how it is read; its attribute `mathml` holds how it is written, by `accessibility.mathml`."""

    kind: InlineKind
    text: str = ""
    children: "tuple[Inline, ...]" = ()
    lang: LanguageTag | None = None
    dir: TextDirection | None = None
    attributes: Attributes = ()

    def get(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.attributes if key == name), default)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page. Attributes: `level` of headings, `ordered`, `start`, `reversed` and `type` of lists, `value` of
    items, `header`, `scope`, `colspan` and `rowspan` of cells, `hidden`, `id`, `role` and the text attributes."""

    kind: BlockKind
    inlines: tuple[Inline, ...] = ()
    blocks: "tuple[Block, ...]" = ()
    lang: LanguageTag | None = None
    dir: TextDirection | None = None
    attributes: Attributes = ()

    def get(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.attributes if key == name), default)


Node = Block | Inline


@dataclass(frozen=True, slots=True)
class Document:
    """A whole text in one main language; raises DocumentTooLarge or DocumentTooDeep."""

    lang: LanguageTag
    blocks: tuple[Block, ...] = ()
    dir: TextDirection | None = None  # None: that of the language's script
    title: str = ""
    page: bool = False  # it came as a page of its own, not as a part of one

    def __post_init__(self) -> None:
        chars = len(self.title)
        for nodes, (node, depth) in enumerate(_walk(self.blocks), 1):
            if depth > MAX_DEPTH:
                raise DocumentTooDeep(MAX_DEPTH)
            chars += sum(len(value) for _, value in node.attributes)
            if isinstance(node, Inline):
                chars += len(node.text)
            if nodes > MAX_NODES:
                raise DocumentTooLarge(MAX_NODES)
            if chars > MAX_CHARS:
                raise DocumentTooLarge(MAX_CHARS)

    @property
    def direction(self) -> TextDirection:
        return self.dir or text_direction(self.lang)

    @property
    def empty(self) -> bool:
        """Nothing in it that a person could read, hear or feel."""
        return not any(
            (isinstance(node, Inline) and node.text.strip())
            or any(name in TEXT_ATTRIBUTES and value.strip() for name, value in node.attributes)
            for node, _ in _walk(self.blocks)
        )

    @property
    def chars(self) -> int:
        """Characters of text, those of attributes left out."""
        return sum(len(node.text) for node, _ in _walk(self.blocks) if isinstance(node, Inline))

    def canonical(self) -> bytes:
        """The document as JSON, equal for equal documents and for no others: what a cache key is made of."""
        whole: list[Any] = [DOCUMENT_VERSION, self.lang, self.direction, self.title]
        whole += [[_jsonable(block) for block in self.blocks], *([self.page] if self.page else [])]
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def hidden(node: Node) -> bool:
    """Whether an author keeps it from readers: from all, or from those who listen or feel."""
    return any(name == "hidden" or (name == "aria-hidden" and value == "true") for name, value in node.attributes)


def plain_text(inlines: tuple[Inline, ...]) -> str:
    """The text a person reads in these inlines, images by their text, breaks as line ends."""
    return "".join(_TEXT_OF.get(each.kind, _own_text)(each) for each in inlines)


def _own_text(inline: Inline) -> str:
    return inline.text + plain_text(inline.children)


_TEXT_OF: Mapping[InlineKind, Callable[[Inline], str]] = {
    "break": lambda _: "\n",
    "image": lambda inline: inline.get("alt"),
    "field": lambda inline: inline.get("aria-label") or inline.get("placeholder") or inline.get("title"),
}


def walk(document: Document) -> Iterator[Node]:
    """Every node, parents first, in reading order."""
    return (node for node, _ in _walk(document.blocks))


def _walk(blocks: tuple[Block, ...]) -> Iterator[tuple[Node, int]]:
    """With the depth, and without recursion: what is too deep must be found before anything recurses into it."""
    waiting: list[tuple[Node, int]] = [(block, 1) for block in reversed(blocks)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        inside: tuple[Node, ...] = node.children if isinstance(node, Inline) else (*node.inlines, *node.blocks)
        waiting += [(each, depth + 1) for each in reversed(inside)]


def _jsonable(node: Node) -> list[Any]:
    common = [node.kind, node.lang, node.dir, node.attributes]
    if isinstance(node, Inline):
        return [*common, node.text, [_jsonable(each) for each in node.children]]
    return [*common, [_jsonable(each) for each in node.inlines], [_jsonable(each) for each in node.blocks]]
