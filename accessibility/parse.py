"""Text as people send it to a document: plain, Markdown or HTML."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal

from accessibility import parse_html
from accessibility.document import MAX_CHARS, Block, Document, DocumentTooLarge, Inline
from locales.normalisation import normalise
from locales.tags import LanguageTag

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

Format = Literal["text", "html", "markdown"]

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def plain(text: str, lang: LanguageTag) -> Document:
    """Blank lines part paragraphs, line ends stay; nothing in the text is markup."""
    if len(text) > MAX_CHARS:
        raise DocumentTooLarge(MAX_CHARS)
    parts = (part.strip("\n") for part in _BLANK_LINES.split(normalise(text)))
    return Document(lang, tuple(Block("paragraph", _lines(part)) for part in parts if part.strip()))


def _lines(text: str) -> tuple[Inline, ...]:
    inlines: list[Inline] = []
    for line in text.split("\n"):
        inlines += [*([Inline("break")] if inlines else []), *([Inline("text", line.strip())] if line.strip() else [])]
    return tuple(inlines)


def markdown(text: str, lang: LanguageTag) -> Document:
    """CommonMark 0.31 with tables and strikethrough; HTML in it is read like any other HTML."""
    if len(text) > MAX_CHARS:
        raise DocumentTooLarge(MAX_CHARS)
    return parse_html.parse(_commonmark().render(normalise(text)), lang)


@cache
def _commonmark() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # a third of this package's import time, and few need it

    # Deeper than the reader of HTML goes: that one raises where this one would leave text out.
    return MarkdownIt("commonmark", {"html": True, "maxNesting": 120}).enable(["table", "strikethrough"])


_READERS: Mapping[str, Callable[[str, LanguageTag], Document]] = {
    "text": plain, "html": parse_html.parse, "markdown": markdown,
}  # fmt: skip


def parse(text: str, form: Format, lang: LanguageTag) -> Document:
    """The document that a text in this form is; raises DocumentTooLarge and DocumentTooDeep."""
    return _READERS[form](text, lang)
