"""Speech as a WAV file, by espeak-ng: a voice of the language, or a clear fact with the nearest one."""

import io
import time
import wave
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
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
    ToolTimedOut,
    Verbalise,
    Warning,
)
from locales import tags
from locales.profiles import nearest_profile
from locales.tags import LanguageTag, base, likely_script

TOOL = "espeak-ng"
RESAMPLER = "sox"

_NORMAL_WORDS_PER_MINUTE = 175
_HEADER_BYTES = 44
_QUIETEST_PEAK = 64  # of 32,767; speech is in the thousands

_LONGEST_QUESTION_S = 10.0
_ASKED_AGAIN_S = 60.0
_SCRIPT = 4  # letters of a script's code, which no other subtag has
_SIGNS = "人日中水大学"  # in Chinese and Japanese alike

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
    """The voice of the language, or the language whose voice is the nearest. A program that crashes or hangs when it is
    asked for its voices is as good as none."""
    try:
        voice = voice_of(lang)
    except (ToolMissing, ToolFailed, ToolTimedOut):
        return Capability(available=False, exact=False, missing_tool=TOOL)
    other = None if voice else nearest(lang)
    return Capability(voice is not None, voice is not None, voice or "", other)


def expected(lang: LanguageTag) -> Capability:
    """The same as the profiles know it, for an answer that no program is to be started for."""
    if not tools.installed(TOOL):
        return Capability(available=False, exact=False, missing_tool=TOOL)
    found = nearest_profile(lang)
    voice = found.speech.voice if found else ""
    return Capability(bool(voice), bool(voice), voice, None if voice else nearest(lang))


def render(document: Document, options: AudioOptions) -> Rendered:
    """Raises NoVoice, NothingToRender, TextTooLong, ToolMissing, ToolFailed, ToolTimedOut."""
    if document.empty:
        raise NothingToRender
    if options.max_chars and document.chars > options.max_chars:
        raise TextTooLong(options.max_chars)
    left = tools.countdown(options.deadline_s)
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
    heard = _whole(tools.run(command, markup.content.encode(), left()))
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
        heard = _whole(tools.run(resample, heard, left()))
    own = base(spoken_as) == base(document.lang)
    used = (("voice", voice), ("engine", TOOL))
    warnings: tuple[Warning, ...] = (*(() if own else ("nearest_voice",)), *markup.warnings)
    return Rendered(heard, "audio/wav", document.lang, document.direction, own and markup.exact, used, warnings)


def voice_of(lang: LanguageTag) -> str | None:
    """The name of the voice that speaks a language, a region's own before the general one; raises ToolMissing."""
    return voices().get(lang) or voices().get(base(lang))


def nearest(lang: LanguageTag) -> LanguageTag | None:
    """The language whose voice can stand in, as the profile says. A reader has to ask for it: it is an accent."""
    found = nearest_profile(lang)
    return LanguageTag(found.speech.nearest) if found and found.speech.nearest else None


def _voice(lang: LanguageTag, options: AudioOptions) -> tuple[LanguageTag, str]:
    if options.voice:
        # The language of the voice, too: markup in another one would make espeak-ng leave the voice that was asked for.
        tag = _asked().names.get(options.voice)
        if tag is None:
            raise NoVoice(lang, nearest(lang))
        return lang if base(tag) == base(lang) else tag, options.voice
    if voice := voice_of(lang):
        return lang, voice
    other = nearest(lang)
    if options.fallback == "nearest" and other and (voice := voice_of(other)):
        return other, voice
    raise NoVoice(lang, other)


def voices() -> Mapping[LanguageTag, str]:
    """The voice of each language that espeak-ng speaks; raises ToolMissing, ToolFailed, ToolTimedOut."""
    return _asked().by_language


@dataclass(frozen=True, slots=True)
class _Voices:
    """What espeak-ng says of its voices: the one for each language, and the language of each."""

    by_language: Mapping[LanguageTag, str]
    names: Mapping[str, LanguageTag]


class _Memory:
    """Asks once, and after a failure not again for a while: who waits for the answer waits for a program."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        self._found: _Voices | None = None
        self._failure: ToolFailed | ToolTimedOut | None = None
        self._again = 0.0

    def __call__(self) -> _Voices:
        with self._lock:
            if self._found is not None:
                return self._found
            if self._failure is not None and time.monotonic() < self._again:
                raise self._failure
            try:
                self._found = _read_voices()
            except (ToolFailed, ToolTimedOut) as fact:
                self._failure, self._again = fact, time.monotonic() + _ASKED_AGAIN_S
                raise
            return self._found


_asked = _Memory()


def _read_voices() -> _Voices:
    found: dict[LanguageTag, str] = {}
    names: dict[str, LanguageTag] = {}
    left = tools.countdown(_LONGEST_QUESTION_S)
    for line in tools.run((TOOL, "--voices"), b"", left()).decode().splitlines()[1:]:
        name = line.split()[1]
        try:
            tag = tags.parse(name)
        except tags.UnknownLanguage:
            continue
        if _writes_signs(tag) and not _reads_signs(name, left()):
            continue
        found.setdefault(tag, name)
        names[name] = tag
    for tag, name in list(found.items()):
        if not any(len(subtag) == _SCRIPT for subtag in tag.split("-")):  # pinyin is no Chinese text
            found.setdefault(base(tag), _PREFERRED.get(base(tag), name))
    return _Voices(found, names)


def _writes_signs(lang: LanguageTag) -> bool:
    return likely_script(base(lang)) in ("Hans", "Hant", "Hani", "Jpan") and "Latn" not in lang


def _reads_signs(voice: str, deadline_s: float) -> bool:
    """Whether a voice knows signs for words: espeak-ng 1.51 says "Chinese letter" of each, or reads it in English."""
    said = tools.run((TOOL, "-q", "-x", "-v", voice, "--stdin"), _SIGNS.encode(), deadline_s).decode()
    return "(" not in said  # it names the language that it turned to


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
