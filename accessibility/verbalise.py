"""Text as a voice should read it: numbers, dates, times, money, telephones and addresses in words of the language.

What a language has no rules or words for stays as it is written; `capability` says which. Dates keep their calendar.
Nothing here asks for the process's locale.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_name

from accessibility import dates, spellout
from accessibility.lexicon import Lexicon, cldr, lexicon
from accessibility.numbers import ONE_SPELLING, ascii_digits
from accessibility.phrases import WORD
from accessibility.readings import readings
from accessibility.spans import Kind, TypedSpan, find
from accessibility.spellout import Gender
from locales.tags import LanguageTag, base

VERBALISE_VERSION = "1"

_LONGEST_SPOKEN_PATH = 24
_SYMBOL_CODES: Mapping[str, str] = {
    "€": "EUR", "US$": "USD", "$": "", "£": "GBP", "¥": "", "₹": "INR", "₩": "KRW", "₦": "NGN", "₺": "TRY", "₽": "RUB",
    "₴": "UAH", "₱": "PHP", "₫": "VND", "฿": "THB", "៛": "KHR", "₲": "PYG", "R$": "BRL",
}  # fmt: skip
_ORDINAL = re.compile(r"([0-9]{1,4})(\D{1,4})")
_PERCENT = re.compile(r"[ \u00a0\u202f]?%")
_DAY_OR_YEAR = re.compile(r"([0-9]{1,4})(?:\.?[ºª]|st|nd|rd|th|er)?(?!\w)")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]| h )?([0-9]{2})?(?!\d)")
_SECONDS = re.compile(":[0-9]")
_HALF_OF_DAY = re.compile(r"[ \u00a0]?[aApP]\.?[ \u00a0]?[mM]\.?")
_NUMBER_PART = re.compile(r"[-−–]?[0-9][0-9.,'’٫٬ \u00a0\u202f]*(?<=[0-9])")


@dataclass(frozen=True, slots=True)
class Capability:
    """What is put into words in a language. `exact`: everything is, numbers in sentences included."""

    numbers: bool
    ordinals: bool
    dates: bool
    times: bool
    money: bool
    phones: bool
    addresses: bool
    abbreviations: bool

    @property
    def exact(self) -> bool:
        return all((self.numbers, self.ordinals, self.dates, self.times, self.money, self.phones, self.addresses))


@lru_cache(maxsize=128)
def capability(language: LanguageTag) -> Capability:
    """What `verbalise` speaks in this language; phones are always parted into groups, `phones` tells of words."""
    known, rules = lexicon(language), spellout.RULES.get(base(language))
    spelled = rules is not None
    return Capability(
        numbers=spelled,
        ordinals=bool(rules and rules.ordinal),
        dates=_may_respell_dates(language),
        times=spelled and "time" in known.spoken,
        money=spelled and "money" in known.spoken,
        phones=spelled,
        addresses="@" in known.spoken,
        abbreviations=bool(known.abbreviations),
    )


def verbalise(text: str, language: LanguageTag) -> str:
    """The text with each typed span as it is spoken; spans without spoken form, and all else, letter by letter."""
    pieces: list[str] = []
    end = 0
    for span in find(text, language):
        spoken, stop = _spoken(text, span, language)
        pieces += text[end : span.start], spoken
        end = stop
    return "".join(pieces) + text[end:]


def spoken(text: str, span: TypedSpan, language: LanguageTag) -> str:
    """How one typed span of a text is spoken."""
    return _spoken(text, span, language)[0]


def _spoken(text: str, span: TypedSpan, language: LanguageTag) -> tuple[str, int]:
    """The words, and where they end in the text: a percentage takes its sign with it."""
    written = text[span.start : span.end]
    if span.kind == "number":
        return _number(text, span, language)
    return _SPEAKERS[span.kind](written, language) or written, span.end


def _number(text: str, span: TypedSpan, language: LanguageTag) -> tuple[str, int]:
    written = ascii_digits(text[span.start : span.end])
    known = lexicon(language)
    if ordinal := _ORDINAL.fullmatch(written):
        return _ordinal(ordinal, text, span, language), span.end
    value = amount(written, language)
    if value is None or _is_identifier(written) or _stands_in_a_chain(text, span):
        return text[span.start : span.end], span.end
    if percent := _PERCENT.match(text, span.end):
        words, sign = spellout.counting(value, language), known.spoken.get("%")
        if words and sign:
            return f"{words} {sign}", percent.end()
    noun = WORD.match(text, span.end + 1)
    following = noun[0].casefold() if noun and text[span.end : span.end + 1] in (" ", "\u00a0") else ""
    words = spellout.cardinal(value, language, _gender(following, known))
    return words or text[span.start : span.end], span.end


def _ordinal(written: re.Match[str], text: str, span: TypedSpan, language: LanguageTag) -> str:
    mark = written[2].strip(".")
    gender: Gender | None = None
    if "masculine" in spellout.RULES.get(base(language), _NO_RULES).ordinal:
        gender = "feminine" if mark in {"ª", "a", "re", "nde"} else "masculine"
    return spellout.ordinal(int(written[1]), language, gender) or text[span.start : span.end]


_NO_RULES = spellout.Rules({}, {})


def _gender(noun: str, known: Lexicon) -> Gender | None:
    if noun in known.masculine:
        return "masculine"
    return "feminine" if noun in known.feminine else None


def _is_identifier(written: str) -> bool:
    """A zero in front says that this is no quantity."""
    return len(written) > 1 and written[0] == "0" and written[1].isdecimal()


def _stands_in_a_chain(text: str, span: TypedSpan) -> bool:
    """Beside a slash, a hyphen or a dot with no space a number is part of something else: "1/2", "9-14", "3.2.1"."""
    before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 2]
    return (
        before in _JOINTS or before.isalnum() or (after[:1] in _JOINTS and after[1:].isalnum()) or after[:1].isalpha()
    )


_JOINTS = frozenset("/-–.:_#*=<>")


def amount(written: str, language: LanguageTag) -> Decimal | None:
    """The value of a written number in the language's own marks; None where it can be read in two ways."""
    if written.isascii() and written.isdecimal():
        return Decimal(written)
    plain = written.translate(ONE_SPELLING).replace("−", "-").replace("–", "-")
    negative, plain = plain.startswith("-"), plain.lstrip("-")
    values = {Decimal(each[0]) for each in readings(plain) if len(each) == 1} if plain[-1:].isdecimal() else set()
    if len(values) == 1:
        value = values.pop()
        # "1,250" has one reading less where it starts with a zero; three decimals are never sure.
        return -value if negative else value
    mark = _decimal_mark(language)
    if values and mark and mark not in plain:
        value = max(values)
        return -value if negative else value
    return None


