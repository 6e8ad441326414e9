"""Tables as text (CSV, TSV): the columns that are named are translated, every other cell stays as it is."""

import csv
import io
from collections.abc import Callable, Sequence
from itertools import islice

from accessibility.files import characters, lines
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.refusals import ColumnsUnknown, FileDamaged, FileTooManyParts
from locales.tags import LanguageTag

_MARK = "\ufeff"
_LOOKED_AT = 64 * 1024
_ROWS = 50
_MOST_CELLS = 2_000_000


class _Plain(csv.Dialect):
    """RFC 4180."""

    delimiter = ","
    quotechar = '"'
    doublequote = True
    skipinitialspace = False
    lineterminator = "\r\n"
    quoting = csv.QUOTE_MINIMAL


def open_csv(content: bytes, options: Options) -> OpenFile:
    """Columns by name: the first row names them and stays. By number from 1: every row is translated."""
    text = characters.decoded(content)
    dialect = _dialect(text.removeprefix(_MARK)[:_LOOKED_AT])
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix(_MARK), newline=""), dialect))
    except csv.Error:
        raise FileDamaged from None
    if sum(map(len, rows)) > _MOST_CELLS:
        raise FileTooManyParts(limit=_MOST_CELLS)
    columns, first = _columns(rows, options.columns)
    slots: list[Slot] = []
    for row in rows[first:]:
        for column in columns:
            if column < len(row):
                slots += lines.some(lines.plain(row[column], _setter(row, column)))

    def save(_source: LanguageTag, _target: LanguageTag) -> bytes:
        written = io.StringIO(newline="")
        csv.writer(written, dialect, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(rows)
        mark = _MARK if content.startswith("\ufeff".encode()) else ""
        return (mark + written.getvalue()).encode()

    return OpenFile(slots, save)


def _dialect(text: str) -> type[csv.Dialect]:
    """The mark that parts every row into as many cells; else the one that parts the first into most."""
    widths = {mark: [len(row) for row in _first_rows(text, mark)] or [1] for mark in ",;\t|"}
    delimiter = max(widths, key=lambda mark: (len(set(widths[mark])) == 1 < widths[mark][0], widths[mark][0]))
    return type("_Found", (_Plain,), {"delimiter": delimiter})


def _first_rows(text: str, mark: str) -> list[list[str]]:
    return [row for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), _ROWS) if row]


def _columns(rows: Sequence[Sequence[str]], wanted: Sequence[str]) -> tuple[list[int], int]:
    """Places of the columns, and the first row to translate."""
    head = [cell.strip() for cell in rows[0]] if rows else []
    width = max(map(len, rows), default=0)
    if wanted and all(name in head for name in wanted):
        return [head.index(name) for name in wanted], 1
    if wanted and all(name.isascii() and name.isdigit() and 1 <= int(name) <= width for name in wanted):
        return [int(name) - 1 for name in wanted], 0
    raise ColumnsUnknown


def _setter(row: list[str], column: int) -> Callable[[str], None]:
    def put(text: str) -> None:
        row[column] = text

    return put


CSV = FileFormat("csv", (".csv", ".tsv"), "text/csv; charset=utf-8", open_csv, columns=True)
