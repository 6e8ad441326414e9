"""A document as lines in the order they are heard: what a screen reader would say, without its commands.

Tables become "Row 1. Day: Monday. Hours: 9:00", abbreviations are spelt out the first time, images say their text, and
text that is struck out is left out, since nothing in a line of plain text says that it no longer holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from accessibility.document import Block, Document, Inline, hidden, plain_text
from accessibility.numbering import labels
from accessibility.words import said
from locales.tags import LanguageTag

TableStyle = Literal["rows", "cells"]

_RAISED = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
_ENDS = (".", "!", "?", "…", ":", "։", "።", "፧", "।", "॥", "។", "။", "؟", "۔", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one language."""

    text: str
    lang: LanguageTag


@dataclass(frozen=True, slots=True)
class Line:
    """What is said in one go. `opens`: a new block begins with it, and a longer pause stands in front."""

    runs: tuple[Run, ...]
    kind: Literal["heading", "text", "item", "row", "code"]
    opens: bool
    depth: int = 0  # of lists

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Manner:
    """`addresses`: a link's address follows its text. `bullets`: items begin with a mark, as on paper."""

    tables: TableStyle = "rows"
    addresses: bool = False
    bullets: bool = False


def lines(document: Document, manner: Manner) -> tuple[Line, ...]:
    """Every line that has something to say."""
    reader = _Reader(document, manner)
    written = list(reader.document_lines())
    return tuple(_trimmed(line) for line in written if line.text.strip())


def _trimmed(line: Line) -> Line:
    if line.kind == "code":
        return line
    *others, last = line.runs
    ended = Run(last.text.rstrip(" "), last.lang)
    return replace(line, runs=(*others, ended) if ended.text else tuple(others))


@dataclass(slots=True)
class _Reader:
    document: Document
    manner: Manner
    expanded: set[str] = field(default_factory=set)

    def document_lines(self) -> Iterator[Line]:
        lang, title = self.document.lang, self.document.title
        blocks = self.document.blocks
        if title and not (blocks and plain_text(blocks[0].inlines).strip() == title):
            yield Line((Run(title, lang),), "heading", opens=True)
        yield from self.blocks(blocks, lang)

    def blocks(self, blocks: Sequence[Block], lang: LanguageTag, depth: int = 0) -> Iterator[Line]:
        for block in blocks:
            if not hidden(block):
                yield from self.block(block, block.lang or lang, depth)

    def block(self, block: Block, lang: LanguageTag, depth: int) -> Iterator[Line]:
        if block.kind in ("list", "definitions"):
            yield from self.items(block, lang, depth)
        elif block.kind == "table":
            yield from self.table(block, lang)
        elif block.kind == "code":
            rows = plain_text(block.inlines).split("\n")
            yield from (Line((Run(row, lang),), "code", opens=not place) for place, row in enumerate(rows))
        else:
            if label := block.get("aria-label"):
                yield Line((Run(label, lang),), "text", opens=True)
            kind: Literal["heading", "text"] = "heading" if block.kind == "heading" else "text"
            yield from self.split(block.inlines, lang, kind)
            yield from self.blocks(block.blocks, lang, depth)

    def split(self, inlines: Sequence[Inline], lang: LanguageTag, kind: Literal["heading", "text"]) -> Iterator[Line]:
        """A line for each line of the block."""
        part: list[Inline] = []
        opens = True
        for inline in (*inlines, Inline("break")):
            if inline.kind != "break":
                part.append(inline)
            elif part:
                yield Line(self.runs(part, lang), kind, opens)
                part, opens = [], False

    def items(self, block: Block, lang: LanguageTag, depth: int) -> Iterator[Line]:
        numbered = labels(block) if block.get("ordered") else ()
        marks = [f"{label}. " for label in numbered] or ["• " if self.manner.bullets and block.kind == "list" else ""]
        begun = False
        for place, item in enumerate(block.blocks):
            if hidden(item):
                continue
            inner = item.lang or lang
            mark = marks[place % len(marks)]
            nested = self.blocks(item.blocks, inner, depth + 1)
            whole = iter([Line(self.runs(item.inlines, inner), "item", opens=False)]) if item.inlines else nested
            first = next(whole, None)
            if first is None:
                continue
            marked = (Run(mark, inner), *first.runs) if mark else first.runs
            yield Line(marked, "item", opens=not begun and not depth, depth=depth)
            begun = True
            for line in whole:
                yield Line(line.runs, line.kind, opens=False, depth=max(line.depth, depth + 1))

    def table(self, table: Block, lang: LanguageTag) -> Iterator[Line]:
        lang = table.lang or lang
        for block in table.blocks:
            if block.kind == "caption":
                yield Line(self.runs(block.inlines, lang), "text", opens=True)
        heads, body = grid(table)
        for number, row in enumerate(body, 1):
            cells = [self.cell(cell, _over(heads, column, cell), lang) for column, cell in row]
            cells = [cell for cell in cells if "".join(run.text for run in cell).strip()]
            word = said("row", lang, number=number)
            name = (Run(word.text if word else str(number), lang),)
            if self.manner.tables == "cells":
                yield from (Line(cell, "row", opens=not place) for place, cell in enumerate(cells))
            elif cells:
                yield Line(_sentences([name, *cells], lang), "row", opens=number == 1)

    def cell(self, cell: Block, heads: Sequence[Block], lang: LanguageTag) -> tuple[Run, ...]:
        if hidden(cell):
            return ()
        content = self.whole(cell, cell.lang or lang)
        names = [name for head in heads if not hidden(head) and (name := self.whole(head, head.lang or lang))]
        if cell.get("header") or not names or not content:
            return content
        return (*_joined(names, ", ", lang), Run(": ", lang), *content)

    def whole(self, block: Block, lang: LanguageTag) -> tuple[Run, ...]:
        """All of a block in one line."""
        parts = [self.runs(block.inlines, lang), *(line.runs for line in self.blocks(block.blocks, lang))]
        return _sentences([part for part in parts if part], lang) if len(parts) > 1 else parts[0]

    def runs(self, inlines: Sequence[Inline], lang: LanguageTag, *, opening: bool = True) -> tuple[Run, ...]:
        """The inlines as runs; `opening` where a line begins with them, so that no space does."""
        found: list[Run] = []
        for run in (run for inline in inlines for run in self.inline(inline, inline.lang or lang)):
            after_space = found[-1].text.endswith(" ") if found else opening
            text = run.text.lstrip(" ") if after_space else run.text
            if text and found and found[-1].lang == run.lang:
                found[-1] = Run(found[-1].text + text, run.lang)
            elif text:
                found.append(Run(text, run.lang))
        return tuple(found)

    def inline(self, inline: Inline, lang: LanguageTag) -> Iterator[Run]:
        if inline.kind == "deleted" or hidden(inline):
            return
        if inline.kind == "break":
            yield Run(" ", lang)
        elif inline.kind == "image":
            if text := plain_text((inline,)):
                word = said("image", lang, text=text)
                yield Run(f" {word.text if word else text} ", lang)
        elif inline.children:
            before, after = self.around(inline)
            yield Run(before, lang)
            table = {"sup": _RAISED, "sub": _LOWERED}.get(inline.kind, {})
            for run in self.runs(inline.children, lang, opening=False):
                changed = all(character in table for character in run.text)
                yield Run("".join(table[each] for each in run.text) if changed else run.text, run.lang)
            yield Run(after, lang)
        else:
            yield Run(plain_text((inline,)), lang)

    def around(self, inline: Inline) -> tuple[str, str]:
        """What is said before and after an inline's own text."""
        if inline.kind == "quotation":
            return "“", "”"
        if inline.kind == "abbreviation" and (meaning := inline.get("title")) and meaning not in self.expanded:
            self.expanded.add(meaning)
            return f"{meaning} (", ")"
        if inline.kind == "link" and self.manner.addresses:
            address = inline.get("href").removeprefix("mailto:").removeprefix("tel:")
            if not address.startswith("#") and address not in plain_text(inline.children):
                return "", f" ({address})"
        return "", ""


