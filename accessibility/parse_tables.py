"""Rows of cells to a table that a screen reader can walk, or to a list where it only was a layout."""

from collections.abc import Sequence
from dataclasses import replace

from accessibility.document import Attributes, Block, Inline

Rows = Sequence[Sequence[Block]]


def table(rows: Rows, caption: Block | None, attributes: Attributes = ()) -> Block | None:
    """Header cells say what they head: those of a row of headers their columns, others their row."""
    filled = [tuple(row) for row in rows if row]
    if not filled:
        return None
    body = tuple(
        Block("row", blocks=tuple(_scoped(cell, all(each.get("header") for each in row)) for cell in row))
        for row in filled
    )
    return Block("table", blocks=(*((caption,) if caption and caption.inlines else ()), *body), attributes=attributes)


def _scoped(cell: Block, row_of_headers: bool) -> Block:
    if not cell.get("header") or cell.get("scope"):
        return cell
    return replace(cell, attributes=(*cell.attributes, ("scope", "col" if row_of_headers else "row")))


def listed(rows: Rows, caption: Block | None) -> Block | None:
    """A table that only arranges things, or that stands in a cell of another: an item for each row."""
    items = [_item(row) for row in rows if any(cell.inlines or cell.blocks for cell in row)]
    heading = [Block("item", caption.inlines)] if caption and caption.inlines else []
    return Block("list", blocks=(*heading, *items)) if items else None


def _item(row: Sequence[Block]) -> Block:
    cells = [cell for cell in row if cell.inlines or cell.blocks]
    if any(cell.blocks for cell in cells):
        return Block("item", blocks=tuple(block for cell in cells for block in _blocks(cell)))
    parts: list[Inline] = []
    for cell in cells:
        spoken = cell.lang or cell.dir
        run = (Inline("span", "", cell.inlines, cell.lang, cell.dir),) if spoken else cell.inlines
        parts += [*([Inline("text", " ")] if parts else []), *run]
    return Block("item", tuple(parts))


def _blocks(cell: Block) -> tuple[Block, ...]:
    return cell.blocks or (Block("paragraph", cell.inlines, lang=cell.lang, dir=cell.dir),)
