"""Braille through liblouis: Unicode cells, or BRF pages for embossers and note takers.

A character without cells is never dropped: it ends the rendering, because a reader cannot see that it is missing.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from accessibility import tools
from accessibility.braille_tables import FOLDERS, Table, find, nearest
from accessibility.document import Document
from accessibility.linear import Line, Manner, TableStyle, lines
from accessibility.rendering import (
    Capability,
    NoBrailleTable,
    NothingToRender,
    Rendered,
    UndefinedCharacters,
    Warning,
)
from locales.normalisation import has_letters
from locales.tags import LanguageTag, base

TOOL = "lou_translate"

_CELLS = 0x2800
_BLANK = "\u2800"
# North American ASCII braille: the character for each of the 64 cells of six dots, in Unicode's order.
_ASCII = " A1B'K2L@CIF/MSP\"E3H9O6R^DJG>NTQ,*5<-U8V.%[$+X!&;:4\\0Z7(_?W]#Y)="
_TO_ASCII = {_CELLS + place: character for place, character in enumerate(_ASCII)}

_LONGEST_LINE = 800  # lou_translate cuts lines of more than 2,047 bytes wherever that is
# Private use: no table defines them, so their cells are what this table writes for the unknown, in 16 and in 32 bits.
_PROBES = ("\uf8ff", "\U000ffffd")

# Typography whose plain form means the same.
_PLAINER = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"', "\u2010": "-",
    "\u2013": "-", "\u2014": "-", "\u2011": "-", "\u2026": "...", "\u00a0": " ", "\u202f": " ",
    "\u2009": " ", "\u2022": "-",
})  # fmt: skip
_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn")


@dataclass(frozen=True, slots=True)
class BrailleOptions:
    """`grade` 1: uncontracted, 2: contracted. `width` and `height` in cells and lines; 0: no wrapping, no pages.
    `fallback`: whether the table of the nearest language may be used. `folders`: where tables are."""

    grade: Literal[1, 2] = 1
    form: Literal["unicode", "brf"] = "unicode"
    width: int | None = None
    height: int | None = None
    allow_undefined: bool = False
    fallback: Literal["deny", "nearest"] = "deny"
    tables: TableStyle = "rows"
    deadline_s: float = 10.0
    folders: tuple[Path, ...] = FOLDERS


def capability(lang: LanguageTag) -> Capability:
    """The table of the language, or the language whose table is the nearest."""
    if not tools.installed(TOOL):
        return Capability(available=False, exact=False, missing_tool=TOOL)
    table = find(lang, 1)
    other = None if table else nearest(lang)
    return Capability(table is not None, table is not None, table.path.name if table else "", other)


def render(document: Document, options: BrailleOptions) -> Rendered:
    """Raises NoBrailleTable, UndefinedCharacters, NothingToRender, ToolMissing, ToolFailed, ToolTimedOut."""
    said = lines(document, Manner(options.tables))
    if not said:
        raise NothingToRender
    table, exact = _table(document.lang, options)
    warnings: list[Warning] = [] if exact else ["nearest_table"]
    if table.contracted != (options.grade == 2):
        warnings.append("other_grade")
    left = tools.countdown(options.deadline_s)
    cells, undefined = _translated([line.text for line in said], table, left())
    if undefined:
        # Joiners shape letters on paper and have no cells of their own.
        joiners = dict.fromkeys(ord(each) for each in undefined if unicodedata.category(each) == "Cf")
        plainer = [line.text.translate(_PLAINER).translate(joiners) for line in said]
        cells, undefined = _translated(plainer, table, left())
    if undefined and not options.allow_undefined:
        raise UndefinedCharacters(document.lang, undefined)
    warnings += ["undefined_characters"] if undefined else []
    if any(base(run.lang) != base(document.lang) and has_letters(run.text) for line in said for run in line.runs):
        warnings.append("foreign_passage")
    used = (("table", table.path.name), ("name", table.name))
    form = _brf if options.form == "brf" else _unicode
    return form(document, said, cells, options, exact, used, tuple(warnings))


def _table(lang: LanguageTag, options: BrailleOptions) -> tuple[Table, bool]:
    if table := find(lang, options.grade, options.folders):
        return table, True
    other = nearest(lang)
    table = find(other, options.grade, options.folders) if other else None
    if options.fallback == "nearest" and table:
        return table, False
    raise NoBrailleTable(lang, other if table else None)


def _translated(texts: Sequence[str], table: Table, deadline_s: float) -> tuple[list[str], tuple[str, ...]]:
    """The cells of each text, and the characters that the table does not know."""
    known = sorted(set("".join(texts)) - {"\n"})
    pieces = [list(_pieces(text)) for text in texts]
    asked = [*_PROBES, *known, *(piece for each in pieces for piece in each)]
    # A table's includes are looked for beside it; `unicode.dis` first, so that cells come as Unicode.
    command = (TOOL, "--forward", f"{table.path.parent / 'unicode.dis'},{table.path}")
    # The program reads a backslash as the start of an escape, and would lose the line.
    asked_text = "".join(f"{line}\n" for line in asked).replace("\\", "\\\\")
    written = tools.run(command, asked_text.encode(), deadline_s).decode()
    answered = [line.replace(" ", _BLANK) for line in written.split("\n")[: len(asked)]]
    probes, alone, rest = answered[:2], answered[2 : 2 + len(known)], iter(answered[2 + len(known) :])
    cells = [_BLANK.join(next(rest) for _ in each) for each in pieces]
    escapes = tuple(probe[:3] for probe in probes if len(probe) > 3)
    in_escapes = any(escape in line for line in cells for escape in escapes)
    undefined = [
        character
        for character, cell in zip(known, alone, strict=True)
        if (in_escapes and cell.startswith(escapes)) or (cell in (*probes, "") and not _invisible(character))
    ]
    return cells, tuple(undefined)


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE


def _pieces(text: str) -> Iterator[str]:
    """A line in parts that the program reads whole, cut at spaces."""
    words: list[str] = []
    length = 0
    for word in text.replace("\n", " ").split(" "):
        for part in [word[start : start + _LONGEST_LINE] for start in range(0, len(word), _LONGEST_LINE)] or [word]:
            if words and length + len(part) > _LONGEST_LINE:
                yield " ".join(words)
                words, length = [], 0
            words.append(part)
            length += len(part) + 1
    yield " ".join(words)


_Used = tuple[tuple[str, str], ...]


def _unicode(
    document: Document, said: Sequence[Line], cells: Sequence[str], options: BrailleOptions, exact: bool, used: _Used,
    warnings: tuple[Warning, ...],
) -> Rendered:  # fmt: skip
    rows = list(_rows(said, cells, options.width or 0))
    parts = _pages(rows, options.height or 0)
    content = "\n".join(rows) + "\n"
    return Rendered(content, "text/plain; charset=utf-8", document.lang, "ltr", exact, used, warnings, parts)


def _brf(
    document: Document, said: Sequence[Line], cells: Sequence[str], options: BrailleOptions, exact: bool, used: _Used,
    warnings: tuple[Warning, ...],
) -> Rendered:  # fmt: skip
    width = 40 if options.width is None else options.width
    height = 25 if options.height is None else options.height
    rows = [row.translate(_TO_ASCII).rstrip() for row in _rows(said, cells, width)]
    parts = tuple(page.replace("\n", "\r\n") for page in _pages(rows, height))
    content = "\r\n\f".join(parts) + "\r\n"
    return Rendered(content.encode("ascii"), "application/x-brf", document.lang, "ltr", exact, used, warnings, parts)


def _pages(rows: Sequence[str], height: int) -> tuple[str, ...]:
    step = height or len(rows)
    return tuple("\n".join(rows[start : start + step]) for start in range(0, len(rows), step))


# First line and following lines, in cells, as books in braille have them.
_INDENTS: Mapping[str, tuple[int, int]] = {
    "heading": (0, 0),
    "text": (2, 0),
    "item": (0, 2),
    "row": (0, 2),
    "code": (0, 2),
}


def _rows(said: Sequence[Line], cells: Sequence[str], width: int) -> Iterator[str]:
    for place, (line, written) in enumerate(zip(said, cells, strict=True)):
        if place and line.kind == "heading":
            yield ""
        first, following = _INDENTS[line.kind] if width else (0, 0)
        deeper = 2 * line.depth
        yield from _wrapped(written.strip(_BLANK), width, first + deeper, following + deeper)


def _wrapped(cells: str, width: int, first: int, following: int) -> Iterator[str]:
    if not width:
        yield _BLANK * first + cells
        return
    row, empty = _BLANK * min(first, width - 1), True
    for word in cells.split(_BLANK):
        while word:
            gap = 0 if empty else 1
            if len(row) + gap + len(word) <= width:
                row, empty, word = row + _BLANK * gap + word, False, ""
            elif empty:
                # Longer than a whole line: cut, as there is no better place.
                room = width - len(row)
                yield row + word[:room]
                row, word = _BLANK * min(following, width - 1), word[room:]
            else:
                yield row
                row, empty = _BLANK * min(following, width - 1), True
    if not empty:
        yield row
