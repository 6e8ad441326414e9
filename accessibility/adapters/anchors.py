"""What becomes a link or a date in a line of HTML: addresses, telephones, days of the calendar.

They are looked for in the whole line: half a telephone number, the other half of which is bold, is another number.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from accessibility.document import Inline, plain_text
from accessibility.numbers import ascii_digits
from accessibility.verbatim import take_apart
from accessibility.words import Said, said
from locales.tags import LanguageTag

# Telephone numbers in a text, as (start, end).
Phones = Callable[[str], Sequence[tuple[int, int]]]
# Dates in a text, as (start, end, what `datetime` says of it).
Dates = Callable[[str], Iterable[tuple[int, int, str]]]

_NOT_DIALLED = re.compile(r"[^0-9+]")
# What a place is, where it is no address to go to.
_WEB = "web"
_TIME = "time:"


class Run(NamedTuple):
    """Text in one language; `links` where its addresses may become links."""

    text: str
    lang: LanguageTag
    links: bool


# Start and end in a run, and the anchor that stands there instead.
Anchors = Sequence[tuple[int, int, str]]


def runs(inlines: Iterable[Inline], lang: LanguageTag, links: bool = True) -> Iterator[Run]:
    """Everything that is read in a line, in order."""
    for each in inlines:
        here = each.lang or lang
        if each.kind == "text":
            yield Run(each.text, here, links)
        elif each.children:
            yield from runs(each.children, here, links and not is_taken(each))
        else:
            # Neither an image nor a word that is kept is part of a number beside it.
            yield Run(plain_text((each,)) if each.kind == "keep" else "\ufffc", here, False)


def is_taken(inline: Inline) -> bool:
    """Nothing inside a link is another link, nor a date inside a date."""
    return inline.kind == "time" or (inline.kind == "link" and bool(inline.get("href")))


def anchors(runs: Sequence[Run], phones: Phones | None, dates: Dates | None) -> list[Anchors]:
    """For each run that may hold links: the places that stand in it from end to end, each with what is written there.
    Time is linear in the text."""
    text = "".join(run.text for run in runs)
    found = _places(text, phones, dates)
    listed: list[Anchors] = []
    begin = place = 0
    for run in runs:
        end, own = begin + len(run.text), []
        while place < len(found) and found[place][0] < end:
            start, stop, url = found[place]
            if start >= begin and stop <= end:
                own.append((start - begin, stop - begin, _written(url, text[start:stop], run.lang)))
            place += 1
        listed += [own] if run.links else []
        begin = end
    return listed


def _places(text: str, phones: Phones | None, dates: Dates | None) -> list[tuple[int, int, str]]:
    """In order and apart: links before telephones before dates."""
    found: list[tuple[int, int, str]] = []
    if "@" in text or "." in text:
        parts = take_apart(text)
        found += [(*part.span, _WEB) for part in parts.links]
        found += [(*part.span, f"mailto:{part.literal}") for part in parts.emails]
    if phones:
        found += [(*span, f"tel:{_NOT_DIALLED.sub('', ascii_digits(text[slice(*span)]))}") for span in phones(text)]
    if dates:
        found += [(start, stop, f"{_TIME}{said}") for start, stop, said in dates(text)]
    taken = bytearray(len(text))
    kept = []
    for start, stop, url in found:
        if taken.find(1, start, stop) < 0:
            taken[start:stop] = b"\x01" * (stop - start)
            kept.append((start, stop, url))
    return sorted(kept)


def _written(url: str, literal: str, lang: LanguageTag) -> str:
    if url == _WEB:
        return _web_link(literal, lang)
    if url.startswith(_TIME):
        return f'<time datetime="{url.removeprefix(_TIME)}">{escape(literal, quote=False)}</time>'
    return _anchor(url, literal)


def _web_link(literal: str, lang: LanguageTag) -> str:
    url = literal if "//" in literal else f"https://{literal}"
    return _anchor(url, host(url), said("web_link", lang))


def _anchor(url: str, shown: str, word: Said | None = None) -> str:
    # Isolated: an address is written left to right whatever is around it.
    said_after = f" ({escape(word.text, quote=False)})" if word else ""
    return f'<a href="{escape(url)}"><bdi>{escape(shown, quote=False)}</bdi>{said_after}</a>'


def host(url: str) -> str:
    """Where an address leads, as people say it; empty where it does not say."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
