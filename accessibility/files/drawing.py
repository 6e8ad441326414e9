"""Text in drawings (ECMA-376, DrawingML): of slides, and of the diagrams of every office file."""

from collections.abc import Iterator

from accessibility.files import lines
from accessibility.files.opened import Slot
from accessibility.files.run_items import Dialect
from accessibility.files.runs import Paragraph
from accessibility.files.xml import Element
from accessibility.scripts import runs_from_right
from locales.languages import text_direction
from locales.tags import LanguageTag

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

_DIALECT = Dialect(
    A[1:-1],
    of_run={"t": "text", "rPr": "gone"},
    of_paragraph={"r": "runs", "br": "break", "pPr": "gone", "endParaRPr": "gone"},
    unseen=frozenset({"lang", "altLang", "dirty", "err", "smtClean", "noProof", "bmk"}),
    link="hlinkClick",
)


def paragraphs(tree: Element) -> Iterator[tuple[Element, Slot]]:
    """Each with the paragraph that it stands in."""
    for paragraph in tree.iter(f"{A}p"):
        read = Paragraph(paragraph, _DIALECT)
        for slot in lines.some(lines.slot(read.line, read.fill)):
            yield paragraph, slot


def in_language(tree: Element, target: LanguageTag) -> None:
    """Language of every run; direction and side of paragraphs and tables. A paragraph in another script that runs from
    right to left keeps its own."""
    for properties in tree.iter(f"{A}rPr", f"{A}endParaRPr", f"{A}defRPr"):
        if properties.get("lang") is not None or properties.tag == f"{A}rPr":
            properties.set("lang", target)
    rtl = text_direction(target) == "rtl"
    for paragraph in tree.iter(f"{A}p"):
        if rtl or not runs_from_right("".join(each.text or "" for each in paragraph.iter(f"{A}t"))):
            _run_from(paragraph, rtl)
    for table in tree.iter(f"{A}tblPr"):
        if rtl or table.get("rtl"):
            table.set("rtl", "1" if rtl else "0")


# The layout says where their text stands: in the middle, mostly.
_PLACED = frozenset({"title", "ctrTitle", "subTitle", "dt", "ftr", "sldNum"})


def _run_from(paragraph: Element, rtl: bool) -> None:
    properties = paragraph.find(f"{A}pPr")
    if properties is None and rtl:
        properties = paragraph.makeelement(f"{A}pPr")
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
