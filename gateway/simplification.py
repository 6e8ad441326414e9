"""One simplification's way: read, rewrite by the rules of the language behind the meaning guard, keep the original."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from accessibility.simple.simplification import NoSimplification, Options, Simplified
from accessibility.simple.simplification import simplify as simplify_text
from gateway.errors import SimplificationNotServed
from gateway.translation import Source, Translation
from locales.tags import LanguageTag


@dataclass(frozen=True, slots=True)
class SimplifyOrder:
    """What a caller asks for, parsed."""

    texts: tuple[str, ...]
    source: LanguageTag | None
    options: Options


@dataclass(frozen=True, slots=True)
class SimplifiedText:
    """One text of an order, simplified; `source` holds the original as it was read."""

    index: int
    source: Source
    result: Simplified


async def simplify(order: SimplifyOrder, translation: Translation) -> list[SimplifiedText]:
    """In the order of the texts; no model is asked."""
    translation.admit(order.texts)
    sources = [translation.read(text, order.source, ()) for text in order.texts]
    # Out of the event loop: a long text takes a good part of a second.
    results = [await asyncio.to_thread(_simplified, source, order.options) for source in sources]
    return [SimplifiedText(index, *pair) for index, pair in enumerate(zip(sources, results, strict=True))]


def _simplified(source: Source, options: Options) -> Simplified:
    try:
        return simplify_text(source.text, source.tag, options)
    except NoSimplification as refusal:
        raise SimplificationNotServed(refusal.language, refusal.available) from None