@lru_cache(maxsize=64)
def _decimal_mark(language: LanguageTag) -> str:
    locale = cldr(language)
    return str(locale.number_symbols.get("latn", {}).get("decimal", "")) if locale else ""


def _date(written: str, language: LanguageTag) -> str | None:
    date = dates.read(written, language)
    if date is None or date.ambiguous:
        return None
    if any(map(str.isalpha, written)):
        return _numbers_of_date(written, date, language)
    if date.year is None or date.day is None or not _may_respell_dates(language):
        return None
    return _numbers_of_date(long_date(date.year, date.month, date.day, language), date, language)


# Gregorian dates in these languages' own words; elsewhere a date in figures may belong to another calendar.
_GREGORIAN = frozenset(
    {"es", "en", "fr", "pt", "ca", "gl", "ast", "an", "oc", "it", "de", "ro", "sw", "tr", "id", "vi", "qu", "so",
     "zu", "rw", "ko", "zh", "ja"}
)  # fmt: skip


def _may_respell_dates(language: LanguageTag) -> bool:
    return base(language) in _GREGORIAN and cldr(language) is not None


def long_date(year: int, month: int, day: int, language: LanguageTag) -> str:
    """The date as CLDR writes it out in the language: "5 de marzo de 2026"."""
    # Loaded here: Babel's dates bring the time zones with them.
    from datetime import date

    from babel.dates import format_date

    return format_date(date(year, month, day), "long", locale=cldr(language))


def _numbers_of_date(written: str, date: dates.Date, language: LanguageTag) -> str:
    def words(number: re.Match[str]) -> str:
        value = int(number[1])
        if value == date.year:
            return spellout.year(value, language) or number[0]
        style = lexicon(language).spoken.get("ordinal_day", "")
        if style == "all" or (style == "first" and value == 1):
            return spellout.ordinal(value, language) or spellout.ordinal(value, language, "masculine") or number[0]
        return spellout.counting(Decimal(value), language) or number[0]

    return _DAY_OR_YEAR.sub(words, ascii_digits(written))


def _time(written: str, language: LanguageTag) -> str | None:
    known = lexicon(language)
    clock = _CLOCK.match(ascii_digits(written))
    if clock is None or "time" not in known.spoken or not spellout.has_rules(language):
        return None
    hours, minutes = int(clock[1]), int(clock[2] or 0)
    gender: Gender | None = "feminine" if known.spoken.get("hours") == "feminine" else None
    tail = written[clock.end() :]
    if _SECONDS.match(ascii_digits(tail)):
        return None  # with seconds: left to the voice, since a language's words for hours and minutes would drop them
    half = tail if _HALF_OF_DAY.fullmatch(tail) else ""
    h = spellout.cardinal(Decimal(hours), language, gender)
    m = spellout.counting(Decimal(minutes), language)
    one = "one_" if hours <= 1 and f"one_{'time' if minutes else 'oclock'}" in known.spoken else ""
    if minutes:
        minute = known.spoken["leading_zero"].format(m=m) if minutes < 10 and "leading_zero" in known.spoken else m
        return known.spoken[f"{one}time"].format(h=h, m=minute) + half
    template = "{h}" if half or (hours > 12 and "{h} o" in known.spoken["oclock"]) else known.spoken[f"{one}oclock"]
    return template.format(h=h) + (half or _unit(tail, template))


