"""XLIFF 1.2 and 2.0/2.1: targets are written beside their sources, as machine translation that waits for review."""

import re
from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from accessibility.document import Inline
from accessibility.files import lines, xliff_spans
from accessibility.files.nested import Content, What, pieces
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.refusals import FileDamaged
from accessibility.files.xml import Element, emptied, name, parse, write
from locales import tags
from locales.tags import LanguageTag

_V1 = "{urn:oasis:names:tc:xliff:document:1.2}"
_V2 = re.compile(r"\{urn:oasis:names:tc:xliff:document:2\.[0-9]\}")
_AROUND = frozenset({"g", "mrk", "pc", "sub", "hi"})
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LOOKS_LIKE = re.compile(rb"<xliff\b")
# Writes a line into the target, and answers it.
_Put = Callable[[Content, Sequence[Inline]], Element]
# A translation that a person has approved is not overwritten.
_FINISHED = frozenset({"final", "signed-off", "translated", "reviewed"})


def what(element: Element) -> What:
    """Inline elements around text carry it; codes of the original stand alone, but for line ends nothing is known."""
    local = name(element)
    if xliff_spans.is_span(element):
        return "alone" if xliff_spans.is_protected(element) else "around"
    if local == "mrk" and (element.get("translate") == "no" or element.get("mtype") == "protected"):
        return "alone"
    return "around" if local in _AROUND else "alone" if local else "anchor"


def open_xliff(content: bytes, _options: Options) -> OpenFile:
    """Units that have no translation yet, except those marked as not to be translated."""
    root = parse(content)
    prefix = _V1 if str(root.tag) == f"{_V1}xliff" else ""
    found = _V2.match(str(root.tag))
    if not (prefix or found) or name(root) != "xliff":
        raise FileDamaged
    slots = list(_of_1(root) if prefix else _of_2(root, found[0] if found else ""))

    def save(source: LanguageTag, target: LanguageTag) -> bytes:
        if prefix:
            for file in root.iter(f"{_V1}file"):
                file.set("source-language", file.get("source-language") or source)
                file.set("target-language", target)
        else:
            root.set("srcLang", root.get("srcLang") or source)
            root.set("trgLang", target)
        return write(root)

    return OpenFile(slots, save, _said(root))


def _said(root: Element) -> LanguageTag | None:
    first = next(root.iter(f"{_V1}file"), root)
    said = first.get("source-language") or root.get("srcLang")
    try:
        return tags.parse(said) if said else None
    except tags.UnknownLanguage:
        return None


def _of_1(root: Element) -> Iterator[Slot]:
    for unit in root.iter(f"{_V1}trans-unit"):
        source, target = unit.find(f"{_V1}source"), unit.find(f"{_V1}target")
        if source is None or _kept(unit) or unit.get("approved") == "yes" or _done(target):
            continue
        yield from _slot(source, _writer(source, f"{_V1}target", {"state": "needs-review-translation"}))


def _of_2(root: Element, prefix: str) -> Iterator[Slot]:
    for segment in root.iter(f"{prefix}segment"):
        source, target = segment.find(f"{prefix}source"), segment.find(f"{prefix}target")
        if source is None or _kept(segment) or segment.get("state") in _FINISHED or _done(target):
            continue
        # "translated" would say that nobody needs to look at it again.
        segment.attrib.pop("state", "")
        yield from _slot(source, _writer(source, f"{prefix}target", {}))


def _kept(element: Element) -> bool:
    """Whether it is not to be translated: the nearest around it that says so decides."""
    said = (each.get("translate") for each in (element, *element.iterancestors()))
    return next(filter(None, said), "yes") == "no"


def _done(target: Element | None) -> bool:
    return target is not None and any(str(text).strip() for text in target.itertext())


def _slot(source: Element, put: _Put) -> tuple[Slot, ...]:
    copy = _copied(source)
    ends = xliff_spans.wrapped(copy)
    content = Content(pieces(copy), what, lines=True)

    def write(line: Sequence[Inline]) -> None:
        xliff_spans.unwrapped(put(content, line), ends)

    return lines.some(lines.slot(content.line, write))


def _copied(source: Element) -> Element:
    """Elements move into the target when they are written: those of the source must stay where they are."""
    return etree.fromstring(etree.tostring(source, with_tail=False), etree.XMLParser(resolve_entities=False))


def _writer(source: Element, tag: str, attributes: dict[str, str]) -> _Put:
    def put(content: Content, line: Sequence[Inline]) -> Element:
        parent = source.getparent()
        assert parent is not None
        target = parent.find(tag)
        if target is None:
            target = etree.Element(tag)
            target.tail = source.tail
            parent.insert(parent.index(source) + 1, target)
        emptied(target)
        for key, value in attributes.items():
            target.set(key, value)
        if source.get(_SPACE):
            target.set(_SPACE, source.get(_SPACE, ""))
        content.fill(target, line)
        return target

    return put


XLIFF = FileFormat(
    "xliff",
    (".xlf", ".xliff"),
    "application/xliff+xml",
    open_xliff,
    lambda content: _LOOKS_LIKE.search(content[:2048]) is not None,
)
