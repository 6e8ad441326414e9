"""Translation of plain texts in which a caller's words and phrases stay as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, product

from accessibility.checks import Finding, Report
from accessibility.protected import Guarded, guard
from accessibility.terms.memory import Kept, Pair
from gateway.errors import Overloaded, QueueUnavailable, SegmentFailed, TimedOut
from gateway.guidance import Known, recall
from gateway.reading import Source
from gateway.translation import Order, Translated, Translation
from locales.segmentation import Segment, spans
from locales.tags import LanguageTag

_LOST = Finding("protected_lost", "high", None)


@dataclass(frozen=True, slots=True)
class _Shielded:
    """A text whose segments have placeholders, but for those that the memory knows; `overruled`: one that nobody
    answers for lacks a phrase."""

    plain: Source
    source: Source
    guarded: Guarded
    overruled: bool


async def translate(translation: Translation, order: Order) -> list[Translated]:
    """Texts first, then targets; raises what translation raises. Where a model loses a placeholder the text is
    translated once more without, and what still lacks a phrase is told."""
    if not order.protect:
        return await translation.translate(order)
    translation.admit(order.texts)
    sources = [translation.read(text, order.source, order.targets) for text in order.texts]
    translation.admit_pairs(sources, order.targets)
    if order.guidance:
        for source, target in product(sources, order.targets):
            order.guidance.admit(source.tag, target)
    into = await asyncio.gather(*(_into(translation, order, sources, target) for target in order.targets))
    return [result for results in zip(*into, strict=True) for result in results]


async def _into(
    translation: Translation, order: Order, sources: Sequence[Source], target: LanguageTag
) -> list[Translated]:
    shielded = [await _shielded(order, source, target) for source in sources]
    given = [each.source for each in shielded]
    results = await translation.carry(given, (target,), order.delivery, order.guidance, order.alternatives)
    return await asyncio.gather(*(_restored(translation, order, *each) for each in zip(results, shielded, strict=True)))


async def _shielded(order: Order, source: Source, target: LanguageTag) -> _Shielded:
    """The memory is asked for what the text says, not for its placeholders."""
    known = Known(source.segments, {})
    if order.guidance and order.guidance.memory:
        known = await recall(order.guidance.memory, Pair(source.tag, target), source.segments)
    return await asyncio.to_thread(_with_placeholders, order.protect, source, known)


def _with_placeholders(phrases: Sequence[str], source: Source, known: Known) -> _Shielded:
    recalled = [
        (span, known.kept[each.text])
        for each, span in zip(known.segments, spans(known.segments), strict=True)
        if each.text in known.kept
    ]
    guarded = guard(source.text, phrases, [span for span, _ in recalled])
    ends = list(accumulate(len(each.before + each.text + each.after) for each in known.segments))
    masked = replace(source, segments=tuple(map(_segment, guarded.parts(ends))))
    overruled = any(not kept.reviewed and _lacks(kept, source.text[slice(*span)], phrases) for span, kept in recalled)
    return _Shielded(source, masked, guarded, overruled)


def _lacks(kept: Kept, text: str, phrases: Sequence[str]) -> bool:
    return not guard(text, [each for each in phrases if each in text]).held(kept.target)


def _segment(part: str) -> Segment:
    text = part.strip()
    start = part.find(text)
    return Segment(part[:start], text, part[start + len(text) :])


async def _restored(translation: Translation, order: Order, result: Translated, shielded: _Shielded) -> Translated:
    guarded = shielded.guarded
    text = guarded.restore(result.text)
    if text is None:
        try:
            return await _without(translation, order, result, shielded)
        except (Overloaded, QueueUnavailable, SegmentFailed, TimedOut):
            pass  # there is a translation already
    findings = [replace(each, span=each.span and guarded.original(each.span)) for each in result.report.findings]
    lost = [_LOST] if text is None or shielded.overruled else []
    others = result.alternatives and tuple(filter(None, map(guarded.restore, result.alternatives)))
    return replace(
        result,
        text=guarded.filled(result.text),
        report=Report(result.report.checks, (*findings, *lost)),
        told=result.told.moved(guarded.original),
        alternatives=others,
    )


async def _without(translation: Translation, order: Order, result: Translated, shielded: _Shielded) -> Translated:
    """The text translated once more, without placeholders."""
    guarded = shielded.guarded
    [plain] = await translation.carry(
        [shielded.plain], (result.target,), order.delivery, order.guidance, order.alternatives
    )
    lost = [_LOST] if shielded.overruled or not guarded.held(plain.text) else []
    return replace(
        plain,
        index=result.index,
        report=Report(plain.report.checks, (*plain.report.findings, *lost)),
        alternatives=plain.alternatives and tuple(filter(guarded.held, plain.alternatives)),
    )
