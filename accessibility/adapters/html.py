"""HTML that a screen reader reads in the right language: one `<article lang dir>` (a `<section>` where it is to be a
landmark), or the bare fragment.

Written from the document alone: nothing of a source's markup is copied, so nothing active can come through. Standards:
WCAG 2.2, 1.1.1, 1.3.1, 3.1.1, 3.1.2, 3.1.4, 4.1.3.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from accessibility.adapters.anchors import Anchors, Dates, Phones, anchors, host, is_taken, runs
from accessibility.adapters.heading_levels import Levels
from accessibility.document import TEXT_ATTRIBUTES, Block, Document, Inline, Node, plain_text, walk
from accessibility.html_vocabulary import EMPTY_ATTRIBUTES, REFERENCES, STATEFUL_ROLES, TAGS
from accessibility.rendering import Capability, Rendered, Warning
from accessibility.words import ENGLISH, said_to
from locales.languages import text_direction
from locales.tags import LanguageTag

_SECTIONS: Mapping[str, tuple[str, str]] = {
    "navigation": ("nav", ""), "complementary": ("aside", ""), "region": ("section", ""), "form": ("div", "group"),
}  # fmt: skip
_WRITTEN_ELSEWHERE = frozenset(
    {"level", "ordered", "header", "href", "src", "alt", "scope", "role", "id", "type", "mathml"}
)


@dataclass(frozen=True, slots=True)
class HtmlOptions:
    """`heading_base`: level of the highest heading, which then never skip a level; None leaves them as they are.
    `whole` False: only what is inside the article, for a caller who has a page around it; what came as a page of its
    own becomes one again."""

    heading_base: int | None = None
    id_prefix: str = "text-"
    ui_lang: LanguageTag = ENGLISH
    notice: bool = False
    status: bool = False
    landmark: bool = False
    source: Document | None = None
    whole: bool = True
    phones: Phones | None = None
    dates: Dates | None = None


def capability(_lang: LanguageTag) -> Capability:
    """HTML needs no tool and carries any language."""
    return Capability(available=True, exact=True)


def render(document: Document, options: HtmlOptions) -> Rendered:
    """One article, or its inside."""
    if options.whole:
        content, warnings = _article(document, options)
    else:
        writer = _Writer(document, options)
        title = [f"<title>{escape(document.title, quote=False)}</title>"] if document.title else []
        body = list(map(writer.block, document.blocks))
        content = "\n".join(_page(document, title, body) if document.page else [*title, *body])
        warnings = writer.warnings
    return Rendered(
        content, "text/html; charset=utf-8", document.lang, document.direction, warnings=tuple(sorted(warnings))
    )


def _page(document: Document, title: Sequence[str], body: Sequence[str]) -> list[str]:
    root = f'<html lang="{document.lang}" dir="{document.direction}">'
    head = ["<head>", '<meta charset="utf-8">', *title, "</head>"]
    return ["<!doctype html>", root, *head, "<body>", *body, "</body>", "</html>"]


def _article(document: Document, options: HtmlOptions) -> tuple[str, set[Warning]]:
    writer = _Writer(document, options)
    body = [writer.block(block) for block in document.blocks]
    parts: list[str] = []
    if options.notice:
        notice = said_to("machine_translation", options.ui_lang)
        parts.append(f'<p role="note"{_spoken(notice.lang)}>{escape(notice.text, quote=False)}</p>')
    if options.status:
        ready = said_to("ready", options.ui_lang)
        # Beside the text, not around it: a live region would read all of it aloud at once.
        parts.append(f'<p role="status"{_spoken(ready.lang)}>{escape(ready.text, quote=False)}</p>')
    parts += body
    if options.source is not None:
        parts.append(_source_section(options.source, options))
    name = document.title or _first_heading(document)
    # A section with a name is a landmark; an article is none.
    tag, label = ("section", f' aria-label="{escape(name)}"') if options.landmark and name else ("article", "")
    opening = f'<{tag}{label} lang="{document.lang}" dir="{document.direction}">'
    return "\n".join([opening, *parts, f"</{tag}>"]), writer.warnings


def _source_section(source: Document, options: HtmlOptions) -> str:
    """The text it was translated from, under a heading's worth of label; its ids are its own."""
    label = said_to("original", options.ui_lang)
    inner = _Writer(source, replace(options, id_prefix=f"{options.id_prefix}source-"))
    body = "\n".join(map(inner.block, source.blocks))
    opening = f'<section{_spoken(label.lang)} aria-label="{escape(label.text)}">'
    return f'{opening}<div lang="{source.lang}" dir="{source.direction}">\n{body}\n</div></section>'


def _first_heading(document: Document) -> str:
    return next((plain_text(node.inlines) for node in walk(document) if node.kind == "heading" and _is_block(node)), "")


def _is_block(node: Node) -> bool:
    return isinstance(node, Block)


def _spoken(lang: LanguageTag) -> str:
    # Always both: with `lang` alone a browser lays out an Arabic name in Latin order.
    return f' lang="{lang}" dir="{text_direction(lang)}"'


