"""Does a newly written sentence say only what its source says? Its numbers, dates, names, links and addresses are
looked up there; one that the source lacks is a fault, whatever else the sentence says.

Two things cannot be seen from here: a "not" that was lost, and true parts put together to something untrue. So words of
a name must also stand together in the source, and the parts of a date as one date. Names are told by their capitals;
where a script has none, that check is not available.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from accessibility.checks import check
from accessibility.findings import Outcome
from accessibility.numbers import supported as supported_numbers
from accessibility.verbatim import take_apart
from locales.months import months
from locales.tags import LanguageTag

FAITHFULNESS = ("numbers", "dates", "names", "links", "emails", "repetition", "script", "cut_off")

_OF_TRANSLATION = ("repetition", "script", "cut_off")
_WORD = re.compile(r"[^\W_]+(?:[·’'][^\W_]+)*")
# What may stand inside a name, "Ministerio de la Mujer": a preposition, then perhaps an article.
_PREPOSITIONS = frozenset(["de", "del", "da", "do", "das", "dos", "di", "du", "des", "d", "of", "for", "van", "von"])
_ARTICLES = frozenset(["la", "las", "los", "el", "lo", "les", "l", "the", "der", "den", "do", "a", "o", "as", "os"])
_INSIDE_A_NAME = re.compile(r"[\s\u00a0\"“”«»'’\-–]*")
_CAPITAL_INSIDE = re.compile(r"(?<=[a-zß-öø-ÿ,] )[^\W\d_a-z]\w+")
_ENDS_A_SENTENCE = re.compile(r"[.!?…:;]")
_NEAR = 4  # words of a name stand at most so far apart in the source: "Ministerio de la Mujer"
_WRITTEN_DATE = (
    r"(?<!\d)(\d{{1,2}})[ºª°]?\.?\s+(?:\w{{1,3}}\s+|d[’'])?({names})(?!\w)(?:\.?,?\s+(?:\w{{1,3}}\s+)?(\d{{4}})(?!\d))?"
)
_MONTH_FIRST = r"(?<!\w)({names})\.?\s+(\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s+(\d{{4}})(?!\d))?"
_NUMERIC_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])")
_ISO_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the `found` items of a sentence, those that the source holds."""

    supported: int
    found: int


def tallies(source: str, sentence: str, tag: LanguageTag) -> Mapping[str, Tally | None]:
    """Items by kind: numbers, dates, names, links, emails; None where they cannot be told. Time is linear in both."""
    ours, theirs = take_apart(source), take_apart(sentence)
    return {
        "numbers": Tally(*supported_numbers(ours.rest, theirs.rest)),
        "dates": _dates(ours.rest, theirs.rest, tag),
        "names": _names(ours.rest, theirs.rest),
        "links": _literals([part.literal for part in ours.links], [part.literal for part in theirs.links]),
        "emails": _literals([part.literal for part in ours.emails], [part.literal for part in theirs.emails]),
    }


def faithfulness(source: str, sentence: str, tag: LanguageTag, *, complete: bool) -> Mapping[str, Outcome]:
    """The outcome of each of `FAITHFULNESS`; `complete` is whether the model ended by itself."""
    found = tallies(source, sentence, tag)
    outcomes: dict[str, Outcome] = {
        name: "not_available" if tally is None else "pass" if tally.supported == tally.found else "fail"
        for name, tally in found.items()
    }
    general = check(source, sentence, tag, complete=complete).checks
    return outcomes | {name: general[name] for name in _OF_TRANSLATION}


def _literals(source: Sequence[str], sentence: Sequence[str]) -> Tally:
    return Tally(sum(each in source for each in sentence), len(sentence))


# Day, month and year, as numbers; the year is None where it was not written.
_Date = tuple[int, int, int | None]


def _dates(source: str, sentence: str, tag: LanguageTag) -> Tally | None:
    """Each date of the sentence as one date of the source; None where the months of the language are unknown."""
    names = months(tag)
    written = [*_written_dates(sentence, names), *_numeric_dates(sentence)]
    if not names and not written:
        return None
    known = {date for found in (_written_dates(source, names), _numeric_dates(source)) for date in found}
    years: defaultdict[tuple[int, int], set[int | None]] = defaultdict(set)
    for day, month, year in known:
        years[day, month].add(year)
    held = [
        (day, month) in years and (year is None or bool({year, None} & years[day, month]))
        for day, month, year in written
    ]
    return Tally(sum(held), len(held))


def _written_dates(text: str, names: Mapping[str, int]) -> Iterator[_Date]:
    if not names:
        return
    alternatives = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    for found in re.finditer(_WRITTEN_DATE.format(names=alternatives), text, re.IGNORECASE):
        yield int(found[1]), names[found[2].casefold()], int(found[3]) if found[3] else None
    for found in re.finditer(_MONTH_FIRST.format(names=alternatives), text, re.IGNORECASE):
        yield int(found[2]), names[found[1].casefold()], int(found[3]) if found[3] else None


def _numeric_dates(text: str) -> Iterator[_Date]:
    for found in _NUMERIC_DATE.finditer(text):
        year = int(found[4])
        full = year if year > 99 else (1900 if year >= 50 else 2000) + year
        yield int(found[1]), int(found[3]), full
    for found in _ISO_DATE.finditer(text):
        yield int(found[3]), int(found[2]), int(found[1])


def _names(source: str, sentence: str) -> Tally | None:
    """Each name, a run of capitalised words, word by word and in this order in the source. None where capitals say
    nothing: in scripts without them, and where all is in capitals."""
    if not any(map(str.islower, sentence)):
        return None
    inner = {_plain(word) for word in _CAPITAL_INSIDE.findall(source)}
    runs = list(_runs(sentence, inner))
    wanted = {word for run in runs for word in run}
    words = list(map(_plain, _WORD.findall(source)))
    near = {
        (word, after)
        for place, word in enumerate(words)
        if word in wanted
        for after in words[place + 1 : place + 1 + _NEAR]
        if after in wanted
    }
    known = wanted & set(words)
    held = [known.issuperset(run) and near.issuperset(pairwise(run)) for run in runs]
    return Tally(sum(held), len(held))


def _runs(sentence: str, inner: set[str]) -> Iterator[list[str]]:
    """The names of a sentence. Its first word is part of one only where the source writes it with a capital inside a
    sentence (`inner`), or where it is all capitals."""
    run: list[str] = []
    links = 0  # prepositions and articles since the last word of the run
    end, opens = 0, True
    for found in _WORD.finditer(sentence):
        word, plain, gap = found[0], _plain(found[0]), sentence[end : found.start()]
        opens = opens or _ENDS_A_SENTENCE.search(gap) is not None
        broken = _INSIDE_A_NAME.fullmatch(gap) is None
        if run and (broken or opens):
            yield run
            run = []
        if word[0].isupper() and len(plain) > 1 and (not opens or plain in inner or (len(word) > 1 and word.isupper())):
            run, links = [*run, plain], 0
        elif run and links < 2 and plain in (_ARTICLES if links else _PREPOSITIONS):
            links += 1
        elif run:
            yield run
            run = []
        end, opens = found.end(), False
    if run:
        yield run


def _plain(word: str) -> str:
    """Without case and Latin accents: titles stand in capitals, and capitals often without their accents."""
    decomposed = unicodedata.normalize("NFD", word.casefold().rstrip("ºª"))
    return "".join(character for character in decomposed if not "\u0300" <= character <= "\u036f")
