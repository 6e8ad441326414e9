"""Texts that need no model, and what the adapters can do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from accessibility import verbalise
from accessibility.adapters import audio
from accessibility.document import Document
from accessibility.registry import ADAPTERS
from accessibility.rendering import AdapterName, Capability
from accessibility.simple import guard
from accessibility.simple.profile import profile
from gateway import outputs
from gateway.errors import FieldInvalid, TextTooLong
from gateway.parts import Parts
from gateway.schemas.accessible import (
    AccessibleRequest,
    AccessibleResponse,
    CapabilitiesResponse,
    InWords,
    LanguageCapabilities,
    OutputCapability,
    SimpleCapability,
)
from gateway.schemas.outputs import Speech
from gateway.wire import blocks
from gateway.wire.outputs import delivered
from gateway.wire.requests import language_tag, texts
from locales.languages import LANGUAGES
from locales.tags import LanguageTag


async def accessible(body: AccessibleRequest, request: Request, service: Parts) -> AccessibleResponse:
    """The answer, or the GatewayError that one output ended in."""
    document = await _given(body, request, service)
    rendered = await delivered(document, body.outputs, body.options, request, service)
    if "audio" in body.outputs:
        voice = await asyncio.to_thread(audio.capability, document.lang)
    else:
        voice = audio.expected(document.lang)  # nobody is to wait for a program that they did not ask for
    return AccessibleResponse(
        lang=document.lang,
        dir=document.direction,
        outputs=rendered,
        speech=Speech(supported=voice.available, nearest=voice.nearest),
    )


async def _given(body: AccessibleRequest, request: Request, service: Parts) -> Document:
    """The document of the text or of the blocks; FieldInvalid where there are both or neither."""
    lang = language_tag(body.lang)
    if body.blocks is None and body.text is not None:
        (text,) = texts(body.text, service.settings)
        await service.limits.admit(request, len(text))
        return await outputs.read(text, body.format, lang)
    if body.blocks is None or body.text is not None:
        raise FieldInvalid(field="text" if body.blocks is None else "blocks")
    length = blocks.characters(body.blocks)
    if length > service.settings.max_text_chars:
        raise TextTooLong(limit=service.settings.max_text_chars)
    await service.limits.admit(request, length)
    return await outputs.read(blocks.markup(body.blocks), "html", lang)


async def capabilities(lang: str | None) -> CapabilitiesResponse:
    """Of one language, or of all that are known here."""
    languages = [language_tag(lang)] if lang else list(LANGUAGES)
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
                    for name, each in row.outputs.items()
                },
                simple=SimpleCapability(rules=row.rules, guard=row.guard),
                in_words=InWords(**{name: getattr(row.in_words, name) for name in InWords.model_fields}),
            )
            for tag, row in found.items()
        ]
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What can be done for one language."""

    outputs: Mapping[AdapterName, Capability]
    rules: bool
    guard: guard.Coverage
    in_words: verbalise.Capability


def _capabilities(languages: Sequence[LanguageTag]) -> Mapping[LanguageTag, _Known]:
    return {
        lang: _Known(
            {name: adapter.capability(lang) for name, adapter in ADAPTERS.items()},
            bool(profile(lang).rules),
            guard.coverage(lang),
            verbalise.capability(lang),
        )
        for lang in languages
    }