@dataclass(slots=True)
class _Writer:
    """Writes the blocks and lines of one document; remembers what must be said or named once only."""

    document: Document
    options: HtmlOptions
    warnings: set[Warning] = field(default_factory=set)
    expanded: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    levels: "Levels | None" = None
    in_link: bool = False
    lang: LanguageTag | None = None  # of the block that is being written; None: the document's
    anchors: Iterator[Anchors] = field(default_factory=lambda: iter(()))

    def block(self, block: Block) -> str:
        """One block with all that is in it, on lines of its own."""
        around = self.lang
        self.lang = block.lang or around
        written = _BLOCKS.get(block.kind, _Writer.plain_block)(self, block)
        self.lang = around
        return written

    def inside(self, block: Block) -> str:
        if block.blocks:
            return "\n" + "\n".join(map(self.block, block.blocks)) + "\n"
        return self.line(block.inlines)

    def line(self, inlines: Sequence[Inline]) -> str:
        """All the inlines of a block. Its addresses are looked for in the whole of it: half a telephone number, the
        other half of which is bold, is another number."""
        found = list(runs(inlines, self.lang or self.document.lang))
        if self.options.whole:
            self.anchors = iter(anchors(found, self.options.phones, self.options.dates))
        else:
            self.anchors = iter([() for run in found if run.links])
        return self.inlines(inlines)

    def plain_block(self, block: Block) -> str:
        tag = TAGS[block.kind]
        return f"<{tag}{self.attributes(block)}>{self.inside(block)}</{tag}>"

    def heading(self, block: Block) -> str:
        if self.levels is None:
            self.levels = Levels.of(self.document, self.options.heading_base)
        level = self.levels.next(int(block.get("level", "2")))
        return f"<h{level}{self.attributes(block)}>{self.line(block.inlines)}</h{level}>"

    def listing(self, block: Block) -> str:
        tag = "ol" if block.get("ordered") else "ul"
        style = f' type="{block.get("type")}"' if tag == "ol" and block.get("type") else ""
        return f"<{tag}{style}{self.attributes(block)}>{self.inside(block)}</{tag}>"

    def section(self, block: Block) -> str:
        tag, role = _SECTIONS.get(block.get("role"), ("div", block.get("role")))
        said_role = f' role="{role}"' if role else ""
        return f"<{tag}{said_role}{self.attributes(block)}>{self.inside(block)}</{tag}>"

    def figure(self, block: Block) -> str:
        inside = [
            f"<figcaption{self.attributes(each)}>{self.inside(each)}</figcaption>"
            if each.kind == "caption"
            else self.block(each)
            for each in block.blocks
        ]
        return f"<figure{self.attributes(block)}>\n" + "\n".join(inside or [self.inside(block)]) + "\n</figure>"

    def code(self, block: Block) -> str:
        text = escape(plain_text(block.inlines), quote=False)
        own = self.attributes(replace(block, lang=None, dir=None))
        return f'<pre dir="ltr" translate="no"{own}><code>{text}</code></pre>'

    def rule(self, block: Block) -> str:
        return f"<hr{self.attributes(block)}>"

    def table(self, block: Block) -> str:
        caption = [f"<caption>{self.inside(each)}</caption>" for each in block.blocks if each.kind == "caption"]
        rows = [each for each in block.blocks if each.kind == "row"]
        heads = 0
        while heads < len(rows) and all(cell.get("header") for cell in rows[heads].blocks):
            heads += 1
        heads = heads if heads < len(rows) else 0
        if not any(cell.get("header") for row in rows for cell in row.blocks):
            self.warnings.add("table_without_headers")
        head = ["<thead>", *(self.row(row, heading=True) for row in rows[:heads]), "</thead>"] if heads else []
        body = ["<tbody>", *(self.row(row, heading=False) for row in rows[heads:]), "</tbody>"]
        return "\n".join([f"<table{self.attributes(block)}>", *caption, *head, *body, "</table>"])

    def row(self, row: Block, *, heading: bool) -> str:
        return "<tr>" + "".join(self.cell(cell, heading=heading) for cell in row.blocks) + "</tr>"

    def cell(self, cell: Block, *, heading: bool) -> str:
        inside = self.inside(cell)
        # A header cell without text heads nothing: the corner of a table is a plain cell.
        tag = "th" if cell.get("header") and inside.strip() else "td"
        scope = f' scope="{cell.get("scope", "col" if heading else "row")}"' if tag == "th" else ""
        return f"<{tag}{scope}{self.attributes(cell)}>{inside}</{tag}>"

    def inlines(self, inlines: Iterable[Inline]) -> str:
        """A line of text."""
        return "".join(_INLINES.get(each.kind, _Writer.wrapped)(self, each) for each in inlines)

    def wrapped(self, inline: Inline) -> str:
        tag = TAGS[inline.kind]
        around, self.in_link = self.in_link, self.in_link or is_taken(inline)
        inside = self.inlines(inline.children)
        self.in_link = around
        return f"<{tag}{self.attributes(inline)}>{inside}</{tag}>"

    def text(self, inline: Inline) -> str:
        written, end = [], 0
        for start, stop, anchor in () if self.in_link else next(self.anchors):
            written.append(escape(inline.text[end:start], quote=False) + anchor)
            end = stop
        return "".join(written) + escape(inline.text[end:], quote=False)

    def math(self, inline: Inline) -> str:
        """The formula itself, laid out from the left in every language."""
        spoken = f' lang="{inline.lang}" dir="ltr"' if inline.lang else ""
        own = self.attributes(replace(inline, lang=None))
        return f"<math{spoken}{own}{inline.get('mathml').removeprefix('<math')}"

    def keep(self, inline: Inline) -> str:
        return f'<span translate="no"{self.attributes(inline)}>{escape(inline.text, quote=False)}</span>'

    def inline_code(self, inline: Inline) -> str:
        return f'<code dir="ltr" translate="no">{escape(inline.text, quote=False)}</code>'

    def line_break(self, _inline: Inline) -> str:
        return "<br>"

    def image(self, inline: Inline) -> str:
        alt = inline.get("alt") or inline.get("aria-label") or inline.get("title")
        if not dict(inline.attributes).keys() & {"alt", "aria-label", "title"}:
            self.warnings.add("image_without_text")
        if source := inline.get("src"):
            return f'<img src="{escape(source)}" alt="{escape(alt)}"{self.attributes(inline)}>'
        return f'<span role="img" aria-label="{escape(alt)}"{_language(inline)}></span>' if alt else ""

    def field(self, inline: Inline) -> str:
        name = inline.get("aria-label") or inline.get("placeholder") or inline.get("title")
        labelled = inline.get("aria-label") or inline.get("id") or inline.get("aria-labelledby")
        label = f' aria-label="{escape(name)}"' if name and not labelled else ""
        return f'<input type="{inline.get("type", "text")}"{label}{self.attributes(inline)}>'

    def link(self, inline: Inline) -> str:
        href = inline.get("href")
        if not href:
            return self.wrapped(replace(inline, kind="span"))
        around, self.in_link = self.in_link, True
        inside = self.inlines(inline.children)
        self.in_link = around
        if not (plain_text(inline.children).strip() or inline.get("aria-label")):
            # A link that says nothing is announced as "link": its address says at least where it leads.
            inside += escape(host(href) or href, quote=False)
        if href.startswith("#"):
            href = f"#{self.options.id_prefix}{href[1:]}" if href[1:] else href
        return f'<a href="{escape(href)}"{self.attributes(inline)}>{inside}</a>'

    def button(self, inline: Inline) -> str:
        return f'<button type="button"{self.attributes(inline)}>{self.inlines(inline.children)}</button>'

    def abbreviation(self, inline: Inline) -> str:
        """Spelt out the first time: few screen readers say what stands in `title`."""
        inside, meaning = self.inlines(inline.children), inline.get("title")
        abbr = f"<abbr{self.attributes(inline, without=('title',))}>{inside}</abbr>"
        if not meaning or meaning in self.expanded or not self.options.whole:
            return abbr if self.options.whole or not meaning else f"<abbr{self.attributes(inline)}>{inside}</abbr>"
        self.expanded.add(meaning)
        return f"{escape(meaning, quote=False)} ({abbr})"

    def attributes(self, node: Node, without: Sequence[str] = ()) -> str:
        written = [_language(node), self.id(node)]
        if (role := node.get("role")) in STATEFUL_ROLES:
            written.append(f' role="{role}"')
        for name, value in node.attributes:
            if name in _WRITTEN_ELSEWHERE or name in without or (not value and name in TEXT_ATTRIBUTES):
                continue
            if name in REFERENCES:
                value = " ".join(f"{self.options.id_prefix}{each}" for each in value.split())
            written.append(f" {name}" if name in EMPTY_ATTRIBUTES else f' {name}="{escape(value)}"')
        return "".join(written)

    def id(self, node: Node) -> str:
        own = node.get("id")
        if not own or own in self.ids:
            return ""
        self.ids.add(own)
        return f' id="{escape(self.options.id_prefix + own)}"'


def _language(node: Node) -> str:
    if node.lang:
        return f' lang="{node.lang}" dir="{node.dir or text_direction(node.lang)}"'
    return f' dir="{node.dir}"' if node.dir else ""


_BLOCKS: Mapping[str, Callable[[_Writer, Block], str]] = {
    "heading": _Writer.heading, "list": _Writer.listing, "section": _Writer.section, "figure": _Writer.figure,
    "code": _Writer.code, "rule": _Writer.rule, "table": _Writer.table,
}  # fmt: skip
_INLINES: Mapping[str, Callable[[_Writer, Inline], str]] = {
    "text": _Writer.text, "keep": _Writer.keep, "code": _Writer.inline_code, "break": _Writer.line_break,
    "image": _Writer.image, "field": _Writer.field, "link": _Writer.link, "button": _Writer.button,
    "abbreviation": _Writer.abbreviation, "math": _Writer.math,
}  # fmt: skip
