"""A file taken apart: texts to translate, each with its place, and the file again once they are translated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from locales.tags import LanguageTag

MIB = 1024 * 1024
# Of an output: the file must come back in the format it was sent in.
SAME = "same"


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file: its bytes, those of all that is packed in it, the parts of a package, the characters to translate
    and the pages of a PDF."""

    bytes: int = 25 * MIB
    unpacked_bytes: int = 250 * MIB
    parts: int = 10_000
    chars: int = 3_000_000
    pages: int = 2_000


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may choose: the columns of a table (names, or numbers from 1), and what the file becomes: the
    ending of a format without its point, SAME, or empty for what its format becomes by default."""

    columns: tuple[str, ...] = ()
    output: str = ""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Slot:
    """A text with marks (`accessibility.marks`). `put` writes its translation into the place it came from, and answers
    False where marks were lost on the way."""

    text: str
    put: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class OpenFile:
    """`save` writes the file once every slot has its translation; it is told from which language into which.
    `said` is the source language that the file itself names, `pictures` how many of its pages hold a picture and no
    text."""

    slots: Sequence[Slot]
    save: Callable[[LanguageTag, LanguageTag], bytes]
    said: LanguageTag | None = None
    pictures: int = 0


Opener = Callable[[bytes, Options], OpenFile]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A row of the table of formats. `sniff` tells its content from that of other formats; text formats have none and
    go by their endings. `outputs`: what it becomes instead, with media types, the first by default. `columns`: it is
    translated only where the caller names some."""

    name: str
    endings: tuple[str, ...]
    media_type: str
    open: Opener
    sniff: Callable[[bytes], bool] | None = None
    binary: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)
    columns: bool = False
