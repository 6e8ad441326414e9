"""The names of the months, as CLDR and the profiles spell them: to know a date when it is written out.

They stand in `months.json`, which `python -m docs.month_names` writes.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from locales.tags import LanguageTag, base, profiled

_VERB = "may"  # May in Azerbaijani and Uzbek, but "5 may apply" is no date
# Months of one language, folded, that are common words of another: French "du 3", English "here", Catalan "7 mars".
WORDS_ELSEWHERE = frozenset({"du", "here", "lui", "mae", "mai", "mars", "mata", "medi", "moj", "moja"})


@lru_cache(maxsize=64)
def months(tag: LanguageTag) -> Mapping[str, int]:
    """Name in lower case → 1 to 12, full and short forms; empty where nobody names them."""
    found = spelled(tag)
    return MappingProxyType({name.casefold(): number for name, number in found.items()})


@lru_cache(maxsize=64)
def spelled(tag: LanguageTag) -> Mapping[str, int]:
    """Name as its language writes it inside a sentence → 1 to 12; a full form counts before a short one."""
    widths = _table().get(tag) or _table().get(base(tag)) or {}
    rows = [(name, number) for row in widths.values() for number, names in enumerate(row, 1) for name in names]
    return MappingProxyType(dict(reversed(rows)))


@cache
def anywhere() -> Mapping[str, frozenset[int]]:
    """Full name in any language with a profile, as written, with a capital and in capitals → the months it names:
    "listopad" is October in Croatian and November in Polish."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for tag in _table().keys() & profiled():
        for number, names in enumerate(_table()[tag]["wide"], 1):
            for name in names:
                for spelling in (name, name[:1].upper() + name[1:], name.upper()):
                    found[spelling].add(number)
    return MappingProxyType({name: frozenset(numbers) for name, numbers in found.items() if name != _VERB})


@cache
def _table() -> Mapping[LanguageTag, Mapping[str, Sequence[Sequence[str]]]]:
    table: Mapping[LanguageTag, Mapping[str, Sequence[Sequence[str]]]] = json.loads(
        files("locales").joinpath("months.json").read_text("utf-8")
    )
    return table
