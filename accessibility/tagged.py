"""HTML and XML whose texts are replaced and whose tags are kept character by character: what callers of other services
expect of theirs.

Nothing is cleaned: what the caller sent comes back, and no translation can become a tag. Pages that are to be safe go
through `accessibility.parse`. A passage is a run of text between tags that end a sentence; inline tags in it stand as
the marks of `accessibility.marks`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from accessibility import marks
from accessibility.document import TEXT_ATTRIBUTES, DocumentTooDeep, DocumentTooLarge, Inline
from accessibility.html_vocabulary import INLINES, words
from accessibility.marks import Marked
from accessibility.tag_attributes import attributes, language
from accessibility.tag_scanner import Token, folded, scan
from locales import tags
from locales.normalisation import has_letters, normalise
from locales.tags import LanguageTag

MAX_TOKENS = 50_000
MAX_OPEN = 100  # inline tags inside each other

_ENDS_SENTENCE = words("br button label textarea")
_KEPT = words("code kbd samp var tt pre svg math")
_INLINE = (frozenset(INLINES) | words("svg math")) - _ENDS_SENTENCE
_KEPT_CLASS = "notranslate"
_BLANKS = re.compile(r"[ \t\n\f\r]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """How tags count. `outline`: in XML, tags inside running text are inline and others end a sentence; names in
    `splitting` and `non_splitting` override that. `lines`: line ends end a sentence too."""

    xml: bool = False
    outline: bool = True
    splitting: frozenset[str] = frozenset()
    non_splitting: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    lines: bool = False


@dataclass(slots=True)
class Tagged:
    """A markup taken apart: its texts, and all else in the order in which it stands."""

    rules: Rules
    tokens: Sequence[Token]
    passages: list[Marked] = field(default_factory=list)
    parts: list[str | int | tuple[int, int]] = field(default_factory=list)  # text, passage, tokens from and to
    attributes: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)  # token: from, to, passage
    source: LanguageTag | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """What is to be translated, each without a line end."""
        return tuple(each.text for each in self.passages)


def read(markup: str, rules: Rules, source: LanguageTag | None = None) -> Tagged:
    """The texts of a markup. With `source`, what says that it is in another language is left as it is.

    Raises MarkupBroken for XML that is not well-formed (HTML is taken as it comes), DocumentTooLarge, DocumentTooDeep.
    """
    tokens = scan(markup, xml=rules.xml)
    if len(tokens) > MAX_TOKENS:
        raise DocumentTooLarge(MAX_TOKENS)
    taken = Tagged(rules, folded(tokens, lambda token: _kept(token, rules, source)), source=source)
    _Reader(taken).read()
    return taken


def _kept(token: Token, rules: Rules, source: LanguageTag | None) -> bool:
    if token.name in rules.ignored or (not rules.xml and token.name in _KEPT):
        return True
    if rules.xml or "=" not in token.raw:
        return False
    named = {name: value for name, value, _, _ in attributes(token.raw)}
    if named.get("translate", "").lower() == "no" or _KEPT_CLASS in named.get("class", "").split():
        return True
    said = language(token.raw) if source else None
    return said is not None and tags.base(said) != tags.base(source or said)


@dataclass(slots=True)
class _Reader:
    into: Tagged
    run: list[int] = field(default_factory=list)  # tokens of the passage that is being read
    mixed: frozenset[int] = frozenset()  # XML: opening tags that stand in running text

    def read(self) -> None:
        tokens, rules = self.into.tokens, self.into.rules
        if rules.xml:
            self.mixed = frozenset(_in_running_text(tokens))
        for place, token in enumerate(tokens):
            if self._splits(place, token):
                self._flush()
                self._take_attributes(place)
                self._as_it_is([place])
            else:
                self._take_attributes(place)
                self.run.append(place)
        self._flush()

    def _splits(self, place: int, token: Token) -> bool:
        if token.kind in ("text", "aside"):
            return False
        rules = self.into.rules
        if token.name in rules.splitting:
            return True
        if token.name in rules.non_splitting:
            return False
        if not rules.xml:
            return not (token.name in _INLINE or "-" in token.name)
        opening = token.partner if token.kind == "close" else place
        return rules.outline and opening not in self.mixed

    def _take_attributes(self, place: int) -> None:
        token = self.into.tokens[place]
        if self.into.rules.xml or token.kind not in ("open", "alone") or "=" not in token.raw:
            return
        for name, value, start, end in attributes(token.raw):
            text = _BLANKS.sub(" ", normalise(value)).strip()
            if name in TEXT_ATTRIBUTES and has_letters(text):
                self.into.attributes.setdefault(place, []).append((start, end, len(self.into.passages)))
                self.into.passages.append(Marked(text, {}, frozenset()))

    def _flush(self) -> None:
        run, self.run = self.run, []
        for line in self._lines(run) if self.into.rules.lines else [run]:
            self._passage(line)

    def _lines(self, run: list[int]) -> Iterator[list[int]]:
        """Cut where a text ends in a line end; `scan` made texts of lines."""
        line: list[int] = []
        for place in run:
            token = self.into.tokens[place]
            if token.kind == "text" and "\n" in token.text and not token.text.strip():
                yield line
                yield [place]
                line = []
            else:
                line.append(place)
        yield line

    def _passage(self, run: list[int]) -> None:
        first, last = self._peeled(run)
        inner = run[first : last + 1]
        if not any(has_letters(self.into.tokens[place].text) for place in inner):
            self._as_it_is(run)
            return
        self._as_it_is(run[:first])
        content = _inlines(self.into.tokens, inner)
        text = self.into.tokens[inner[0]].text, self.into.tokens[inner[-1]].text
        self.into.parts.append(text[0][: len(text[0]) - len(text[0].lstrip())])
        self.into.parts.append(len(self.into.passages))
        self.into.passages.append(_stripped(marks.write(content, lambda _: False)))
        self.into.parts.append(text[1][len(text[1].rstrip()) :])
        self._as_it_is(run[last + 1 :])

    def _as_it_is(self, run: Iterable[int]) -> None:
        self.into.parts += [(place, place + 1) for place in run]

    def _peeled(self, run: list[int]) -> tuple[int, int]:
        """The run without the tags around all of its text: a mark that says nothing costs quality."""
        tokens, inside = self.into.tokens, frozenset(run)
        first, last = 0, len(run) - 1

        def loose(place: int) -> bool:
            token = tokens[place]
            return (
                not token.text.strip()
                if token.kind == "text"
                else token.kind in ("alone", "aside", "kept") or token.partner not in inside
            )

        while first < last:
            if loose(run[first]):
                first += 1
            elif loose(run[last]):
                last -= 1
            elif tokens[run[first]].kind == "open" and tokens[run[first]].partner == run[last]:
                first, last = first + 1, last - 1
            else:
                break
        return first, last


def _stripped(marked: Marked) -> Marked:
    return Marked(_BLANKS.sub(" ", normalise(marked.text)).strip(), marked.nodes, marked.alone)


def _in_running_text(tokens: Sequence[Token]) -> Iterator[int]:
    """Opening tags of which an element around them has text of its own."""
    texts = {parent for parent, token in _parents(tokens) if token.kind == "text" and token.text.strip()}
    running: set[int | None] = set()
    for place, (parent, token) in enumerate(_parents(tokens)):
        if token.kind in ("open", "alone", "kept") and (parent in texts or parent in running):
            running.add(place)
            yield place


def _parents(tokens: Sequence[Token]) -> Iterator[tuple[int | None, Token]]:
    """Each token with the opening tag it stands in."""
    around: list[int | None] = [None]
    for place, token in enumerate(tokens):
        if token.kind == "close":
            around.pop()
        yield around[-1], token
        if token.kind == "open":
            around.append(place)


def _inlines(tokens: Sequence[Token], run: Sequence[int]) -> tuple[Inline, ...]:
    """A run as inlines: texts, pairs of tags as `span`, all else as `code`, whose text says which tokens it is."""
    levels: list[list[Inline]] = [[]]
    nested = _nested(tokens, run)
    for place in run:
        token = tokens[place]
        if token.kind == "text":
            levels[-1].append(Inline("text", token.text))
        elif place not in nested:
            levels[-1].append(Inline("code", f"{place}:{place + 1}"))
        elif token.kind == "open":
            levels.append([])
        else:
            children = tuple(levels.pop())
            opening = nested[place]
            empty = not any(map(_says_something, children))
            pair = Inline("span", children=children, attributes=(("open", str(opening)), ("close", str(place))))
            levels[-1].append(Inline("code", f"{opening}:{place + 1}") if empty else pair)
    return tuple(levels[0])


def _says_something(inline: Inline) -> bool:
    return (inline.kind == "text" and bool(inline.text.strip())) or any(map(_says_something, inline.children))


def _nested(tokens: Sequence[Token], run: Sequence[int]) -> Mapping[int, int]:
    """Tags of this run that pair without crossing others: each of both, with its partner."""
    inside = frozenset(run)
    pairs: dict[int, int] = {}
    open_tags: list[int] = []
    for place in run:
        partner = tokens[place].partner
        if partner is None or partner not in inside:
            continue
        if tokens[place].kind == "open":
            open_tags.append(place)
            if len(open_tags) > MAX_OPEN:
                raise DocumentTooDeep(MAX_OPEN)
        elif partner in open_tags:
            while open_tags.pop() != partner:
                pass
            pairs |= {place: partner, partner: place}
    return pairs
