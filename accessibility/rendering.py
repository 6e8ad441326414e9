"""What every adapter takes and gives: capability, result, and the facts that end a rendering."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from locales.profiles import TextDirection
from locales.tags import LanguageTag

AdapterName = Literal["html", "markdown", "plain", "ssml", "braille", "audio", "sms", "ussd"]

# Text as it is spoken ("3,5 km" → "tres coma cinco quilómetros"), in the language of the text.
Verbalise = Callable[[str, LanguageTag], str]
# Where a text must not be cut, as (start, end) in code points.
Protected = Callable[[str], Sequence[tuple[int, int]]]

# What was done that a reader or a caller should know; each has a message `warning.<code>` in the gateway.
Warning = Literal[
    "nearest_voice",
    "nearest_table",
    "undefined_characters",
    "table_without_headers",
    "image_without_text",
    "other_grade",
    "address_cut",
    "foreign_passage",
]


@dataclass(frozen=True, slots=True)
class Capability:
    """What an adapter can do for a language: `exact` with what belongs to it, else with `nearest`, else nothing."""

    available: bool
    exact: bool
    used: str = ""  # voice or table
    nearest: LanguageTag | None = None  # whose voice or table is the next best
    missing_tool: str = ""  # the program that is not installed, or does not run


@dataclass(frozen=True, slots=True)
class Rendered:
    """One output. `exact`: nothing stands in for the language's own voice, table or alphabet."""

    content: str | bytes
    content_type: str
    lang: LanguageTag
    dir: TextDirection
    exact: bool = True
    used: tuple[tuple[str, str], ...] = ()
    warnings: tuple[Warning, ...] = ()
    parts: tuple[str, ...] = ()  # of messages and pages, in order


class RenderingFailed(Exception):
    """A fact that ends a rendering; it never holds text of people."""


class NothingToRender(RenderingFailed):
    """The document is empty: silence or a blank page would look like a result."""


class ToolMissing(RenderingFailed):
    """The program `tool` is not installed."""

    def __init__(self, tool: str) -> None:
        super().__init__(tool)
        self.tool = tool


class ToolFailed(RenderingFailed):
    """The program `tool` crashed or refused its input."""

    def __init__(self, tool: str) -> None:
        super().__init__(tool)
        self.tool = tool


class ToolTimedOut(RenderingFailed):
    """The program `tool` was still at it after `seconds`, and was stopped."""

    def __init__(self, tool: str, seconds: float) -> None:
        super().__init__(tool, seconds)
        self.tool = tool
        self.seconds = seconds


class NoVoice(RenderingFailed):
    """No voice speaks `lang`; `nearest` is the language whose voice a reader may accept instead."""

    def __init__(self, lang: LanguageTag, nearest: LanguageTag | None) -> None:
        super().__init__(lang, nearest)
        self.lang = lang
        self.nearest = nearest


class NoBrailleTable(RenderingFailed):
    """No literary table writes `lang`; `nearest` is the language whose table a reader may accept instead."""

    def __init__(self, lang: LanguageTag, nearest: LanguageTag | None) -> None:
        super().__init__(lang, nearest)
        self.lang = lang
        self.nearest = nearest


class UndefinedCharacters(RenderingFailed):
    """The braille table has no cells for these characters."""

    def __init__(self, lang: LanguageTag, characters: Sequence[str]) -> None:
        super().__init__(lang, len(characters))
        self.lang = lang
        self.characters = tuple(characters)


class OptionInvalid(RenderingFailed):
    """An option is missing, or out of range for what was asked; `option` names adapter and option, "ssml.rate"."""

    def __init__(self, option: str) -> None:
        super().__init__(option)
        self.option = option


class UnsupportedDialect(RenderingFailed):
    """No such dialect of SSML; `known` are those there are."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(*known)
        self.known = tuple(known)


class TextTooLong(RenderingFailed):
    """The result would be longer than `limit` allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit
