"""What is asked of the process that reads and writes files, and what it answers; no format is imported here."""

from __future__ import annotations

from typing import Literal

import msgspec

Act = Literal["read", "write"]


class Request(msgspec.Struct, frozen=True):
    """What to do with the file at `path`; to write it: the translation of each of its texts, and where to."""

    act: Act
    path: str
    name: str
    columns: tuple[str, ...]
    output: str
    limits: tuple[int, ...]
    source: str = ""
    target: str = ""
    texts: tuple[str, ...] = ()
    to: str = ""


class Answer(msgspec.Struct, frozen=True):
    """`refused`: the name of a FileRefused. `unmarked`: how many texts came back without all of their marks.
    `pictures`: how many pages hold a picture and no text."""

    refused: str = ""
    values: dict[str, str | int] = {}
    form: str = ""
    ending: str = ""
    media_type: str = ""
    said: str | None = None
    texts: tuple[str, ...] = ()
    unmarked: int = 0
    pictures: int = 0
