"""A Document as a Word document of its own, with the styles that a screen reader navigates by."""

import io
from typing import TYPE_CHECKING

from accessibility.document import Block, Document, plain_text
from accessibility.files.docx import open_docx
from accessibility.files.opened import Options

if TYPE_CHECKING:
    from docx.document import Document as WordDocument


def written(document: Document) -> bytes:
    """Headings, paragraphs and lists, all that is read from a PDF; language, direction and title are set."""
    from docx import Document as new_document  # a fifth of a second to import, and few need it

    word = new_document()
    word.core_properties.title = document.title
    word.core_properties.author = word.core_properties.comments = ""
    for block in document.blocks:
        _write(word, block)
    content = io.BytesIO()
    word.save(content)
    return open_docx(content.getvalue(), Options()).save(document.lang, document.lang)


def _write(word: "WordDocument", block: Block, style: str | None = None) -> None:
    if block.kind == "heading":
        word.add_heading(plain_text(block.inlines), int(block.get("level", "1")))
        return
    if block.inlines:
        word.add_paragraph(plain_text(block.inlines), style)
    for inner in block.blocks:
        _write(word, inner, "List Bullet" if block.kind == "list" else style)
