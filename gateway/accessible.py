"""Between the wire types of outputs and the adapters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import Request

from accessibility.document import Document
from accessibility.registry import ADAPTERS
from accessibility.rendering import AdapterName, Capability, Rendered
from gateway import blocks, formatted, outputs, wire
from gateway.errors import FieldInvalid, TextTooLong
from gateway.formatted import TranslatedPage
from gateway.output_schemas import (
    AccessibleRequest,
    AccessibleResponse,
    CapabilitiesResponse,
    LanguageCapabilities,
    OutputCapability,
    OutputOptions,
    Speech,
    SummarizeRequest,
    TranslateRequest,
    wanted,
)
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.schemas import Output, OutputName, SummarizeResponse, Summary, Warning
from gateway.summary import SummaryOrder
from gateway.translation import Order
from locales.languages import LANGUAGES
from locales.messages import message
from locales.tags import LanguageTag

SHORTEST_DEADLINE_S = 0.1

_UNDETERMINED = LanguageTag("und")


async def accessible(body: AccessibleRequest, request: Request, service: Parts) -> AccessibleResponse:
    """The answer, or the GatewayError that one output ended in."""
    document = await _given(body, request, service)
    rendered = await delivered(document, body.outputs, body.options, request, service)
    voice = await asyncio.to_thread(ADAPTERS["audio"].capability, document.lang)
    return AccessibleResponse(
        lang=document.lang,
        dir=document.direction,
        outputs=rendered,
        speech=Speech(supported=voice.available, nearest=voice.nearest),
    )


async def _given(body: AccessibleRequest, request: Request, service: Parts) -> Document:
    """The document of the text or of the blocks; FieldInvalid where there are both or neither."""
    lang = wire.language_tag(body.lang)
    if body.blocks is None and body.text is not None:
        (text,) = wire.texts(body.text, service.settings)
        await service.limits.admit(request, len(text))
        return await outputs.read(text, body.format, lang)
    if body.blocks is None or body.text is not None:
        raise FieldInvalid(field="text" if body.blocks is None else "blocks")
    length = blocks.characters(body.blocks)
    if length > service.settings.max_text_chars:
        raise TextTooLong(limit=service.settings.max_text_chars)
    await service.limits.admit(request, length)
    return await outputs.read(blocks.markup(body.blocks), "html", lang)


async def translated(body: TranslateRequest, order: Order, request: Request, service: Parts) -> bytes:
    """The response with translations written as their sources are, each in the forms asked for."""
    if body.format == "text" and not body.outputs:
        return await service.translations.answer(order, locale_of(request))
    if body.format == "text":
        results = await service.translation.translate(order)
        sources = [await outputs.read(each, "text", order.source or _UNDETERMINED) for each in order.texts]
        pages = [
            TranslatedPage(each, replace(sources[each.index], lang=each.source), await _of_text(each.text, each.target))
            for each in results
        ]
    else:
        pages = await formatted.translate(service.translation, order, body.format)
    made = [await delivered(page.document, body.outputs, body.options, request, service, page.source) for page in pages]
    return wire.translations([page.translated for page in pages], locale_of(request), made)


async def summarised(
    body: SummarizeRequest, order: SummaryOrder, request: Request, service: Parts
) -> SummarizeResponse:
    """Summaries, each in the forms asked for."""
    told = wire.summaries(await service.summarisation.summarise(order), request).results
    if not body.outputs:
        return SummarizeResponse(results=told)
    return SummarizeResponse(results=[await _delivered_summary(each, body, request, service) for each in told])


async def _delivered_summary(summary: Summary, body: SummarizeRequest, request: Request, service: Parts) -> Summary:
    document = await _of_text(summary.text, LanguageTag(summary.lang))
    made = await delivered(document, body.outputs, body.options, request, service)
    return summary.model_copy(update={"outputs": made})


async def _of_text(text: str, lang: LanguageTag) -> Document:
    return await outputs.read(text, "text", lang)


async def delivered(
    document: Document,
    names: Sequence[OutputName],
    options: OutputOptions,
    request: Request,
    service: Parts,
    source: Document | None = None,
) -> dict[OutputName, Output]:
    """Outputs of one document as they go over the wire."""
    locale = locale_of(request)
    deadline_s = max(SHORTEST_DEADLINE_S, wire.patience_ms(request, service.settings) / 1000)
    made = await service.outputs.render(
        document, wanted(list(names), options, locale, deadline_s, source, lang=document.lang)
    )
    return {name: _output(rendered, locale) for name, rendered in made.items()}


def _output(rendered: Rendered, locale: LanguageTag) -> Output:
    content, encoding = outputs.carried(rendered)
    return Output(
        content=content,
        encoding=encoding,
        content_type=rendered.content_type,
        lang=rendered.lang,
        dir=rendered.dir,
        exact=rendered.exact,
        used=dict(rendered.used),
        parts=list(rendered.parts),
        warnings=[
            Warning(code=code, severity="low", message=message(f"warning.{code}", locale), source_span=None)
            for code in rendered.warnings
        ],
    )


async def capabilities(lang: str | None) -> CapabilitiesResponse:
    """Of one language, or of all that are known here."""
    languages = [wire.language_tag(lang)] if lang else list(LANGUAGES)
    # The first question starts the programs that are asked what they can do.
    found = await asyncio.to_thread(_capabilities, languages)
    return CapabilitiesResponse(
        languages=[
            LanguageCapabilities(
                lang=tag,
                outputs={
                    name: OutputCapability(
                        available=each.available,
                        exact=each.exact,
                        used=each.used or None,
                        nearest=each.nearest,
                        missing_tool=each.missing_tool or None,
                    )
                    for name, each in row.items()
                },
            )
            for tag, row in found.items()
        ]
    )


def _capabilities(languages: Sequence[LanguageTag]) -> Mapping[LanguageTag, Mapping[AdapterName, Capability]]:
    return {lang: {name: adapter.capability(lang) for name, adapter in ADAPTERS.items()} for lang in languages}
