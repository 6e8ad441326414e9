"""PowerPoint presentations (ECMA-376, PresentationML and DrawingML), translated in place."""

import re
from collections.abc import Iterator

from accessibility.files import archive, lines, ooxml
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.run_items import Dialect
from accessibility.files.runs import Paragraph
from accessibility.files.xml import Element
from locales.languages import text_direction
from locales.tags import LanguageTag

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

_DIALECT = Dialect(
    _A[1:-1],
    of_run={"t": "text", "rPr": "gone"},
    of_paragraph={"r": "runs", "br": "break", "pPr": "gone", "endParaRPr": "gone"},
    unseen=frozenset({"lang", "altLang", "dirty", "err", "smtClean", "noProof", "bmk"}),
    link="hlinkClick",
)
# Slides, speaker's notes, text of diagrams; not the masters, whose text no audience sees.
_PART = re.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide|diagrams/(?:data|drawing))[0-9]+\.xml")
_MAIN = "ppt/presentation.xml"
_DRAWN = (f"{_P}cNvPr",)


def open_pptx(content: bytes, options: Options) -> OpenFile:
    """Slides, tables, diagrams, speaker's notes, alternative texts and the title; charts keep their words."""
    package = archive.read(content, options.limits)
    names = sorted((name for name in package.parts if _PART.fullmatch(name)), key=_number)
    trees = {name: ooxml.read_part(package.parts[name]) for name in (*names, _MAIN)}
    core = ooxml.core_properties(package)
    slots = [each for name in names for each in _slots(trees[name])] + ooxml.title(core)

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        for tree in trees.values():
            _in_language(tree, target)
        changed = {name: ooxml.write_part(tree, package.parts[name]) for name, tree in trees.items()}
        return package.written({**changed, **ooxml.with_language(core, target)})

    return OpenFile(slots, save)


def _number(name: str) -> tuple[int, str]:
    return int(re.findall("[0-9]+", name)[-1]), name


def _slots(tree: Element) -> Iterator[Slot]:
    for paragraph in tree.iter(f"{_A}p"):
        read = Paragraph(paragraph, _DIALECT)
        yield from lines.some(lines.slot(read.line, read.fill))
    for element in tree.iter(*_DRAWN):
        yield from ooxml.alternative_texts(element)


def _in_language(tree: Element, target: LanguageTag) -> None:
    for properties in tree.iter(f"{_A}rPr", f"{_A}endParaRPr", f"{_A}defRPr"):
        if properties.get("lang") is not None or properties.tag == f"{_A}rPr":
            properties.set("lang", target)
    rtl = text_direction(target) == "rtl"
    for paragraph in tree.iter(f"{_A}p"):
        _run_from(paragraph, rtl)
    for table in tree.iter(f"{_A}tblPr"):
        if rtl or table.get("rtl"):
            table.set("rtl", "1" if rtl else "0")


# The layout says where their text stands: in the middle, mostly.
_PLACED = frozenset({"title", "ctrTitle", "subTitle", "dt", "ftr", "sldNum"})


def _run_from(paragraph: Element, rtl: bool) -> None:
    properties = paragraph.find(f"{_A}pPr")
    if properties is None and rtl:
        properties = paragraph.makeelement(f"{_A}pPr")
        paragraph.insert(0, properties)
    if properties is None or not (rtl or properties.get("rtl")):
        return
    turned = rtl != (properties.get("rtl") == "1")
    properties.set("rtl", "1" if rtl else "0")
    side = properties.get("algn")
    if turned and side in ("l", "r"):
        properties.set("algn", "r" if side == "l" else "l")
    elif turned and side is None and rtl and not _is_placed(paragraph):
        properties.set("algn", "r")


def _is_placed(paragraph: Element) -> bool:
    shape = next(paragraph.iterancestors(f"{_P}sp"), None)
    place = None if shape is None else next(shape.iter(f"{_P}ph"), None)
    return place is not None and place.get("type") in _PLACED


PPTX = FileFormat(
    "pptx",
    (".pptx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    open_pptx,
    lambda content: archive.has_part(content, _MAIN),
    binary=True,
)
