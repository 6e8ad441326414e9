"""Languages: which are served, and which a text is in."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.schemas.languages import (
    Candidate,
    DetectResponse,
    DetectResult,
    LanguagesResponse,
    ManyPairs,
    Quality,
    SourceLanguage,
    TargetLanguage,
)
from gateway.wire.requests import language_tag
from locales.detection import detect
from locales.languages import display_name, language
from locales.normalisation import normalise
from locales.tags import LanguageTag
from models.catalogue import Catalogue, LanguagePair
from models.quality import Measured

# A model of more pairs is one row of /v1/languages: NLLB-200 would be forty thousand.
MANY_PAIRS = 400


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
    wanted = None if source is None else language_tag(source), None if target is None else language_tag(target)
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
