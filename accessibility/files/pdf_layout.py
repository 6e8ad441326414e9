"""Lines as they stand on the pages of a PDF, read to paragraphs, headings and lists.

A PDF knows where each letter stands and nothing of paragraphs; what is said here is a reading of sizes and places.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accessibility.document import Block, Inline

_BULLET = re.compile(r"^[•▪◦‣●○■□·–—*-]\s+")
_NUMBERS = re.compile(r"\d+")
_ENDS = frozenset(".:;!?…。！？؟۔।")
_HEADING_RATIO = 1.15
_LONGEST_HEADING = 120
_MARGIN = 0.09  # of the page, above and below, where running heads and page numbers stand
_REPEATED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """`box`: which group of lines it belongs to; `place`: how high it stands, 0 at the foot of the page, 1 at the top;
    `left` and `right` in points."""

    text: str
    size: float
    bold: bool
    page: int
    box: int
    place: float
    left: float
    right: float


def blocks(lines: Sequence[Line]) -> tuple[Block, ...]:
    """In reading order, running heads once, page numbers never."""
    kept = list(_without_running_heads(lines)) if lines else []
    if not kept:
        return ()
    body = _body_size(kept)
    sizes = sorted({round(line.size) for line in kept if line.size >= body * _HEADING_RATIO}, reverse=True)
    found: list[Block] = []
    for group in _paragraphs(kept, body):
        block = _block(group, body, sizes)
        if block.kind == "item":
            if not found or found[-1].kind != "list":
                found.append(Block("list"))
            found[-1] = Block("list", blocks=(*found[-1].blocks, block))
        else:
            found.append(block)
    return tuple(found)


def _without_running_heads(lines: Sequence[Line]) -> Iterator[Line]:
    body = _body_size(lines)
    seen: Counter[str] = Counter(_shape(line, body) for line in lines if _in_margin(line))
    told: set[str] = set()
    for line in lines:
        shape = _shape(line, body)
        if _in_margin(line) and (not any(map(str.isalpha, line.text)) or (seen[shape] >= _REPEATED and shape in told)):
            continue
        told.add(shape)
        yield line


def _in_margin(line: Line) -> bool:
    return not _MARGIN < line.place < 1 - _MARGIN


def _shape(line: Line, body: float) -> str:
    """What makes two lines the same: in small print a number more or less is a page's."""
    return _NUMBERS.sub("#", line.text) if line.size < body - 0.5 else line.text


def _body_size(lines: Sequence[Line]) -> float:
    letters: Counter[int] = Counter()
    for line in lines:
        letters[round(line.size)] += len(line.text)
    return float(letters.most_common(1)[0][0])


def _heads(line: Line, body: float) -> bool:
    return line.size >= body * _HEADING_RATIO or (line.bold and line.text[-1] not in _ENDS)


def _paragraphs(lines: Sequence[Line], body: float) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(group, line, body):
            yield group
            group = []
        group.append(line)
    yield group


def _goes_on(group: Sequence[Line], line: Line, body: float) -> bool:
    before = group[-1]
    alike = abs(before.size - line.size) < 1 and _heads(before, body) == _heads(line, body)
    if not alike or _BULLET.match(line.text):
        return False
    if before.box != line.box:
        # Over the edge of a column or a page: only in the middle of a sentence.
        return before.text[-1] not in _ENDS and line.text[0].islower() and not _heads(line, body)
    width = max(each.right for each in group) - min(each.left for each in group)
    ended = before.text[-1] in _ENDS and before.right < max(line.right, before.left + width) - 0.15 * width
    return not ended


def _block(group: Sequence[Line], body: float, sizes: Sequence[int]) -> Block:
    text = _joined([line.text for line in group])
    if bullet := _BULLET.match(text):
        return Block("item", (Inline("text", text[bullet.end() :]),))
    first = group[0]
    if all(_heads(line, body) for line in group) and len(text) <= _LONGEST_HEADING:
        level = sizes.index(round(first.size)) + 1 if round(first.size) in sizes else len(sizes) + 1
        return Block("heading", (Inline("text", text),), attributes=(("level", str(min(level, 6))),))
    return Block("paragraph", (Inline("text", text),))


def _joined(texts: Sequence[str]) -> str:
    """Lines of a paragraph as one; a word that was cut at the end of a line is whole again."""
    whole = texts[0]
    for text in texts[1:]:
        if whole.endswith("\u00ad") or (whole.endswith("-") and whole[-2:-1].isalpha() and text[:1].islower()):
            whole = whole[:-1] + text
        else:
            whole = f"{whole} {text}"
    return whole
