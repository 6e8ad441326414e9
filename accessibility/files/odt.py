"""OpenDocument texts (ODF 1.3), translated in place."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from lxml import etree

from accessibility.document import Inline
from accessibility.files import archive, lines, odt_forms
from accessibility.files.archive import Archive
from accessibility.files.nested import Content, What, pieces
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.refusals import FileDamaged, FileEncrypted
from accessibility.files.xml import (
    Element,
    all_text,
    append_text,
    emptied,
    inside,
    name,
    namespaced,
    parse,
    removed,
    write,
)
from accessibility.scripts import runs_from_right
from locales.languages import text_direction
from locales.tags import LanguageTag

_NAMESPACES = {
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_REVISIONS = "http://openoffice.org/2009/office"
_TYPE = "application/vnd.oasis.opendocument."
_SPACES = re.compile("(  +)")


def _q(short: str) -> str:
    return namespaced(_NAMESPACES, short)


_CHANGES = tuple(
    f"{{{_NAMESPACES['text']}}}{each}" for each in ("tracked-changes", "change", "change-start", "change-end")
)


_WHAT: Mapping[str, What] = {
    **dict.fromkeys((_q("text:span"), _q("text:meta")), "around"),
    _q("text:a"): "link",
    **dict.fromkeys((_q("text:line-break"), _q("text:tab")), "break"),
    _q("text:s"): "space",
    _q("text:soft-page-break"): "gone",
    **dict.fromkeys(
        map(
            _q,
            (
                "text:bookmark", "text:bookmark-start", "text:bookmark-end", "text:reference-mark",
                "text:reference-mark-start", "text:reference-mark-end", "text:toc-mark", "text:toc-mark-start",
                "text:toc-mark-end", "text:alphabetical-index-mark", "office:annotation", "office:annotation-end",
            ),
        ),
        "anchor",
    ),
}  # fmt: skip


def open_odt(content: bytes, options: Options) -> OpenFile:
    """Body, tables, frames, forms, headers, footers, notes, alternative texts and the title; comments stay as they are.
    Of a presentation the slides and the speaker's notes; its masters hold no text of its author."""
    package = archive.read(content, options.limits)
    _refuse_encrypted(package)
    trees = {name: parse(package.parts[name]) for name in ("content.xml", "styles.xml") if name in package.parts}
    if "content.xml" not in trees:
        raise FileDamaged
    for tree in trees.values():
        _accept_changes(tree)
    meta = parse(package.parts["meta.xml"]) if "meta.xml" in package.parts else None
    slides = archive.mimetype(content).startswith(f"{_TYPE}presentation")
    read = [trees["content.xml"]] if slides else trees.values()
    slots = [each for tree in read for each in _slots(tree)] + _title(meta)

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        other = frozenset(style for tree in trees.values() for style in _from_right(tree))
        for tree in trees.values():
            _in_language(tree, target, other)
        changed = {name: write(tree) for name, tree in trees.items()}
        return package.written({**changed, **_meta(meta, target)})

    return OpenFile(slots, save)


def _refuse_encrypted(package: Archive) -> None:
    manifest = package.parts.get("META-INF/manifest.xml")
    if manifest and next(parse(manifest).iter(_q("manifest:encryption-data")), None) is not None:
        raise FileEncrypted


def _accept_changes(tree: Element) -> None:
    """What was put in is text like any other; what was struck out stands in the list of changes alone."""
    for element in list(tree.iter(*_CHANGES)):
        removed(element)


def _slots(tree: Element) -> Iterator[Slot]:
    unseen = _unseen_styles(tree)

    def what(element: Element) -> What:
        if element.tag == _q("text:span") and element.get(_q("text:style-name")) in unseen:
            return "through"
        if odt_forms.holds_text(element):
            return "link"
        return _WHAT.get(str(element.tag), "alone")

    # Before the paragraphs: elements around text are copied into them, with the attributes that they have by then.
    yield from odt_forms.asked(tree)
    for element in tree.iter(_q("text:p"), _q("text:h")):
        if not inside(element, _q("office:annotation")):
            yield from lines.some(_paragraph(element, what))
    for element in tree.iter(_q("svg:title"), _q("svg:desc")):
        yield from lines.content(element)


def _paragraph(element: Element, what: Callable[[Element], What]) -> Slot | None:
    content = Content(pieces(element), what, _append_text, _spaces)

    def fill(line: Sequence[Inline]) -> None:
        emptied(element)
        content.fill(element, line)

    return lines.slot(content.line, fill)


def _unseen_styles(tree: Element) -> frozenset[str]:
    """Styles that LibreOffice makes for revision numbers and languages: nobody sees them, and they cut words apart."""
    return frozenset(
        style.get(_q("style:name"), "")
        for style in tree.iter(_q("style:style"))
        if style.get(_q("style:family")) == "text"
        and style.get(_q("style:parent-style-name")) is None
        and not any(map(_seen, style.iter(_q("style:text-properties"))))
    )


def _seen(properties: Element) -> bool:
    names = (etree.QName(str(attribute)) for attribute in properties.attrib)
    return any(each.namespace != _REVISIONS and each.localname not in _LANGUAGE for each in names)


_LANGUAGE = frozenset(
    f"{name}{script}"
    for name in ("language", "country", "script", "rfc-language-tag")
    for script in ("", "-asian", "-complex")
)


