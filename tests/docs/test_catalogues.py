"""The command that keeps message catalogues in order changes nothing that is in order, and takes in new texts."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from docs import catalogues

PO = catalogues.FOLDER


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalogues that the command works on."""
    copy = tmp_path / "po"
    shutil.copytree(PO, copy)
    monkeypatch.setattr(catalogues, "FOLDER", copy)
    return copy


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["catalogues", *arguments])
    with pytest.raises(SystemExit) as left:
        catalogues.main()
    return int(left.value.code or 0)


def test_catalogues_are_in_order_already(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch) == 0
    for path in folder.iterdir():
        assert path.read_text("utf-8") == (PO / path.name).read_text("utf-8")


def test_missing_message_is_named_and_fails_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hindi = folder / "hi.po"
    hindi.write_text(hindi.read_text("utf-8").replace('msgid "tier.good"', 'msgid "tier.golden"'), "utf-8")
    assert run(monkeypatch) == 1
    assert capsys.readouterr().out == "hi: tier.good is missing\n"


def test_new_texts_come_in_with_their_plural_forms(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = {"one": "{limit} byte", "other": "{limit} bytes", "counted": "limit"}
    (tmp_path / "en.json").write_text(json.dumps({"error.text_empty.help": counted}), "utf-8")
    (tmp_path / "sw.json").write_text(json.dumps({"tier.good": "Nzuri sana “kabisa”"}), "utf-8")
    (tmp_path / "gl.json").write_text(json.dumps({"error.text_empty.help": {"one": "1", "other": "n"}}), "utf-8")
    assert run(monkeypatch, "--from", str(tmp_path)) == 0
    assert 'msgstr "Nzuri sana “kabisa”"' in (folder / "sw.po").read_text("utf-8")
    galician = (folder / "gl.po").read_text("utf-8")
    assert 'msgid "error.text_empty.help"\nmsgid_plural "{limit}"\nmsgstr[0] "1"\nmsgstr[1] "n"\n' in galician


def test_a_catalogue_a_speaker_has_read_stays_marked_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    basque = folder / "eu.po"
    basque.write_text(basque.read_text("utf-8").replace("X-Reviewed: false", "X-Reviewed: true"), "utf-8")
    run(monkeypatch)
    assert "X-Reviewed: true" in basque.read_text("utf-8")


def test_a_language_without_a_catalogue_gets_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "ko.po").unlink()
    assert run(monkeypatch) == 1
    assert '"Language: ko\\n"' in (folder / "ko.po").read_text("utf-8")
