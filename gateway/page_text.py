"""A page as the text that is summarised or said in plainer language: what is read of it, without its tags."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from accessibility.document import Block, Document, hidden, plain_text, walk
from accessibility.linear import Manner, lines
from accessibility.parse import Format
from gateway import outputs
from locales.tags import LanguageTag

ITEM = "• "

_UNDETERMINED = LanguageTag("und")
_AS_TEXT = Manner(tables="cells", addresses=True, bullets=True)


@dataclass(frozen=True, slots=True)
class PageText:
    """`text` has a line for each heading, item and cell, and an empty one between blocks; `headings` says of which
    level a line is one."""

    text: str
    headings: Mapping[str, int] = field(default_factory=dict)


async def page_texts(texts: Sequence[str], form: Format, source: LanguageTag | None) -> list[PageText]:
    """What there is to read in each text; TextTooLong and DocumentTooDeep as for any document. Code is no language,
    so it is left out."""
    if form == "text":
        return [PageText(each) for each in texts]
    return [await _one(each, form, source or _UNDETERMINED) for each in texts]


async def _one(text: str, form: Format, lang: LanguageTag) -> PageText:
    document = await outputs.read(text, form, lang)
    # Out of the event loop: it grows with the text.
    return await asyncio.to_thread(_page_text, document)


def _page_text(document: Document) -> PageText:
    written: list[str] = []
    for line in lines(document, _AS_TEXT):
        if line.kind != "code":
            written += [*([""] if line.opens and written else []), line.text]
    return PageText("\n".join(written), dict(_headings(document)))


def _headings(document: Document) -> list[tuple[str, int]]:
    found = [node for node in walk(document) if isinstance(node, Block) and node.kind == "heading" and not hidden(node)]
    return [(plain_text(each.inlines).strip(), int(each.get("level") or 2)) for each in found]
