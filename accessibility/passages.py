"""The texts of a document that a translator works on, and the document again with the translations in their places.

A passage is a whole block, so that no sentence is cut at a tag. What is marked up inside it stands between marks,
`<g1>word</g1>`, and what is not translated at all (images, code, names kept, other languages) is one: `<x2/>`. These
are the elements `g` and `x` of XLIFF 1.2, and placeholders in the sense of `accessibility.verbatim`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from accessibility import marks
from accessibility.document import TEXT_ATTRIBUTES, Attributes, Block, Document, Inline, Node
from locales.languages import text_direction
from locales.profiles import TextDirection
from locales.tags import LanguageTag, base

_WORDS = re.compile(r"[^\W\d_]{2,}[ ,][^\W\d_]|[^\W\d_][ ,][^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Passage:
    """One text to translate; `place` says where it stands: `content`, or the attribute that holds it."""

    text: str
    place: str = "content"

    @property
    def bare(self) -> str:
        """The text without its marks, for a translator that lost them."""
        return marks.bare(self.text)


@dataclass(frozen=True, slots=True)
class Restored:
    """`unmarked`: the passages (by number) whose marks came back damaged; their links and images stand at the end."""

    document: Document
    unmarked: tuple[int, ...]


def passages(document: Document) -> tuple[Passage, ...]:
    """The texts of a document in reading order; those without a letter, in another language, or kept are not in it."""
    return tuple(_Way(document).read())


def restored(document: Document, texts: Sequence[str], lang: LanguageTag) -> Restored:
    """The document in `lang`, its passages replaced by as many texts; ValueError where there are more or fewer.

    What was not translated is marked with the language it is in. No link, image or kept text is ever lost: those
    whose marks a translator dropped stand at the end of their block.
    """
    return _Way(document).write(texts, lang)


@dataclass(slots=True)
class _Way:
    """Walks the document the same way for both: what `read` yields, `write` replaces."""

    document: Document
    texts: list[str] | None = None
    taken: list[Passage] = field(default_factory=list)
    unmarked: list[int] = field(default_factory=list)

    def read(self) -> list[Passage]:
        self._walk()
        return self.taken

    def write(self, texts: Sequence[str], lang: LanguageTag) -> Restored:
        self.texts = list(texts)
        title, blocks = self._walk()
        if len(self.taken) != len(texts):
            raise ValueError(f"{len(self.taken)} texts wanted, {len(texts)} given")
        return Restored(Document(lang, blocks, None, title, self.document.page), tuple(self.unmarked))

    def _walk(self) -> tuple[str, tuple[Block, ...]]:
        return self._text(self.document.title, "title"), tuple(map(self._block, self.document.blocks))

    def _text(self, text: str, place: str) -> str:
        if not any(map(str.isalpha, text)):
            return text
        self.taken.append(Passage(text, place))
        if self.texts is None or len(self.taken) > len(self.texts):
            return text
        return self.texts[len(self.taken) - 1]

    def _attributes(self, node: Node) -> Attributes:
        return tuple(
            (name, self._text(value, name) if name in TEXT_ATTRIBUTES else value) for name, value in node.attributes
        )

    def _foreign(self, node: Node) -> bool:
        return node.lang is not None and base(node.lang) != base(self.document.lang)

    def _block(self, block: Block) -> Block:
        if self._foreign(block):
            return block
        if block.kind == "code":
            return block
        # A language said again inside, as `es-MX` in Spanish, is not that of the translation.
        inlines, blocks = self._content(block.inlines), tuple(map(self._block, block.blocks))
        attributes = self._attributes(block)
        return replace(
            block, inlines=inlines, blocks=blocks, lang=None, dir=self._direction(block), attributes=attributes
        )

    def _content(self, inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        """One passage; a mark around all of it is none."""
        if len(inlines) == 1 and inlines[0].children and not self._foreign(inlines[0]):
            (only,) = inlines
            children, attributes = self._content(only.children), self._attributes(only)
            return (replace(only, children=children, lang=None, dir=self._direction(only), attributes=attributes),)
        inlines = tuple(map(self._own, inlines))
        marked = marks.write(inlines, self._foreign)
        if not any(map(str.isalpha, marks.bare(marked.text))):
            return inlines
        text = self._text(marked.text, "content")
        if self.texts is None:
            return inlines
        content, lost = marks.read(text, marked, self.document.lang)
        if lost:
            self.unmarked.append(len(self.taken) - 1)
        return content

    def _own(self, inline: Inline) -> Inline:
        """With its attributes translated, and in the document's language unless it is in another one."""
        if self._foreign(inline):
            return inline
        if inline.kind == "keep" or (inline.kind == "math" and _in_words(inline.text)):
            return replace(inline, lang=self.document.lang, attributes=self._attributes(inline))
        children = tuple(map(self._own, inline.children))
        attributes = self._attributes(inline)
        return replace(inline, children=children, lang=None, dir=self._direction(inline), attributes=attributes)

    def _direction(self, node: Node) -> TextDirection | None:
        """That of the source's script goes with its language; a number that an author turned round stays turned."""
        own = node.dir == text_direction(self.document.lang) and has_letters(node)
        return None if own else node.dir


def has_letters(node: Node) -> bool:
    """Whether a node holds a letter of any script that a reader reads."""
    inside: tuple[Node, ...] = node.children if isinstance(node, Inline) else (*node.inlines, *node.blocks)
    return (isinstance(node, Inline) and any(map(str.isalpha, node.text))) or any(map(has_letters, inside))


def _in_words(formula: str) -> bool:
    """Described by an author, "x squared", in a language; "x^2" is in none."""
    return _WORDS.search(formula) is not None
