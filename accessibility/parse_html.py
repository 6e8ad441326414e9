"""HTML to a document: the page is read as browsers read it, and only what the vocabulary knows is taken over."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from accessibility import mathml
from accessibility.document import (
    MAX_CHARS,
    Attributes,
    Block,
    BlockKind,
    Document,
    DocumentTooDeep,
    DocumentTooLarge,
    Inline,
    hidden,
)
from accessibility.html_vocabulary import BLOCKS, BOXES, DROPPED, INLINES, LANDMARKS, keeps, with_meaning, words
from accessibility.parse_tables import listed, table
from accessibility.whitespace import SPACES, tidy
from locales import tags
from locales.normalisation import normalise
from locales.profiles import TextDirection
from locales.tags import LanguageTag

_MAX_OPEN = 256  # elements left open; the parser's time grows with depth times length
_MAX_NESTED = 100  # elements inside elements, as parsed
_MAX_TAGS = 50_000
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,32})")
_SELF_CLOSING = words(
    "p li dt dd td th tr tbody thead tfoot colgroup option optgroup rt rp br hr img input wbr col area base link meta "
    "source track embed param keygen html head body"
)

_WHOLE_PAGE = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|body)[\s>]", re.IGNORECASE | re.DOTALL
)

_UNDETERMINED = LanguageTag("und")


@dataclass(frozen=True, slots=True)
class _Around:
    """What an element stands in."""

    lang: LanguageTag
    keep: bool = False  # translate="no"
    table: bool = False
    depth: int = 0


def parse(markup: str, lang: LanguageTag | None = None) -> Document:
    """A page or a fragment. `lang` is the language of the text; without it, what the page says of itself counts.

    Raises DocumentTooLarge and DocumentTooDeep. Broken HTML is read as the HTML standard says, never refused.
    """
    if len(markup) > MAX_CHARS:
        raise DocumentTooLarge(MAX_CHARS)
    _refuse_excess(markup)
    # Without a doctype a browser reads as in 1998, and a table would stand inside the paragraph in front of it.
    page = LexborHTMLParser("<!doctype html>" + normalise(markup))
    root = page.root
    if root is None or page.body is None:
        return Document(lang or _UNDETERMINED)
    said = _language(root) or _language(page.body)
    around = _Around(lang or said or _UNDETERMINED)
    declared = _direction(page.body) or _direction(root)
    title = page.head.css_first("title") if page.head else None
    return Document(
        around.lang,
        tuple(_flow(page.body, around)),
        declared if lang is None or said == lang else None,
        _clean(title.text()) if title else "",
        _WHOLE_PAGE.match(markup) is not None,
    )


def _refuse_excess(markup: str) -> None:
    opened: Counter[str] = Counter()
    depth = 0
    for place, (closing, name) in enumerate(_TAG.findall(markup)):
        if place >= _MAX_TAGS:
            raise DocumentTooLarge(_MAX_TAGS)
        name = name.lower()
        if name in _SELF_CLOSING:
            continue
        if not closing:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > _MAX_OPEN:
            raise DocumentTooDeep(_MAX_OPEN)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _language(node: LexborNode) -> LanguageTag | None:
    given = node.attributes.get("lang") or node.attributes.get("xml:lang")
    try:
        return tags.parse(given.strip()) if given else None
    except tags.UnknownLanguage:
        return None


def _direction(node: LexborNode) -> TextDirection | None:
    given = (node.attributes.get("dir") or "").strip().lower()
    return "rtl" if given == "rtl" else "ltr" if given == "ltr" else None


def _inside(node: LexborNode, around: _Around) -> tuple[_Around, LanguageTag | None]:
    """What this node's children stand in, and its language where that is another than around it."""
    lang = _language(node) or around.lang
    translate = (node.attributes.get("translate") or "").strip().lower()
    keep = translate == "no" or (around.keep and translate != "yes")
    if around.depth >= _MAX_NESTED:
        raise DocumentTooDeep(_MAX_NESTED)
    return _Around(lang, keep, around.table, around.depth + 1), lang if lang != around.lang else None


def _attributes(node: LexborNode, kind: str) -> Attributes:
    kept = ((name, keeps(kind, name, _clean(value or ""))) for name, value in node.attributes.items())
    return with_meaning(kind, {name: value for name, value in kept if value is not None})


def _hiding(node: LexborNode) -> Attributes:
    """What keeps a node from readers: it stays with what was in a box that is gone."""
    return tuple(each for each in _attributes(node, "section") if each in _HIDING or each[0] == "hidden")


_HIDING = (("aria-hidden", "true"),)


