"""The parts of a text that must survive letter by letter: links, e-mail addresses, placeholders."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from accessibility.findings import Finding, Span
from accessibility.matching import unmatched

FILLER = "\ufffc"  # stands for a part already taken, so that its digits and braces are not counted twice

# What ends a link: white space, quotation marks, invisible marks, and the punctuation of scripts without spaces.
_LINK_END = (
    r"\s<>\"`|«»“”„\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff、。，！？；：（）「」『』【】،؛؟۔।॥።፣፤" + FILLER
)

# Every repeat is possessive or ends at a character outside its class, and every start is anchored or literal:
# that keeps 50,000 characters of "a.a.a.", "a@a@" or "((((" linear.
_LINK = re.compile(
    rf"https?://[^{_LINK_END}]++"
    rf"|(?<![\w@])www\.[^{_LINK_END}]++"
    rf"|(?<![\w.@/-])(?:[a-z0-9-]{{1,63}}+\.)++[a-z]{{2,24}}/[^{_LINK_END}]++",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++")
_PLACEHOLDER = re.compile(
    r"[$#%]?\{\{[^{}]{0,64}+\}\}"
    r"|[$#%]?\{[\w.:-]{0,64}+\}"
    r"|\$\([A-Za-z0-9_]{1,64}+\)"
    r"|%\([A-Za-z0-9_]{1,64}+\)[A-Za-z]"
    # No space flag: "50 % de" is a percentage, not a "% d". No letter behind: "%de" is none either.
    r"|%(?:[0-9]{1,2}+\$)?[-+#0]?[0-9]{0,3}+(?:\.[0-9]{1,3}+)?[sdifgeuxXc@](?![A-Za-z])"
    # A tag carries no space unless it carries attributes: "a <b and c> d" is arithmetic.
    r"|</?[A-Za-z][^<>\s]{0,64}+\s?/?>"
    r"|<[A-Za-z][^<>\s=]{0,64}+\s[^<>=]{1,64}+=[^<>]{0,256}+>"
)
_PLACEHOLDER_SIGNS = frozenset("{%<$")
_TRAILING = frozenset(".,;:!?…'’*")


@dataclass(frozen=True, slots=True)
class Part:
    """One literal and where it stands."""

    literal: str
    span: Span


@dataclass(frozen=True, slots=True)
class Parts:
    """A text taken apart; `rest` has the text's length, with every part replaced by filler."""

    links: tuple[Part, ...]
    emails: tuple[Part, ...]
    placeholders: tuple[Part, ...]
    rest: str


def take_apart(text: str) -> Parts:
    """Find links first, then addresses, then placeholders: a "%20" or "{id}" inside a link belongs to the link."""
    links: tuple[Part, ...] = ()
    emails: tuple[Part, ...] = ()
    placeholders: tuple[Part, ...] = ()
    rest = text
    # Most sentences hold none of the signs without which there is no such part: they need not be searched.
    if "/" in text or "www." in text.lower():
        links, rest = cut(text, text, ((m.start(), m.start() + _link_length(m[0])) for m in _LINK.finditer(text)))
    if "@" in rest:
        emails, rest = cut(text, rest, (m.span() for m in _EMAIL.finditer(rest)))
    if not _PLACEHOLDER_SIGNS.isdisjoint(rest):
        placeholders, rest = cut(text, rest, (m.span() for m in _PLACEHOLDER.finditer(rest)))
    return Parts(links, emails, placeholders, rest)


def differences(source: tuple[Part, ...], target: tuple[Part, ...], code: str, whole: Span) -> tuple[Finding, ...]:
    """A finding per part that was lost; where none was lost, one for all that were added."""
    if not source and not target:
        return ()
    missing, added = unmatched(source, target, lambda part: (part.literal,))
    # Korean and Japanese write particles on to a link, "https://example.org/a에서", and URLs themselves are ASCII.
    missing, added = unmatched(missing, added, lambda part: (_ascii_start(part.literal),))
    if missing:
        return tuple(Finding(code, "high", part.span) for part in missing)
    return (Finding(code, "high", whole),) if added else ()


def cut(text: str, rest: str, spans: Iterable[Span]) -> tuple[tuple[Part, ...], str]:
    """Parts of a text at spans that are in order and apart, and what is left of `rest`, as long as before."""
    parts: list[Part] = []
    kept: list[str] = []
    end = 0
    for start, stop in spans:
        parts.append(Part(text[start:stop], (start, stop)))
        kept += rest[end:start], FILLER * (stop - start)
        end = stop
    return tuple(parts), "".join(kept) + rest[end:]


def _link_length(link: str) -> int:
    """The length without the sentence's own punctuation; a closing bracket stays when the link opened it."""
    surplus = {")": link.count(")") - link.count("("), "]": link.count("]") - link.count("[")}
    end = len(link)
    while end and (link[end - 1] in _TRAILING or surplus.get(link[end - 1], 0) > 0):
        if link[end - 1] in surplus:
            surplus[link[end - 1]] -= 1
        end -= 1
    return end


def _ascii_start(literal: str) -> str:
    return literal[: next((i for i, character in enumerate(literal) if character > "\x7f"), None)]
