"""Which language and direction each text of an HTML fragment is in, read by the standard library and nothing of ours.

axe, html-validate and the Nu checker all pass a page in the wrong language; this is what tells.
"""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}
SPOKEN = ("alt", "title", "aria-label", "placeholder")


class _Walk(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str | None, str | None]] = [("", None, None)]
        self.texts: list[tuple[str, str | None, str | None]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if "lang" in said and "dir" not in said:
            self.faults.append(f"<{tag} lang={said['lang']}> without dir")
        _, lang, direction = self.open[-1]
        here = (tag, said.get("lang", lang), said.get("dir", direction))
        self.texts += [(value, here[1], here[2]) for name in SPOKEN if (value := said.get(name))]
        if tag not in VOID:
            self.open.append(here)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes <{self.open[-1][0]}>")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((data.strip(), *self.open[-1][1:]))


def spoken(fragment: str) -> tuple[list[tuple[str, str | None, str | None]], list[str]]:
    """Each text with its language and direction, and what is wrong with the markup."""
    walk = _Walk()
    walk.feed(fragment)
    walk.close()
    if len(walk.open) != 1:
        walk.faults.append(f"left open: {[tag for tag, _, _ in walk.open[1:]]}")
    return walk.texts, walk.faults
