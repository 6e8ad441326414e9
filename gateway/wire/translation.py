"""Translations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request

from gateway import formatted, outputs, protection
from gateway.errors import TooManyAlternatives
from gateway.formatted import TranslatedPage
from gateway.guidance import NOTHING_TOLD
from gateway.parts import Parts
from gateway.problems import DEFAULT_LOCALE, locale_of
from gateway.schemas.common import Label
from gateway.schemas.outputs import Output, OutputName
from gateway.schemas.translation import (
    AnswerQuality,
    GlossaryReport,
    RecalledSegment,
    SegmentGlossary,
    TranslateRequest,
    TranslateResponse,
)
from gateway.schemas.translation import Translation as TranslationSchema
from gateway.settings import Settings
from gateway.translation import Order, Translated
from gateway.wire.outputs import delivered, speech
from gateway.wire.requests import delivery, language_tag, targets, texts
from gateway.wire.warnings import warnings
from locales.languages import language
from locales.messages import LOCALES, message
from locales.negotiation import negotiate
from locales.normalisation import normalise
from locales.tags import LanguageTag

_UNDETERMINED = LanguageTag("und")


def order(body: TranslateRequest, request: Request, settings: Settings) -> Order:
    return Order(
        texts=texts(body.text, settings),
        source=None if body.source is None else language_tag(body.source),
        targets=targets(body.target, settings),
        delivery=delivery(request, settings, body.priority),
        alternatives=alternatives(body.alternatives, settings),
        protect=tuple(map(normalise, body.protect)),
    )


def alternatives(wanted: int, settings: Settings) -> int:
    """As many, or TooManyAlternatives."""
    if wanted > settings.max_alternatives:
        raise TooManyAlternatives(limit=settings.max_alternatives)
    return wanted


async def translated(body: TranslateRequest, order: Order, request: Request, service: Parts) -> bytes:
    """The response with translations written as their sources are, each in the forms asked for."""
    if body.format == "text" and not (body.outputs or order.protect):
        return await service.translations.answer(order, locale_of(request))
    if body.format == "text":
        results = await protection.translate(service.translation, order)
        sources = [await outputs.read(each, "text", order.source or _UNDETERMINED) for each in order.texts]
        pages = [
            TranslatedPage(
                each, replace(sources[each.index], lang=each.source), await outputs.read(each.text, "text", each.target)
            )
            for each in results
        ]
    else:
        pages = await formatted.translate(service.translation, order, body.format)
    made = [await delivered(page.document, body.outputs, body.options, request, service, page.source) for page in pages]
    return translations([page.translated for page in pages], locale_of(request), made)


def translations(
    results: Sequence[Translated], locale: LanguageTag, outputs: Sequence[dict[OutputName, Output]] = ()
) -> bytes:
    """The body of the response; `outputs`, where there are any, in the order of the results."""
    told = [_translation(result, locale) for result in results]
    if any(outputs):
        told = [
            each.model_copy(update={"outputs": made, "speech": speech(LanguageTag(each.lang))})
            for each, made in zip(told, outputs, strict=True)
        ]
    return TranslateResponse(results=told).model_dump_json().encode()


def _translation(result: Translated, locale: LanguageTag) -> TranslationSchema:
    label_locale = negotiate(result.target, LOCALES, DEFAULT_LOCALE)
    return TranslationSchema(
        index=result.index,
        text=result.text,
        source=result.source,
        source_confidence=None if result.source_confidence is None else round(result.source_confidence, 3),
        lang=result.target,
        dir=language(result.target).text_direction,
        model=result.model.reference if result.by_model else None,
        licence=result.model.licence if result.by_model else None,
        label=Label(text=message(_label(result), label_locale), lang=label_locale),
        checks=dict(result.report.checks),
        warnings=warnings(result.report.findings, locale),
        quality=AnswerQuality(
            band=result.certainty.band, score=result.certainty.score, calibration=result.certainty.calibration
        ),
        alternatives=None if result.alternatives is None else list(result.alternatives),
        **_told(result) if result.told is not NOTHING_TOLD else {},
    )


def _label(result: Translated) -> str:
    if result.by_model:
        return "label.machine_translation"
    return "label.reviewed_translation" if result.reviewed else "label.memory_translation"


def _told(result: Translated) -> dict[str, Any]:
    """What the result says of the memory and the glossary."""
    told = result.told
    reviewers = {each.kept.reviewer for each in told.recalled}
    return {
        "origin": "machine" if not told.recalled else "mixed" if result.by_model else "memory",
        "reviewed": result.reviewed,
        "reviewer": reviewers.pop() if result.reviewed and len(reviewers) == 1 else None,
        "memory": [
            RecalledSegment(
                id=each.kept.id,
                source_span=each.span,
                reviewed=each.kept.reviewed,
                reviewer=each.kept.reviewer or None,
            )
            for each in told.recalled
        ],
        "glossary": GlossaryReport(
            glossary=told.glossary,
            outcome=result.report.checks["glossary"],
            segments=[
                SegmentGlossary(
                    source_span=each.span,
                    outcome=each.outcome,
                    terms=list(each.terms),
                    missing=list(each.missing),
                    inflected=list(each.inflected),
                    unsure=list(each.unsure),
                )
                for each in told.terms
            ],
        )
        if told.glossary
        else None,
    }
