"""Markup with translations in the places of its texts, all its tags as they were."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from accessibility import marks
from accessibility.document import Inline
from accessibility.html_vocabulary import words
from accessibility.marks import Marked
from accessibility.tag_attributes import attributes, language
from accessibility.tagged import Tagged
from locales import tags
from locales.languages import text_direction
from locales.tags import LanguageTag

# Without these a reader cannot act; other inline tags that a model lost are left out, those of XML never.
_NEVER_LOST = words("a span button label")


def write(tagged: Tagged, texts: Sequence[str], target: LanguageTag) -> tuple[str, bool]:
    """The markup with as many texts in their places, and whether tags were lost; ValueError where there are more or
    fewer. What was marked as in the source's language is marked as in the target's."""
    if len(texts) != len(tagged.passages):
        raise ValueError(f"{len(tagged.passages)} texts wanted, {len(texts)} given")
    writer = _Writer(tagged, texts, target)
    return "".join(map(writer.part, tagged.parts)), writer.lost


@dataclass(slots=True)
class _Writer:
    tagged: Tagged
    texts: Sequence[str]
    target: LanguageTag
    lost: bool = False

    def part(self, part: str | int | tuple[int, int]) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, tuple):
            return "".join(map(self.token, range(*part)))
        marked = self.tagged.passages[part]
        content, lost = marks.read(self.texts[part], marked, self.tagged.source or self.target)
        written = self.inlines(content)
        if lost:
            self.lost = True
            for node in reversed(list(self._missing(marked, content))):
                written = f"{self.token(int(node.get('open')))}{written}{self.token(int(node.get('close')))}"
        return written

    def _missing(self, marked: Marked, content: Sequence[Inline]) -> Iterator[Inline]:
        """Pairs of tags that must not be lost and were: they go around all of the passage."""
        seen = set(_opened(content))
        for node in marked.nodes.values():
            opening = node.get("open")
            if opening and opening not in seen:
                name = self.tagged.tokens[int(opening)].name
                if self.tagged.rules.xml or name in _NEVER_LOST:
                    yield node

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(map(self.inline, inlines))

    def inline(self, inline: Inline) -> str:
        if inline.kind == "code":
            start, end = map(int, inline.text.split(":"))
            return "".join(map(self.token, range(start, end)))
        if inline.kind == "span":
            opening, closing = int(inline.get("open")), int(inline.get("close"))
            return f"{self.token(opening)}{self.inlines(inline.children)}{self.token(closing)}"
        return escape(inline.text, quote=False) or "\n"

    def token(self, place: int) -> str:
        token = self.tagged.tokens[place]
        if token.kind not in ("open", "alone") or "=" not in token.raw:
            return token.raw
        changes = [
            (start, end, self.texts[passage]) for start, end, passage in self.tagged.attributes.get(place, ())
        ] + list(self._languages(token.raw))
        written, after = [], 0
        for start, end, text in sorted(changes):
            written += [token.raw[after:start], f'"{escape(text)}"']
            after = end
        return "".join(written) + token.raw[after:]

    def _languages(self, raw: str) -> Iterator[tuple[int, int, str]]:
        said = language(raw) if self.tagged.source else None
        if said is None or tags.base(said) != tags.base(self.tagged.source or said):
            return
        for name, _, start, end in attributes(raw):
            if name in ("lang", "xml:lang"):
                yield start, end, self.target
            elif name == "dir":
                yield start, end, text_direction(self.target)


def _opened(inlines: Iterable[Inline]) -> Iterator[str]:
    for each in inlines:
        if each.kind == "span":
            yield each.get("open")
        yield from _opened(each.children)
