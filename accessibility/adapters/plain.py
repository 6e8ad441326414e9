"""Plain text in the order a screen reader reads it: for terminals, braille displays, text files and messages."""

import textwrap
from dataclasses import dataclass

from accessibility.document import Document
from accessibility.linear import Line, Manner, TableStyle, lines
from accessibility.rendering import Capability, NothingToRender, Rendered, Verbalise
from locales.segmentation import split
from locales.tags import LanguageTag

_NEVER_CUT = 100_000


@dataclass(frozen=True, slots=True)
class PlainOptions:
    """`width`: longest line in characters, 0 for any. `verbalise`: numbers and dates as they are spoken."""

    sentence_per_line: bool = True
    width: int = 0
    tables: TableStyle = "rows"
    addresses: bool = True
    verbalise: Verbalise | None = None


def capability(_lang: LanguageTag) -> Capability:
    """Plain text needs no tool and carries any language."""
    return Capability(available=True, exact=True)


def render(document: Document, options: PlainOptions) -> Rendered:
    """Blocks stand apart by an empty line; raises NothingToRender."""
    manner = Manner(options.tables, options.addresses, bullets=True)
    written: list[str] = []
    for line in lines(document, manner):
        if line.opens and written:
            written.append("")
        written += _written(line, document.lang, options)
    if not written:
        raise NothingToRender
    content = "\n".join(written) + "\n"
    return Rendered(content, "text/plain; charset=utf-8", document.lang, document.direction)


def _written(line: Line, lang: LanguageTag, options: PlainOptions) -> list[str]:
    indent = "  " * line.depth
    if line.kind == "code":
        return [line.text]
    text = "".join(options.verbalise(run.text, run.lang) if options.verbalise else run.text for run in line.runs)
    whole = options.sentence_per_line and line.kind == "text"
    sentences = [segment.text for segment in split(text, lang, _NEVER_CUT)] if whole else [text.strip()]
    if not options.width:
        return [indent + sentence for sentence in sentences]
    return [
        row
        for sentence in sentences
        for row in textwrap.wrap(
            sentence, options.width, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
            break_on_hyphens=False,
        )
    ]  # fmt: skip
