"""Speech as a WAV file, by espeak-ng: a voice of the language, or a clear fact with the nearest one."""

import io
import wave
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from accessibility import tools
from accessibility.adapters import ssml
from accessibility.document import Document
from accessibility.linear import TableStyle
from accessibility.rendering import (
    Capability,
    NothingToRender,
    NoVoice,
    Rendered,
    TextTooLong,
    ToolFailed,
    ToolMissing,
    Verbalise,
    Warning,
)
from locales import tags
from locales.profiles import nearest_profile
from locales.tags import LanguageTag, base

TOOL = "espeak-ng"
RESAMPLER = "sox"

_NORMAL_WORDS_PER_MINUTE = 175
_HEADER_BYTES = 44
_QUIETEST_PEAK = 64  # of 32,767; speech is in the thousands

# Where espeak-ng writes a language only with a region, the one most people mean.
_PREFERRED = {"en": "en-us", "fr": "fr-fr"}


@dataclass(frozen=True, slots=True)
class AudioOptions:
    """`voice`: a voice by its name, else that of the language. `sample_rate` in Hz, 0 for the voice's own.
    `max_chars`: longest text, 0 for any; a thousand characters are about a minute and 3 MB."""

    rate_wpm: int = _NORMAL_WORDS_PER_MINUTE
    sample_rate: int = 0
    voice: str = ""
    fallback: Literal["deny", "nearest"] = "deny"
    tables: TableStyle = "rows"
    verbalise: Verbalise | None = None
    max_chars: int = 0
    deadline_s: float = 20.0


def capability(lang: LanguageTag) -> Capability:
    """The voice of the language, or the language whose voice is the nearest."""
    try:
        voice = voice_of(lang)
    except ToolMissing:
        return Capability(available=False, exact=False, missing_tool=TOOL)
    other = None if voice else nearest(lang)
    return Capability(voice is not None, voice is not None, voice or "", other)


def render(document: Document, options: AudioOptions) -> Rendered:
    """Raises NoVoice, NothingToRender, TextTooLong, ToolMissing, ToolFailed, ToolTimedOut."""
    if document.empty:
        raise NothingToRender
    if options.max_chars and document.chars > options.max_chars:
        raise TextTooLong(options.max_chars)
    spoken_as, voice = _voice(document.lang, options)
    markup = ssml.render(
        # An unknown language at the root makes espeak-ng speak English.
        replace(document, lang=spoken_as),
        ssml.SsmlOptions(
            dialect="espeak", languages=frozenset(voices()), tables=options.tables, verbalise=options.verbalise
        ),
    )
    assert isinstance(markup.content, str)
    command = (TOOL, "-m", "-v", voice, "-s", str(options.rate_wpm), "--stdin", "--stdout")
    heard = _whole(tools.run(command, markup.content.encode(), options.deadline_s))
    if options.sample_rate:
        resample = (
            RESAMPLER,
            "-t",
            "wav",
            "-",
            "-b",
            "16",
            "-c",
            "1",
            "-r",
            str(options.sample_rate),
            "-t",
            "wav",
            "-",
        )
        heard = _whole(tools.run(resample, heard, options.deadline_s))
    exact = spoken_as == document.lang
    used = (("voice", voice), ("engine", TOOL))
    warnings: tuple[Warning, ...] = () if exact else ("nearest_voice",)
    return Rendered(heard, "audio/wav", document.lang, document.direction, exact, used, warnings)


def voice_of(lang: LanguageTag) -> str | None:
    """The name of the voice that speaks a language, a region's own before the general one; raises ToolMissing."""
    return voices().get(lang) or voices().get(base(lang))


def nearest(lang: LanguageTag) -> LanguageTag | None:
    """The language whose voice can stand in, as the profile says. A reader has to ask for it: it is an accent."""
    found = nearest_profile(lang)
    return LanguageTag(found.speech.nearest) if found and found.speech.nearest else None


def _voice(lang: LanguageTag, options: AudioOptions) -> tuple[LanguageTag, str]:
    if options.voice:
        if options.voice not in voices().values():
            raise NoVoice(lang, nearest(lang))
        return lang, options.voice
    if voice := voice_of(lang):
        return lang, voice
    other = nearest(lang)
    if options.fallback == "nearest" and other and (voice := voice_of(other)):
        return other, voice
    raise NoVoice(lang, other)


@cache
def voices() -> Mapping[LanguageTag, str]:
    """The voice of each language that espeak-ng speaks; raises ToolMissing."""
    found: dict[LanguageTag, str] = {}
    for line in tools.run((TOOL, "--voices"), b"", 10).decode().splitlines()[1:]:
        name = line.split()[1]
        try:
            tag = tags.parse(name)
        except tags.UnknownLanguage:
            continue
        found.setdefault(tag, name)
    for tag, name in list(found.items()):
        found.setdefault(base(tag), _PREFERRED.get(base(tag), name))
    return found


def _whole(heard: bytes) -> bytes:
    """The same sound with a header that says its length, which a program writing to a pipe cannot know."""
    with wave.open(io.BytesIO(heard)) as source:
        rate, width, channels = source.getframerate(), source.getsampwidth(), source.getnchannels()
    if (width, channels) != (2, 1):
        raise ToolFailed(TOOL)
    samples = heard[_HEADER_BYTES : _HEADER_BYTES + (len(heard) - _HEADER_BYTES) // 2 * 2]
    if max(map(abs, array("h", samples)), default=0) < _QUIETEST_PEAK:
        raise NothingToRender
    written = io.BytesIO()
    with wave.open(written, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(samples)
    return written.getvalue()
