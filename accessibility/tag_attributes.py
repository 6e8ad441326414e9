"""Attributes of a tag as it is written, with their places in it."""

import re
from collections.abc import Iterator
from html import unescape

from locales import tags
from locales.tags import LanguageTag

_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'=<>`]++)))?""")


def attributes(raw: str) -> Iterator[tuple[str, str, int, int]]:
    """Name in small letters, value, and where the value stands with its quotes."""
    name = re.match(r"<[^\s/>]*+", raw)
    for found in _ATTRIBUTE.finditer(raw, name.end() if name else 0):
        value = next((each for each in found.groups()[1:] if each is not None), None)
        if value is not None:
            quoted = 0 if found[4] is not None else 1
            start, end = found.span(next(group for group in (2, 3, 4) if found[group] is not None))
            yield found[1].lower(), unescape(value), start - quoted, end + quoted


def language(raw: str) -> LanguageTag | None:
    """The language that a tag says its element is in."""
    for name, value, _, _ in attributes(raw):
        if name in ("lang", "xml:lang"):
            try:
                return tags.parse(value.strip())
            except tags.UnknownLanguage:
                return None
    return None
