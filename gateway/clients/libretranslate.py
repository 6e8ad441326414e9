"""Between LibreTranslate's fields and ours. Its contract: docs/reference/clients.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from accessibility.files.formats import FORMATS
from accessibility.tagged import Rules
from accessibility.terms.memory import Pair
from gateway import dialects
from gateway.clients import exchange
from gateway.clients.exchange import Answered, Wish
from gateway.clients.schemas import LibreTranslateDetectRequest, LibreTranslateRequest, LibreTranslateSuggestion
from gateway.errors import SuggestionsOff
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.state.feedback import Suggestion
from gateway.wire import requests
from gateway.wire.translation import alternatives
from locales import tags
from locales.detection import detect
from locales.languages import display_name
from locales.normalisation import normalise
from locales.tags import LanguageTag
from models.catalogue import Catalogue

AUTO = "auto"
# What it calls languages where that is not their tag: on the way in, and on the way out.
_ALIASES = {"pb": "pt-BR", "zt": "zh-Hant", "zh": "zh", "zh-hans": "zh"}
_NAMES = {"zh": "zh-Hans"}
# Its way of saying that it cannot tell.
_UNKNOWN = {"confidence": 0.0, "language": "en"}
# It does not ask what is wrong.
_KIND = "wrong"
_ENGLISH = LanguageTag("en")
_FRONTEND_TIMEOUT_MS = 500


def answer(content: Any) -> Response:
    """JSON as its server writes it: keys sorted, letters as they are, for pages of any origin."""
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    return Response(body, media_type="application/json", headers=dict(dialects.LIBRETRANSLATE.headers))


def language(given: str) -> LanguageTag:
    """LanguageUnknown for a code that is none."""
    return requests.language_tag(_ALIASES.get(given.lower(), given))


def code(tag: LanguageTag) -> str:
    return _NAMES.get(tag, tag)


def wish(body: LibreTranslateRequest, request: Request, service: Parts) -> Wish:
    return Wish(
        texts=requests.texts(body.q, service.settings),
        source=None if body.source.lower() == AUTO else language(body.source),
        target=exchange.served_target(service.catalogue, language(body.target)),
        delivery=requests.delivery(request, service.settings),
        rules=Rules() if body.format == "html" else None,
        alternatives=alternatives(body.alternatives, service.settings),
    )


def translations(body: LibreTranslateRequest, answers: Sequence[Answered]) -> Response:
    """One translation for a text, lists for a list of them."""
    single = isinstance(body.q, str)
    told: dict[str, Any] = {"translatedText": [each.text for each in answers]}
    if body.source.lower() == AUTO:
        told["detectedLanguage"] = [_detected(each) for each in answers]
    if body.alternatives:
        told["alternatives"] = [list(each.alternatives) for each in answers]
    response = answer({name: each[0] for name, each in told.items()} if single else told)
    exchange.told(response, answers)
    return response


def _detected(answered: Answered) -> dict[str, Any]:
    if answered.source is None:
        return _UNKNOWN
    return {"confidence": round(answered.confidence * 100, 1), "language": code(answered.source)}


def detections(body: LibreTranslateDetectRequest) -> Response:
    text = body.q if isinstance(body.q, str) else "\n".join(body.q)
    found = [
        {"confidence": round(each.confidence * 100, 1), "language": code(each.tag)} for each in detect(normalise(text))
    ]
    return answer(found or [_UNKNOWN])


def suggestion(body: LibreTranslateSuggestion, service: Parts) -> Suggestion:
    """SuggestionsOff where the operator takes none."""
    if not service.settings.suggestions:
        raise SuggestionsOff
    source = language(body.source)
    target = exchange.served_target(service.catalogue, language(body.target))
    return Suggestion(Pair(exchange.served_source(service.catalogue, source, target), target), body.q, body.s, _KIND)


def languages(service: Parts, request: Request) -> Response:
    """What is translated from or into, English first, then by name; each into itself too."""
    locale = locale_of(request)
    rows = [
        {
            "code": code(tag),
            "name": display_name(tag, locale),
            "targets": sorted({code(tag), *map(code, service.catalogue.targets(tag))}),
        }
        for tag in _served(service.catalogue)
    ]
    return answer(sorted(rows, key=lambda row: (row["code"] != _ENGLISH, row["name"])))


def _served(catalogue: Catalogue) -> list[LanguageTag]:
    entries = exchange.translators(catalogue)
    return list(dict.fromkeys(tag for entry in entries for tag in (*entry.sources, *entry.targets)))


def settings(service: Parts, request: Request) -> Response:
    locale = locale_of(request)
    target = _default_target(service.catalogue, locale)
    return answer(
        {
            "apiKeys": not service.callers.keyless,
            "charLimit": service.settings.max_text_chars,
            "filesTranslation": service.database.available,
            "frontendTimeout": _FRONTEND_TIMEOUT_MS,
            "keyRequired": service.callers.key_required,
            "language": {
                "source": {"code": AUTO, "name": "Auto Detect"},
                "target": {"code": code(target), "name": display_name(target, locale)},
            },
            "suggestions": service.settings.suggestions and service.database.available,
            "supportedFilesFormat": _formats() if service.database.available else [],
        }
    )


def _formats() -> list[str]:
    """Those that its clients can ask for; they cannot name the columns of a table."""
    return [form.endings[0] for form in FORMATS if not form.columns]


def _default_target(catalogue: Catalogue, locale: LanguageTag) -> LanguageTag:
    """The reader's language where it is served, else what the first model translates into."""
    targets = [target for entry in exchange.translators(catalogue) for target in entry.targets]
    wanted = [each for each in (locale, tags.base(locale)) if each in targets]
    return next(iter(wanted + targets), locale)
