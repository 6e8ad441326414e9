"""HTML and XML cut into tags and texts, in one pass and without loss: the raw tokens put together are the markup."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Literal

from accessibility.html_vocabulary import words

# `aside`: comments, declarations, scripts: nothing that a person reads; `kept`: an element with all that is in it.
Kind = Literal["text", "open", "close", "alone", "aside", "kept"]

_RAW = words("script style xmp iframe noembed noframes textarea")
_VOID = words("area base br col embed hr img input link meta param source track wbr")
_NAME = re.compile(r"</?([^\W\d_][^\s<>/]*)")
_TAG_END = re.compile(r"""[^"'>]*+(?:"[^"]*+"[^"'>]*+|'[^']*+'[^"'>]*+)*+>""")
_TEXT_LINES = re.compile(r"\n+|[^\n]+")


class MarkupBroken(ValueError):
    """XML that is not well-formed."""


@dataclass(frozen=True, slots=True)
class Token:
    """`text`: what a person reads of it. `partner`: place of the tag that closes or opens the same element."""

    kind: Kind
    raw: str
    name: str = ""
    text: str = ""
    partner: int | None = None


def scan(markup: str, *, xml: bool) -> list[Token]:
    """The tokens in order; a text is cut at its line ends. Raises MarkupBroken for XML whose tags do not pair."""
    tokens: list[Token] = []
    place = 0
    while place < len(markup):
        start = markup.find("<", place)
        tokens += _texts(markup[place : start if start >= 0 else len(markup)])
        if start < 0:
            break
        token = _special(markup, start) or _tag(markup, start, xml=xml)
        if token is None:
            if xml:
                raise MarkupBroken
            # Not a tag: a sign like any other. A tag that never ends makes all that follows text.
            stop = start + 1 if _NAME.match(markup, start) is None else len(markup)
            token = Token("text", markup[start:stop], text=unescape(markup[start:stop]))
        tokens.append(token)
        place = start + len(token.raw)
    return _paired_strictly(tokens) if xml else _paired(tokens)


def _texts(raw: str) -> list[Token]:
    return [Token("text", each, text=unescape(each)) for each in _TEXT_LINES.findall(raw)]


def _special(markup: str, start: int) -> Token | None:
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">")):
        if markup.startswith(opening, start):
            end = markup.find(closing, start + len(opening))
            raw = markup[start : end + len(closing) if end >= 0 else len(markup)]
            if opening == "<![CDATA[":
                return Token("text", raw, text=raw[len(opening) : len(raw) - len(closing) if end >= 0 else None])
            return Token("aside", raw)
    return None


def _tag(markup: str, start: int, *, xml: bool) -> Token | None:
    named = _NAME.match(markup, start)
    end = _TAG_END.match(markup, named.end()) if named else None
    if named is None or end is None:
        return None
    raw = markup[start : end.end()]
    name = named[1] if xml else named[1].lower()
    if raw.startswith("</"):
        return Token("close", raw, name)
    if raw.endswith("/>") or (not xml and name in _VOID):
        return Token("alone", raw, name)
    if not xml and name in _RAW:
        closing = re.compile(f"</{name}", re.IGNORECASE).search(markup, end.end())
        stop = markup.find(">", closing.end()) + 1 if closing else 0
        return Token("aside", markup[start : stop or len(markup)], name)
    return Token("open", raw, name)


def _paired(tokens: Sequence[Token]) -> list[Token]:
    """Each closing tag with the last open one of its name, as forgiving as browsers are."""
    paired = list(tokens)
    open_tags: defaultdict[str, list[int]] = defaultdict(list)
    for place, token in enumerate(tokens):
        if token.kind == "open":
            open_tags[token.name].append(place)
        elif token.kind == "close" and open_tags[token.name]:
            _pair(paired, open_tags[token.name].pop(), place)
    return paired


def _paired_strictly(tokens: Sequence[Token]) -> list[Token]:
    paired = list(tokens)
    open_tags: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind == "open":
            open_tags.append(place)
        elif token.kind == "close":
            if not open_tags or tokens[open_tags[-1]].name != token.name:
                raise MarkupBroken
            _pair(paired, open_tags.pop(), place)
    if open_tags:
        raise MarkupBroken
    return paired


def folded(tokens: Sequence[Token], keeps: Callable[[Token], bool]) -> list[Token]:
    """The tokens with each element that is kept as one."""
    taken: list[Token] = []
    places: dict[int, int] = {}
    place = 0
    while place < len(tokens):
        token, end = tokens[place], place
        if token.kind == "open" and token.partner is not None and keeps(token):
            end = token.partner
            token = Token("kept", "".join(each.raw for each in tokens[place : end + 1]), token.name)
        else:
            places[place] = len(taken)
        taken.append(token)
        place = end + 1
    return [each if each.partner is None else replace(each, partner=places.get(each.partner)) for each in taken]


def _pair(tokens: list[Token], opening: int, closing: int) -> None:
    tokens[opening] = replace(tokens[opening], partner=closing)
    tokens[closing] = replace(tokens[closing], partner=opening)
