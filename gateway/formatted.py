"""Translation of pages: the texts of a document go through translation as one text, line by line, and return to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from accessibility.adapters import html, markdown
from accessibility.adapters.html import HtmlOptions
from accessibility.adapters.markdown import MarkdownOptions
from accessibility.checks import Finding, Report
from accessibility.document import Document
from accessibility.findings import worst
from accessibility.parse import Format
from accessibility.passages import Passage, Restored, passages, restored
from accessibility.protected import holds, keep
from gateway import outputs
from gateway.errors import Overloaded, SegmentFailed, TimedOut
from gateway.translation import Order, Translated, Translation
from locales.tags import LanguageTag

_UNDETERMINED = LanguageTag("und")


@dataclass(frozen=True, slots=True)
class TranslatedPage:
    """A translation, its text written in the form of its source, beside the documents that it came from and became."""

    translated: Translated
    source: Document
    document: Document


async def translate(translation: Translation, order: Order, form: Format) -> list[TranslatedPage]:
    """One page per text and target, texts first; raises what translation raises."""
    pages = await asyncio.gather(
        *(_one(translation, order, index, text, form) for index, text in enumerate(order.texts))
    )
    return [page for each in pages for page in each]


async def _one(translation: Translation, order: Order, index: int, text: str, form: Format) -> list[TranslatedPage]:
    tag, confidence = order.source, None
    if tag is None:
        unread = await outputs.read(text, form, _UNDETERMINED)
        found = translation.read(_lines(passages(unread)), None, order.targets)
        tag, confidence = found.tag, found.confidence
    document = await outputs.read(text, form, tag)
    if order.protect:
        document = await asyncio.to_thread(keep, document, order.protect)
    found_passages = passages(document)
    whole = replace(order, texts=(_lines(found_passages),), source=tag)
    results = await translation.translate(whole)
    numbered = [replace(each, index=index, source_confidence=confidence) for each in results]
    return [await _page(translation, whole, each, document, found_passages, form) for each in numbered]


def _lines(found: Sequence[Passage]) -> str:
    return "\n".join(each.text for each in found)


async def _page(
    translation: Translation,
    order: Order,
    result: Translated,
    document: Document,
    found: Sequence[Passage],
    form: Format,
) -> TranslatedPage:
    """The document with its translations; everything that grows with the text is done out of the event loop."""
    texts = await asyncio.to_thread(_texts, result.text, [each.text for each in found])
    done = await asyncio.to_thread(restored, document, texts, result.target)
    report = _report(result.report, done)
    if done.unmarked and (again := await _without_marks(translation, order, result, [found[i] for i in done.unmarked])):
        # A translator that lost marks may have lost words with them.
        bare = dict(zip(done.unmarked, again[0], strict=True))
        texts = [bare.get(place, text) for place, text in enumerate(texts)]
        done = await asyncio.to_thread(restored, document, texts, result.target)
        found_again = [replace(finding, span=None) for finding in again[1].findings]
        findings = dict.fromkeys((*report.findings, *found_again))
        report = Report(worst([report.checks, again[1].checks]), tuple(findings))
    if order.protect and not await asyncio.to_thread(holds, document, done.document, order.protect):
        report = Report(report.checks, (*report.findings, Finding("protected_lost", "high", None)))
    written = await asyncio.to_thread(_written, done.document, form)
    told = result.told.without_spans()
    whole = replace(result, text=written, report=report, told=told)
    if result.alternatives:
        least = len(done.unmarked)
        others = await asyncio.to_thread(_alternatives, result, document, [each.text for each in found], form, least)
        whole = replace(whole, alternatives=tuple(each for each in others if each != written))
    return TranslatedPage(whole, document, done.document)


def _alternatives(
    result: Translated, document: Document, sources: Sequence[str], form: Format, unmarked: int
) -> list[str]:
    """Those that are a page, and have lost no more of its markup than the translation."""
    pages: dict[str, None] = {}
    for text in result.alternatives or ():
        try:
            done = restored(document, _texts(text, sources), result.target)
        except SegmentFailed:
            continue
        if len(done.unmarked) <= unmarked:
            pages[_written(done.document, form)] = None
    return list(pages)


async def _without_marks(
    translation: Translation, order: Order, result: Translated, unmarked: Sequence[Passage]
) -> tuple[list[str], Report] | None:
    """The passages translated bare; None where that fails, since there is a translation already."""
    bare = [each.bare for each in unmarked]
    once_more = replace(order, texts=("\n".join(bare),), targets=(result.target,), alternatives=0)
    try:
        [again] = await translation.translate(once_more)
        return await asyncio.to_thread(_texts, again.text, bare), again.report
    except (Overloaded, SegmentFailed, TimedOut):
        return None


def _texts(translated: str, sources: Sequence[str]) -> list[str]:
    """The lines of a translation given back to the texts that they came from; SegmentFailed where they cannot be."""
    lines = iter(translated.split("\n"))
    texts = ["\n".join(line for _, line in zip(range(each.count("\n") + 1), lines, strict=False)) for each in sources]
    if sum(text.count("\n") + 1 for text in texts) != translated.count("\n") + 1:
        raise SegmentFailed  # a line end that the model made up: no text would stand where it belongs
    return texts


def _written(document: Document, form: Format) -> str:
    if form == "markdown":
        return str(markdown.render(document, MarkdownOptions()).content)
    return str(html.render(document, HtmlOptions(whole=False, id_prefix="")).content)


def _report(report: Report, done: Restored) -> Report:
    """Places in the lines that were translated are no places in the page."""
    found = [replace(finding, span=None) for finding in report.findings]
    lost = [Finding("markup_lost", "low", None)] if done.unmarked else []
    return Report(report.checks, (*dict.fromkeys(found), *lost))
