"""The patterns by which typed spans are recognised in a language, built from its lexicon and from CLDR's names.

Each is tried at one place of a text and looks a bounded way ahead or back, so that finding stays linear.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from accessibility.dates import calendar_words
from accessibility.lexicon import Lexicon, cldr, lexicon
from accessibility.phrases import alternation
from accessibility.verbatim import FILLER
from locales.tags import LanguageTag

_SYMBOLS = r"(?:US|R|A|C|S/)?[$€£¥₹₩₦₽₺₪฿₫₴₸₱₲₡₵₭៛৳]|R\$|Fr\.?|﷼"
_CURRENCIES = (
    "EUR", "USD", "GBP", "JPY", "CNY", "INR", "BRL", "MXN", "ARS", "COP", "CLP", "PEN", "BOB", "PYG", "UYU", "VES",
    "GTQ", "HNL", "NIO", "CRC", "DOP", "CUP", "CHF", "CAD", "AUD", "NZD", "ZAR", "NGN", "KES", "TZS", "UGX", "RWF",
    "ETB", "ERN", "SOS", "EGP", "MAD", "DZD", "TND", "SAR", "AED", "IQD", "IRR", "AFN", "PKR", "BDT", "NPR", "LKR",
    "MMK", "THB", "LAK", "KHR", "VND", "IDR", "PHP", "KRW", "TRY", "UAH", "PLN", "RUB", "XOF", "XAF", "AOA", "MZN",
    "HTG",
)  # fmt: skip
_MONEY_BEFORE = re.compile(rf"(?:(?<!\w)(?:{'|'.join(_CURRENCIES)})\s?|(?:{_SYMBOLS})[ \u00a0]?)-?\Z")
_MONEY_ENDS = frozenset("$€£¥₹₩₦₽₺₪฿₫₴₸₱₲₡₵₭៛৳r.﷼").union(code[-1] for code in _CURRENCIES)


@dataclass(frozen=True, slots=True)
class Shapes:
    """The patterns of one language. `known`: abbreviations and acronyms of the lexicon, as they may be written."""

    lexicon: Lexicon
    known: frozenset[str]
    calendar: frozenset[str]
    bare_times: bool
    announces_phone: Callable[[str], bool]  # what stands in front of a number says that it is one
    national: re.Pattern[str]
    money_before: Callable[[str, int, int], re.Match[str] | None]  # in a text, from a place, up to a number
    money_after: re.Pattern[str]
    scale_after: re.Pattern[str]
    announces_time: Callable[[str], bool]
    time_unit: re.Pattern[str]
    half_of_day: re.Pattern[str]
    minutes_after: re.Pattern[str]
    ordinal_after: re.Pattern[str]
    abbreviation: re.Pattern[str]
    name_gap: re.Pattern[str]


_NEVER = r"(?!)"


@lru_cache(maxsize=64)
def shapes(language: LanguageTag) -> Shapes:
    """The patterns of a language, built once."""
    known = lexicon(language)
    scale = alternation(known.scales)
    of = r"(?:(?:de|d['’]|of)\s?)?"
    names = alternation([*_currency_names(language), *known.money])
    money = rf"(?:{_SYMBOLS}|(?:{'|'.join(_CURRENCIES)})(?!\w)" + (rf"|(?:{names})(?!\w)" if names else "") + ")"
    scaled = rf"(?:\s?(?:{scale})(?!\w))" if scale else _NEVER
    links = alternation(known.name_links)
    abbreviations = {form for each in known.abbreviations for form in (each, each[0].upper() + each[1:])}
    return Shapes(
        lexicon=known,
        known=frozenset([*abbreviations, *known.acronyms]),
        calendar=frozenset(calendar_words(language)),
        bare_times=bool(known.time_cues),
        announces_phone=_announces(
            known.phone_cues, r"(?<!\w)(?i:{})\.?[^\w\n]{{0,3}}(?:\w{{1,3}}[^\w\n])?[(+]{{0,2}}\Z"
        ),
        national=re.compile(known.national_phone or _NEVER),
        money_before=_money_before,
        money_after=re.compile(rf"(?:{scaled}\s{of})?[ \u00a0\u202f]{{0,2}}{money}"),
        scale_after=re.compile(scaled),
        announces_time=_announces(known.time_cues, r"(?<!\w)(?i:{})\s\Z"),
        time_unit=_compile(known.time_units, r"[ \u00a0]?(?:{})(?!\w)"),
        half_of_day=re.compile(r"[ \u00a0]?(?:[ap]\.[ \u00a0]?m\.|[ap]m(?!\w)|[AP]M(?!\w))"),
        minutes_after=re.compile(r"(?<=h)[ \u00a0]?[0-5][0-9](?![0-9])"),
        ordinal_after=_compile(known.ordinal_marks, r"(?:{})(?!\w)"),
        abbreviation=re.compile(
            rf"(?<![\w{FILLER}])(?:"
            + (rf"(?:{alternation(abbreviations)})(?!\w)|" if abbreviations else "")
            + (rf"(?:{alternation(known.acronyms)})(?!\w)|" if known.acronyms else "")
            + r"(?<!\.)(?:(?:[A-ZÀ-ÞΑ-ΩА-Я]\.){2,5}|[A-ZÀ-ÞΑ-ΩА-Я]{2,6})(?!\w))"
        ),
        name_gap=re.compile(rf"[ \u00a0](?:(?:{links})[ \u00a0]?)?" if links else r"[ \u00a0]"),
    )


def _announces(cues: Iterable[str], template: str) -> Callable[[str], bool]:
    """Whether a piece of text ends with one of the cues, as the template says; a look for their letters comes first."""
    folded = tuple(cue.casefold() for cue in cues)
    pattern = _compile(cues, template)

    def announces(before: str) -> bool:
        plain = before.casefold()
        return any(cue in plain for cue in folded) and pattern.search(before) is not None

    return announces


def _money_before(text: str, first: int, number: int) -> re.Match[str] | None:
    end = text[first:number].rstrip("-").rstrip()[-1:]
    return _MONEY_BEFORE.search(text, first, number) if end in _MONEY_ENDS else None


def _compile(words: Iterable[str], template: str) -> re.Pattern[str]:
    alternatives = alternation(words)
    return re.compile(template.format(alternatives) if alternatives else _NEVER)


def _currency_names(language: LanguageTag) -> set[str]:
    """Singular and plural names of currencies in CLDR, longer than their code: "Äthiopische Birr", "యూరోలు"."""
    locale = cldr(language)
    if locale is None:
        return set()
    names: set[str] = set()
    for code in _CURRENCIES:
        names.update(filter(None, [locale.currencies.get(code)]))
        names.update(locale._data["currency_names_plural"].get(code, {}).values())  # noqa: SLF001 no public list
    return {name for name in names if name not in _CURRENCIES}
