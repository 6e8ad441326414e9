"""Markdown: what stands in front of the text as data (front matter) stays, the text is written in one plain style."""

import re

from accessibility.adapters import markdown as adapter
from accessibility.document import Document, DocumentTooDeep, DocumentTooLarge
from accessibility.files import characters, whole
from accessibility.files.opened import FileFormat, OpenFile, Options
from accessibility.files.refusals import FileDamaged
from accessibility.parse import markdown

_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*(?:\n|$)", re.DOTALL)


def open_md(content: bytes, _options: Options) -> OpenFile:
    """CommonMark with tables. Code stays; what runs in HTML within the text is left out, as on the page of the API."""
    text = characters.decoded(content).replace("\r\n", "\n")
    front = found[0] if (found := _FRONT_MATTER.match(text)) else ""
    try:
        document = markdown(text[len(front) :], whole.UNDETERMINED)
    except DocumentTooLarge as fact:
        raise whole.too_much(fact) from None
    except DocumentTooDeep:
        raise FileDamaged from None

    def write(translated: Document) -> bytes:
        body = str(adapter.render(translated, adapter.MarkdownOptions()).content)
        return (front + ("\n" if front else "") + body + "\n").encode()

    return whole.opened(document, write)


MD = FileFormat("md", (".md", ".markdown"), "text/markdown; charset=utf-8", open_md)