def _hidden(block: Block, hiding: Attributes) -> Block:
    added = tuple(each for each in hiding if each not in block.attributes)
    return replace(block, attributes=(*block.attributes, *added)) if added else block


def _clean(text: str) -> str:
    return SPACES.sub(" ", normalise(text)).strip()


def _flow(node: LexborNode, around: _Around) -> list[Block]:
    """The blocks in a node; text between them becomes paragraphs."""
    blocks: list[Block] = []
    line: list[Inline] = []
    for child in _children(node):
        name = _name(child)
        if name in BLOCKS or name in BOXES or (name in INLINES and _holds_blocks(child, around.depth)):
            blocks += _paragraph(line)
            line = []
            blocks += _block(child, name, around)
        else:
            line += _inline(child, around)
    return blocks + _paragraph(line)


def _name(node: LexborNode) -> str:
    name = "" if node.is_text_node else (node.tag or "").lower()
    return _heading_of(node, name) if name in _MAY_BE_HEADING else name


_MAY_BE_HEADING = frozenset({"div", "p", "span"})


def _heading_of(node: LexborNode, name: str) -> str:
    """The element that says by itself what `role="heading"` says of this one; without a level it is of the second."""
    given = node.attributes
    if (given.get("role") or "").strip().lower() != "heading":
        return name
    level = (given.get("aria-level") or "").strip()
    return f"h{min(max(int(level), 1), 6)}" if level.isascii() and level.isdecimal() and len(level) < 4 else "h2"


def _holds_blocks(node: LexborNode, depth: int) -> bool:
    if depth >= _MAX_NESTED:
        raise DocumentTooDeep(_MAX_NESTED)
    return any(
        _name(child) in BLOCKS or _name(child) in BOXES or _holds_blocks(child, depth + 1) for child in _children(node)
    )


def _paragraph(inlines: Sequence[Inline]) -> list[Block]:
    content = tidy(inlines)
    return [Block("paragraph", content)] if content else []


def _block(node: LexborNode, name: str, around: _Around) -> list[Block]:
    inner, lang = _inside(node, around)
    direction = _direction(node)
    if name in INLINES:
        wrapper = Inline(INLINES[name], lang=lang, dir=direction, attributes=_attributes(node, INLINES[name]))
        return [_wrapped(block, wrapper) for block in _flow(node, inner)]
    if name in BOXES:
        return _box(node, name, inner, lang, direction)
    block = _READERS.get(name, _simple)(node, name, inner)
    return [_hidden(replace(block, lang=lang or block.lang, dir=direction), _hiding(node))] if block else []


def _wrapped(block: Block, wrapper: Inline) -> Block:
    """An inline around blocks, as a link around a heading: it goes around the text of each."""
    inlines = (replace(wrapper, children=block.inlines),) if block.inlines else ()
    return replace(block, inlines=inlines, blocks=tuple(_wrapped(each, wrapper) for each in block.blocks))


def _box(
    node: LexborNode, name: str, inner: _Around, lang: LanguageTag | None, direction: TextDirection | None
) -> list[Block]:
    blocks = _flow(node, inner)
    attributes = dict(_attributes(node, "section"))
    if blocks and ("aria-label" in attributes or "aria-labelledby" in attributes):
        attributes.setdefault("role", LANDMARKS.get(name, "group"))
        return [Block("section", blocks=tuple(blocks), lang=lang, dir=direction, attributes=tuple(attributes.items()))]
    # The box is gone; its language stays with what was in it, and that nobody is to see it.
    hiding = _hiding(node)
    return [_hidden(replace(each, lang=each.lang or lang, dir=each.dir or direction), hiding) for each in blocks]


def _simple(node: LexborNode, name: str, around: _Around) -> Block | None:
    kind = BLOCKS[name]
    attributes = _attributes(node, kind)
    if kind == "heading":
        attributes = (*(each for each in attributes if each[0] != "aria-level"), ("level", name[1]))
    blocks = _flow(node, around)
    if kind in ("heading", "paragraph", "term", "caption"):
        # These hold a line of text: what the page put into them besides is told in that line.
        inlines = tidy([each for block in blocks for each in (*_lines(block), Inline("break"))])
        return Block(kind, inlines, attributes=attributes) if inlines else None
    return _holding(kind, blocks, attributes) if blocks else None


def _holding(kind: BlockKind, blocks: Sequence[Block], attributes: Attributes) -> Block:
    """A block around others; a single paragraph without a language of its own is but its text."""
    if (
        len(blocks) == 1
        and blocks[0].kind == "paragraph"
        and not (blocks[0].lang or blocks[0].dir or blocks[0].attributes)
    ):
        return Block(kind, blocks[0].inlines, attributes=attributes)
    return Block(kind, blocks=tuple(blocks), attributes=attributes)


