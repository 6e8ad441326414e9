"""Outputs: the forms in which an answer is wanted besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fastapi import Request

from accessibility.adapters import audio as audio_adapter
from accessibility.adapters.audio import AudioOptions
from accessibility.adapters.braille import BrailleOptions
from accessibility.adapters.html import HtmlOptions
from accessibility.adapters.markdown import MarkdownOptions
from accessibility.adapters.messages import MessageOptions
from accessibility.adapters.plain import PlainOptions
from accessibility.adapters.ssml import SsmlOptions
from accessibility.document import Document
from accessibility.rendering import Rendered
from accessibility.verbalise import verbalise
from gateway import outputs
from gateway.outputs import Wanted
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.schemas.common import Warning
from gateway.schemas.outputs import Output, OutputName, OutputOptions, Speech
from gateway.wire.requests import language_tag, left_s
from locales.messages import message
from locales.tags import LanguageTag

# About ten minutes and 30 MB: what is longer is no answer to wait for.
SPOKEN_CHARS = 10_000


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
    wishes = wanted(list(names), options, locale, source, lang=document.lang)
    made = await service.outputs.render(document, wishes, left_s(request, service.settings))
    return {name: _output(rendered, locale) for name, rendered in made.items()}


def speech(lang: LanguageTag) -> Speech:
    """What to expect of voices; no program is asked."""
    voice = audio_adapter.expected(lang)
    return Speech(supported=voice.available, nearest=voice.nearest)


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
            phones=outputs.phones(lang),
            dates=outputs.dates(lang),
            ui_lang=locale,
            source=source if keep_source else None,
        ),
        "markdown": MarkdownOptions,
        "plain": lambda: PlainOptions(verbalise=words[plain.pop("numbers")], **plain),
        "ssml": lambda: SsmlOptions(
            dialect=ssml.dialect,
            voices=tuple((language_tag(lang), voice) for lang, voice in ssml.voices.items()),
            languages=None if ssml.languages is None else frozenset(map(language_tag, ssml.languages)),
            rate=ssml.rate,
            max_chars=ssml.max_chars,
            tables=ssml.tables,
            verbalise=words[ssml.numbers],
        ),
        "braille": lambda: BrailleOptions(**options.braille.model_dump()),
        "audio": lambda: AudioOptions(verbalise=words[audio.pop("numbers")], **audio, max_chars=SPOKEN_CHARS),
        "sms": lambda: MessageOptions(**options.sms.model_dump(), protected=outputs.unbroken(lang)),
        "ussd": lambda: MessageOptions(**options.ussd.model_dump(), protected=outputs.unbroken(lang)),
    }
    return [Wanted(name, built[name]()) for name in dict.fromkeys(names)]
