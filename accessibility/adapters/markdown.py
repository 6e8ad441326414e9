"""Markdown (CommonMark with tables), for callers who sent Markdown."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from accessibility.document import Block, Document, Inline, hidden, plain_text
from accessibility.linear import grid
from accessibility.numbering import in_sequence, labels
from accessibility.rendering import Capability, Rendered
from locales.languages import text_direction
from locales.tags import LanguageTag

# What would be read as markup in the middle of a line, and at its start.
_ACTIVE = re.compile(r"([\\`*_\[\]<>&~|])")
_AT_START = re.compile(r"^(\s*)([#+=-]|[0-9]+(?=[.)]))")
_BACKTICKS = re.compile("`+")


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """Markdown has none."""


def capability(_lang: LanguageTag) -> Capability:
    """Markdown carries any language."""
    return Capability(available=True, exact=True)


def render(document: Document, _options: MarkdownOptions) -> Rendered:
    """What Markdown cannot say is said in HTML inside it: languages, marks, cells that reach over several. What an
    author hid is left out, as Markdown can hide nothing."""
    content = "\n\n".join("\n".join(_block(block)) for block in document.blocks if not hidden(block))
    return Rendered(content, "text/markdown; charset=utf-8", document.lang, document.direction)


def _block(block: Block) -> Iterator[str]:
    return _BLOCKS.get(block.kind, _paragraph)(block)


def _paragraph(block: Block) -> Iterator[str]:
    text = _line(block.inlines)
    if text and block.lang:
        text = f'<span lang="{block.lang}" dir="{block.dir or text_direction(block.lang)}">{text}</span>'
    rows = text.split("\n") if text else []
    yield from (_AT_START.sub(_escaped_start, row) for row in rows)
    for place, inner in enumerate(each for each in block.blocks if not hidden(each)):
        yield from ([""] if place or rows else [])
        yield from _block(inner)


def _escaped_start(found: re.Match[str]) -> str:
    mark = found[2]
    return found[1] + (f"\\{mark}" if not mark.isdigit() else f"{mark}\\")


def _heading(block: Block) -> Iterator[str]:
    yield "#" * int(block.get("level", "2")) + " " + _line(block.inlines).replace("\n", " ")


def _list(block: Block) -> Iterator[str]:
    tight = all(inner.kind == "list" for item in block.blocks for inner in item.blocks[1:])
    # Markdown counts on by itself: other numbers stand in the text of a list without any.
    form = "{}. " if block.get("ordered") and in_sequence(block) else "- {}\\. "
    numbered = [form.format(label) for label in labels(block)] if block.get("ordered") else []
    for place, item in enumerate(block.blocks):
        if hidden(item):
            continue
        mark = numbered[place] if numbered else "- "
        indent = 2 if mark.startswith("-") else len(mark)
        rows = [row for inner in item.blocks for row in _block(inner)] if tight and item.blocks else [*_paragraph(item)]
        for row_number, row in enumerate(rows):
            yield (mark if not row_number else " " * indent) + row if row else ""
        if not tight and place < len(block.blocks) - 1:
            yield ""


def _definitions(block: Block) -> Iterator[str]:
    for place, item in enumerate(each for each in block.blocks if not hidden(each)):
        if item.kind == "term":
            yield from [""] if place else []
            yield f"**{_line(item.inlines)}**  "
        else:
            yield from _paragraph(item)


def _quote(block: Block) -> Iterator[str]:
    yield from (f"> {row}".rstrip() for row in _paragraph(block))


def _code(block: Block) -> Iterator[str]:
    text = plain_text(block.inlines)
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    yield from (fence, *text.split("\n"), fence)


def _rule(_: Block) -> Iterator[str]:
    yield "---"


def _table(block: Block) -> Iterator[str]:
    for each in block.blocks:
        if each.kind == "caption":
            yield from (_line(each.inlines), "")
    heads, body = grid(block)
    rows = [{place: cell for place, cell in enumerate(heads) if cell}, *map(dict, body)]
    width = 1 + max((place for row in rows for place in row), default=0)
    for number, row in enumerate(rows):
        yield "| " + " | ".join(_cell(row.get(place)) for place in range(width)) + " |"
        if not number:
            yield "|" + " --- |" * width


def _cell(cell: Block | None) -> str:
    return " ".join(_paragraph(cell)).replace("\n", " ") if cell and not hidden(cell) else ""


def _line(inlines: Sequence[Inline]) -> str:
    return "".join(_INLINES.get(each.kind, _in_html)(each) for each in inlines if not hidden(each))


def _text(inline: Inline) -> str:
    return _ACTIVE.sub(r"\\\1", inline.text)


def _inline_code(inline: Inline) -> str:
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(inline.text)), default=0))
    space = " " if inline.text.startswith("`") or inline.text.endswith("`") else ""
    return f"{fence}{space}{inline.text}{space}{fence}"


def _link(inline: Inline) -> str:
    return f"[{_line(inline.children)}]({_target(inline, 'href')})"


def _image(inline: Inline) -> str:
    alt = _ACTIVE.sub(r"\\\1", inline.get("alt"))
    return f"![{alt}]({_target(inline, 'src')})" if inline.get("src") else alt


def _target(inline: Inline, attribute: str) -> str:
    title = inline.get("title").replace("\\", "\\\\").replace('"', '\\"')
    url = inline.get(attribute).replace("<", "%3C").replace(">", "%3E").replace("\n", "")
    return f'<{url}> "{title}"' if title else f"<{url}>"


def _around(mark: str) -> Callable[[Inline], str]:
    def written(inline: Inline) -> str:
        inside = _line(inline.children)
        # A mark next to a space marks nothing, so the spaces go outside.
        text = inside.strip()
        before, after = inside[: len(inside) - len(inside.lstrip())], inside[len(inside.rstrip()) :]
        return f"{before}{mark}{text}{mark}{after}" if text else inside

    return written


def _in_html(inline: Inline) -> str:
    tag = {"sub": "sub", "sup": "sup", "mark": "mark", "inserted": "ins", "quotation": "q", "abbreviation": "abbr"}.get(
        inline.kind, "span"
    )
    lang = f' lang="{inline.lang}" dir="{inline.dir or text_direction(inline.lang)}"' if inline.lang else ""
    title = f' title="{escape(inline.get("title"))}"' if inline.get("title") else ""
    keep = ' translate="no"' if inline.kind == "keep" else ""
    inside = _text(inline) if inline.kind == "keep" else _line(inline.children)
    return f"<{tag}{keep}{lang}{title}>{inside}</{tag}>" if tag != "span" or lang or title or keep else inside


_BLOCKS: Mapping[str, Callable[[Block], Iterator[str]]] = {
    "heading": _heading, "list": _list, "definitions": _definitions, "quote": _quote, "code": _code, "rule": _rule,
    "table": _table,
}  # fmt: skip
_INLINES: Mapping[str, Callable[[Inline], str]] = {
    "text": _text, "math": _text, "code": _inline_code, "break": lambda _: "\\\n", "link": _link, "image": _image,
    "emphasis": _around("*"), "strong": _around("**"), "deleted": _around("~~"),
    "field": lambda inline: plain_text((inline,)),
}  # fmt: skip
