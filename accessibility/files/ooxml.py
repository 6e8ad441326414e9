"""What Word and PowerPoint files have in common: their namespaces, properties of the file, alternative texts."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from accessibility.files import archive, lines
from accessibility.files.archive import Archive
from accessibility.files.opened import Slot
from accessibility.files.xml import Element, parse, write
from locales.tags import LanguageTag

# Strict files (ISO/IEC 29500-1) say the same in other namespaces: read as the usual ones and written as theirs.
_STRICT: Mapping[bytes, bytes] = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/presentationml/main": b"http://schemas.openxmlformats.org/presentationml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/picture": b"http://schemas.openxmlformats.org/drawingml/2006/picture",
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": (
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    ),
}
_USUAL = {usual: strict for strict, usual in _STRICT.items()}
_NAMESPACE = re.compile(rb"""(\sxmlns(?::[\w.-]+)?\s*=\s*)(["'])([^"']*)\2""")
_TYPES = "[Content_Types].xml"
_MOST_TYPES = 4 * 1024 * 1024
_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SPOKEN = ("descr", "title")


def read_part(content: bytes) -> Element:
    """A part in the usual namespaces; FileDamaged where it is no XML."""
    return parse(_renamed(content, _STRICT))


def write_part(tree: Element, before: bytes) -> bytes:
    """The part in the namespaces that it had before."""
    written = write(tree)
    strict = any(found[3] in _STRICT for found in _NAMESPACE.finditer(before))
    return _renamed(written, _USUAL) if strict else written


def _renamed(content: bytes, names: Mapping[bytes, bytes]) -> bytes:
    return _NAMESPACE.sub(lambda found: found[1] + found[2] + names.get(found[3], found[3]) + found[2], content)


def parts_of(package: Archive, kinds: Sequence[str]) -> list[str]:
    """The names of the parts whose content types end so, whatever they are called."""
    types = parse(package.parts.get(_TYPES, b""))
    of_all = {each.get("Extension"): each.get("ContentType", "") for each in types.iterfind("{*}Default")}
    of_one = {each.get("PartName"): each.get("ContentType", "") for each in types.iterfind("{*}Override")}
    return [
        name
        for name in package.parts
        if of_one.get(f"/{name}", of_all.get(name.rpartition(".")[2], "")).endswith(tuple(kinds))
    ]


def has_kind(content: bytes, kind: str) -> bool:
    """Whether a package says that a part of it is of a content type."""
    return kind.encode() in archive.first_bytes(content, _TYPES, _MOST_TYPES)


def core_properties(package: Archive) -> Element | None:
    """Title, author, dates; not every file has them."""
    content = package.parts.get(_CORE)
    return None if content is None else parse(content)


def title(core: Element | None) -> list[Slot]:
    """The title as a screen reader reads it out when the file is opened."""
    found = None if core is None else core.find(f"{_DC}title")
    return [] if found is None else list(lines.content(found))


def with_language(core: Element | None, target: LanguageTag) -> dict[str, bytes]:
    """The part with the language of the file."""
    if core is None:
        return {}
    found = core.find(f"{_DC}language")
    if found is None:
        found = etree.SubElement(core, f"{_DC}language")
    found.text = target
    return {_CORE: write(core)}


def alternative_texts(element: Element) -> Iterator[Slot]:
    """What is said in place of a picture, a shape or a chart. A file's name is no description."""
    for attribute in _SPOKEN:
        yield from lines.attribute(element, attribute)
