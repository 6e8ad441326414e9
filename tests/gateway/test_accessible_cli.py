"""`malgil speak | braille | accessible`, as a person at a terminal meets them."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from tests.accessibility.tools import needs

TEXT = "# Hola\n\nAbre a las **9:00**.\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def malgil(*arguments: str | Path, given: str = TEXT) -> Result:
    result = CliRunner().invoke(app, list(map(str, arguments)), input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_text_is_spoken_into_a_file(tmp_path: Path) -> None:
    needs("espeak-ng")
    spoken = tmp_path / "a.wav"
    assert malgil("speak", "-", "--lang", "es", "--format", "markdown", "-o", spoken).exit_code == 0
    with wave.open(io.BytesIO(spoken.read_bytes())) as read:
        assert read.getnframes() > 10_000
    assert malgil("speak", "-", "--lang", "es").stdout_bytes.startswith(b"RIFF")


def test_the_nearest_voice_has_to_be_asked_for(tmp_path: Path) -> None:
    needs("espeak-ng")
    refused = malgil("speak", "-", "--lang", "ast")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "no voice for Asturian here. Nearest voice: Spanish." in refused.stderr
    spoken = malgil("speak", "-", "--lang", "ast", "--nearest", "-o", tmp_path / "a.wav")
    assert spoken.exit_code == 0
    assert spoken.stderr.startswith("ast: nearest_voice: ")


def test_a_text_is_written_in_braille() -> None:
    needs("lou_translate")
    paged = malgil("braille", "-", "--lang", "es", "--format", "markdown", "--brf")
    assert paged.stdout_bytes == b".HOLA\r\n  .ABRE A LAS #I3#JJ'\r\n"
    cells = malgil("braille", "-", "--lang", "en", "--grade", "2", given="the\n")
    assert cells.stdout == "⠮\n"


@pytest.mark.parametrize(
    ("to", "content"),
    [
        (
            "html",
            '<article lang="es" dir="ltr">\n<h1>Hola</h1>\n<p>Abre a las <strong>9:00</strong>.</p>\n</article>\n',
        ),
        ("plain", "Hola\n\nAbre a las 9:00.\n"),
        ("markdown", "# Hola\n\nAbre a las **9:00**.\n"),
        ("sms", "Hola\nAbre a las 9:00.\n"),
    ],
)
def test_a_text_is_written_in_other_forms(to: str, content: str, tmp_path: Path) -> None:
    arguments = ("accessible", "-", "--lang", "es", "--format", "markdown", "--to", to)
    assert malgil(*arguments).stdout == content
    assert malgil(*arguments, "-o", tmp_path / "x").exit_code == 0
    assert (tmp_path / "x").read_text("utf-8") == content


def test_mistakes_are_named(tmp_path: Path) -> None:
    for arguments, status, said in (
        (("accessible", "-", "--lang", "es", "--to", "ssml", "--dialect", "sapi"), 1, "w3c11, espeak"),
        (("accessible", "-", "--lang", "nowhere"), 2, "nowhere"),
        (("accessible", tmp_path / "none", "--lang", "es"), 2, "none"),
        (("accessible", "-", "--lang", "es", "-o", tmp_path / "no" / "x"), 2, "there is no such folder"),
        (("accessible", "-", "--lang", "es", "-o", tmp_path), 2, "directory"),
    ):
        result = malgil(*arguments)
        assert (result.exit_code, result.stdout) == (status, "")
        assert said in result.stderr
