"""Summaries."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request

from gateway import outputs
from gateway.page_text import page_texts
from gateway.parts import Parts
from gateway.problems import DEFAULT_LOCALE, locale_of
from gateway.schemas.common import Label
from gateway.schemas.summary import SummarizeRequest, SummarizeResponse
from gateway.schemas.summary import Summary as SummarySchema
from gateway.schemas.summary import SummarySentence as SummarySentenceSchema
from gateway.settings import Settings
from gateway.summary import Summary, SummaryOrder
from gateway.wire.outputs import delivered, speech
from gateway.wire.requests import delivery, language_tag, targets, texts
from gateway.wire.warnings import warnings
from locales.languages import language
from locales.messages import LOCALES, message
from locales.negotiation import negotiate
from locales.normalisation import normalise
from locales.tags import LanguageTag
from models.extractive import Budget


def order(body: SummarizeRequest, request: Request, settings: Settings) -> SummaryOrder:
    return SummaryOrder(
        texts=texts(body.text, settings),
        source=None if body.source is None else language_tag(body.source),
        targets=() if body.target is None else targets(body.target, settings),
        budget=Budget(body.max_sentences, body.max_chars),
        delivery=delivery(request, settings, body.priority),
        domain=body.domain,
        rewrite=body.method == "auto",
    )


async def summarised(
    body: SummarizeRequest, order: SummaryOrder, request: Request, service: Parts
) -> SummarizeResponse:
    """Summaries, each in the forms asked for."""
    locale = locale_of(request)
    pages = await page_texts(order.texts, body.format, order.source)
    order = replace(order, texts=tuple(each.text for each in pages))
    told = [_summary(each, locale) for each in await service.summarisation.summarise(order)]
    if body.format != "text":
        told = [each.model_copy(update={"original": normalise(order.texts[each.index])}) for each in told]
    if body.outputs:
        told = [await _in_forms(each, body, request, service) for each in told]
    return SummarizeResponse(results=told)


async def _in_forms(told: SummarySchema, body: SummarizeRequest, request: Request, service: Parts) -> SummarySchema:
    document = await outputs.read(told.text, "text", LanguageTag(told.lang))
    made = await delivered(document, body.outputs, body.options, request, service)
    return told.model_copy(update={"outputs": made, "speech": speech(document.lang)})


def _summary(result: Summary, locale: LanguageTag) -> SummarySchema:
    label_locale = negotiate(result.language, LOCALES, DEFAULT_LOCALE)
    label = "label.machine_summary_translated" if result.model else "label.machine_summary"
    return SummarySchema(
        index=result.index,
        text=result.text,
        sentences=[
            SummarySentenceSchema(
                text=each.text, source_span=each.source_span, source_spans=list(each.source_spans), method=each.method
            )
            for each in result.sentences
        ],
        method=result.method,
        source=result.source,
        source_confidence=None if result.source_confidence is None else round(result.source_confidence, 3),
        lang=result.language,
        dir=language(result.language).text_direction,
        model=result.model.reference if result.model else None,
        licence=result.model.licence if result.model else None,
        summarizer=result.writer.reference if result.writer else None,
        summarizer_licence=result.writer.licence if result.writer else None,
        label=Label(text=message(label, label_locale), lang=label_locale),
        checks=dict(result.report.checks),
        warnings=warnings(result.report.findings, locale),
    )
