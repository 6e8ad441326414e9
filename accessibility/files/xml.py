"""XML that came from outside: no entity is expanded, nothing is fetched, and what was made to harm is refused."""

from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import Any

from lxml import etree

from accessibility.files.refusals import FileDamaged

Element = etree._Element  # noqa: SLF001 the name that lxml gives its type

_PARSER_OPTIONS = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_blank_text": False,
}  # fmt: skip


def parse(content: bytes) -> Element:
    """The root element; FileDamaged where it is not well-formed or declares entities."""
    try:
        root = etree.fromstring(content, etree.XMLParser(**_PARSER_OPTIONS))  # type: ignore[arg-type]
    except (etree.XMLSyntaxError, ValueError):
        raise FileDamaged from None
    internal: Any = root.getroottree().docinfo.internalDTD
    if internal is not None and any(True for _ in internal.iterentities()):
        raise FileDamaged
    _resolve_named(root)
    return root


def _resolve_named(root: Element) -> None:
    """`&nbsp;` and its like, which XHTML knows without declaring them."""
    for entity in list(root.iter(etree.Entity)):
        value = html5.get((entity.text or "").removeprefix("&"))
        if value is None:
            raise FileDamaged
        _replace_by_text(entity, value)


def _replace_by_text(node: Element, text: str) -> None:
    parent = node.getparent()
    assert parent is not None
    text += node.tail or ""
    before = node.getprevious()
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    node.tail = None
    parent.remove(node)


def write(root: Element) -> bytes:
    """The document with its declaration, in UTF-8."""
    tree = root.getroottree()
    standalone: Any = tree.docinfo.standalone
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=standalone))


def name(element: Element) -> str:
    """The local name; empty for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespaced(namespaces: Mapping[str, str], short: str) -> str:
    """`w:p` as lxml writes it."""
    prefix, _, local = short.partition(":")
    return f"{{{namespaces[prefix]}}}{local}"


def all_text(element: Element) -> str:
    """The text of it and of all that is in it; of a comment none."""
    return "".join(map(str, element.itertext())) if isinstance(element.tag, str) else ""


def shell(element: Element) -> Element:
    """The element alone, without what is in it."""
    attributes = {str(key): str(value) for key, value in element.attrib.items()}
    namespaces: Any = element.nsmap
    return element.makeelement(element.tag, attributes, namespaces)


def emptied(element: Element) -> None:
    """Takes out all that is in an element; its attributes and its tail stay."""
    for child in list(element):
        child.tail = None
        element.remove(child)
    element.text = None


def removed(element: Element) -> None:
    """Takes it out of what it stands in; the text behind it stays."""
    parent = element.getparent()
    assert parent is not None
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    element.tail = None
    parent.remove(element)


def append_text(element: Element, text: str) -> None:
    """Text behind all that is in an element."""
    last = element[-1] if len(element) else None
    if last is None:
        element.text = (element.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def inside(element: Element, tag: str) -> bool:
    """Whether an element of this tag is around it."""
    return next(element.iterancestors(tag), None) is not None


def elements(element: Element) -> Iterator[Element]:
    """Its children that are elements."""
    return (child for child in element if isinstance(child.tag, str))
