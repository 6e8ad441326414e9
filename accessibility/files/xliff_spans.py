"""Spans of XLIFF 2 that are marked at both ends (`<sm/>…<em/>`, `<sc/>…<ec/>`): read as elements around their text, so
that a translation keeps each end with its words, and written as ends again."""

from accessibility.files.xml import Element, name, removed

_AROUND = "between"
_ENDS = {"sm": "em", "sc": "ec"}
Ends = dict[str, tuple[Element, Element]]


def wrapped(source: Element) -> Ends:
    """Puts what stands between two ends of one parent into an element; the ends by the numbers of these."""
    ends: Ends = {}
    for start in [each for each in source.iter("*") if name(each) in _ENDS]:
        end = next((each for each in start.itersiblings() if _closes(each, start)), None)
        if end is not None:
            number = str(len(ends))
            ends[number] = (start, end)
            _wrap(start, end, number)
    return ends


def _closes(each: Element, start: Element) -> bool:
    return name(each) == _ENDS[name(start)] and each.get("startRef") == start.get("id")


def _wrap(start: Element, end: Element, number: str) -> None:
    around = start.makeelement(_AROUND, {"n": number, "translate": start.get("translate", "")})
    around.text, start.tail = start.tail, None
    for each in list(start.itersiblings()):
        if each is end:
            break
        around.append(each)  # with the text behind it
    around.tail, end.tail = end.tail, None
    parent = start.getparent()
    assert parent is not None
    parent.replace(start, around)
    parent.remove(end)


def is_protected(element: Element) -> bool:
    """Whether it is a span whose text is not to be translated."""
    return element.tag == _AROUND and element.get("translate") == "no"


def is_span(element: Element) -> bool:
    """Whether it stands for two ends."""
    return element.tag == _AROUND


def unwrapped(target: Element, ends: Ends) -> None:
    """The ends again, around the text that is between them now."""
    for around in reversed(list(target.iter(_AROUND))):
        start, end = ends[around.get("n", "")]
        parent = around.getparent()
        assert parent is not None
        place = parent.index(around)
        inner = list(around)
        parent[place:place] = [start, *inner, end]
        start.tail = around.text
        removed(around)
