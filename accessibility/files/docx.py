"""Word documents (ECMA-376, WordprocessingML), translated in place: what is not text stays byte for byte."""

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from accessibility.files import archive, drawing, lines, ooxml, word_forms
from accessibility.files.archive import Archive
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.run_items import Dialect, What
from accessibility.files.runs import Paragraph
from accessibility.files.xml import Element
from accessibility.html_vocabulary import words
from accessibility.scripts import runs_from_right
from locales.languages import text_direction
from locales.tags import LanguageTag

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _are(what: What, names: str) -> dict[str, What]:
    return dict.fromkeys(names.split(), what)


_DIALECT = Dialect(
    _W,
    of_run={
        **_are("text", "t noBreakHyphen"),
        **_are("break", "br cr tab ptab"),
        **_are("anchor", "fldChar instrText commentReference annotationRef footnoteRef endnoteRef separator"),
        **_are("gone", "rPr lastRenderedPageBreak softHyphen delText delInstrText"),
    },
    of_paragraph={
        **_are("runs", "r"),
        # Tracked changes: what was put in stays, what was struck out goes.
        **_are("through", "ins moveTo smartTag customXml dir bdo"),
        **_are("gone", "pPr del moveFrom proofErr"),
        **_are("wrapper", "hyperlink sdt"),
        **_are(
            "anchor",
            "bookmarkStart bookmarkEnd commentRangeStart commentRangeEnd permStart permEnd moveFromRangeStart "
            "moveFromRangeEnd moveToRangeStart moveToRangeEnd customXmlInsRangeStart customXmlInsRangeEnd",
        ),
    },
    # The direction of a run is set by what stands in it in the end.
    unseen=words("lang noProof rsidR rsidRPr rsidDel hint webHidden rPrChange ins rtl"),
    inner={"sdt": "sdtContent"},
    keeps_space=True,
)
_MAIN = "wordprocessingml.document.main+xml"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_PARTS = tuple(f"{_KIND}{each}+xml" for each in ("document.main", "header", "footer", "footnotes", "endnotes"))
_DIAGRAMS = ("drawingml.diagramData+xml", "drawingml.diagramDrawing+xml", "ms-office.drawingml.diagramDrawing+xml")
_STYLES, _SETTINGS = f"{_KIND}styles+xml", f"{_KIND}settings+xml"
# The same drawn twice, for programs of today and for those of before.
_TWICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
# A picture and what it is drawn in have a description each.
_PICTURE = tuple(
    f"{{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}}{each}" for each in ("inline", "anchor")
)
_SHAPE = "{urn:schemas-microsoft-com:vml}shape"
_DRAWN = (
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr",
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr",
    "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}cNvPr",
)


def _w(local: str) -> str:
    return f"{{{_W}}}{local}"


def open_docx(content: bytes, options: Options) -> OpenFile:
    """Body, tables, text boxes, forms, headers, footers, notes, diagrams, alternative texts and the title."""
    package = archive.read(content, options.limits)
    trees = {name: ooxml.read_part(package.parts[name]) for name in ooxml.parts_of(package, _PARTS)}
    diagrams = {name: ooxml.read_part(package.parts[name]) for name in ooxml.parts_of(package, _DIAGRAMS)}
    core = ooxml.core_properties(package)
    slots = [each for tree in trees.values() for each in _slots(tree)] + _of_diagrams(diagrams) + ooxml.title(core)

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        for tree in trees.values():
            _in_language(tree, target)
        for tree in diagrams.values():
            drawing.in_language(tree, target)
        parts = {**trees, **diagrams}
        changed = {name: ooxml.write_part(tree, package.parts[name]) for name, tree in parts.items()}
        return package.written({**changed, **_defaults(package, target), **ooxml.with_language(core, target)})

    return OpenFile(slots, save)


def _slots(tree: Element) -> list[Slot]:
    return _once((_thing(element), slot) for element, slot in _placed(tree))


def _thing(element: Element) -> Element | None:
    """What it is a part of, where that may say everything twice."""
    return next(element.iterancestors(_TWICE), next(element.iterancestors(*_PICTURE), None))


def _of_diagrams(trees: Mapping[str, Element]) -> list[Slot]:
    """Each diagram has its words in two parts: what it says, and how it was drawn last."""
    together = next(iter(trees.values()), None)
    return _once((together, slot) for tree in trees.values() for _, slot in drawing.paragraphs(tree))


def _once(placed: Iterable[tuple[Element | None, Slot]]) -> list[Slot]:
    """What one thing shows or says twice is translated once, into both."""
    found: list[Slot] = []
    places: dict[tuple[Element, str], int] = {}
    for around, slot in placed:
        place = None if around is None else places.setdefault((around, slot.text), len(found))
        if place is None or place == len(found):
            found.append(slot)
        else:
            found[place] = _both(found[place], slot)
    return found


