"""Documents of every format, as public services send them: the name says the format, the builder makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.accessibility.files import books, open_document, pdfs, slides, texts, word

CORPUS: Mapping[str, Callable[[], bytes]] = {
    "appointment.docx": word.appointment,
    "form.docx": word.form,
    "guide.docx": word.guide,
    "illustrated.docx": word.illustrated,
    "linked.docx": word.linked,
    "computed.docx": word.computed,
    "revised.docx": word.revised,
    "benefit.docx": word.benefit,
    "noted.docx": word.noted,
    "asking.docx": word.asking,
    "diagram.docx": word.diagram,
    "notice.odt": open_document.notice,
    "form.odt": open_document.form,
    "noted.odt": open_document.noted,
    "asking.odt": open_document.asking,
    "slides.odp": open_document.slides,
    "talk.pptx": slides.talk,
    "table.pptx": slides.table,
    "book3.epub": books.epub3,
    "book2.epub": books.epub2,
    "notice.html": lambda: texts.NOTICE.encode("latin-1"),
    "form.html": texts.FORM.encode,
    "table.htm": texts.TABLE.encode,
    "howto.md": texts.HOWTO.encode,
    "page.md": texts.PAGE.encode,
    "letter.txt": texts.LETTER.encode,
    "list.txt": lambda: texts.LIST.encode("utf-16"),
    "film.srt": texts.SRT.encode,
    "film.vtt": texts.VTT.encode,
    "messages.po": texts.PO.encode,
    "units.xlf": texts.XLIFF1.encode,
    "units2.xliff": texts.XLIFF2.encode,
    "memory.tmx": texts.TMX.encode,
    "table.csv": texts.CSV.encode,
    "table.tsv": texts.TSV.encode,
    "letter.pdf": pdfs.letter,
    "columns.pdf": pdfs.columns,
}
# What a table needs to be told.
COLUMNS: Mapping[str, tuple[str, ...]] = {"table.csv": ("nombre", "nota"), "table.tsv": ("2",)}
