"""Translation memories (TMX 1.4): every unit gets a variant in the target language, unless it has one."""

import re
from collections.abc import Callable, Sequence

from lxml import etree

from accessibility.document import Inline
from accessibility.files import lines
from accessibility.files.nested import Content, What, pieces
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.refusals import FileDamaged
from accessibility.files.xml import Element, name, parse, write
from locales import tags
from locales.tags import LanguageTag, base

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LOOKS_LIKE = re.compile(rb"<tmx\b")
# Filled when the file is saved: the target is not known while the units are read.
_PENDING = "und"


def open_tmx(content: bytes, _options: Options) -> OpenFile:
    """The variants in the language of the header, or of the first unit."""
    root = parse(content)
    if name(root) != "tmx":
        raise FileDamaged
    source = _source(root)
    added: list[Element] = []
    slots = [slot for unit in root.iter("tu") for slot in _unit(unit, source, added)]

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        for variant in added:
            unit = variant.getparent()
            assert unit is not None
            there = [each for each in unit.iter("tuv") if each is not variant and _language(each) == target]
            if there:
                unit.remove(variant)
            variant.set(_LANG, target)
        return write(root)

    return OpenFile(slots, save, source)


def _source(root: Element) -> LanguageTag | None:
    header = root.find("header")
    said = "" if header is None else header.get("srclang", "")
    first = next(root.iter("tuv"), None)
    return _tag(said) or (None if first is None else _language(first))


def _tag(said: str) -> LanguageTag | None:
    try:
        return tags.parse(said)
    except tags.UnknownLanguage:
        return None


def _language(variant: Element) -> LanguageTag | None:
    return _tag(variant.get(_LANG) or variant.get("lang") or "")


def _unit(unit: Element, source: LanguageTag | None, added: list[Element]) -> tuple[Slot, ...]:
    for variant in unit.iter("tuv"):
        said, segment = _language(variant), variant.find("seg")
        if segment is not None and said is not None and source is not None and base(said) == base(source):
            copy = etree.fromstring(etree.tostring(segment, with_tail=False), etree.XMLParser(resolve_entities=False))
            content = Content(pieces(copy), _what, lines=True)
            return lines.some(lines.slot(content.line, _writer(unit, variant, content, added)))
    return ()


def _what(element: Element) -> What:
    return "around" if name(element) == "hi" else "alone"


def _writer(
    unit: Element, variant: Element, content: Content, added: list[Element]
) -> Callable[[Sequence[Inline]], None]:
    def put(line: Sequence[Inline]) -> None:
        fresh = etree.SubElement(unit, "tuv", {_LANG: _PENDING})
        fresh.tail = variant.tail
        content.fill(etree.SubElement(fresh, "seg"), line)
        added.append(fresh)

    return put


TMX = FileFormat(
    "tmx",
    (".tmx",),
    "application/x-tmx+xml",
    open_tmx,
    lambda content: _LOOKS_LIKE.search(content[:2048]) is not None,
)