def _unit(tail: str, template: str) -> str:
    """ "horas" stays when it was written and the language's own form does not say it already."""
    word = tail.strip()
    return f" {word}" if len(word) > 2 and word.isalpha() and word not in template else ""


def _money(written: str, language: LanguageTag) -> str | None:
    known = lexicon(language)
    number = _NUMBER_PART.search(ascii_digits(written))
    if number is None or "money" not in known.spoken or not spellout.has_rules(language):
        return None
    value = amount(number[0], language)
    sign = (written[: number.start()] + written[number.end() :]).strip(" \u00a0\u202f-−–")
    code = _SYMBOL_CODES.get(sign) or (sign if len(sign) == 3 and sign.isupper() else "")
    if value is None:
        return None
    if not code:
        words = spellout.cardinal(value, language, _gender(sign.split()[-1].casefold() if sign else "", known))
        return f"{words} {sign}" if words and sign and sign[0].isalpha() else None
    return _coins(value, code, language)


def _coins(value: Decimal, code: str, language: LanguageTag) -> str | None:
    known = lexicon(language)
    whole, cents = divmod(abs(value) * 100, 100)
    if cents != int(cents):
        return None
    name = get_currency_name(code, int(whole), locale=cldr(language))
    gender = _gender(name.split()[0].casefold(), known)
    words = spellout.cardinal(whole if value >= 0 else -whole, language, gender)
    if words is None or name == code:
        return None
    if not cents:
        return known.spoken["money"].format(amount=words, currency=name)
    if code not in known.cents:
        return None
    small = spellout.cardinal(cents, language, "masculine")
    coin = known.cents[code][cents != 1]
    return known.spoken["money_cents"].format(amount=words, currency=name, cents=f"{small} {coin}")


def _phone(written: str, language: LanguageTag) -> str | None:
    """Digit by digit, with a pause between groups; in words where the language has them."""
    groups = re.findall(r"[0-9]+", ascii_digits(written))
    if len(groups) == 1 and len(groups[0]) > 4:
        groups = [groups[0][start : start + 3] for start in range(0, len(groups[0]), 3)]
        if len(groups[-1]) == 1:
            groups[-2:] = [groups[-2][:2], groups[-2][2] + groups[-1]]
    plus = f"{lexicon(language).spoken.get('+', '+')} " if "+" in written else ""
    return plus + ", ".join(" ".join(_digit(digit, language) for digit in group) for group in groups)


def _digit(digit: str, language: LanguageTag) -> str:
    return spellout.counting(Decimal(digit), language) or digit


def _email(written: str, language: LanguageTag) -> str | None:
    return _address(written, language) if "@" in lexicon(language).spoken else None


def _url(written: str, language: LanguageTag) -> str | None:
    """Host and a short path; of a long address only the host, and that it is a link."""
    signs = lexicon(language).spoken
    if "." not in signs:
        return None
    host, _, path = re.sub(r"^(?:https?://)?(?:www\.)?", "", written, flags=re.IGNORECASE).partition("/")
    if len(path) > _LONGEST_SPOKEN_PATH or not re.fullmatch(r"[\w./_-]*", path):
        return f"{_address(host, language)} ({signs['weblink']})"
    return _address(f"{host}/{path}" if path.rstrip("/") else host, language)


def _address(written: str, language: LanguageTag) -> str:
    signs = lexicon(language).spoken
    parts = (f" {signs[each]} " if each in signs and len(each) == 1 else each for each in written)
    return re.sub(r" {2,}", " ", "".join(parts)).strip()


def _code(written: str, _: LanguageTag) -> str | None:
    """Four digits or more are read sign by sign; "COVID-19" and "{name}" stay."""
    digits = sum(map(str.isdecimal, written))
    if digits < 4 or not re.fullmatch(r"[\w /-]+", written) or "/" in written:
        return None
    return ", ".join(" ".join(group) for group in re.split(r"[ /-]+", written))


def _abbreviation(written: str, language: LanguageTag) -> str | None:
    known = lexicon(language).abbreviations
    return known.get(written) or known.get(written[0].lower() + written[1:])


def _as_written(_: str, __: LanguageTag) -> str | None:
    return None


_SPEAKERS: Mapping[Kind, Callable[[str, LanguageTag], str | None]] = {
    "date": _date,
    "time": _time,
    "currency": _money,
    "phone": _phone,
    "email": _email,
    "url": _url,
    "code": _code,
    "abbreviation": _abbreviation,
    "name": _as_written,
}
