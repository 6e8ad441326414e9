"""Outputs: the forms in which an answer is wanted besides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from fastapi import Request

from accessibility.adapters.audio import AudioOptions
from accessibility.adapters.braille import BrailleOptions
from accessibility.adapters.html import HtmlOptions
from accessibility.adapters.markdown import MarkdownOptions
from accessibility.adapters.messages import MessageOptions
from accessibility.adapters.plain import PlainOptions
from accessibility.adapters.ssml import SsmlOptions
from accessibility.document import Document
from accessibility.rendering import Rendered
from accessibility.spans import Kind, find
from accessibility.verbalise import verbalise
from gateway import outputs
from gateway.outputs import Wanted
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.schemas.common import Warning
from gateway.schemas.outputs import Output, OutputName, OutputOptions
from gateway.wire.requests import patience_ms
from locales.messages import message
from locales.tags import LanguageTag

SHORTEST_DEADLINE_S = 0.1
# About ten minutes and 30 MB: what is longer is no answer to wait for.
SPOKEN_CHARS = 10_000
_PHONES: tuple[Kind, ...] = ("phone",)
# What a part of a message must not cut; names may be.
UNBROKEN: tuple[Kind, ...] = ("number", "date", "time", "currency", "phone", "url", "email", "code", "abbreviation")


async def delivered(
    document: Document,
    names: Sequence[OutputName],
    options: OutputOptions,
    request: Request,
    service: Parts,
    source: Document | None = None,
) -> dict[OutputName, Output]:
    """Outputs of one document as they go over the wire."""
    locale = locale_of(request)
    deadline_s = max(SHORTEST_DEADLINE_S, patience_ms(request, service.settings) / 1000)
    made = await service.outputs.render(
        document, wanted(list(names), options, locale, deadline_s, source, lang=document.lang)
    )
    return {name: _output(rendered, locale) for name, rendered in made.items()}


async def of_text(
    text: str, lang: LanguageTag, names: Sequence[OutputName], options: OutputOptions, request: Request, service: Parts
) -> dict[OutputName, Output]:
    """Outputs of a text without markup."""
    return await delivered(await outputs.read(text, "text", lang), names, options, request, service)


def _output(rendered: Rendered, locale: LanguageTag) -> Output:
    content, encoding = outputs.carried(rendered)
    return Output(
        content=content,
        encoding=encoding,
        content_type=rendered.content_type,
        lang=rendered.lang,
        dir=rendered.dir,
        exact=rendered.exact,
        used=dict(rendered.used),
        parts=list(rendered.parts),
        warnings=[
            Warning(code=code, severity="low", message=message(f"warning.{code}", locale), source_span=None)
            for code in rendered.warnings
        ],
    )


def wanted(
    names: list[OutputName],
    options: OutputOptions,
    locale: LanguageTag,
    deadline_s: float,
    source: Document | None = None,
    *,
    lang: LanguageTag,
) -> list[Wanted]:
    """The adapters asked for, once each and in order, with their own options; `lang` is the language of the text."""
    html, ssml = options.html.model_dump(), options.ssml
    plain, audio = options.plain.model_dump(), options.audio.model_dump()
    words = {"digits": None, "words": verbalise}
    keep_source = html.pop("keep_source")
    built: Mapping[OutputName, Callable[[], object]] = {
        "html": lambda: HtmlOptions(
            **html,
            phones=partial(_places, lang=lang, kinds=_PHONES),
            ui_lang=locale,
            source=source if keep_source else None,
        ),
        "markdown": MarkdownOptions,
        "plain": lambda: PlainOptions(verbalise=words[plain.pop("numbers")], **plain),
        "ssml": lambda: SsmlOptions(
            dialect=ssml.dialect,
            voices=tuple((LanguageTag(lang), voice) for lang, voice in ssml.voices.items()),
            languages=None if ssml.languages is None else frozenset(map(LanguageTag, ssml.languages)),
            rate=ssml.rate,
            max_chars=ssml.max_chars,
            tables=ssml.tables,
            verbalise=words[ssml.numbers],
        ),
        "braille": lambda: BrailleOptions(**options.braille.model_dump(), deadline_s=deadline_s),
        "audio": lambda: AudioOptions(
            verbalise=words[audio.pop("numbers")], **audio, max_chars=SPOKEN_CHARS, deadline_s=deadline_s
        ),
        "sms": lambda: MessageOptions(**options.sms.model_dump(), protected=partial(_places, lang=lang)),
        "ussd": lambda: MessageOptions(**options.ussd.model_dump(), protected=partial(_places, lang=lang)),
    }
    return [Wanted(name, built[name]()) for name in dict.fromkeys(names)]


def _places(text: str, lang: LanguageTag, kinds: Collection[Kind] = UNBROKEN) -> list[tuple[int, int]]:
    """Where the typed spans of these kinds stand."""
    return [(span.start, span.end) for span in find(text, lang) if span.kind in kinds]
