"""One simplification's way: read, rewrite by the rules of the language behind the meaning guard, keep the original."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from accessibility.simple.simplification import NoSimplification, Options, Rewriter, Simplified, segments
from accessibility.simple.simplification import simplify as simplify_text
from gateway.errors import SimplificationNotServed, SimplifierNotServed
from gateway.reading import Source
from gateway.segments import Delivery
from gateway.translation import Translation
from locales.normalisation import has_letters
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry, LanguagePair
from models.runtime.protocol import TranslationInput


@dataclass(frozen=True, slots=True)
class SimplifyOrder:
    """What a caller asks for, parsed."""

    texts: tuple[str, ...]
    source: LanguageTag | None
    options: Options
    delivery: Delivery | None = None  # of the sentences that a model rewrites; rules need none


@dataclass(frozen=True, slots=True)
class SimplifiedText:
    """One text of an order, simplified; `source` holds the original as it was read."""

    index: int
    source: Source
    result: Simplified
    writer: CatalogueEntry | None = None  # the model whose sentences the guard let through


async def simplify(order: SimplifyOrder, translation: Translation) -> list[SimplifiedText]:
    """In the order of the texts; a model is asked only where the strategy says so."""
    translation.admit(order.texts)
    sources = [translation.read(text, order.source, ()) for text in order.texts]
    return list(await asyncio.gather(*(_one(index, each, order, translation) for index, each in enumerate(sources))))


async def _one(index: int, source: Source, order: SimplifyOrder, translation: Translation) -> SimplifiedText:
    if order.options.strategy == "rules" or order.delivery is None:
        # Out of the event loop: a long text takes a good part of a second.
        return SimplifiedText(index, source, await asyncio.to_thread(_simplified, source, order.options, None))
    writer = translation.catalogue.serving("simplify", LanguagePair(source.tag, source.tag))
    if writer is None:
        raise SimplifierNotServed(language=source.tag)
    sentences = [each.text for each in segments(source.text, source.tag) if has_letters(each.text)]
    said = source.tag if writer.names_source else None
    inputs = [TranslationInput(each, source.tag, said) for each in sentences]
    answers = await translation.segments.translate(writer, inputs, order.delivery)
    # What was cut off says less than it should: the sentence stays.
    rewritten = {old: new.text for old, new in zip(sentences, answers, strict=True) if new.complete}
    result = await asyncio.to_thread(_simplified, source, order.options, lambda text, _: rewritten.get(text, text))
    wrote = any(change.kind == "model" for change in result.changes)
    return SimplifiedText(index, source, result, writer if wrote else None)


def _simplified(source: Source, options: Options, rewrite: Rewriter | None) -> Simplified:
    try:
        return simplify_text(source.text, source.tag, options, rewrite)
    except NoSimplification as refusal:
        raise SimplificationNotServed(refusal.language, refusal.available) from None
