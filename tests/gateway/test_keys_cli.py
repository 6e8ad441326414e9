"""`malgil keys`: what the terminal shows, and what it never shows again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.api_keys import KeyRing
from gateway.cli import app
from gateway.errors import KeyRevoked
from gateway.settings import load_settings
from gateway.state.database import open_database


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MALGIL_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "en")
    return tmp_path / "data"


def keys(*words: str) -> Result:
    return CliRunner().invoke(app, ["keys", *words])


def ring(folder: Path) -> KeyRing:
    database = open_database(load_settings({"MALGIL_DATA_FOLDER": str(folder)}))
    known = KeyRing()
    known.open(database)
    database.close()
    return known


def test_a_key_is_shown_once_alone_on_standard_output(data_folder: Path) -> None:
    made = keys("create", "App de prueba", "--tenant", "ayto-zaragoza", "--scope", "usage", "--scope", "translate")
    assert made.exit_code == 0, made.output
    written = made.stdout.strip()
    holder = ring(data_folder).holder(written)
    assert (holder.tenant.id, holder.name, holder.scopes) == ("ayto-zaragoza", "App de prueba", ("translate", "usage"))
    assert "not shown again" in made.stderr
    listed = keys("list")
    assert listed.stdout == f"{holder.id}  ayto-zaragoza  App de prueba  (translate usage)  for good\n"
    assert written.split("_", 2)[2] not in listed.output + keys("list", "--json").output


def test_limits_and_an_end_are_kept(data_folder: Path) -> None:
    made = keys(
        "create", "x", "--tenant", "t", "--requests-per-minute", "0", "--characters-per-day", "500", "--days", "3"
    )
    key = ring(data_folder).holder(made.stdout.strip())
    assert (key.requests_per_minute, key.characters_per_day) == (0, 500)
    assert key.expires_s is not None
    assert key.expires_s - key.created_s == 3 * 86_400
    [told] = json.loads(keys("list", "--json", "--tenant", "t").stdout)["keys"]
    assert (told["id"], told["characters_per_day"], "hash" in told) == (key.id, 500, False)
    assert keys("list", "--tenant", "u").stdout == ""


def test_a_key_is_revoked_for_good(data_folder: Path) -> None:
    written = keys("create", "x", "--tenant", "t").stdout.strip()
    key_id = written.split("_")[1]
    assert keys("revoke", key_id).stdout == f"revoked  {key_id} of t\n"
    with pytest.raises(KeyRevoked):
        ring(data_folder).holder(written)
    assert "revoked 20" in keys("list").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "x", "--tenant", "Con Espacios"), "lower-case letters"),
        (("create", "x", "--tenant", "t", "--scope", "everything"), "There are: translate"),
        (("create", "x", "--tenant", "t", "--days", "0"), "--days"),
        (("revoke", "0123456789abcdef"), "there is no such key"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(words: tuple[str, ...], told: str) -> None:
    refused = keys(*words)
    assert refused.exit_code != 0
    assert told in refused.output
    assert keys("list").stdout == ""


def test_a_machine_that_can_keep_nothing_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.delenv("MALGIL_DATA_FOLDER")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    refused = keys("create", "x", "--tenant", "t")
    assert refused.exit_code == 1
    assert "MALGIL_DATA_FOLDER" in refused.output


def test_the_admin_api_needs_a_token() -> None:
    refused = CliRunner().invoke(app, ["admin"])
    assert refused.exit_code == 2
    assert "MALGIL_ADMIN_TOKEN" in refused.output
