"""HTML pages as files. The page stays its author's, scripts and all: what comes back is a file to save, never shown
by this service as a page of its own."""

import re
from typing import TYPE_CHECKING

import lxml.html

from accessibility.files import characters
from accessibility.files.markup import Page
from accessibility.files.opened import FileFormat, OpenFile, Options
from accessibility.files.refusals import FileDamaged, FileTooManyParts
from accessibility.files.xml import Element
from locales.tags import LanguageTag

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKS_LIKE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(r"charset=[\w-]+", re.IGNORECASE)
_MOST_ELEMENTS = 300_000


def open_html(content: bytes, _options: Options) -> OpenFile:
    """Text, titles, alternative texts and labels; parts in another language, code and `translate="no"` stay."""
    found = _DECLARED.search(content[:4096])
    text = characters.decoded(content, found[1].decode("ascii") if found else None)
    try:
        root = lxml.html.document_fromstring(_DECLARATION.sub("", text), parser=lxml.html.HTMLParser(huge_tree=False))
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        raise FileDamaged from None
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise FileTooManyParts(limit=_MOST_ELEMENTS)
    page = Page(root)

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        page.finish(target)
        _in_utf8(root)
        return bytes(lxml.html.tostring(root.getroottree(), encoding="utf-8", doctype="<!DOCTYPE html>")) + b"\n"

    return OpenFile(page.slots, save, page.lang)


def _in_utf8(root: Element) -> None:
    """What the page says of its encoding becomes true."""
    declared = list(_declarations(root))
    if not declared:
        head = root.find("head")
        if head is None:
            head = root.makeelement("head")
            root.insert(0, head)
        head.insert(0, root.makeelement("meta", {"charset": "utf-8"}))


def _declarations(root: Element) -> "Iterator[Element]":
    for element in root.iter("meta"):
        if element.get("charset"):
            element.set("charset", "utf-8")
            yield element
        elif element.get("http-equiv", "").lower() == "content-type":
            element.set("content", _CHARSET.sub("charset=utf-8", element.get("content", "")))
            yield element


def looks_like_html(content: bytes) -> bool:
    """Whether it begins as a page does."""
    return _LOOKS_LIKE.match(content[:4096].removeprefix(b"\xef\xbb\xbf")) is not None


HTML = FileFormat("html", (".html", ".htm", ".xhtml"), "text/html; charset=utf-8", open_html, looks_like_html)
