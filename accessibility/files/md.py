"""Markdown: what stands in front of the text as data (front matter) stays, the text is written in one plain style.

Boxes of task lists and the marks of notes are not CommonMark: they are kept as they are, and never translated.
"""

import re

from accessibility.adapters import markdown as adapter
from accessibility.document import Document, DocumentTooDeep, DocumentTooLarge
from accessibility.files import characters, whole
from accessibility.files.opened import FileFormat, OpenFile, Options
from accessibility.files.refusals import FileDamaged
from accessibility.parse import markdown

_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*(?:\n|$)", re.DOTALL)
# Code is passed over.
_KEPT = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)"
    r"|(?P<tick>`+)(?!`).*?(?<!`)(?P=tick)(?!`)"
    r"|(?P<note>\[\^[^\]\s]+\])"
    r"|(?P<box>^[ \t]*(?:[-*+]|[0-9]+[.)])[ \t]+)(?P<state>\[[ xX]\])(?=\s)",
    re.DOTALL | re.MULTILINE,
)
_WRITTEN = re.compile(r'<span translate="no"[^>]*>\\\[(\^[^\]\s]+|[ xX])\\\]</span>')
_ESCAPED = re.compile(r"\\(?=[^A-Za-z0-9\s])")


def open_md(content: bytes, _options: Options) -> OpenFile:
    """CommonMark with tables. Code stays; what runs in HTML within the text is left out, as on the page of the API."""
    text = characters.decoded(content).replace("\r\n", "\n")
    front = found[0] if (found := _FRONT_MATTER.match(text)) else ""
    try:
        document = markdown(_KEPT.sub(_guarded, text[len(front) :]), whole.UNDETERMINED)
    except DocumentTooLarge as fact:
        raise whole.too_much(fact) from None
    except DocumentTooDeep:
        raise FileDamaged from None

    def write(translated: Document) -> bytes:
        body = str(adapter.render(translated, adapter.MarkdownOptions()).content)
        body = _WRITTEN.sub(lambda found: f"[{_ESCAPED.sub('', found[1])}]", body)
        return (front + ("\n" if front else "") + body + "\n").encode()

    return whole.opened(document, write)


def _guarded(found: re.Match[str]) -> str:
    """Code stays as it is; what is kept is said to be."""
    if found["note"]:
        begins = found.string[max(0, found.start() - 1) : found.start()] in ("", "\n")
        apart = "\n" if begins and found.string.startswith(":", found.end()) else ""  # a note is a paragraph
        return f'{apart}<span translate="no">{found["note"]}</span>'
    if found["box"]:
        return f'{found["box"]}<span translate="no">{found["state"]}</span>'
    return found[0]


MD = FileFormat("md", (".md", ".markdown"), "text/markdown; charset=utf-8", open_md)
