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
from accessibility.parse import Format
from accessibility.passages import Passage, Restored, passages, restored
from gateway import outputs
from gateway.errors import SegmentFailed
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
    found_passages = passages(document)
    whole = replace(order, texts=(_lines(found_passages),), source=tag)
    results = await translation.translate(whole)
    numbered = [replace(each, index=index, source_confidence=confidence) for each in results]
    # Out of the event loop, as everything that grows with the text.
    return [await asyncio.to_thread(_page, each, document, found_passages, form) for each in numbered]


def _lines(found: Sequence[Passage]) -> str:
    return "\n".join(each.text for each in found)


def _page(result: Translated, document: Document, found: Sequence[Passage], form: Format) -> TranslatedPage:
    lines = iter(result.text.split("\n"))
    texts = [
        "\n".join(line for _, line in zip(range(each.text.count("\n") + 1), lines, strict=False)) for each in found
    ]
    if sum(text.count("\n") + 1 for text in texts) != result.text.count("\n") + 1:
        raise SegmentFailed  # a line end that the model made up: no text would stand where it belongs
    done = restored(document, texts, result.target)
    written = replace(
        result,
        text=_written(done.document, form),
        report=_report(result.report, done),
        told=result.told.without_spans(),
    )
    return TranslatedPage(written, document, done.document)


def _written(document: Document, form: Format) -> str:
    if form == "markdown":
        return str(markdown.render(document, MarkdownOptions()).content)
    return str(html.render(document, HtmlOptions(whole=False, id_prefix="")).content)


def _report(report: Report, done: Restored) -> Report:
    """Places in the lines that were translated are no places in the page."""
    found = [replace(finding, span=None) for finding in report.findings]
    lost = [Finding("markup_lost", "low", None)] if done.unmarked else []
    return Report(report.checks, (*dict.fromkeys(found), *lost))