def _spaces(element: Element) -> str:
    count = element.get(_q("text:c"), "1")
    return " " * (min(int(count), 1000) if count.isdecimal() else 1)


def _append_text(parent: Element, text: str) -> None:
    """Two spaces and more are an element; elsewhere they would be one."""
    for piece in _SPACES.split(text):
        if piece.startswith("  "):
            append_text(parent, " ")
            etree.SubElement(parent, _q("text:s"), {_q("text:c"): str(len(piece) - 1)})
        elif piece:
            append_text(parent, piece)


def _title(meta: Element | None) -> list[Slot]:
    return [slot for element in ([] if meta is None else meta.iter(_q("dc:title"))) for slot in lines.content(element)]


def _meta(meta: Element | None, target: LanguageTag) -> dict[str, bytes]:
    if meta is None:
        return {}
    holder = meta.find(_q("office:meta"))
    if holder is not None:
        found = holder.find(_q("dc:language"))
        if found is None:
            found = etree.SubElement(holder, _q("dc:language"))
        found.text = target
    return {"meta.xml": write(meta)}


def _from_right(tree: Element) -> Iterator[str]:
    """Styles of the paragraphs whose text, whatever the document is in, runs from right to left."""
    for element in tree.iter(_q("text:p"), _q("text:h")):
        if runs_from_right(all_text(element)):
            yield element.get(_q("text:style-name"), "")


def _in_language(tree: Element, target: LanguageTag, other: frozenset[str]) -> None:
    """`fo:language` and `fo:country` wherever a style names them, and where the defaults of paragraphs do not yet.
    `other`: styles that keep their direction where the target runs from left to right.

    A tag with more than language and region is written in full beside them (ODF 1.3, 20.322).
    """
    complex_script = text_direction(target) == "rtl"
    for properties in tree.iter(_q("style:text-properties")):
        if complex_script:
            _as_complex(properties)
        if _of_default(properties) or properties.get(_q("fo:language")) not in (None, "zxx", "none"):
            _say_language(properties, target, complex_script)
    for properties in tree.iter(_q("style:paragraph-properties"), _q("style:page-layout-properties")):
        if not complex_script and _style(properties) in other:
            continue
        writes = properties.get(_q("style:writing-mode"))
        everywhere = _of_default(properties) or name(properties) == "page-layout-properties"
        if complex_script or writes == "rl-tb":
            _turn(properties, everywhere, complex_script)
        if writes in ("lr-tb", "rl-tb") or (complex_script and everywhere):
            properties.set(_q("style:writing-mode"), "rl-tb" if complex_script else "lr-tb")
    for properties in tree.iter(_q("style:table-properties")) if complex_script else ():
        properties.set(_q("style:writing-mode"), "rl-tb")
        if properties.get(_q("table:align")) in ("left", "right"):
            properties.set(_q("table:align"), _OTHER_SIDE[properties.get(_q("table:align"), "")])


# Said by sides: LibreOffice takes `start` for the left, whichever way the text runs.
_OTHER_SIDE = {"start": "right", "left": "right", "end": "left", "right": "left"}
_OF_COMPLEX = {
    _q("fo:font-weight"): _q("style:font-weight-complex"),
    _q("fo:font-style"): _q("style:font-style-complex"),
    _q("fo:font-size"): _q("style:font-size-complex"),
}


def _turn(properties: Element, everywhere: bool, complex_script: bool) -> None:
    """Text that began on the left begins on the right, or the other way round."""
    said = properties.get(_q("fo:text-align"))
    if name(properties) == "page-layout-properties":
        return
    if said in _OTHER_SIDE:
        properties.set(_q("fo:text-align"), _OTHER_SIDE[said])
    elif said is None and everywhere:
        properties.set(_q("fo:text-align"), "right" if complex_script else "left")


def _as_complex(properties: Element) -> None:
    """Bold, italic and size hold for scripts from right to left too, which have attributes of their own."""
    for western, own in _OF_COMPLEX.items():
        value = properties.get(western)
        if value is not None and properties.get(own) is None:
            properties.set(own, value)


def _style(properties: Element) -> str:
    parent = properties.getparent()
    return "" if parent is None else parent.get(_q("style:name"), "")


def _of_default(properties: Element) -> bool:
    parent = properties.getparent()
    return parent is not None and name(parent) == "default-style"


def _say_language(properties: Element, target: LanguageTag, complex_script: bool) -> None:
    language, *rest = target.split("-")
    region = next((part for part in rest if len(part) == 2), "none")
    kinds = [("fo:language", "fo:country", "style:rfc-language-tag")]
    if complex_script:
        kinds.append(("style:language-complex", "style:country-complex", "style:rfc-language-tag-complex"))
    for said, country, whole in kinds:
        properties.set(_q(said), language)
        properties.set(_q(country), region)
        properties.attrib.pop(_q(whole), "")
        if len(rest) > (region != "none"):
            properties.set(_q(whole), target)


def _format(name: str, kind: str) -> FileFormat:
    return FileFormat(
        name,
        (f".{name}",),
        f"{_TYPE}{kind}",
        open_odt,
        lambda content: archive.mimetype(content).startswith(f"{_TYPE}{kind}"),
        binary=True,
    )


ODT, ODP = _format("odt", "text"), _format("odp", "presentation")
