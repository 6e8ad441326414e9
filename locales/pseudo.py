"""Two invented locales that show where a text was forgotten, cut off or laid out for one direction only.

`en-XA` is English with accents, a third longer and in brackets; `en-XB` is English written from right to left. They are
made from the English messages when somebody asks for them by name; a placeholder such as {limit} stays as it is.
"""

import re
from collections.abc import Callable

from locales.tags import LanguageTag

ACCENTED = LanguageTag("en-XA")
BIDI = LanguageTag("en-XB")
PSEUDO_LOCALES = (ACCENTED, BIDI)

_ACCENTS = str.maketrans(
    "ABCDEFGHIJKLMNOPRSTUVWYZabcdefghijklmnoprstuvwyz", "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞŔŠŢÛṼŴÝŽåƀçðéƒĝĥîĵķļɱñöþŕšţûṽŵýž"
)
_PLACEHOLDER = re.compile(r"(\{\w*\})")
_WORD = re.compile(r"[^\W\d_]+")
_FILLER = "one two three four five six seven eight nine ten"
_RIGHT_TO_LEFT = "\u200f\u202e{}\u202c\u200f"  # closed word by word, so that no direction leaks out


def pseudo(text: str, locale: LanguageTag) -> str:
    """An English message as one of the pseudo-locales says it."""
    if locale == BIDI:
        return _outside_placeholders(text, lambda part: _WORD.sub(lambda word: _RIGHT_TO_LEFT.format(word[0]), part))
    accented = _outside_placeholders(text, lambda part: part.translate(_ACCENTS))
    return f"[{accented} {_FILLER[: max(3, len(text) // 3)].strip()}]"


def _outside_placeholders(text: str, change: Callable[[str], str]) -> str:
    parts = _PLACEHOLDER.split(text)
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))
