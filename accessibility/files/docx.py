"""Word documents (ECMA-376, WordprocessingML), translated in place: what is not text stays byte for byte."""

from collections.abc import Iterator, Mapping

from lxml import etree

from accessibility.files import archive, lines, ooxml
from accessibility.files.archive import Archive
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.run_items import Dialect, What
from accessibility.files.runs import Paragraph
from accessibility.files.xml import Element, parse, write
from accessibility.html_vocabulary import words
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
    unseen=frozenset({"lang", "noProof", "rsidR", "rsidRPr", "rsidDel", "hint", "webHidden", "rPrChange", "ins"}),
    inner={"sdt": "sdtContent"},
    keeps_space=True,
)
_PARTS = ("word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes")
_DRAWN = (
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr",
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr",
    "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}cNvPr",
)


def _w(local: str) -> str:
    return f"{{{_W}}}{local}"


def open_docx(content: bytes, options: Options) -> OpenFile:
    """Body, tables, text boxes, headers, footers, notes, alternative texts and the title."""
    package = archive.read(content, options.limits)
    trees = {name: parse(package.parts[name]) for name in package.parts if _is_part(name)}
    core = ooxml.core_properties(package)
    slots = [each for tree in trees.values() for each in _slots(tree)] + ooxml.title(core)

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        for tree in trees.values():
            _in_language(tree, target)
        changed = {name: write(tree) for name, tree in trees.items()}
        return package.written({**changed, **_defaults(package, target), **ooxml.with_language(core, target)})

    return OpenFile(slots, save)


def _is_part(name: str) -> bool:
    return name.startswith(_PARTS) and name.endswith(".xml") and name.count("/") == 1


def _slots(tree: Element) -> Iterator[Slot]:
    for paragraph in tree.iter(_w("p")):
        read = Paragraph(paragraph, _DIALECT)
        yield from lines.some(lines.slot(read.line, read.fill))
    yield from ooxml.alternative_texts(tree, _DRAWN)


def _in_language(tree: Element, target: LanguageTag) -> None:
    """Runs say no language of their own, so that they have that of the document; paragraphs run as its script does."""
    for each in list(tree.iter(_w("lang"))):
        parent = each.getparent()
        assert parent is not None
        parent.remove(each)
    rtl = text_direction(target) == "rtl"
    for paragraph in tree.iter(_w("p")):
        _switch(paragraph, "pPr", "bidi", rtl)
    for run in tree.iter(_w("r")):
        if run.find(_w("t")) is not None:
            _switch(run, "rPr", "rtl", rtl)
    for table in tree.iter(_w("tbl")):
        _switch(table, "tblPr", "bidiVisual", rtl)
    if rtl:
        _as_complex(tree)


# Scripts from right to left have bold, italic and size of their own.
_OF_COMPLEX = {"b": "bCs", "i": "iCs", "sz": "szCs"}


def _as_complex(tree: Element) -> None:
    for properties in tree.iter(_w("rPr")):
        for western, own in _OF_COMPLEX.items():
            found = properties.find(_w(western))
            if found is not None and properties.find(_w(own)) is None:
                found.addnext(etree.Element(_w(own), {str(key): str(value) for key, value in found.attrib.items()}))


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
    if content := package.parts.get("word/styles.xml"):
        styles = parse(content)
        for each in styles.iter(_w("lang")):
            each.set(_w(attribute), target)
            each.set(_w("val"), target)
        if attribute == "bidi":
            _as_complex(styles)
        if styles.find(f"{_w('docDefaults')}/{_w('rPrDefault')}/{_w('rPr')}/{_w('lang')}") is None:
            _default_run_properties(styles).append(
                etree.Element(_w("lang"), {_w(attribute): str(target), _w("val"): str(target)})
            )
        changed["word/styles.xml"] = write(styles)
    if content := package.parts.get("word/settings.xml"):
        settings = parse(content)
        for each in settings.iter(_w("themeFontLang")):
            each.set(_w(attribute), target)
            each.set(_w("val"), target)
        changed["word/settings.xml"] = write(settings)
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
    lambda content: archive.has_part(content, "word/document.xml"),
    binary=True,
)
