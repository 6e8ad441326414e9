"""espeak-ng itself, its sound measured with sox."""

from __future__ import annotations

import io
import re
import subprocess
import wave

import pytest

from accessibility.adapters import audio
from accessibility.adapters.audio import AudioOptions
from accessibility.parse import parse
from accessibility.rendering import (
    NothingToRender,
    NoVoice,
    Rendered,
    TextTooLong,
    ToolFailed,
    ToolMissing,
    ToolTimedOut,
)
from tests.accessibility.pages import spanish, tag
from tests.accessibility.tools import needs

needs("espeak-ng", "sox")

SENTENCE = "La biblioteca abre a las nueve."


def rendered(text: str, lang: str = "es", **options: object) -> Rendered:
    return audio.render(parse(text, "html", tag(lang)), AudioOptions(**options))  # type: ignore[arg-type]


def sound(text: str, lang: str = "es", **options: object) -> bytes:
    content = rendered(text, lang, **options).content
    assert isinstance(content, bytes)
    return content


def measured(content: bytes) -> dict[str, float]:
    """Length in seconds and loudness in decibels, as sox reads the file."""
    said = subprocess.run(["sox", "-t", "wav", "-", "-n", "stats"], input=content, capture_output=True, check=True)
    found = dict(re.findall(r"(RMS lev dB|Pk lev dB|Length s)\s+(-?[\d.]+|-inf)", said.stderr.decode()))
    return {name: float(value) for name, value in found.items()}


def test_a_sentence_is_heard_at_its_length_and_loud_enough() -> None:
    stats = measured(sound(SENTENCE))
    assert 1.2 < stats["Length s"] < 4
    assert stats["RMS lev dB"] > -40


def test_the_measure_hears_silence() -> None:
    silent = io.BytesIO()
    with wave.open(silent, "wb") as target:
        target.setparams((1, 2, 22050, 0, "NONE", ""))
        target.writeframes(bytes(44100))
    assert measured(silent.getvalue())["RMS lev dB"] == float("-inf")


def test_the_header_says_the_true_length() -> None:
    content = sound(SENTENCE)
    with wave.open(io.BytesIO(content)) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, 22050)
        assert read.getnframes() * 2 + 44 == len(content)


def test_a_pause_between_blocks_is_heard() -> None:
    together, apart = measured(sound("<p>Uno. Dos.</p>")), measured(sound("<p>Uno.</p><p>Dos.</p>"))
    assert apart["Length s"] > together["Length s"] + 0.3


def test_a_slow_reader_takes_longer() -> None:
    assert measured(sound(SENTENCE, rate_wpm=100))["Length s"] > 1.3 * measured(sound(SENTENCE))["Length s"]


def test_a_phone_gets_a_smaller_file_of_the_same_length() -> None:
    whole, small = sound(SENTENCE), sound(SENTENCE, sample_rate=16000)
    with wave.open(io.BytesIO(small)) as read:
        assert read.getframerate() == 16000
    assert len(small) < 0.8 * len(whole)
    assert measured(small)["Length s"] == pytest.approx(measured(whole)["Length s"], abs=0.05)


@pytest.mark.parametrize("lang", ["es", "an", "eu", "ca", "sw", "am", "fa", "gn", "cy", "es-MX", "zh"])
def test_languages_with_a_voice_are_spoken_by_it(lang: str) -> None:
    found = rendered("<p>1 2 3</p>", lang)
    assert (found.exact, found.warnings, found.content_type) == (True, (), "audio/wav")
    assert dict(found.used)["engine"] == "espeak-ng"


@pytest.mark.parametrize(
    ("lang", "nearest"),
    [
        ("ast", "es"),
        ("gl", "es"),
        ("oc", "ca"),
        ("oc-aranes", "ca"),
        ("ha", None),
        ("yo", None),
        ("so", None),
        ("km", None),
    ],
)
def test_a_language_without_a_voice_is_refused_and_the_nearest_named(lang: str, nearest: str | None) -> None:
    with pytest.raises(NoVoice) as fact:
        rendered(SENTENCE, lang)
    assert (fact.value.lang, fact.value.nearest) == (lang, nearest)
    assert audio.capability(tag(lang)).nearest == nearest
    assert not audio.capability(tag(lang)).available


def test_a_reader_may_ask_for_the_nearest_voice() -> None:
    found = rendered("La biblioteca abre a les nueve.", "ast", fallback="nearest")
    assert (found.lang, found.exact, found.warnings) == ("ast", False, ("nearest_voice",))
    assert dict(found.used)["voice"] == "es"
    # In Spanish, that is: an unknown language at the root would have made it English.
    assert found.content == rendered("La biblioteca abre a les nueve.", "es").content
    with pytest.raises(NoVoice):
        rendered("a", "yo", fallback="nearest")


def test_a_voice_may_be_asked_for_by_name() -> None:
    assert dict(rendered(SENTENCE, voice="es-419").used)["voice"] == "es-419"
    with pytest.raises(NoVoice):
        rendered(SENTENCE, voice="-w/tmp/x")


def test_regions_have_their_own_voice() -> None:
    assert [audio.voice_of(tag(lang)) for lang in ("pt", "pt-BR", "en", "en-GB", "fr", "fr-CH", "fr-CA")] == [
        "pt", "pt-br", "en-us", "en-gb", "fr-fr", "fr-ch", "fr-fr"
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "<hr>", "<p> </p>"])
def test_silence_is_no_answer(text: str) -> None:
    with pytest.raises(NothingToRender):
        rendered(text)


def test_a_whole_page_is_spoken_in_its_languages() -> None:
    assert measured(str_bytes(audio.render(spanish(), AudioOptions())))["Length s"] > 30


def str_bytes(found: Rendered) -> bytes:
    assert isinstance(found.content, bytes)
    return found.content


def test_numbers_are_spoken_as_they_are_verbalised() -> None:
    spoken = sound("<p>9:00</p>", verbalise=lambda text, _: text.replace("9:00", "las nueve en punto de la mañana"))
    assert measured(spoken)["Length s"] > measured(sound("<p>9:00</p>"))["Length s"] + 0.3


def test_a_text_too_long_to_listen_to_is_refused() -> None:
    with pytest.raises(TextTooLong) as fact:
        rendered("<p>" + "a " * 60, max_chars=100)
    assert fact.value.limit == 100


def test_a_deadline_ends_it() -> None:
    with pytest.raises(ToolTimedOut):
        rendered("<p>" + SENTENCE * 2000, deadline_s=0.05)


def test_without_the_program_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "TOOL", "espeak-of-nowhere")
    audio.voices.cache_clear()
    try:
        assert audio.capability(tag("es")).missing_tool == "espeak-of-nowhere"
        with pytest.raises(ToolMissing):
            rendered(SENTENCE)
    finally:
        audio.voices.cache_clear()


@pytest.mark.parametrize(
    ("channels", "width", "fact"), [(2, 2, ToolFailed), (1, 1, ToolFailed), (1, 2, NothingToRender)]
)
def test_sound_that_is_none_is_refused(channels: int, width: int, fact: type[Exception]) -> None:
    heard = io.BytesIO()
    with wave.open(heard, "wb") as target:
        target.setparams((channels, width, 22050, 0, "NONE", ""))
        target.writeframes(bytes(400))
    with pytest.raises(fact):
        audio._whole(heard.getvalue())
