"""Terms as CSV (RFC 4180) and TSV: `source`, `target`, then any of the columns below; two columns need no heading.

A file without a heading may also have four columns, the last two naming the languages, as DeepL's glossaries do.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from accessibility.terms import rows
from accessibility.terms.files import FileDamaged, PairMissing, decoded, same
from accessibility.terms.glossary import Term
from locales.tags import LanguageTag, UnknownLanguage, parse

_HEADING = ("source", "target")
_OPTIONS = ("id", "case_sensitive", "whole_word", "translate")
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def read_csv(content: bytes, source: LanguageTag, target: LanguageTag) -> list[Term]:
    """Terms in the order of the file; FileDamaged with its line, PairMissing where it names other languages."""
    return list(_terms(rows.of_csv(decoded(content)), source, target))


def read_tsv(content: bytes, source: LanguageTag, target: LanguageTag) -> list[Term]:
    """One term a line, columns between tabulators, no quotation marks around them."""
    lines = decoded(content).replace("\r\n", "\n").split("\n")
    return list(_terms(((number, line.split("\t")) for number, line in enumerate(lines, 1)), source, target))


def write_csv(terms: Sequence[Term], _source: LanguageTag, _target: LanguageTag) -> str:
    """With a heading and a column for every option that a term uses."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(_rows(terms))
    return out.getvalue()


def write_tsv(terms: Sequence[Term], _source: LanguageTag, _target: LanguageTag) -> str:
    """As `read_tsv` reads it."""
    return "".join("\t".join(row) + "\n" for row in _rows(terms))


def _rows(terms: Sequence[Term]) -> Iterator[list[str]]:
    also = max((len(term.also) for term in terms), default=0)
    yield [*_HEADING, *_OPTIONS, *["also"] * also]
    for term in terms:
        flags = [str(getattr(term, name)).lower() for name in _OPTIONS[1:]]
        yield [term.source, term.target, term.id, *flags, *term.also, *[""] * (also - len(term.also))]


def _terms(found: Iterable[rows.Row], source: LanguageTag, target: LanguageTag) -> Iterator[Term]:
    columns: list[str] | None = None
    for number, row in found:
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = _columns(row)
            if columns is None:
                raise FileDamaged(number)
            if row[0].strip().lower() == "source":
                continue
        if len(row) > len(columns) or len(row) < len(_HEADING):
            raise FileDamaged(number)
        yield _term(dict_of(columns, row), number, source, target)


def _columns(row: Sequence[str]) -> list[str] | None:
    """What the cells of a file are, by its first row; None where the heading names what nobody knows."""
    names = [cell.strip().lower() for cell in row]
    if tuple(names[:2]) == _HEADING:
        known = {*_OPTIONS, "also", "source_lang", "target_lang"}
        own = [name for name in names[2:] if name != "also"]
        return names if set(names[2:]) <= known and len(set(own)) == len(own) else None
    return {2: [*_HEADING], 4: [*_HEADING, "source_lang", "target_lang"]}.get(len(row))


def dict_of(columns: Sequence[str], row: Sequence[str]) -> dict[str, list[str]]:
    """Cells by column; `also` may stand several times."""
    found: dict[str, list[str]] = {}
    for name, cell in zip(columns, row, strict=False):
        found.setdefault(name, []).append(cell)
    return found


def _term(cells: dict[str, list[str]], line: int, source: LanguageTag, target: LanguageTag) -> Term:
    def cell(name: str) -> str:
        return cells.get(name, [""])[0].strip()

    for name, wanted in (("source_lang", source), ("target_lang", target)):
        if cell(name) and not same(_language(cell(name)), wanted):
            raise PairMissing
    return Term(
        id=cell("id"),
        source=cell("source"),
        target=cell("target"),
        case_sensitive=_flag(cell("case_sensitive"), line, missing=False),
        whole_word=_flag(cell("whole_word"), line, missing=True),
        translate=_flag(cell("translate"), line, missing=True),
        also=tuple(each for each in cells.get("also", ()) if each.strip()),
    )


def _language(name: str) -> LanguageTag | None:
    try:
        return parse(name)
    except UnknownLanguage:
        return None


def _flag(cell: str, line: int, *, missing: bool) -> bool:
    if cell.lower() in _YES:
        return True
    if cell and cell.lower() not in _NO:
        raise FileDamaged(line)
    return False if cell else missing
