"""Translation of plain texts in which a caller's words and phrases stay as they are."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from accessibility.checks import Finding, Report
from accessibility.protected import Guarded, guard
from gateway.translation import Order, Translated, Translation
from locales.normalisation import normalise


async def translate(translation: Translation, order: Order) -> list[Translated]:
    """Texts first, then targets; raises what translation raises. Where a model loses a placeholder the text is
    translated once more without, and what still lacks a phrase is told."""
    if not order.protect:
        return await translation.translate(order)
    translation.admit(order.texts)
    guarded = await asyncio.to_thread(lambda: [guard(normalise(text), order.protect) for text in order.texts])
    results = await translation.translate(replace(order, texts=tuple(each.text for each in guarded)))
    return [await _restored(translation, order, result, guarded[result.index]) for result in results]


async def _restored(translation: Translation, order: Order, result: Translated, guarded: Guarded) -> Translated:
    whole = guarded.restore(result.text)
    if whole is not None:
        findings = tuple(
            replace(each, span=each.span and guarded.original(each.span)) for each in result.report.findings
        )
        others = result.alternatives and tuple(filter(None, map(guarded.restore, result.alternatives)))
        return replace(result, text=whole, report=Report(result.report.checks, findings), alternatives=others)
    once_more = replace(order, texts=(order.texts[result.index],), source=result.source, targets=(result.target,))
    [plain] = await translation.translate(once_more)
    lost = () if guarded.held(plain.text) else (Finding("protected_lost", "high", None),)
    return replace(
        plain,
        index=result.index,
        source_confidence=result.source_confidence,
        report=Report(plain.report.checks, (*plain.report.findings, *lost)),
        alternatives=plain.alternatives and tuple(filter(guarded.held, plain.alternatives)),
    )
