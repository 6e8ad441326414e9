"""Between the wire types and the inside: requests parsed to orders, results written as answers."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from accessibility.checks import Finding
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
    SummarizeRequest,
    SummarizeResponse,
    TargetLanguage,
    TranslateRequest,
    TranslateResponse,
    Warning,
)
from gateway.schemas import Summary as SummarySchema
from gateway.schemas import SummarySentence as SummarySentenceSchema
from gateway.schemas import Translation as TranslationSchema
from gateway.segments import Delivery
from gateway.settings import Settings
from gateway.summary import Summary, SummaryOrder
from gateway.translation import Order, Translated
from locales import tags
from locales.detection import detect
from locales.languages import display_name, language
from locales.messages import LOCALES, message
from locales.negotiation import negotiate
from locales.normalisation import normalise
from locales.tags import LanguageTag
from models.catalogue import LanguagePair
from models.extractive import Budget
from models.quality import Measured

TIMEOUT_HEADER = "x-request-timeout-ms"


def order(body: TranslateRequest, request: Request, settings: Settings) -> Order:
    return Order(
        texts=texts(body.text, settings),
        source=None if body.source is None else _tag(body.source),
        targets=_targets(body.target, settings),
        delivery=_delivery(request, settings),
    )


def summary_order(body: SummarizeRequest, request: Request, settings: Settings) -> SummaryOrder:
    return SummaryOrder(
        texts=texts(body.text, settings),
        source=None if body.source is None else _tag(body.source),
        targets=() if body.target is None else _targets(body.target, settings),
        budget=Budget(body.max_sentences, body.max_chars),
        delivery=_delivery(request, settings),
    )


def _targets(given: str | list[str], settings: Settings) -> tuple[LanguageTag, ...]:
    listed = (given,) if isinstance(given, str) else tuple(given)
    if len(listed) > settings.max_targets:
        raise FieldInvalid(field="target")
    return tuple(dict.fromkeys(map(_tag, listed)))


def _delivery(request: Request, settings: Settings) -> Delivery:
    store = "no-store" not in request.headers.get("cache-control", "").lower()
    return Delivery(now_ms() + _patience_ms(request, settings), store)


def _patience_ms(request: Request, settings: Settings) -> int:
    """How long the caller will wait, never longer than the service allows: what comes later is not computed at all."""
    given = request.headers.get(TIMEOUT_HEADER)
    if given is None:
        return settings.request_timeout_ms
    if not (given.isascii() and given.isdecimal() and len(given) <= 9 and int(given)):
        raise FieldInvalid(field=TIMEOUT_HEADER)
    return min(int(given), settings.request_timeout_ms)


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
        warnings=_warnings(result.report.findings, locale),
        quality=AnswerQuality(
            band=result.certainty.band, score=result.certainty.score, calibration=result.certainty.calibration
        ),
    )


def summaries(results: Sequence[Summary], request: Request) -> SummarizeResponse:
    locale = locale_of(request)
    return SummarizeResponse(results=[_summary(result, locale) for result in results])


def _summary(result: Summary, locale: LanguageTag) -> SummarySchema:
    label_locale = negotiate(result.language, LOCALES, DEFAULT_LOCALE)
    label = "label.machine_summary_translated" if result.model else "label.machine_summary"
    return SummarySchema(
        index=result.index,
        text=result.text,
        sentences=[SummarySentenceSchema(text=each.text, source_span=each.source_span) for each in result.sentences],
        method="extractive",
        source=result.source,
        source_confidence=None if result.source_confidence is None else round(result.source_confidence, 3),
        lang=result.language,
        dir=language(result.language).text_direction,
        model=result.model.reference if result.model else None,
        licence=result.model.licence if result.model else None,
        label=Label(text=message(label, label_locale), lang=label_locale),
        checks=dict(result.report.checks),
        warnings=_warnings(result.report.findings, locale),
    )


def _warnings(findings: Sequence[Finding], locale: LanguageTag) -> list[Warning]:
    return [
        Warning(
            code=finding.code,
            severity=finding.severity,
            message=message(f"warning.{finding.code}", locale),
            source_span=finding.span,
        )
        for finding in findings
    ]


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


def language_tag(given: str) -> LanguageTag:
    """The canonical tag, or LanguageUnknown."""
    return _tag(given)


def patience_ms(request: Request, settings: Settings) -> int:
    """How long the caller of a request will wait, in milliseconds."""
    return _patience_ms(request, settings)
