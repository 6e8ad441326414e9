"""What requests have in common: texts, languages, sizes, patience."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from gateway.batch_queue import Lane, now_ms
from gateway.callers import caller_of
from gateway.errors import FieldInvalid, LanguageUnknown, TextTooLong, TooManyTexts
from gateway.segments import Delivery
from gateway.settings import Settings
from locales import tags
from locales.tags import LanguageTag

_DEADLINE = "malgil.deadline_ms"
TIMEOUT_HEADER = "x-request-timeout-ms"


def texts(given: str | list[str], settings: Settings) -> tuple[str, ...]:
    listed = (given,) if isinstance(given, str) else tuple(given)
    if len(listed) > settings.max_texts:
        raise TooManyTexts(limit=settings.max_texts)
    if sum(map(len, listed)) > settings.max_text_chars:
        raise TextTooLong(limit=settings.max_text_chars)
    return listed


def targets(given: str | list[str], settings: Settings) -> tuple[LanguageTag, ...]:
    listed = (given,) if isinstance(given, str) else tuple(given)
    if len(listed) > settings.max_targets:
        raise FieldInvalid(field="target")
    return tuple(dict.fromkeys(map(language_tag, listed)))


def language_tag(given: str) -> LanguageTag:
    """The canonical tag, or LanguageUnknown."""
    try:
        return tags.parse(given)
    except tags.UnknownLanguage as error:
        raise LanguageUnknown(error.tag) from None


def characters(texts: Sequence[str], targets: Sequence[LanguageTag] = (), alternatives: int = 0) -> int:
    """What a request takes of its caller's quota: its characters, once per target language, and once more for the
    alternatives."""
    return sum(map(len, texts)) * max(1, len(targets)) * (2 if alternatives else 1)


def delivery(request: Request, settings: Settings, lane: Lane | None = None) -> Delivery:
    """Until when an answer to this request is of use, and whether it may be kept."""
    tenant = caller_of(request).tenant
    return Delivery(deadline_ms(request, settings), may_be_kept(request), tenant.id, lane, tenant.cache)


def may_be_kept(request: Request) -> bool:
    """Unless the caller said `Cache-Control: no-store`."""
    return "no-store" not in request.headers.get("cache-control", "").lower()


def deadline_ms(request: Request, settings: Settings) -> int:
    """When an answer to this request comes too late, in milliseconds since 1970: one moment for all of its steps, set
    by the first that asks."""
    known: int | None = request.scope.get(_DEADLINE)
    if known is None:
        known = request.scope[_DEADLINE] = now_ms() + patience_ms(request, settings)
    return known


def left_s(request: Request, settings: Settings) -> float:
    """How much of that time is left, in seconds."""
    return max(0.0, (deadline_ms(request, settings) - now_ms()) / 1000)


def patience_ms(request: Request, settings: Settings) -> int:
    """How long the caller will wait, in milliseconds, never longer than the service allows: what comes later is not
    computed at all."""
    given = request.headers.get(TIMEOUT_HEADER)
    if given is None:
        return settings.request_timeout_ms
    if not (given.isascii() and given.isdecimal() and len(given) <= 9 and int(given)):
        raise FieldInvalid(field=TIMEOUT_HEADER)
    return min(int(given), settings.request_timeout_ms)