def _both(first: Slot, second: Slot) -> Slot:
    return Slot(first.text, lambda text: all([first.put(text), second.put(text)]))


def _placed(tree: Element) -> Iterator[tuple[Element, Slot]]:
    for paragraph in tree.iter(_w("p")):
        read = Paragraph(paragraph, _DIALECT)
        for slot in lines.some(lines.slot(read.line, read.fill)):
            yield paragraph, slot
        for slot in word_forms.of_fields(read, _DIALECT):
            yield paragraph, slot
    for element, slot in word_forms.of_controls(tree, _DIALECT):
        yield element, slot
    for element in tree.iter(*_DRAWN, _SHAPE):
        for slot in lines.attribute(element, "alt") if element.tag == _SHAPE else ooxml.alternative_texts(element):
            yield element, slot


def _in_language(tree: Element, target: LanguageTag) -> None:
    """Runs say no language of their own, so that they have that of the document; paragraphs run as its script does."""
    for each in list(tree.iter(_w("lang"))):
        parent = each.getparent()
        assert parent is not None
        parent.remove(each)
    rtl = text_direction(target) == "rtl"
    for paragraph in tree.iter(_w("p")):
        if rtl or not runs_from_right(_shown(paragraph)):
            _switch(paragraph, "pPr", "bidi", rtl)
    for run in tree.iter(_w("r")):
        if run.find(_w("t")) is not None and (rtl or not runs_from_right(_shown(run))):
            _switch(run, "rPr", "rtl", rtl)
    for table in tree.iter(_w("tbl")):
        _switch(table, "tblPr", "bidiVisual", rtl)
    if rtl:
        _as_complex(tree)


def _shown(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter(_w("t")))


# Scripts from right to left have bold, italic and size of their own.
_OF_COMPLEX = {"b": "bCs", "i": "iCs", "sz": "szCs"}


def _as_complex(tree: Element) -> None:
    for properties in tree.iter(_w("rPr")):
        for western, own in _OF_COMPLEX.items():
            found = properties.find(_w(western))
            if found is not None and properties.find(_w(own)) is None:
                found.addnext(etree.Element(_w(own), {str(key): str(value) for key, value in found.attrib.items()}))


_OFF = frozenset({"0", "false", "off"})
# What stands behind these in the order of the schema (CT_PPr, CT_RPr, CT_TblPr).
_BEHIND: Mapping[str, frozenset[str]] = {
    "bidi": words(
        "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
        "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ),
    "bidiVisual": words(
        "tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar "
        "tblLook tblCaption tblDescription tblPrChange"
    ),
    "rtl": words("cs em lang eastAsianLayout specVanish oMath rPrChange"),
}


def _switch(element: Element, holder: str, local: str, on: bool) -> None:
    properties = element.find(_w(holder))
    if properties is not None:
        for old in properties.findall(_w(local)):
            if on or old.get(_w("val")) not in _OFF:
                properties.remove(old)
    if not on:
        return
    if properties is None:
        properties = etree.Element(_w(holder))
        element.insert(0, properties)
    place = next(
        (n for n, each in enumerate(properties) if etree.QName(each).localname in _BEHIND[local]), len(properties)
    )
    properties.insert(place, etree.Element(_w(local)))


def _defaults(package: Archive, target: LanguageTag) -> dict[str, bytes]:
    """The language of the styles and of the settings: what a screen reader takes for that of the document."""
    attribute = "bidi" if text_direction(target) == "rtl" else "val"
    changed = {}
    for name in ooxml.parts_of(package, [_STYLES]):
        styles = ooxml.read_part(package.parts[name])
        for each in styles.iter(_w("lang")):
            each.set(_w(attribute), target)
            each.set(_w("val"), target)
        if attribute == "bidi":
            _as_complex(styles)
        if styles.find(f"{_w('docDefaults')}/{_w('rPrDefault')}/{_w('rPr')}/{_w('lang')}") is None:
            _default_run_properties(styles).append(
                etree.Element(_w("lang"), {_w(attribute): str(target), _w("val"): str(target)})
            )
        changed[name] = ooxml.write_part(styles, package.parts[name])
    for name in ooxml.parts_of(package, [_SETTINGS]):
        settings = ooxml.read_part(package.parts[name])
        for each in settings.iter(_w("themeFontLang")):
            each.set(_w(attribute), target)
            each.set(_w("val"), target)
        changed[name] = ooxml.write_part(settings, package.parts[name])
    return changed


def _default_run_properties(styles: Element) -> Element:
    found = styles
    for place, local in ((0, "docDefaults"), (0, "rPrDefault"), (0, "rPr")):
        inner = found.find(_w(local))
        if inner is None:
            inner = etree.Element(_w(local))
            found.insert(place, inner)
        found = inner
    return found


DOCX = FileFormat(
    "docx",
    (".docx",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    open_docx,
    lambda content: archive.has_part(content, "word/document.xml") or ooxml.has_kind(content, _MAIN),
    binary=True,
)
