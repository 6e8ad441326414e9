"""A translation memory's unit as a value, and its files: TMX 1.4b, CSV and TSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from accessibility.terms import rows
from accessibility.terms.files import FileDamaged, PairMissing, decoded, elements, language_of, local, same
from locales.normalisation import normalise
from locales.tags import LanguageTag

_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
_TIME = "%Y%m%dT%H%M%SZ"
# What XML 1.0 cannot carry and no text needs.
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HEADING = ["source", "target", "reviewer", "reviewed_at"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A segment or a whole text and its translation; `reviewer` is who answers for it, empty where nobody does."""

    source: str
    target: str
    reviewer: str = ""
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """The languages of a unit."""

    source: LanguageTag
    target: LanguageTag


@dataclass(frozen=True, slots=True)
class Kept:
    """A unit of a memory."""

    id: str
    pair: Pair
    source: str
    target: str
    reviewed: bool
    reviewer: str
    created_s: int

    @property
    def unit(self) -> Unit:
        at = datetime.fromtimestamp(self.created_s, UTC) if self.reviewed else None
        return Unit(self.source, self.target, self.reviewer if self.reviewed else "", at)


class UnitInvalid(ValueError):
    """Empty on one side, or longer than allowed; `place` counts from 1. No text in it."""

    def __init__(self, place: int, limit: int = 0) -> None:
        super().__init__(f"unit {place}")
        self.place = place
        self.limit = limit


def checked(units: Iterable[Unit], max_chars: int) -> Iterator[Unit]:
    """The units as they will be looked up, the source normalised; of the same source twice, both."""
    for place, unit in enumerate(units, 1):
        source, target = normalise(unit.source).strip(), _UNUSABLE.sub("", unit.target).strip()
        if not source or not target:
            raise UnitInvalid(place)
        if max(len(source), len(target)) > max_chars:
            raise UnitInvalid(place, max_chars)
        yield replace(unit, source=source, target=target)


def read_tmx(content: bytes, source: LanguageTag, target: LanguageTag) -> Iterator[Unit]:
    """The units of a pair in the order of the file, without the inline codes in them, which belong to another document;
    PairMissing where there is none."""
    there: set[LanguageTag] = set()
    empty = True
    for unit in elements(content, "tu"):
        variants = [(language_of(each), each) for each in unit if local(each) == "tuv"]
        there.update(tag for tag, _ in variants if tag)
        ours = next((each for tag, each in variants if same(tag, source)), None)
        theirs = next((each for tag, each in variants if same(tag, target)), None)
        if ours is None or theirs is None:
            continue
        empty = False
        reviewer, at = _review(theirs)
        yield Unit(_text(ours), _text(theirs), reviewer, at)
    if empty:
        raise PairMissing(frozenset(there))


def write_tmx(units: Iterable[Unit], source: LanguageTag, target: LanguageTag) -> Iterator[str]:
    """A TMX 1.4b file in parts, so that a large memory need not stand in memory; a review is told by `changeid`,
    `changedate` and a property."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
        '<header creationtool="Malgil" creationtoolversion="1" segtype="block" o-tmf="Malgil" adminlang="en" '
        f'srclang={quoteattr(source)} datatype="plaintext"/>\n<body>\n'
    )
    for unit in units:
        changed = f" changedate={quoteattr(unit.reviewed_at.strftime(_TIME))}" if unit.reviewed_at else ""
        review = f" changeid={quoteattr(unit.reviewer)}{changed}" if unit.reviewer else ""
        noted = '<prop type="x-malgil-reviewed">yes</prop>' if unit.reviewer else ""
        yield (
            f"<tu><tuv xml:lang={quoteattr(source)}><seg>{escape(unit.source)}</seg></tuv>"
            f"<tuv xml:lang={quoteattr(target)}{review}>{noted}<seg>{escape(unit.target)}</seg></tuv></tu>\n"
        )
    yield "</body>\n</tmx>\n"


def read_csv(content: bytes, _source: LanguageTag, _target: LanguageTag) -> Iterator[Unit]:
    """Two columns, or the four that `write_csv` writes; a heading is recognised."""
    return _units(rows.of_csv(decoded(content)))


def read_tsv(content: bytes, _source: LanguageTag, _target: LanguageTag) -> Iterator[Unit]:
    """The same between tabulators, as spreadsheets and translators write them."""
    return _units(rows.of_tsv(decoded(content), _HEADING))


def _units(found: Iterable[rows.Row]) -> Iterator[Unit]:
    for line, row in found:
        if not any(row) or row == _HEADING[: len(row)]:
            continue
        if not 2 <= len(row) <= len(_HEADING):
            raise FileDamaged(line)
        source, target, reviewer, at = [*row, "", ""][:4]
        yield Unit(source, target, reviewer, _time(at))


def write_csv(units: Iterable[Unit], _source: LanguageTag, _target: LanguageTag) -> Iterator[str]:
    """With a heading; in parts, like `write_tmx`."""
    return _written(units, csv.excel)


def write_tsv(units: Iterable[Unit], _source: LanguageTag, _target: LanguageTag) -> Iterator[str]:
    """As `read_tsv` reads it."""
    return _written(units, csv.excel_tab)


def _written(units: Iterable[Unit], dialect: type[csv.Dialect]) -> Iterator[str]:
    yield _row(_HEADING, dialect)
    for unit in units:
        at = unit.reviewed_at.strftime(_TIME) if unit.reviewed_at else ""
        yield _row([unit.source, unit.target, unit.reviewer, at], dialect)


def _row(cells: list[str], dialect: type[csv.Dialect]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, dialect).writerow(cells)
    return out.getvalue()


def _review(variant: Element) -> tuple[str, datetime | None]:
    """Only what this service wrote is a review: a tool's `changeid` says who typed, not who answers for it."""
    ours = any(local(each) == "prop" and each.get("type") == "x-malgil-reviewed" for each in variant)
    return (variant.get("changeid", ""), _time(variant.get("changedate", ""))) if ours else ("", None)


def _time(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _text(variant: Element) -> str:
    segment = next((each for each in variant if local(each) == "seg"), None)
    return "" if segment is None else "".join(_pieces(segment))


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if local(child) not in _CODES:
            yield from _pieces(child)
        yield child.tail or ""
