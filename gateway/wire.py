"""Between the wire types and the inside: requests parsed to orders, results written as answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from accessibility.checks import Finding
from accessibility.findings import Severity
from accessibility.simple import readability
from accessibility.simple.key_facts import box
from accessibility.simple.simplification import Options, Simplified
from gateway.batch_queue import Lane, now_ms
from gateway.callers import caller_of
from gateway.errors import FieldInvalid, LanguageUnknown, TextTooLong, TooManyAlternatives, TooManyTexts
from gateway.guidance import NOTHING_TOLD
from gateway.parts import Parts
from gateway.problems import DEFAULT_LOCALE, locale_of
from gateway.schemas import (
    AnswerQuality,
    BeforeAndAfter,
    Candidate,
    Change,
    Definition,
    DetectResponse,
    DetectResult,
    GlossaryReport,
    Guard,
    GuardFlag,
    KeyFact,
    Label,
    LanguagesResponse,
    ManyPairs,
    Output,
    OutputName,
    Quality,
    Readability,
    RecalledSegment,
    SegmentGlossary,
    SimplifyRequest,
    SimplifyResponse,
    SourceLanguage,
    SummarizeRequest,
    SummarizeResponse,
    TargetLanguage,
    TranslateRequest,
    TranslateResponse,
    Warning,
)
from gateway.schemas import Simplification as SimplificationSchema
from gateway.schemas import Summary as SummarySchema
from gateway.schemas import SummarySentence as SummarySentenceSchema
from gateway.schemas import Translation as TranslationSchema
from gateway.segments import Delivery
from gateway.settings import Settings
from gateway.simplification import SimplifiedText, SimplifyOrder
from gateway.summary import Summary, SummaryOrder
from gateway.translation import Order, Translated, source_findings
from locales import tags
from locales.detection import detect
from locales.languages import display_name, language
from locales.messages import LOCALES, message
from locales.negotiation import negotiate
from locales.normalisation import normalise
from locales.tags import LanguageTag
from models.catalogue import Catalogue, LanguagePair
from models.extractive import Budget
from models.quality import Measured

# A model of more pairs is one row of /v1/languages: NLLB-200 would be forty thousand.
MANY_PAIRS = 400
TIMEOUT_HEADER = "x-request-timeout-ms"


def order(body: TranslateRequest, request: Request, settings: Settings) -> Order:
    return Order(
        texts=texts(body.text, settings),
        source=None if body.source is None else _tag(body.source),
        targets=_targets(body.target, settings),
        delivery=_delivery(request, settings, body.priority),
        alternatives=alternatives(body.alternatives, settings),
    )


def alternatives(wanted: int, settings: Settings) -> int:
    """As many, or TooManyAlternatives."""
    if wanted > settings.max_alternatives:
        raise TooManyAlternatives(limit=settings.max_alternatives)
    return wanted


def summary_order(body: SummarizeRequest, request: Request, settings: Settings) -> SummaryOrder:
    return SummaryOrder(
        texts=texts(body.text, settings),
        source=None if body.source is None else _tag(body.source),
        targets=() if body.target is None else _targets(body.target, settings),
        budget=Budget(body.max_sentences, body.max_chars),
        delivery=_delivery(request, settings, body.priority),
        domain=body.domain,
        rewrite=body.method == "auto",
    )


def simplify_order(body: SimplifyRequest, request: Request, settings: Settings) -> SimplifyOrder:
    return SimplifyOrder(
        texts=texts(body.text, settings),
        source=None if body.source is None else _tag(body.source),
        options=Options(body.level, body.strategy, body.max_words, body.glossary),
        delivery=_delivery(request, settings, None),
    )


def _targets(given: str | list[str], settings: Settings) -> tuple[LanguageTag, ...]:
    listed = (given,) if isinstance(given, str) else tuple(given)
    if len(listed) > settings.max_targets:
        raise FieldInvalid(field="target")
    return tuple(dict.fromkeys(map(_tag, listed)))


def _delivery(request: Request, settings: Settings, lane: Lane | None) -> Delivery:
    store = "no-store" not in request.headers.get("cache-control", "").lower()
    tenant = caller_of(request).tenant
    deadline_ms = now_ms() + _patience_ms(request, settings)
    return Delivery(deadline_ms, store, tenant.id, lane, tenant.cache)


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


def characters(texts: Sequence[str], targets: Sequence[LanguageTag] = (), alternatives: int = 0) -> int:
    """What a request takes of its caller's quota: its characters, once per target language, and once more for the
    alternatives."""
    return sum(map(len, texts)) * max(1, len(targets)) * (2 if alternatives else 1)


def translations(
    results: Sequence[Translated], locale: LanguageTag, outputs: Sequence[dict[OutputName, Output]] = ()
) -> bytes:
    """The body of the response; `outputs`, where there are any, in the order of the results."""
    told = [_translation(result, locale) for result in results]
    if outputs:
        told = [each.model_copy(update={"outputs": made}) for each, made in zip(told, outputs, strict=True)]
    return TranslateResponse(results=told).model_dump_json().encode()


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


def languages(service: Parts, request: Request, source: str | None, target: str | None) -> LanguagesResponse:
    """Pair by pair; models of very many pairs as one row of sources and targets, unless one side is named."""
    locale = locale_of(request)
    wanted = None if source is None else _tag(source), None if target is None else _tag(target)
    whole = wanted == (None, None)
    translators = [entry for entry in service.catalogue.entries if entry.task == "translate"]
    many = [entry for entry in translators if whole and len(entry.sources) * len(entry.targets) > MANY_PAIRS]
    shown = Catalogue(tuple(entry for entry in translators if entry not in many))
    listed = [_source(service, shown, each, wanted[1], locale) for each in shown.sources() if wanted[0] in (None, each)]
    return LanguagesResponse(
        languages=[each for each in listed if each.targets],
        many=[
            ManyPairs(
                model=entry.reference,
                licence=entry.licence,
                commercial_use=entry.commercial_use,
                sources=list(entry.sources),
                targets=list(entry.targets),
            )
            for entry in many
        ],
    )


def _source(
    service: Parts, shown: Catalogue, source: LanguageTag, target: LanguageTag | None, locale: LanguageTag
) -> SourceLanguage:
    targets = (each for each in shown.targets(source) if target in (None, each))
    return SourceLanguage(
        lang=source,
        name=display_name(source, locale),
        autonym=language(source).autonym,
        dir=language(source).text_direction,
        targets=[_target(service, source, each, locale) for each in targets],
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
        model=result.model.reference if result.by_model else None,
        licence=result.model.licence if result.by_model else None,
        label=Label(text=message(_label(result), label_locale), lang=label_locale),
        checks=dict(result.report.checks),
        warnings=_warnings(result.report.findings, locale),
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


def summaries(results: Sequence[Summary], request: Request) -> SummarizeResponse:
    locale = locale_of(request)
    return SummarizeResponse(results=[_summary(result, locale) for result in results])


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
        warnings=_warnings(result.report.findings, locale),
    )


# How much each warning of a simplification matters.
_SIMPLIFICATION_WARNINGS: Mapping[str, Severity] = {
    "still_hard": "low",
    "guard_partial": "medium",
    "sentences_reverted": "low",
}


def simplifications(results: Sequence[SimplifiedText], request: Request) -> SimplifyResponse:
    locale = locale_of(request)
    return SimplifyResponse(results=[_simplification(each, locale) for each in results])


def _simplification(simplified: SimplifiedText, locale: LanguageTag) -> SimplificationSchema:
    source, result = simplified.source, simplified.result
    label_locale = negotiate(result.language, LOCALES, DEFAULT_LOCALE)
    return SimplificationSchema(
        index=simplified.index,
        text=result.text,
        original=result.original,
        source=source.tag,
        source_confidence=None if source.confidence is None else round(source.confidence, 3),
        lang=result.language,
        dir=language(result.language).text_direction,
        level=result.level,
        strategy=result.strategy,
        model=simplified.writer.reference if simplified.writer else None,
        licence=simplified.writer.licence if simplified.writer else None,
        label=Label(text=message("label.machine_simplification", label_locale), lang=label_locale),
        reviewed=result.reviewed,
        changes=[
            Change(kind=each.kind, before=each.before, after=each.after, rule=each.rule, sentence=each.sentence)
            for each in result.changes
        ],
        definitions=[
            Definition(term=each.term, meaning=each.meaning, sentence=each.sentence) for each in result.definitions
        ],
        key_facts=[KeyFact(kind=each.kind, text=each.text, sentence=each.sentence) for each in result.key_facts],
        key_fact_box=box(result.key_facts, result.language),
        readability=BeforeAndAfter(
            before=_readability(result.readability_before), after=_readability(result.readability_after)
        ),
        guard=Guard(
            coverage=result.guard.coverage,
            checked=result.guard.checked,
            reverted=result.guard.reverted,
            flags=[
                GuardFlag(check=each.check, effect=each.effect, sentence=each.sentence) for each in result.guard.flags
            ],
        ),
        warnings=_warnings((*simplification_findings(result), *source_findings(source)), locale),
    )


def simplification_findings(result: Simplified) -> list[Finding]:
    """The warnings of a simplification, with how much they matter."""
    return [
        Finding(code, severity, None) for code, severity in _SIMPLIFICATION_WARNINGS.items() if code in result.warnings
    ]


def _readability(measured: readability.Readability) -> Readability:
    ratio = measured.baseline_ratio
    return Readability(
        words=measured.words,
        sentences=measured.sentences,
        words_per_sentence=round(measured.words_per_sentence, 1),
        long_sentences=round(measured.long_sentences, 3),
        scores={name: round(score, 1) for name, score in measured.scores.items()},
        baseline_ratio=None if ratio is None else round(ratio, 2),
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


def delivery(request: Request, settings: Settings) -> Delivery:
    """Until when an answer to this request is of use, and whether it may be kept."""
    return _delivery(request, settings, None)
