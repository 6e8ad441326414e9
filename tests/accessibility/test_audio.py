"""espeak-ng itself, its sound measured with sox."""

from __future__ import annotations

import io
import re
import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

import pytest

from accessibility import tools
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
from locales.languages import LANGUAGES
from locales.tags import base
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


@pytest.mark.parametrize("lang", ["es", "an", "eu", "ca", "sw", "am", "fa", "gn", "cy", "es-MX", "my"])
def test_languages_with_a_voice_are_spoken_by_it(lang: str) -> None:
    found = rendered(f"<p>{LANGUAGES[base(tag(lang))].autonym} 1 2 3</p>", lang)
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
        # espeak-ng 1.51 says "Chinese letter" of each sign, or reads it in English.
        ("zh", None),
        ("zh-Hant", None),
        ("ja", None),
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


def test_a_voice_of_another_language_stands_in_and_that_is_said() -> None:
    found = rendered(SENTENCE, "es", voice="de")
    assert (found.exact, found.warnings, dict(found.used)["voice"]) == (False, ("nearest_voice",), "de")
    # In German: markup in Spanish would have made espeak-ng leave the voice.
    assert found.content == rendered(SENTENCE, "de").content
    own = rendered(SENTENCE, "es", voice="es-419")
    assert (own.exact, own.warnings) == (True, ())
    assert own.content != rendered(SENTENCE).content


def test_a_passage_without_a_voice_is_said_to_be_read_as_if_in_the_texts_language() -> None:
    found = rendered('<p>Se dice <span lang="yo">ẹ káàárọ̀</span>.')
    assert (found.exact, found.warnings) == (False, ("foreign_passage",))
    assert rendered('<p>Son <span lang="yo">12</span>.').exact
    assert rendered('<p>Se dice <span lang="es-MX">ándale</span>.').exact


def test_a_regional_passage_is_read_by_its_languages_voice() -> None:
    australian, english = (f'<p>Digo <span lang="{lang}">good morning</span>' for lang in ("en-AU", "en"))
    assert rendered(australian).content == rendered(english).content
    assert rendered(australian).exact


def failing(folder: Path, script: str) -> str:
    program = folder / "espeak-that-fails"
    program.write_text(f"#!/bin/sh\necho x >> {folder}/asked\n{script}\n")
    program.chmod(0o755)
    return str(program)


def test_a_program_that_crashes_is_as_good_as_none_and_is_not_asked_again_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "TOOL", failing(tmp_path, "exit 3"))
    audio._asked.forget()
    try:
        for lang in ("es", "gl", "yo"):
            assert not audio.capability(tag(lang)).available
        with pytest.raises(ToolFailed):
            rendered(SENTENCE)
        assert (tmp_path / "asked").read_text() == "x\n"
        # Later it may have been repaired.
        monkeypatch.setattr(audio, "_ASKED_AGAIN_S", -1.0)
        audio._asked.forget()
        assert not audio.capability(tag("es")).available
        monkeypatch.undo()
        assert audio.capability(tag("es")).available
    finally:
        audio._asked.forget()


def test_what_is_expected_needs_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "TOOL", failing(tmp_path, "exit 3"))
    assert audio.expected(tag("es")).available
    assert (audio.expected(tag("gl")).available, audio.expected(tag("gl")).nearest) == (False, "es")
    assert not audio.expected(tag("acm")).available
    assert not (tmp_path / "asked").exists()
    monkeypatch.setattr(audio, "TOOL", "espeak-of-nowhere")
    assert audio.expected(tag("es")).missing_tool == "espeak-of-nowhere"


def test_a_deadline_holds_for_both_programs_together(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    run = tools.run

    def slow(command: Sequence[str], text: bytes, deadline_s: float) -> bytes:
        given.append(deadline_s)
        return run(command, text, 20)

    audio.voices()
    monkeypatch.setattr(tools, "run", slow)
    sound(SENTENCE, sample_rate=16000, deadline_s=9.0)
    first, second = given
    assert 9.0 >= first > second


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
    audio._asked.forget()
    try:
        assert audio.capability(tag("es")).missing_tool == "espeak-of-nowhere"
        with pytest.raises(ToolMissing):
            rendered(SENTENCE)
    finally:
        audio._asked.forget()


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
