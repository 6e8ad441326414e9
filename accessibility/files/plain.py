"""Plain text: each line by itself, except where lines were broken to fit a width and belong together."""

import re
import textwrap
from collections.abc import Callable, Sequence

from accessibility.files import characters, lines
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot

_LINES = re.compile(r"(\r\n|\n|\r|\f)")
_BEGINS_ANEW = re.compile(r"\s*(?:[-*•–—#>|]|\d{1,3}[.)]\s|[A-Za-z][.)]\s)")
_FILLED = (45, 100)  # lengths of a line that was broken because it was full


def open_txt(content: bytes, _options: Options) -> OpenFile:
    """White space, line ends and blank lines stay as they are; what comes back is UTF-8."""
    parts = _LINES.split(characters.decoded(content))
    slots: list[Slot] = []
    place = 0
    while place < len(parts):
        last = _end(parts, place)
        slots += lines.some(_slot(parts, place, last))
        place = last + 2
    return OpenFile(slots, lambda _source, _target: "".join(parts).encode())


def _end(parts: Sequence[str], place: int) -> int:
    """The place of the last line that belongs to the one here."""
    shortest, longest = _FILLED
    while place + 2 < len(parts):
        line, following = parts[place], parts[place + 2]
        full = shortest <= len(line) <= longest and len(line) + len(following.split(" ")[0]) > shortest + 10
        goes_on = following[:1].isalnum() and not _BEGINS_ANEW.match(following) and not following[:1].isupper()
        if not (full and goes_on and line.rstrip()[-1:] not in ".:;!?…"):
            break
        place += 2
    return place


def _slot(parts: list[str], place: int, last: int) -> Slot | None:
    together = parts[place : last + 1 : 2]
    text = " ".join(line.strip() for line in together)
    before = together[0][: len(together[0]) - len(together[0].lstrip())]
    after = together[-1][len(together[-1].rstrip()) :]
    return lines.plain(text, _putter(parts, place, last, before, after))


def _putter(parts: list[str], place: int, last: int, before: str, after: str) -> Callable[[str], None]:
    width = max(map(len, parts[place : last + 1 : 2]))
    end = parts[place + 1] if last > place else "\n"

    def put(text: str) -> None:
        if last > place:
            text = end.join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))
        parts[place : last + 1] = [f"{before}{text}{after}", *[""] * (last - place)]

    return put


TXT = FileFormat("txt", (".txt", ".text"), "text/plain; charset=utf-8", open_txt)
