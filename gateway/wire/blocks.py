"""Blocks as the HTML that says the same, so that one parser, with its bounds and its guard, reads whatever comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from gateway.schemas.blocks import (
    Block,
    CodeGiven,
    HeadingGiven,
    ImageGiven,
    InlineGiven,
    Line,
    ListGiven,
    ParagraphGiven,
    TableGiven,
)
from gateway.wire.requests import language_tag

_TAGS = {"strong": "strong", "emphasis": "em", "code": "code", "abbreviation": "abbr", "link": "a"}
_READ = frozenset({"text", "title", "items", "header", "rows", "caption", "alt"})


def markup(blocks: Sequence[Block]) -> str:
    """The blocks as HTML; LanguageUnknown where one names a language that is none."""
    return "\n".join(_WRITERS[type(each)](each) for each in blocks)


def characters(blocks: Sequence[Block]) -> int:
    """How much there is to read in them."""
    return sum(_read(each.model_dump()) for each in blocks)


def _read(value: Any, name: str = "") -> int:
    if isinstance(value, str):
        return len(value) if name in _READ else 0
    if isinstance(value, dict):
        return sum(_read(each, key) for key, each in value.items())
    return sum(_read(each, name) for each in value) if isinstance(value, list) else 0


def _heading(block: HeadingGiven) -> str:
    return f"<h{block.level}>{_line(block.text)}</h{block.level}>"


def _paragraph(block: ParagraphGiven) -> str:
    inside = f"<p{_lang(block.lang)}>{_line(block.text)}</p>"
    return f"<blockquote>{inside}</blockquote>" if block.kind == "quote" else inside


def _code(block: CodeGiven) -> str:
    # A parser drops the first line end of such an element.
    return f"<pre>\n{escape(block.text)}</pre>"


def _list(block: ListGiven) -> str:
    tag = "ol" if block.ordered else "ul"
    return f"<{tag}>{''.join(f'<li>{_line(each)}</li>' for each in block.items)}</{tag}>"


def _table(block: TableGiven) -> str:
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    header = "".join(f'<th scope="col">{_line(each)}</th>' for each in block.header)
    rows = "".join(f"<tr>{_row(each, heads=block.row_headers)}</tr>" for each in block.rows)
    return f"<table>{caption}{f'<tr>{header}</tr>' if header else ''}{rows}</table>"


def _row(cells: Sequence[Line], *, heads: bool) -> str:
    return "".join(
        f'<th scope="row">{_line(each)}</th>' if heads and place == 0 else f"<td>{_line(each)}</td>"
        for place, each in enumerate(cells)
    )


def _image(block: ImageGiven) -> str:
    return f'<p><img src="{escape(block.src)}" alt="{escape(block.alt)}"></p>'


def _line(line: Line) -> str:
    return _plain(line) if isinstance(line, str) else "".join(map(_inline, line))


def _inline(inline: InlineGiven) -> str:
    if inline.kind == "keep":
        return f'<span translate="no"{_lang(inline.lang)}>{_plain(inline.text)}</span>'
    tag = _TAGS.get(inline.kind, "span" if inline.lang else "")
    if not tag:
        return _plain(inline.text)
    href = f' href="{escape(inline.href)}"' if inline.href and tag == "a" else ""
    title = f' title="{escape(inline.title)}"' if inline.title and tag == "abbr" else ""
    return f"<{tag}{href}{title}{_lang(inline.lang)}>{_plain(inline.text)}</{tag}>"


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _lang(given: str | None) -> str:
    return f' lang="{language_tag(given)}"' if given else ""


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    HeadingGiven: _heading,
    ParagraphGiven: _paragraph,
    CodeGiven: _code,
    ListGiven: _list,
    TableGiven: _table,
    ImageGiven: _image,
}
