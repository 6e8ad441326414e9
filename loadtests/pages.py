"""A report as a list of blocks, written as accessible HTML (one file, no script) and as Markdown beside SVG files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from loadtests.charts import Chart, description, number, svg

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid; padding: .3rem .6rem; text-align: start; vertical-align: top; }
td.figure { text-align: end; font-variant-numeric: tabular-nums; }
caption { text-align: start; padding-block: .5rem; font-weight: bold; }
.wide { overflow-x: auto; }
.verdict { border: 3px solid; padding: .5rem 1rem; font-size: 1.2rem; }
figure { margin: 1rem 0; }
svg { max-width: 100%; height: auto; }
"""


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    verdict: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row is its header; `figures` are the columns that hold numbers."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """`name` is that of its SVG file, without the ending."""

    name: str
    chart: Chart


Block = Heading | Paragraph | Points | Table | Figure


def markdown(blocks: Sequence[Block]) -> str:
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {block.text}"
        case Paragraph():
            return f"**{block.text}**" if block.verdict else block.text
        case Points():
            return "\n".join(f"- {item}" for item in block.items)
        case Table():
            rule = ("---:" if place in block.figures else "---" for place in range(len(block.header)))
            rows = (block.header, tuple(rule), *block.rows)
            lines = (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
            return f"{block.caption}:\n\n" + "\n".join(lines)
        case Figure():
            remark = f"\n\n{block.chart.remark}" if block.chart.remark else ""
            return f"![{description(block.chart)}]({block.name}.svg){remark}"


def html(title: str, blocks: Sequence[Block]) -> str:
    body = "\n".join(_html(block) for block in blocks)
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _html(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
        case Paragraph():
            return f"<p{_class('verdict', block.verdict)}>{escape(block.text)}</p>"
        case Points():
            return "<ul>\n" + "\n".join(f"<li>{escape(item)}</li>" for item in block.items) + "\n</ul>"
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)


def _class(name: str, wanted: bool) -> str:
    return f' class="{name}"' if wanted else ""


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    rows = "\n".join(f"<tr>{_row(row, table.figures)}</tr>" for row in table.rows)
    name = escape(table.caption)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{name}">\n<table>\n<caption>{name}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )


def _row(row: tuple[str, ...], figures: frozenset[int]) -> str:
    first, *others = row
    cells = (
        f"<td{_class('figure', place in figures)}>{escape(cell)}</td>" for place, cell in enumerate(others, start=1)
    )
    return f'<th scope="row">{escape(first)}</th>{"".join(cells)}'


def _figure(figure: Figure) -> str:
    """The drawing, what it says in words, and its numbers as a table that opens without a script."""
    chart = figure.chart
    header = (chart.across, *(f"{line.name} ({chart.unit})" for line in chart.drawn))
    rows = tuple(
        (
            number(point),
            *("–" if line.values[place] is None else number(line.values[place] or 0) for line in chart.drawn),
        )
        for place, point in enumerate(chart.points)
    )
    table = _table(Table(f"{chart.title}: the numbers", header, rows, frozenset(range(1, len(header)))))
    words = escape(" ".join(filter(None, (chart.remark, description(chart)))))
    return (
        f"<figure>\n{svg(chart)}<figcaption>{words}</figcaption>\n</figure>\n"
        f"<details><summary>{escape(chart.title)}: the numbers</summary>\n{table}\n</details>"
    )
