"""What a Word document asks its reader: texts of form fields and content controls, and what fields show of others."""

from collections.abc import Iterator, Mapping

from accessibility.files import lines
from accessibility.files.opened import Slot
from accessibility.files.run_items import Dialect, Item
from accessibility.files.runs import Paragraph
from accessibility.files.xml import Element, name
from accessibility.html_vocabulary import words

# Fields whose text is the author's. What others show (numbers of pages, dates, sums) is computed again.
_WORDED = words("REF STYLEREF FORMTEXT FILLIN ASK QUOTE TITLE SUBJECT")
# Attributes that a reader sees or hears, by their elements.
_SAID: Mapping[str, str] = {
    **dict.fromkeys(words("alias listEntry statusText helpText default"), "val"),
    "listItem": "displayText",
}


def of_fields(paragraph: Paragraph, dialect: Dialect) -> Iterator[Slot]:
    """What is shown now by the fields that stand alone in a paragraph."""
    for item in paragraph.alone():
        if _code(item, dialect) in _WORDED:
            yield from lines.parts([each for node in item.nodes for each in node.iter(dialect.tag("t"))])


def of_controls(tree: Element, dialect: Dialect) -> Iterator[tuple[Element, Slot]]:
    """The titles of controls, the choices of lists, the help of fields."""
    for element in tree.iter(*map(dialect.tag, _SAID)):
        if element.get(dialect.tag("type")) != "autoText" and not _is_state(element):  # autoText: the name of one
            for slot in lines.attribute(element, dialect.tag(_SAID[name(element)])):
                yield element, slot


def _is_state(element: Element) -> bool:
    """Boxes and lists have a default too: whether one is ticked, the number of a choice."""
    parent = element.getparent()
    return name(element) == "default" and (parent is None or name(parent) != "textInput")


def _code(item: Item, dialect: Dialect) -> str:
    """The first word of the code of a field; empty for what is none."""
    if len(item.nodes) > 1:
        told = "".join(each.text or "" for node in item.nodes for each in node.iter(dialect.tag("instrText")))
    else:
        told = item.nodes[0].get(dialect.tag("instr"), "")
    return next(iter(told.split()), "").upper()
