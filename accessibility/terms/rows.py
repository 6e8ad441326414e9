"""Rows of CSV and TSV files. A row that could be read in two ways is refused: its author has to say what it means."""

import csv
import io
from collections.abc import Iterator, Sequence

from accessibility.terms.files import FileDamaged

Row = tuple[int, list[str]]


def of_csv(text: str) -> Iterator[Row]:
    """RFC 4180, each row with the line on which it ends; FileDamaged with the line."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error:
        raise FileDamaged(rows.line_num) from None


def of_tsv(text: str, heading: Sequence[str]) -> Iterator[Row]:
    """Cells between tabulators, each row with the line on which it begins.

    Spreadsheets quote a cell with a line end or a quotation mark in it, translators write quotation marks as letters: a
    line in which a quoted cell is not well-formed has letters. FileDamaged with the line, where a quotation over lines
    is not well-formed or they are rows themselves, and where one holds a tabulator and the file is not one with this
    `heading`, whose rows all have as many cells.
    """
    lines = io.StringIO(text, newline="")
    number, headed = 1, False
    for line in lines:
        row, taken = _row(line, lines)
        if row is None:
            raise FileDamaged(number)
        widths = (len(heading),) if headed else range(2, len(heading) + 1)
        tabbed = any("\t" in cell for cell in row)
        if (len(taken) > 1 or tabbed) and all(len(each.split("\t")) in widths for each in taken):
            raise FileDamaged(number)
        if tabbed and not (headed and len(row) == len(heading)):
            raise FileDamaged(number)
        yield number, row
        headed = headed or (number == 1 and row == list(heading))
        number += len(taken)


def _row(line: str, following: Iterator[str]) -> tuple[list[str] | None, list[str]]:
    """The row that begins with a line, None where a quotation has no good end, and the lines that it takes."""
    taken = [line]

    def needed() -> Iterator[str]:
        yield line
        for each in following:
            taken.append(each)
            yield each
        taken.append("")  # the file ends within a cell

    try:
        return next(csv.reader(needed(), csv.excel_tab, strict=True)), taken
    except csv.Error:
        return (None if len(taken) > 1 else line.rstrip("\r\n").split("\t")), taken
