"""Markdown: what stands in front of the text as data (front matter) stays, the text is written in one plain style.

Boxes of task lists and the marks of notes are not CommonMark: they are kept as they are, and never translated.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from accessibility.adapters import markdown as adapter
from accessibility.document import Document, DocumentTooDeep, DocumentTooLarge
from accessibility.files import characters, whole
from accessibility.files.opened import FileFormat, OpenFile, Options
from accessibility.files.refusals import FileDamaged
from accessibility.parse import markdown

_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*(?:\n|$)", re.DOTALL)
# Code is passed over; a fence that nothing closes reaches to the end. No text is looked at again for each mark in it:
# where code in a line ends is looked up (`_Ticks`).
_KEPT = re.compile(
    r"^(?P<fence>`{3,}+(?=[^`\n]*\n)|~{3,}+)[^\n]*\n.*?(?:^ {0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<tick>`++)"
    r"|(?P<note>\[\^[^\[\]\s]++\])"
    r"|(?P<box>^[ \t]*(?:[-*+]|[0-9]+[.)])[ \t]+)(?P<state>\[[ xX]\])(?=\s)",
    re.DOTALL | re.MULTILINE,
)
_TICKS = re.compile("`+")
_WRITTEN = re.compile(r'<span translate="no"[^>]*>\\\[(\^[^\]\s]+|[ xX])\\\]</span>')
_ESCAPED = re.compile(r"\\(?=[^A-Za-z0-9\s])")


def open_md(content: bytes, _options: Options) -> OpenFile:
    """CommonMark with tables. Code stays; what runs in HTML within the text is left out, as on the page of the API."""
    text = characters.decoded(content).replace("\r\n", "\n")
    front = found[0] if (found := _FRONT_MATTER.match(text)) else ""
    try:
        document = markdown("".join(_guarded(text[len(front) :])), whole.UNDETERMINED)
    except DocumentTooLarge as fact:
        raise whole.too_much(fact) from None
    except DocumentTooDeep:
        raise FileDamaged from None

    def write(translated: Document) -> bytes:
        body = str(adapter.render(translated, adapter.MarkdownOptions()).content)
        body = _WRITTEN.sub(lambda found: f"[{_ESCAPED.sub('', found[1])}]", body)
        return (front + ("\n" if front else "") + body + "\n").encode()

    return whole.opened(document, write)


def _guarded(text: str) -> Iterator[str]:
    """Code stays as it is; what is kept is said to be."""
    ticks, place = _Ticks(text), 0
    while found := _KEPT.search(text, place):
        yield text[place : found.start()]
        end = ticks.end(found.start(), found.end()) if found["tick"] else found.end()
        yield _said(found) or text[found.start() : end]
        place = end
    yield text[place:]


class _Ticks:
    """Where runs of backticks stand: code in a line ends with the next run as long as that which begins it."""

    def __init__(self, text: str) -> None:
        self._starts: dict[int, list[int]] = defaultdict(list)
        for run in _TICKS.finditer(text):
            self._starts[len(run[0])].append(run.start())

    def end(self, start: int, after: int) -> int:
        """Where the code ends that a run from `start` to `after` begins; `after` where it begins none."""
        length = after - start
        alike = self._starts[length]
        there = bisect_left(alike, after)
        return alike[there] + length if there < len(alike) else after


def _said(found: re.Match[str]) -> str:
    """A mark with what keeps it; empty for code."""
    if found["note"]:
        begins = found.string[max(0, found.start() - 1) : found.start()] in ("", "\n")
        apart = "\n" if begins and found.string.startswith(":", found.end()) else ""  # a note is a paragraph
        return f'{apart}<span translate="no">{found["note"]}</span>'
    if found["box"]:
        return f'{found["box"]}<span translate="no">{found["state"]}</span>'
    return ""


MD = FileFormat("md", (".md", ".markdown"), "text/markdown; charset=utf-8", open_md)
