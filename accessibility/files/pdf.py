"""PDF with text in it → an accessible page or a Word document. The look of the pages is not kept."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from accessibility.adapters import html
from accessibility.document import Document, DocumentTooLarge
from accessibility.files import whole
from accessibility.files.docx import DOCX
from accessibility.files.opened import FileFormat, OpenFile, Options
from accessibility.files.pdf_layout import Line, blocks
from accessibility.files.refusals import FileDamaged, FileEncrypted, FileTooManyParts, FileWithoutText
from accessibility.files.word_document import written
from accessibility.whitespace import SPACES
from locales.normalisation import normalise

if TYPE_CHECKING:
    from pdfminer.layout import LTComponent, LTTextLine
    from pdfminer.pdfpage import PDFPage

_SIGNATURE = b"%PDF-"
_FIRST_NAMELESS = re.compile(r"^\(cid:\d+\)\s*")
_NAMELESS = re.compile(r"\(cid:\d+\)")
_NO_TITLES = frozenset({"untitled", "anonymous"})
_OUTPUTS = {"html": "text/html; charset=utf-8", "docx": DOCX.media_type}


def open_pdf(content: bytes, options: Options) -> OpenFile:
    """Headings, paragraphs and lists by their looks, page by page; a scan has no text and is refused."""
    from pdfminer.pdfparser import PDFSyntaxError  # two thirds of a second to import, and few need it
    from pdfminer.psexceptions import PSException

    try:
        lines, title, pictures = _read(content, options)
    except (PSException, PDFSyntaxError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise FileDamaged from None
    if not lines or _unreadable(lines):
        raise FileWithoutText
    try:
        document = Document(whole.UNDETERMINED, blocks(lines), title=title)
    except DocumentTooLarge as fact:
        raise whole.too_much(fact) from None
    return replace(whole.opened(document, written if options.output == "docx" else _page), pictures=pictures)


def _unreadable(lines: list[Line]) -> bool:
    """Whether its fonts name so few of their letters that a machine cannot read it."""
    text = "".join(line.text for line in lines)
    return text.count("\ufffd") > len(text) / 5


def _read(content: bytes, options: Options) -> tuple[list[Line], str, int]:
    """Its lines, its title, and how many pages are pictures only."""
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    try:
        document = PDFDocument(PDFParser(io.BytesIO(content)))
    except PDFPasswordIncorrect:
        raise FileEncrypted from None
    pages = []
    for page in PDFPage.create_pages(document):
        pages.append(page)
        if len(pages) > options.limits.pages:
            raise FileTooManyParts(limit=options.limits.pages)
    read = list(_lines(pages))
    return [each for each in read if each is not None], _title(document.info), read.count(None)


def _title(info: list[dict[str, object]]) -> str:
    from pdfminer.utils import decode_text

    found = info[0].get("Title") if info else None
    title = normalise(decode_text(found)).strip() if isinstance(found, bytes) else ""
    return "" if title.lower() in _NO_TITLES else title


def _lines(pages: "list[PDFPage]") -> Iterator[Line | None]:
    """Lines, and None for a page that has none and holds a picture."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams, LTTextBox, LTTextLine
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager

    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=LAParams())
    interpreter = PDFPageInterpreter(manager, device)
    boxes = 0
    for number, page in enumerate(pages):
        interpreter.process_page(page)
        layout = device.get_result()
        said = False
        for box in layout:
            if not isinstance(box, LTTextBox):
                continue
            boxes += 1
            for line in box:
                if isinstance(line, LTTextLine) and (text := _text(line)):
                    size, bold = _look(line)
                    place = (line.y0 + line.y1) / 2 / max(1.0, layout.height)
                    said = True
                    yield Line(text, size, bold, number, boxes, place, line.x0, line.x1)
        if not said and any(map(_is_picture, layout)):
            yield None


def _is_picture(item: "LTComponent") -> bool:
    from pdfminer.layout import LTFigure, LTImage

    return isinstance(item, LTImage) or (isinstance(item, LTFigure) and any(map(_is_picture, item)))


def _text(line: "LTTextLine") -> str:
    text = SPACES.sub(" ", normalise(line.get_text())).strip()
    # A sign that its font does not name: in front of a line it is a bullet.
    return _NAMELESS.sub("\ufffd", _FIRST_NAMELESS.sub("• ", text))


def _look(line: "LTTextLine") -> tuple[float, bool]:
    from pdfminer.layout import LTChar

    letters = [each for each in line if isinstance(each, LTChar)]
    sizes = sorted(each.size for each in letters)
    bold = sum("bold" in each.fontname.lower() for each in letters) > len(letters) / 2
    return (sizes[len(sizes) // 2] if sizes else 0.0), bold


def _page(document: Document) -> bytes:
    """A page of its own, with language, direction and title: what is inside is written by the HTML adapter."""
    options = html.HtmlOptions(whole=False, id_prefix="")
    inside = str(html.render(Document(document.lang, document.blocks), options).content)
    return (
        f'<!DOCTYPE html>\n<html lang="{document.lang}" dir="{document.direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title or _first_words(document), quote=False)}</title>\n</head>\n"
        f"<body>\n<main>\n{inside}\n</main>\n</body>\n</html>\n"
    ).encode()


def _first_words(document: Document) -> str:
    return next((inline.text for block in document.blocks for inline in block.inlines), "")[:80]


PDF = FileFormat(
    "pdf",
    (".pdf",),
    "application/pdf",
    open_pdf,
    lambda content: _SIGNATURE in content[:1024],
    binary=True,
    outputs=_OUTPUTS,
)
