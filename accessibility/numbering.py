"""The numbers of a list's items, as a browser shows them: what "see point 5" refers to must stay 5.

HTML Standard §4.4.5 (`ol`: `start`, `reversed`, `type`) and §4.4.8 (`li`: `value`).
"""

from collections.abc import Iterator

from accessibility.document import Block

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST_ROMAN = 3999


def numbers(ordered: Block) -> Iterator[int]:
    """One for each item."""
    items = [block for block in ordered.blocks if block.kind == "item"]
    down = _has(ordered, "reversed")
    number = int(ordered.get("start") or (len(items) if down else 1))
    for item in ordered.blocks:
        number = int(item.get("value") or number)
        yield number
        number += -1 if down else 1


def labels(ordered: Block) -> Iterator[str]:
    """The same as they are written: "5", "c", "iv"."""
    style = ordered.get("type", "1")
    for number in numbers(ordered):
        written = _letters(number) if style in "aA" else _roman(number) if style in "iI" else str(number)
        yield written.upper() if style in "AI" else written


def in_sequence(ordered: Block) -> bool:
    """Whether the items count up one by one, in figures."""
    found = list(numbers(ordered))
    return ordered.get("type", "1") == "1" and found == list(range(found[0], found[0] + len(found))) and found[0] >= 0


def _has(block: Block, name: str) -> bool:
    return any(key == name for key, _ in block.attributes)


def _letters(number: int) -> str:
    if number < 1:
        return str(number)
    written = ""
    while number:
        number, place = divmod(number - 1, 26)
        written = chr(ord("a") + place) + written
    return written


def _roman(number: int) -> str:
    if not 1 <= number <= _LARGEST_ROMAN:
        return str(number)
    written = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        written += sign * times
    return written
