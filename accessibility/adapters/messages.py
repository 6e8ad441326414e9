"""Text for basic phones: SMS parts and USSD pages that cut no number, address or character.

3GPP TS 23.038 §6.2.1 (GSM 7-bit alphabet, its extension and the national single shift tables) and TS 23.040 §9.2.3.24
(concatenation). Letters are never replaced by others: "sólo" and "solo" are two words. Only typography is: ’ “ – …
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from accessibility.document import Document
from accessibility.linear import Manner, TableStyle, lines
from accessibility.rendering import Capability, NothingToRender, Protected, Rendered, TextTooLong, Warning
from accessibility.verbatim import take_apart
from locales.normalisation import in_one_line
from locales.segmentation import between_characters
from locales.tags import LanguageTag, base

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"
# National single shift tables: what they add to the extension. They cost 4 octets of header in every part.
_NATIONAL: Mapping[str, str] = {
    "es": "çÁÍÓÚáíóú", "pt": "êçÔôÁáΦΓΩΠΨΣΘÊÀÍÓÚÃÕÂíóúãõâ", "tr": "ĞİŞçğış",
}  # fmt: skip

_PLAINER = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"',
    "\u00bb": '"', "\u2013": "-", "\u2014": "-", "\u2011": "-", "\u2212": "-", "\u2026": "...", "\u00a0": " ",
    "\u202f": " ", "\u2009": " ", "\u2022": "-",
})  # fmt: skip

# Digits of any script, grouped or not, with a sign of currency or per cent: "974 10 20 30", "31/05/2024", "12,50 €".
_NUMBER = re.compile(r"(?:[€$£₩₹]\s?)?[+-]?\d(?:[\s.,:/()'’-]{0,2}\d){0,40}(?:\s?[%‰€$£₩₹°])?")

_PAGE_NUMBER = "{page}/{pages} "


@dataclass(frozen=True, slots=True)
class MessageOptions:
    """`label` stands in front, `link` at the end. `national`: the network and the phones know the national tables.
    `max_parts`: 0 for any. `protected`: where not to cut, instead of numbers and addresses."""

    label: str = ""
    link: str = ""
    national: bool = False
    max_parts: int = 0
    tables: TableStyle = "rows"
    protected: Protected | None = None


@dataclass(frozen=True, slots=True)
class Alphabet:
    """How a message is coded, and how many units a single one and a part of several hold."""

    name: str
    single: int
    part: int
    extension: str | None  # None: UCS-2

    def cost(self, character: str) -> int:
        """Septets of GSM 7-bit, or 16-bit units of UCS-2."""
        if self.extension is None:
            return 2 if character > "\uffff" else 1
        return 2 if character in self.extension else 1

    def length(self, text: str) -> int:
        """The units of a whole text."""
        if self.extension is None:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        return len(text) + sum(map(text.count, self.extension))

    def holds(self, text: str) -> bool:
        return self.extension is None or set(text) <= _known(self.extension)


@cache
def _known(extension: str) -> frozenset[str]:
    return frozenset(_BASIC + extension)


_SMS = (Alphabet("gsm-7", 160, 153, _EXTENSION), Alphabet("ucs-2", 70, 67, None))
# 160 octets in a page, no header; pages stand for themselves.
_USSD = (Alphabet("gsm-7", 182, 182, _EXTENSION), Alphabet("ucs-2", 80, 80, None))


def capability(_lang: LanguageTag) -> Capability:
    """Messages carry any language; scripts beyond the GSM alphabet only make them shorter."""
    return Capability(available=True, exact=True)


def render_sms(document: Document, options: MessageOptions) -> Rendered:
    """`parts` joined are the whole text. Raises NothingToRender and TextTooLong."""
    text, link = _text(document, options)
    alphabet = next(each for each in _alphabets(document.lang, options) if each.holds(text))
    spans = _spans(text, link, options)
    parts, cut = [text], False
    if alphabet.length(text) > alphabet.single:
        parts, cut = _parts(text, alphabet, alphabet.part, spans)
    return _rendered(document, text, parts, alphabet, options, cut=cut)


def render_ussd(document: Document, options: MessageOptions) -> Rendered:
    """`parts` are pages, numbered where there are several. Raises NothingToRender and TextTooLong."""
    text, link = _text(document, options)
    alphabet = next(each for each in _USSD if each.holds(text))
    spans = _spans(text, link, options)
    pages, cut = [text], False
    if alphabet.length(text) > alphabet.single:
        digits = 1
        while True:
            room = alphabet.part - len(_PAGE_NUMBER.format(page="9" * digits, pages="9" * digits))
            pages, cut = _parts(text, alphabet, room, spans)
            if len(str(len(pages))) <= digits:
                break
            digits += 1
        numbered = enumerate(pages, 1)
        pages = [_PAGE_NUMBER.format(page=place, pages=len(pages)) + page.strip() for place, page in numbered]
    return _rendered(document, "\n".join(pages), pages, alphabet, options, cut=cut)


def _rendered(
    document: Document, content: str, parts: Sequence[str], alphabet: Alphabet, options: MessageOptions, *, cut: bool
) -> Rendered:
    if options.max_parts and len(parts) > options.max_parts:
        raise TextTooLong(options.max_parts)
    units = sum(alphabet.length(part) for part in parts)
    used = (("encoding", alphabet.name), ("parts", str(len(parts))), ("units", str(units)))
    warnings: tuple[Warning, ...] = ("address_cut",) if cut else ()
    content_type = "text/plain; charset=utf-8"
    return Rendered(content, content_type, document.lang, document.direction, True, used, warnings, tuple(parts))


def _alphabets(lang: LanguageTag, options: MessageOptions) -> Sequence[Alphabet]:
    added = _NATIONAL.get(base(lang)) if options.national else None
    if not added:
        return _SMS
    # 140 octets less the header: 4 for the table alone, 9 with that of concatenation; in septets.
    return (_SMS[0], Alphabet(f"gsm-7+{base(lang)}", 155, 149, _EXTENSION + added), _SMS[1])


def _text(document: Document, options: MessageOptions) -> tuple[str, str]:
    """The whole message, and the link at its end."""
    said = [line.text for line in lines(document, Manner(options.tables))]
    if not said:
        raise NothingToRender
    label, link = in_one_line(options.label), "".join(in_one_line(options.link).split())
    text = "\n".join([*([label] if label else []), *said])
    text = _plainer(text)
    return f"{text}\n{link}" if link else text, link


def _plainer(text: str) -> str:
    """Typography as a basic phone has it; an address with another dash leads elsewhere, so it keeps its own."""
    parts = take_apart(text)
    pieces: list[str] = []
    end = 0
    for part in sorted((*parts.links, *parts.emails), key=lambda each: each.span):
        pieces += text[end : part.span[0]].translate(_PLAINER), part.literal
        end = part.span[1]
    return "".join(pieces) + text[end:].translate(_PLAINER)


def _spans(text: str, link: str, options: MessageOptions) -> Sequence[tuple[int, int]]:
    found = list(options.protected(text)) if options.protected else numbers_and_addresses(text)
    # The link is ours, so it stays whole whatever the caller protects.
    return [*found, (len(text) - len(link), len(text))] if link else found


def numbers_and_addresses(text: str) -> list[tuple[int, int]]:
    """Where a text must not be cut, as (start, end) in code points."""
    parts = take_apart(text)
    found = [part.span for part in (*parts.links, *parts.emails)]
    return sorted(found + [match.span() for match in _NUMBER.finditer(parts.rest)])


def _parts(text: str, alphabet: Alphabet, room: int, spans: Sequence[tuple[int, int]]) -> tuple[list[str], bool]:
    """The text in parts of at most `room` units, and whether something longer than a part had to be cut."""
    inside = {place for start, end in spans for place in range(start + 1, end)}
    parts: list[str] = []
    start, cut_inside = 0, False
    while start < len(text):
        end = _reach(text, alphabet, start, room)
        if end < len(text):
            allowed = _best_cut(text, start, end, inside)
            cut_inside = cut_inside or not allowed
            end = allowed or _last(text, range(end, start, -1)) or end
        parts.append(text[start:end])
        start = end
    return parts, cut_inside


def _best_cut(text: str, start: int, end: int, inside: set[int]) -> int | None:
    """The last place behind a space, else the last one, where a text may be cut."""
    places = [place for place in range(end, start, -1) if place not in inside]
    return _last(text, (place for place in places if text[place - 1].isspace())) or _last(text, places)


def _last(text: str, places: Iterable[int]) -> int | None:
    """The first of the places, which count down, where no character is cut."""
    return next((place for place in places if between_characters(text, place)), None)


def _reach(text: str, alphabet: Alphabet, start: int, room: int) -> int:
    piece = text[start : start + room]
    if alphabet.length(piece) <= room:
        return start + len(piece)
    used, end = 0, start
    while end < len(text) and used + alphabet.cost(text[end]) <= room:
        used += alphabet.cost(text[end])
        end += 1
    return end
