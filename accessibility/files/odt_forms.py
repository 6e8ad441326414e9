"""What an OpenDocument file asks its reader: labels, choices and help of form controls and of fields."""

from collections.abc import Iterator

from accessibility.files import lines
from accessibility.files.opened import Slot
from accessibility.files.xml import Element, name

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_SLIDES = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
# What LibreOffice writes before it is in the standard.
_LATER = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"

# Fields whose text is the author's; what others show is computed. What is declared for slides stands outside of them.
_WORDED = (
    *(f"{_TEXT}{each}" for each in ("text-input", "placeholder", "bookmark-ref", "reference-ref")),
    *(f"{_SLIDES}{each}-decl" for each in ("header", "footer")),
)
_CONTROL = f"{_LATER}content-control"
_CHOICE = (f"{_TEXT}label", f"{_LATER}list-item")
# Attributes that a reader sees or hears, by their elements.
_SAID = (
    *((f"{_TEXT}{each}", f"{_TEXT}description") for each in ("text-input", "placeholder")),
    *((f"{_TEXT}drop-down", f"{_TEXT}{each}") for each in ("help", "hint")),
    *((f"{_FORM}*", f"{_FORM}{each}") for each in ("label", "title")),
    (_CONTROL, f"{_LATER}alias"),
    (_CHOICE[0], f"{_TEXT}value"),
    (_CHOICE[1], f"{_LATER}display-text"),
)


def holds_text(element: Element) -> bool:
    """Whether it is a control around text, and not one to choose from."""
    return element.tag == _CONTROL and not _choices(element)


def asked(tree: Element) -> Iterator[Slot]:
    """All of it, and what was chosen or filled in."""
    for element in tree.iter(*_WORDED):
        yield from lines.content(element)
    for tag, attribute in _SAID:
        for element in tree.iter(tag):
            yield from lines.attribute(element, attribute)
    for field in tree.iter(f"{_TEXT}drop-down", _CONTROL):
        if choices := _choices(field):
            yield from lines.tail(choices[-1])


def _choices(field: Element) -> list[Element]:
    return [each for each in field if name(each) in ("label", "list-item")]
