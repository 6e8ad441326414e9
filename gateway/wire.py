"""Between the wire types and the inside: requests parsed to orders, results written as answers."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from gateway.batch_queue import now_ms
from gateway.errors import FieldInvalid, LanguageUnknown, TextTooLong, TooManyTexts
from gateway.parts import Parts
from gateway.problems import DEFAULT_LOCALE, locale_of
from gateway.schemas import (
    AnswerQuality,
    Candidate,
    DetectResponse,
    DetectResult,
    Label,
    LanguagesResponse,
    Quality,
    SourceLanguage,
    TargetLanguage,
    TranslateRequest,
    TranslateResponse,
    Warning,
)
from gateway.schemas import Translation as TranslationSchema
from gateway.segments import Delivery
from gateway.settings import Settings
from gateway.translation import Order, Translated
from locales import tags
from locales.detection import detect
from locales.languages import display_name, language
from locales.messages import LOCALES, message
from locales.negotiation import negotiate
from locales.normalisation import normalise
from locales.tags import LanguageTag
from models.catalogue import LanguagePair
from models.quality import Measured


def order(body: TranslateRequest, request: Request, settings: Settings) -> Order:
    targets = (body.target,) if isinstance(body.target, str) else tuple(body.target)
    if len(targets) > settings.max_targets:
        raise FieldInvalid(field="target")
    store = "no-store" not in request.headers.get("cache-control", "").lower()
    return Order(
        texts=texts(body.text, settings),
        source=None if body.source is None else _tag(body.source),
        targets=tuple(dict.fromkeys(_tag(target) for target in targets)),
        delivery=Delivery(now_ms() + settings.request_timeout_ms, store),
    )


def texts(given: str | list[str], settings: Settings) -> tuple[str, ...]:
    listed = (given,) if isinstance(given, str) else tuple(given)
    if len(listed) > settings.max_texts:
        raise TooManyTexts(limit=settings.max_texts)
    if sum(map(len, listed)) > settings.max_text_chars:
        raise TextTooLong(limit=settings.max_text_chars)
    return listed


def translations(results: Sequence[Translated], request: Request) -> TranslateResponse:
    locale = locale_of(request)
    return TranslateResponse(results=[_translation(result, locale) for result in results])


def detections(given: Sequence[str]) -> DetectResponse:
    return DetectResponse(
        results=[
            DetectResult(
                index=index,
                candidates=[
                    Candidate(lang=each.tag, confidence=round(each.confidence, 3)) for each in detect(normalise(text))
                ],
            )
            for index, text in enumerate(given)
        ]
    )


def languages(service: Parts, request: Request) -> LanguagesResponse:
    locale = locale_of(request)
    return LanguagesResponse(
        languages=[
            SourceLanguage(
                lang=source,
                name=display_name(source, locale),
                autonym=language(source).autonym,
                dir=language(source).text_direction,
                targets=[_target(service, source, target, locale) for target in service.catalogue.targets(source)],
            )
            for source in service.catalogue.sources()
        ]
    )


def _tag(given: str) -> LanguageTag:
    try:
        return tags.parse(given)
    except tags.UnknownLanguage as error:
        raise LanguageUnknown(error.tag) from None


def _translation(result: Translated, locale: LanguageTag) -> TranslationSchema:
    label_locale = negotiate(result.target, LOCALES, DEFAULT_LOCALE)
    return TranslationSchema(
        index=result.index,
        text=result.text,
        source=result.source,
        source_confidence=None if result.source_confidence is None else round(result.source_confidence, 3),
        lang=result.target,
        dir=language(result.target).text_direction,
        model=result.model.reference,
        licence=result.model.licence,
        label=Label(text=message("label.machine_translation", label_locale), lang=label_locale),
        checks=dict(result.report.checks),
        warnings=[
            Warning(
                code=finding.code,
                severity=finding.severity,
                message=message(f"warning.{finding.code}", locale),
                source_span=finding.span,
            )
            for finding in result.report.findings
        ],
        quality=AnswerQuality(
            band=result.certainty.band, score=result.certainty.score, calibration=result.certainty.calibration
        ),
    )


def _target(service: Parts, source: LanguageTag, target: LanguageTag, locale: LanguageTag) -> TargetLanguage:
    entry = service.catalogue.find(source, target)
    assert entry is not None
    measured = service.quality.get(entry.reference, {}).get(LanguagePair(source, target))
    return TargetLanguage(
        lang=target,
        name=display_name(target, locale),
        autonym=language(target).autonym,
        dir=language(target).text_direction,
        model=entry.reference,
        licence=entry.licence,
        commercial_use=entry.commercial_use,
        tier=measured.tier if measured else "unknown",
        quality=_quality(measured),
    )


def _quality(measured: Measured | None) -> Quality | None:
    if measured is None:
        return None
    return Quality(chrf=measured.chrf, copy_chrf=measured.copy_chrf, test_set=measured.data.name)
