"""What no model may touch, taken out before translation and put back after it: links, addresses, placeholders, long
numbers and those whose thousands stand apart. In their place stands `{0}`, `{1}`, …, which translation models copy far
more faithfully than an address.
"""

import re
from dataclasses import dataclass

from accessibility.findings import Span
from accessibility.verbatim import take_apart

# Telephone and account numbers, amounts in millions: seven digits or more, however grouped. Possessive: linear.
_LONG_NUMBER = re.compile(r"(?<![\w.,/-])\+?[0-9](?:[ \u00a0\u202f.,/()-]{0,2}[0-9]){6,40}(?![\w/-])")
# Thousands apart, 10 000 with any space: a small model leaves zeros out.
_GROUPED = re.compile(r"(?<![\w.,/-])[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?![\w/-]|[.,][0-9])")
_MARK = re.compile(r"\{[0-9]+\}")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with `{n}` in place of the n-th of `items`."""

    text: str
    items: tuple[str, ...]

    def restore(self, translation: str) -> str | None:
        """The translation with the items back in place; None when a mark was lost, doubled or made up."""
        if sorted(_MARK.findall(translation)) != sorted(f"{{{place}}}" for place in range(len(self.items))):
            return None
        return _MARK.sub(lambda mark: self.items[int(mark[0][1:-1])], translation)

    @property
    def bare(self) -> bool:
        """Nothing is left to translate."""
        return not any(map(str.isalpha, _MARK.sub("", self.text)))


def mask(text: str) -> Masked:
    """Time is linear in the text. Marks that the text holds already are placeholders, so they are items too."""
    parts = take_apart(text)
    found = [part.span for part in (*parts.links, *parts.emails, *parts.placeholders)]
    found += [match.span() for pattern in (_LONG_NUMBER, _GROUPED) for match in pattern.finditer(parts.rest)]
    pieces: list[str] = []
    items: list[str] = []
    end = 0
    for start, stop in _apart(found):
        pieces += text[end:start], f"{{{len(items)}}}"
        items.append(text[start:stop])
        end = stop
    return Masked("".join(pieces) + text[end:], tuple(items))


def _apart(spans: list[Span]) -> list[Span]:
    """In order; of two that overlap, the first."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
