"""Between the fields of DeepL's API, version 2, and ours. Its contract: docs/reference/clients.md."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from accessibility.simple.simplification import Options
from accessibility.tagged import Rules
from gateway.clients import exchange
from gateway.clients.exchange import Answered, Wish
from gateway.clients.schemas import (
    DeeplDocumentRequest,
    DeeplImprovement,
    DeeplImprovements,
    DeeplLanguage,
    DeeplRephraseRequest,
    DeeplRequest,
    DeeplTranslation,
    DeeplTranslations,
)
from gateway.errors import FieldInvalid
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.simplification import SimplifiedText, SimplifyOrder
from gateway.wire import requests
from locales import tags
from locales.languages import display_name
from locales.tags import LanguageTag
from models.catalogue import Catalogue

# The fields of its requests that are lists: a form says them once for each value.
LISTS = ("text", "non_splitting_tags", "splitting_tags", "ignore_tags", "custom_instructions", "glossary_ids")
# What no model here can do is refused, not left undone.
_REFUSED = ("style_id", "translation_memory_id", "custom_instructions")
_NO_FORMALITY = ("more", "less")
# Its client wants a region for these targets; one model answers for both.
_REGIONS = {"en": ("EN-GB", "EN-US"), "pt": ("PT-BR", "PT-PT")}
_MODEL_TYPE = "latency_optimized"
_UNKNOWN = LanguageTag("en")


def code(tag: LanguageTag) -> str:
    return tag.upper()


def wish(body: DeeplRequest, request: Request, service: Parts) -> Wish:
    """FieldInvalid for what cannot be done as asked."""
    refuse(body)
    if body.model_type == "quality_optimized":
        raise FieldInvalid(field="model_type")
    return Wish(
        texts=requests.texts(body.text, service.settings),
        source=None if body.source_lang is None else requests.language_tag(body.source_lang),
        target=exchange.served_target(service.catalogue, requests.language_tag(body.target_lang)),
        delivery=requests.delivery(request, service.settings),
        rules=_rules(body),
        lines=body.split_sentences in (None, "1"),
        field="text",
    )


def refuse(body: DeeplRequest | DeeplDocumentRequest) -> None:
    """FieldInvalid for what no model here can do."""
    for field in _REFUSED:
        if getattr(body, field, None):
            raise FieldInvalid(field=field)
    if body.formality in _NO_FORMALITY:
        raise FieldInvalid(field="formality")


def glossary(body: DeeplRequest | DeeplDocumentRequest) -> str | None:
    """FieldInvalid for several, and without the source language, as DeepL refuses it."""
    several = body.glossary_ids.split(",") if isinstance(body.glossary_ids, str) else body.glossary_ids or []
    named = [*([body.glossary_id] if body.glossary_id else []), *several]
    if len(named) > 1:
        raise FieldInvalid(field="glossary_ids")
    if named and body.source_lang is None:
        raise FieldInvalid(field="source_lang")
    return named[0] if named else None


def _rules(body: DeeplRequest) -> Rules | None:
    if body.tag_handling is None:
        return None
    xml = body.tag_handling == "xml"
    return Rules(
        xml=xml,
        outline=body.outline_detection,
        splitting=_names(body.splitting_tags),
        non_splitting=_names(body.non_splitting_tags),
        ignored=_names(body.ignore_tags),
        lines=body.split_sentences == "1" or (xml and body.split_sentences is None),
    )


def _names(given: list[str] | str) -> frozenset[str]:
    listed = [given] if isinstance(given, str) else given
    return frozenset(name.strip() for each in listed for name in each.split(",") if name.strip())


def translations(body: DeeplRequest, answers: Sequence[Answered], texts: Sequence[str]) -> DeeplTranslations:
    return DeeplTranslations(
        translations=[
            DeeplTranslation(
                detected_source_language=code(each.source or _UNKNOWN),
                text=each.text,
                billed_characters=len(text) if body.show_billed_characters else None,
                model_type_used=_MODEL_TYPE if body.model_type else None,
            )
            for each, text in zip(answers, texts, strict=True)
        ]
    )


def languages(catalogue: Catalogue, request: Request, side: str) -> list[DeeplLanguage]:
    locale = locale_of(request)
    entries = exchange.translators(catalogue)
    if side == "source":
        served = dict.fromkeys(tag for entry in entries for tag in entry.sources)
        rows = {code(tag): tag for tag in served}
    else:
        served = dict.fromkeys(tag for entry in entries for tag in entry.targets)
        rows = {name: tag for tag in served for name in _REGIONS.get(tag, (code(tag),))}
    return [
        DeeplLanguage(
            language=name,
            name=display_name(tag if name == code(tag) else tags.parse(name), locale),
            supports_formality=False if side == "target" else None,
        )
        for name, tag in sorted(rows.items())
    ]


def simplify_order(body: DeeplRephraseRequest, service: Parts) -> SimplifyOrder:
    source = None if body.target_lang is None else tags.base(requests.language_tag(body.target_lang))
    return SimplifyOrder(requests.texts(body.text, service.settings), source, Options(level="simple"))


def improvements(results: Sequence[SimplifiedText], body: DeeplRephraseRequest) -> DeeplImprovements:
    return DeeplImprovements(
        improvements=[
            DeeplImprovement(
                text=each.result.text,
                detected_source_language=each.source.tag,
                target_language=body.target_lang or each.result.language,
            )
            for each in results
        ]
    )
