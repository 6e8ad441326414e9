"""Subtitles: SubRip (SRT) and WebVTT. Times, settings, voices and styles stay; the text of a cue is one passage."""

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accessibility.document import Inline
from accessibility.files import characters, lines
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.refusals import FileDamaged
from locales.tags import LanguageTag

_TIMES = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}")
_SIGNED = re.compile("\ufeff?WEBVTT")
_LANGUAGE = re.compile(r"^(Language:[ \t]*)\S+", re.MULTILINE | re.IGNORECASE)
_BLANK = re.compile(r"(\n[ \t]*\n\s*)")
# Tags of both formats, positions of SubStation ({\an8}), karaoke times.
_TAG = re.compile(r"<(/?)([a-z]+|[A-Za-z0-9:.]+)([^<>\n]{0,200})>|\{\\[^{}\n]{0,80}\}")
_DIALOGUE = re.compile(r"^\s*[-–—]\s*\S", re.MULTILINE)
_WIDTH = 42  # characters of a line that most guidelines for subtitles allow


def open_subtitles(content: bytes, _options: Options) -> OpenFile:
    """A cue's lines are joined for the translator and broken again at 42 characters; dialogue keeps its lines."""
    text = characters.decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    written = text.rstrip()
    blocks = _BLANK.split(written)
    slots: list[Slot] = []
    times = 0
    for place in range(0, len(blocks), 2):
        cue = blocks[place].split("\n")
        start = next((number for number, line in enumerate(cue) if _TIMES.match(line)), None)
        if start is not None:
            times += 1
            slots += _cue("\n".join(cue[start + 1 :]), _putter(blocks, place, cue[: start + 1]))
    if not times and not _SIGNED.match(text):
        raise FileDamaged

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        # What older files say of themselves stands in the block of the signature.
        head = _LANGUAGE.sub(lambda found: f"{found[1]}{target}", blocks[0]) if _SIGNED.match(text) else blocks[0]
        return "".join([head, *blocks[1:], text[len(written) :]]).encode()

    return OpenFile(slots, save)


def _putter(blocks: list[str], place: int, head: Sequence[str]) -> Callable[[str], None]:
    def put(text: str) -> None:
        blocks[place] = "\n".join([*head, text])

    return put


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end; `before`: what was read when it began."""

    tag: str
    kind: str
    children: list[Inline]


def _cue(text: str, put: Callable[[str], None]) -> tuple[Slot, ...]:
    spoken_by_two = len(_DIALOGUE.findall(text)) > 1
    joined = text if spoken_by_two else " ".join(filter(None, (line.strip() for line in text.split("\n"))))

    def write(line: Sequence[Inline]) -> None:
        written = _written(line)
        put(written if spoken_by_two else "\n".join(_broken(written)))

    return lines.some(lines.slot(_inlines(joined), write))


def _inlines(text: str) -> list[Inline]:
    """Pairs of tags are markup around text; a tag without its partner stands alone."""
    levels = [_Open("", "", [])]
    end = 0
    for match in _TAG.finditer(text):
        levels[-1].children += _lines(text[end : match.start()])
        end = match.end()
        if match[2] and not match[1]:
            levels.append(_Open(match[0], match[2].split(".")[0], []))
        elif match[1] and len(levels) > 1 and levels[-1].kind == match[2]:
            closed = levels.pop()
            levels[-1].children.append(_around(closed, match[0]))
        else:
            levels[-1].children.append(Inline("keep", match[0]))
    levels[-1].children += _lines(text[end:])
    while len(levels) > 1:  # `<v Ana>` needs no end
        left = levels.pop()
        levels[-1].children += [Inline("keep", left.tag), *left.children]
    return levels[0].children


def _lines(text: str) -> list[Inline]:
    found: list[Inline] = []
    for place, line in enumerate(text.split("\n")):
        found += [*([Inline("break")] if place else []), *([Inline("text", line)] if line else [])]
    return found


def _around(opened: _Open, end: str) -> Inline:
    return Inline("span", children=tuple(opened.children), attributes=(("begin", opened.tag), ("end", end)))


def _written(line: Sequence[Inline]) -> str:
    return "".join(
        "\n" if each.kind == "break" else each.get("begin") + each.text + _written(each.children) + each.get("end")
        for each in line
    )


def _broken(text: str) -> list[str]:
    """Two lines of about one length where one would be too long."""
    shown = len(_TAG.sub("", text))
    if shown <= _WIDTH:
        return [text]
    wanted = -(-shown // _WIDTH)
    for width in range(-(-len(text) // wanted), len(text) + 1):
        found = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
        if len(found) <= wanted and not any(_cuts_tag(each) for each in found):
            return found
    return [text]


def _cuts_tag(line: str) -> bool:
    return line.count("<") != line.count(">")


SRT = FileFormat("srt", (".srt",), "application/x-subrip; charset=utf-8", open_subtitles)
VTT = FileFormat(
    "vtt",
    (".vtt",),
    "text/vtt; charset=utf-8",
    open_subtitles,
    lambda content: content.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
)