def _sentences(parts: Sequence[tuple[Run, ...]], lang: LanguageTag) -> tuple[Run, ...]:
    """Parts one after the other, each ended as a sentence is."""
    return _joined(parts, ". ", lang)


def _joined(parts: Sequence[tuple[Run, ...]], between: str, lang: LanguageTag) -> tuple[Run, ...]:
    joined: list[Run] = []
    for part in parts:
        if joined:
            joined.append(Run(" " if joined[-1].text.rstrip().endswith(_ENDS) else between, lang))
        joined += part
    return tuple(joined)


def _over(heads: Sequence[Block | None], column: int, cell: Block) -> list[Block]:
    """The headers above a cell, which may reach over several columns."""
    width = max(1, int(cell.get("colspan") or 1))
    named = dict.fromkeys(head for head in heads[column : column + width] if head)
    return list(named)


def grid(table: Block) -> tuple[list[Block | None], list[list[tuple[int, Block]]]]:
    """The header of each column, and the rows below, each cell with its column; a cell may reach over several."""
    heads: list[Block | None] = []
    body: list[list[tuple[int, Block]]] = []
    reaching: dict[int, tuple[int, Block]] = {}
    rows = [block for block in table.blocks if block.kind == "row"]
    for row in rows:
        placed: list[tuple[int, Block]] = []
        column = 0
        waiting = list(row.blocks)
        while waiting or column in reaching:
            if column in reaching:
                left, cell = reaching.pop(column)
                if left > 1:
                    reaching[column] = (left - 1, cell)
                width, header = 1, cell
            else:
                header = waiting.pop(0)
                width = min(int(header.get("colspan") or 1), 100) or 1
                down = min(int(header.get("rowspan") or 1), 1000)
                if down > 1:
                    reaching |= {column + each: (down - 1, header) for each in range(width)}
            placed.append((column, header))
            column += width
        if not body and not heads and all(cell.get("header") for cell in row.blocks) and len(rows) > 1:
            width = max((place for place, _ in placed), default=-1) + 1
            heads = [next((cell for place, cell in placed if place == each), None) for each in range(width)]
        else:
            body.append(placed)
    return heads, body
