"""What is in a package and how it is set, as another reader than ours sees it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import groupby

from lxml import etree

from accessibility.files.xml import removed
from accessibility.html_vocabulary import words

# Nobody sees these, or they only say where a run begins.
_UNSEEN = words(
    "proofErr lang noProof bookmarkStart bookmarkEnd bookmark commentRangeStart commentRangeEnd rPr r t del delText ins "
    "lastRenderedPageBreak rsids themeFontLang language endParaRPr latin s span bidi rtl rStyle"
)
# Comments, marks of an index and of changes stand at the end of a paragraph afterwards, or nowhere.
_MOVED = words(
    "annotation annotation-end commentReference alphabetical-index-mark tracked-changes change change-start change-end"
)
_SILENT = words("language delText")
_FORMATS = ("b", "i", "u", "vertAlign", "color")


def outline(content: bytes) -> list[str]:
    """Of a package: every element of every part, with the text in it; attributes that set text or links."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        lines = []
        for name in sorted(each for each in package.namelist() if not each.endswith("/")):
            lines.append(f"== {name}")
            if name.endswith((".xml", ".xhtml", ".opf", ".ncx", ".rels")):
                root = etree.fromstring(package.read(name).replace(b"&nbsp;", "\u00a0".encode()))
                lines += _joined(_elements(_without_moved(root)))
            elif name != "mimetype":
                lines.append(str(zip_crc(package, name)))
    return lines


def _without_moved(root: etree._Element) -> etree._Element:
    for each in list(root.iter("*")):
        if etree.QName(each).localname in _MOVED:
            removed(each)
    return root


def zip_crc(package: zipfile.ZipFile, name: str) -> int:
    return package.getinfo(name).CRC


def _elements(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Kind and text: kinds of text say the format they are in."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        local = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if event == "start":
            if local and local not in _UNSEEN:
                yield local, _said(element)
            if local == "s" and "text:1.0" in str(element.tag):
                yield "text ", " " * int(next(iter(element.attrib.values()), "1"))
            if element.text and local not in _SILENT and (element.text.strip() or local in ("t", "span")):
                yield f"text {_format(element)}", element.text
        elif element.tail and element.tail.strip():
            yield f"text {_format(element.getparent())}", element.tail


def _said(element: etree._Element) -> str:
    kept = ("style-name", "href", "id", "val", "descr", "alt", "title", "class", "c", "src")
    return " ".join(
        f"{etree.QName(str(key)).localname}={value!s}"
        for key, value in element.attrib.items()
        if etree.QName(str(key)).localname in kept and etree.QName(element).localname != "lang"
    )


def _format(element: etree._Element | None) -> str:
    if element is None:
        return ""
    run = element if etree.QName(element).localname != "t" else element.getparent()
    if run is None:
        return ""
    properties = next((each for each in run if str(each.tag).endswith("}rPr")), None)
    if properties is None:
        return ""
    shown = [each for each in properties if etree.QName(each).localname in _FORMATS]
    own = [f"{key!s}={value!s}" for key, value in properties.attrib.items() if key in _FORMATS]
    style = [str(each.attrib.values()[0]) for each in properties if str(each.tag).endswith("}rStyle")]
    return " ".join([*(etree.QName(each).localname for each in shown), *own, *style])


def _joined(found: Iterator[tuple[str, str]]) -> list[str]:
    """Neighbours of one format are one text, whatever the number of runs."""
    return [
        f"{kind} {''.join(text for _, text in group)}"
        if kind.startswith("text")
        else "\n".join(f"{k} {t}" for k, t in group)
        for kind, group in ((key, list(each)) for key, each in groupby(found, lambda pair: pair[0]))
    ]
