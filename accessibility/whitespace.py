"""White space in a line, as HTML defines it: no-break spaces and joiners are characters like any other."""

import re
from collections.abc import Sequence
from dataclasses import replace

from accessibility.document import Inline, plain_text

SPACES = re.compile(r"[ \t\n\f\r]+")


def tidy(inlines: Sequence[Inline]) -> tuple[Inline, ...]:
    """White space as a browser shows it: runs are one space, none at the ends of a line; what then is empty is gone."""
    kept = _collapsed(inlines, [True])
    while kept and (kept[-1].kind == "break" or not (plain_text((kept[-1],)).strip() or _stands_alone(kept[-1]))):
        kept.pop()
    if kept and kept[-1].kind == "text":
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
    return tuple(kept)


def _stands_alone(inline: Inline) -> bool:
    return inline.kind in ("image", "field", "break") or any(map(_stands_alone, inline.children))


def _collapsed(inlines: Sequence[Inline], after_space: list[bool]) -> list[Inline]:
    """`after_space` holds whether the text so far ends in a space or at the start of a line."""
    kept: list[Inline] = []
    for each in inlines:
        if each.kind == "break":
            after_space[0] = True
            if kept and kept[-1].kind == "text":
                kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
            kept.append(each)
        elif each.kind in ("text", "keep"):
            text = SPACES.sub(" ", each.text)
            text = text[1:] if after_space[0] and text.startswith(" ") else text
            if text:
                after_space[0] = text.endswith(" ")
                joins = kept and kept[-1].kind == each.kind == "text"
                kept[-1:] = (
                    [replace(each, text=kept[-1].text + text)] if joins else [*kept[-1:], replace(each, text=text)]
                )
        elif each.children:
            children = tuple(_collapsed(each.children, after_space))
            if children:
                kept.append(replace(each, children=children))
        else:
            after_space[0] = False
            kept.append(each)
    return kept