def _lines(block: Block) -> tuple[Inline, ...]:
    inside = (*block.inlines, *(each for inner in block.blocks for each in _lines(inner)))
    return (Inline("span", "", inside, attributes=block.attributes),) if hidden(block) and inside else inside


def _rule(_node: LexborNode, _name: str, _around: _Around) -> Block:
    return Block("rule")


def _code(node: LexborNode, _name: str, _around: _Around) -> Block | None:
    text = normalise(node.text()).strip("\n")
    return Block("code", (Inline("code", text),)) if text.strip() else None


def _list(node: LexborNode, name: str, around: _Around) -> Block | None:
    """What stands in a list outside its items becomes an item."""
    kinds: tuple[BlockKind, ...] = ("term", "description") if name == "dl" else ("item",)
    items = []
    for block in _flow(node, around):
        items.append(block if block.kind in kinds else _holding(kinds[-1], [block], ()))
    ordered = (("ordered", "true"),) if name == "ol" else ()
    return Block(BLOCKS[name], blocks=tuple(items), attributes=_attributes(node, "list") + ordered) if items else None


def _table(node: LexborNode, _kind: str, around: _Around) -> Block | None:
    rows, caption = [], None
    inner = replace(around, table=True)
    for part in node.css("tr, caption"):
        if _owner(part) != node.mem_id:
            continue
        if _name(part) == "caption":
            caption = _simple(part, "figcaption", inner)
        else:
            hiding = tuple(dict.fromkeys((*_hiding(part), *_hiding_above(part))))
            cells = (_cell(cell, inner) for cell in _children(part) if _name(cell) in ("td", "th"))
            rows.append([_hidden(cell, hiding) for cell in cells])
    layout = (node.attributes.get("role") or "") in ("presentation", "none")
    if layout or around.table:
        return listed(rows, caption)
    return table(rows, caption, _attributes(node, "table"))


def _owner(part: LexborNode) -> int | None:
    above = part.parent
    while above is not None and _name(above) != "table":
        above = above.parent
    return above.mem_id if above is not None else None


def _hiding_above(row: LexborNode) -> Attributes:
    group = row.parent
    return _hiding(group) if group is not None and _name(group) in ("thead", "tbody", "tfoot") else ()


def _cell(node: LexborNode, around: _Around) -> Block:
    inner, lang = _inside(node, around)
    blocks = _flow(node, inner)
    attributes = _attributes(node, "cell") + ((("header", "true"),) if _name(node) == "th" else ())
    return replace(_holding("cell", blocks, attributes), lang=lang, dir=_direction(node))


_READERS = {"hr": _rule, "pre": _code, "ul": _list, "ol": _list, "menu": _list, "dl": _list, "table": _table}


def _inline(node: LexborNode, around: _Around) -> list[Inline]:
    if node.is_text_node:
        text = normalise(node.text_content or "")
        return [Inline("keep" if around.keep and text.strip() else "text", text)] if text else []
    name = _name(node)
    if name in DROPPED or not name or name[0] in "-_!?#":
        return []
    kind = INLINES.get(name, "span")
    inner, lang = _inside(node, around)
    if name == "math":
        return _formula(node, lang)
    attributes = _attributes(node, kind)
    direction = _direction(node)
    if kind in ("break", "image", "field"):
        known = kind != "field" or dict(attributes).get("type") or not node.attributes.get("type")
        return [Inline(kind, lang=lang, attributes=attributes)] if known else []
    if kind == "code":
        text = normalise(node.text())
        return [Inline("code", text, lang=lang, attributes=attributes)] if text else []
    children = tuple(each for child in _children(node) for each in _inline(child, inner))
    if name == "rt" and children:
        # A reading beside the signs that it is of, as a browser shows it that cannot put it above them.
        children = (Inline("text", "("), *children, Inline("text", ")"))
    leads_nowhere = kind == "link" and "href" not in dict(attributes)
    if (kind == "span" or leads_nowhere) and not (lang or direction or attributes):
        return list(children)
    return [Inline(kind, "", children, lang, direction, attributes)] if children else []


def _formula(node: LexborNode, lang: LanguageTag | None) -> list[Inline]:
    found = mathml.read(node)
    if found is None:
        return []
    attributes = (*(each for each in _attributes(node, "span") if each[0] != "title"), ("mathml", found.markup))
    return [Inline("math", found.text, lang=lang, attributes=tuple(sorted(attributes)))]
