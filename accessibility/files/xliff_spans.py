"""Spans of XLIFF 2 that are marked at both ends (`<sm/>…<em/>`, `<sc/>…<ec/>`): read as elements around their text, so
that a translation keeps each end with its words, and written as ends again."""

from accessibility.files.xml import Element, name, removed

_AROUND = "between"
_ENDS = {"sm": "em", "sc": "ec"}
Ends = dict[str, tuple[Element, Element]]


def wrapped(source: Element) -> Ends:
    """Puts what stands between two ends of one parent into an element; the ends by the numbers of these."""
    ends: Ends = {}
    for start, end in _pairs(source):
        if start.getparent() is end.getparent():  # those that overlap with one before do not any more
            number = str(len(ends))
            ends[number] = (start, end)
            _wrap(start, end, number)
    return ends


def _pairs(source: Element) -> list[tuple[Element, Element]]:
    """Starts in their order, each with the first end behind it that names it; an isolated one ends elsewhere."""
    waiting: dict[tuple[str, str | None], list[int]] = {}
    pairs: list[tuple[Element, Element | None]] = []
    for each in source.iter("*"):
        local = name(each)
        if local in _ENDS and each.get("isolated") != "yes":
            waiting.setdefault((_ENDS[local], each.get("id")), []).append(len(pairs))
            pairs.append((each, None))
        for place in waiting.pop((local, each.get("startRef")), ()):
            pairs[place] = (pairs[place][0], each)
    return [(start, end) for start, end in pairs if end is not None]


def _wrap(start: Element, end: Element, number: str) -> None:
    around = start.makeelement(_AROUND, {"n": number, "translate": start.get("translate", "")})
    around.text, start.tail = start.tail, None
    while (each := start.getnext()) is not end:
        assert each is not None
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
