"""From a document to the outputs a caller asked for: adapters chosen, options parsed, facts told as errors."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from accessibility import document as documents
from accessibility import rendering, tools
from accessibility.dates import machine_readable
from accessibility.document import Document
from accessibility.parse import Format, parse
from accessibility.registry import ADAPTERS, Adapter
from accessibility.rendering import AdapterName, Protected, Rendered
from accessibility.spans import Kind, find
from gateway.errors import (
    NO_NEAREST,
    DocumentTooDeep,
    FieldInvalid,
    GatewayError,
    NoBrailleTable,
    NoVoice,
    OutputFailed,
    OutputTooLong,
    OutputUnavailable,
    Overloaded,
    TextEmpty,
    TextTooLong,
    TimedOut,
    UndefinedCharacters,
    UnsupportedDialect,
)
from locales.tags import LanguageTag

_MOST_NAMED = 20  # undefined characters
_PHONES: tuple[Kind, ...] = ("phone",)
_UNBROKEN: tuple[Kind, ...] = ("number", "date", "time", "currency", "phone", "url", "email", "code", "abbreviation")
_SHORTEST_RUN_S = 0.1  # less than a program takes to start
_SHORT = 5_000  # characters; a longer text would keep everyone else waiting while it is read or written


@dataclass(frozen=True, slots=True)
class Wanted:
    """One output: which adapter, with which options."""

    name: AdapterName
    options: Any


class Outputs:
    """Renders documents; at most `processes` programs run at a time, whoever asked for them."""

    def __init__(self, processes: int = 2) -> None:
        self._free = asyncio.Semaphore(processes)

    async def render(
        self, document: Document, wanted: Sequence[Wanted], patience_s: float
    ) -> dict[AdapterName, Rendered]:
        """Every output, or the GatewayError that one of them ended in. All programs together, and waiting for them,
        take at most `patience_s` seconds."""
        left = tools.countdown(patience_s)
        return {each.name: await self._one(document, each, left) for each in wanted}

    async def _one(self, document: Document, wanted: Wanted, left: Callable[[], float]) -> Rendered:
        adapter = ADAPTERS[wanted.name]
        try:
            if not adapter.process:
                if document.chars < _SHORT:
                    return adapter.render(document, wanted.options)
                return await asyncio.to_thread(adapter.render, document, wanted.options)
            return await self._in_turn(adapter, document, wanted.options, left)
        except rendering.RenderingFailed as fact:
            raise _told(fact) from None

    async def _in_turn(self, adapter: Adapter, document: Document, options: Any, left: Callable[[], float]) -> Rendered:
        try:
            async with asyncio.timeout(left()):
                await self._free.acquire()
        except TimeoutError:
            raise Overloaded from None
        # The program has a deadline of its own, so the thread ends even when nobody waits for it any more; until then
        # its place is taken.
        running = asyncio.ensure_future(
            asyncio.to_thread(adapter.render, document, replace(options, deadline_s=max(_SHORTEST_RUN_S, left())))
        )
        running.add_done_callback(self._ended)
        return await asyncio.shield(running)

    def _ended(self, running: asyncio.Future[Rendered]) -> None:
        self._free.release()
        if not running.cancelled():
            running.exception()  # nobody may be left to look at it


async def read(text: str, form: Format, lang: LanguageTag) -> Document:
    """The text as a document; TextTooLong or DocumentTooDeep."""
    try:
        if len(text) < _SHORT:
            return parse(text, form, lang)
        return await asyncio.to_thread(parse, text, form, lang)
    except documents.DocumentTooLarge as fact:
        raise TextTooLong(limit=fact.limit) from None
    except documents.DocumentTooDeep as fact:
        raise DocumentTooDeep(limit=fact.limit) from None


def phones(lang: LanguageTag) -> Protected:
    """What finds the telephone numbers of a text in this language."""
    return partial(_places, lang=lang, kinds=_PHONES)


def dates(lang: LanguageTag) -> Callable[[str], Iterator[tuple[int, int, str]]]:
    """What finds the dates of a text in this language that can be said to a machine."""
    return partial(machine_readable, tag=lang)


def unbroken(lang: LanguageTag) -> Protected:
    """What finds the places that a part of a message must not cut; names may be."""
    return partial(_places, lang=lang, kinds=_UNBROKEN)


def _places(text: str, lang: LanguageTag, kinds: Collection[Kind]) -> list[tuple[int, int]]:
    return [span.span for span in find(text, lang) if span.kind in kinds]


def carried(rendered: Rendered) -> tuple[str, Literal["utf-8", "base64"]]:
    """The content as JSON can carry it, and how it is written: `utf-8` or `base64`."""
    if isinstance(rendered.content, bytes):
        return base64.b64encode(rendered.content).decode("ascii"), "base64"
    return rendered.content, "utf-8"


def _told(fact: rendering.RenderingFailed) -> GatewayError:
    return _ERRORS[type(fact)](fact)


def _code_points(characters: Sequence[str]) -> str:
    named = " ".join(f"U+{ord(each):04X}" for each in characters[:_MOST_NAMED])
    return f"{named} …" if len(characters) > _MOST_NAMED else named


_ERRORS: Mapping[type[rendering.RenderingFailed], Callable[[Any], GatewayError]] = {
    rendering.NothingToRender: lambda _: TextEmpty(),
    rendering.NoVoice: lambda fact: NoVoice(lang=fact.lang, nearest=fact.nearest or NO_NEAREST),
    rendering.NoBrailleTable: lambda fact: NoBrailleTable(lang=fact.lang, nearest=fact.nearest or NO_NEAREST),
    rendering.UndefinedCharacters: lambda fact: UndefinedCharacters(
        lang=fact.lang, count=len(fact.characters), characters=_code_points(fact.characters)
    ),
    rendering.UnsupportedDialect: lambda fact: UnsupportedDialect(known=", ".join(fact.known)),
    rendering.OptionInvalid: lambda fact: FieldInvalid(field=f"options.{fact.option}"),
    rendering.TextTooLong: lambda fact: OutputTooLong(limit=fact.limit),
    rendering.ToolMissing: lambda fact: OutputUnavailable(tool=fact.tool),
    rendering.ToolFailed: lambda fact: OutputFailed(tool=fact.tool),
    rendering.ToolTimedOut: lambda fact: TimedOut(seconds=round(fact.seconds)),
}
