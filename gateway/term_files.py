"""Files of terms: which formats there are, and what is wrong with one, as a fact about the request. Without the
database, for which the command line has no use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from accessibility.terms import files, glossary, tables, tbx
from accessibility.terms.glossary import GlossaryFault, Term
from gateway.errors import (
    EntryInvalid,
    EntryTooLong,
    EntryTwice,
    FileDamaged,
    FileForbidden,
    FilePairMissing,
    GatewayError,
    GlossaryEmpty,
    TooManyEntries,
)
from locales.tags import LanguageTag


@dataclass(frozen=True, slots=True)
class GlossaryFormat:
    """How a file of terms is read and written."""

    media_type: str
    read: Callable[[bytes, LanguageTag, LanguageTag], list[Term]]
    write: Callable[[Sequence[Term], LanguageTag, LanguageTag], str]


FORMATS: Mapping[str, GlossaryFormat] = {
    "csv": GlossaryFormat("text/csv", tables.read_csv, tables.write_csv),
    "tsv": GlossaryFormat("text/tab-separated-values", tables.read_tsv, tables.write_tsv),
    "tbx": GlossaryFormat("application/x-tbx", tbx.read, tbx.write),
}


def checked(terms: Sequence[Term], limits: glossary.Limits) -> tuple[Term, ...]:
    """The terms as they will be kept, or the GatewayError that says what is wrong with them."""
    try:
        return glossary.checked(terms, limits)
    except GlossaryFault as fault:
        raise _told(fault) from None


_FAULTS: Mapping[type[GlossaryFault], Callable[[GlossaryFault], GatewayError]] = {
    glossary.NoTerms: lambda _: GlossaryEmpty(),
    glossary.TooManyTerms: lambda fault: TooManyEntries(limit=fault.limit),
    glossary.TermInvalid: lambda fault: EntryInvalid(place=fault.place),
    glossary.TermTooLong: lambda fault: EntryTooLong(place=fault.place, limit=fault.limit),
    glossary.TermTwice: lambda fault: EntryTwice(place=fault.place),
}


def _told(fault: GlossaryFault) -> GatewayError:
    return _FAULTS[type(fault)](fault)


def told_of_file(fault: files.FileFault) -> GatewayError:
    """What is wrong with a file, as a fact about the request."""
    if isinstance(fault, files.PairMissing):
        return FilePairMissing(fault.available)
    if isinstance(fault, files.FileDamaged):
        return FileDamaged(line=max(1, fault.line))
    return FileForbidden()


def read_file(name: str, content: bytes, source: LanguageTag, target: LanguageTag) -> list[Term]:
    """Terms of a file in one of FORMATS, or the GatewayError that says why there are none."""
    try:
        return FORMATS[name].read(content, source, target)
    except files.FileFault as fault:
        raise told_of_file(fault) from None
