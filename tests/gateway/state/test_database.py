"""The database: whole transactions, what it says when it is away, and who may read its file."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from gateway.errors import StateUnavailable
from gateway.settings import Settings, SettingsInvalid, load_settings
from gateway.state import database as databases
from gateway.state import tenants
from gateway.state.database import Database, open_database
from gateway.state.folder import data_folder
from gateway.state.tenants import API_KEYS, ApiKey, Tenant


def a_key(key_id: str = "0123456789abcdef", tenant: str = "escola", created_s: int = 1) -> ApiKey:
    return ApiKey(key_id, Tenant(tenant), "prova", b"hash", (), None, None, created_s, None, None)


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    def half(connection: Connection) -> None:
        tenants.create(connection, a_key())
        raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(database.write(half))
    with database.reading() as connection:
        assert (tenants.keys(connection), len(tenants.tenants(connection))) == ([], 1)


def test_writers_wait_for_each_other(database: Database) -> None:
    async def scenario() -> None:
        await asyncio.gather(*(database.write(tenants.create, a_key(f"{n:016}")) for n in range(8)))

    asyncio.run(scenario())
    with database.reading() as connection:
        assert sorted(key.changed for key in tenants.keys(connection)) == list(range(1, 9))


_HALF_DONE = """
import sys, time
from gateway.settings import load_settings
from gateway.state.database import open_database
from gateway.state import tenants
from tests.gateway.state.test_database import a_key
database = open_database(load_settings({sys.argv[1]: sys.argv[2]}))
with database.writing() as connection:
    tenants.create(connection, a_key())
    print("written", flush=True)
    time.sleep(60)
"""


def test_a_process_killed_while_it_makes_a_key_leaves_no_part_of_it(settings: Settings) -> None:
    url, folder = settings.database_url, settings.data_folder
    where = ("MALGIL_DATABASE_URL", url.get_secret_value()) if url else ("MALGIL_DATA_FOLDER", str(folder))
    command = [sys.executable, "-c", _HALF_DONE, *where]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
    database = open_database(settings)
    with database.reading() as connection:
        assert [each.id for each in tenants.tenants(connection)] == ["public"]
        assert tenants.keys(connection) == []
    with database.writing() as connection:
        tenants.create(connection, a_key())
    with database.reading() as connection:
        assert [key.changed for key in tenants.keys(connection)] == [1]
    database.close()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    open_database(load_settings({"MALGIL_DATA_FOLDER": str(tmp_path / "data")})).close()
    kept = tmp_path / "data" / databases.FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_a_machine_that_can_keep_nothing_serves_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    database = open_database(load_settings({}))
    assert not database.available
    with pytest.raises(StateUnavailable):
        asyncio.run(database.read(tenants.keys))


@pytest.mark.parametrize("chosen", ["MALGIL_DATA_FOLDER", "MALGIL_ANONYMOUS", "MALGIL_DATABASE_URL"])
def test_what_somebody_chose_must_work(chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    values = {
        "MALGIL_DATA_FOLDER": str(tmp_path / "file" / "data"),
        "MALGIL_ANONYMOUS": "false",
        "MALGIL_DATABASE_URL": "postgresql://geheim@/none?host=/no/such/folder",
    }
    with pytest.raises(SettingsInvalid) as raised:
        open_database(load_settings({chosen: values[chosen]}))
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("url", ["mysql://host/name", "state.db", "postgresql"])
def test_a_url_of_something_else_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="postgresql://user@host/name"):
        load_settings({"MALGIL_DATABASE_URL": url})


def test_a_statement_that_fails_is_told_without_its_values(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StateUnavailable), database.reading() as connection:
        connection.execute(text("SELECT * FROM missing WHERE secret = :s"), {"s": "geheim"})
    told = capsys.readouterr()
    assert "geheim" not in told.out + told.err


def test_integrity_is_a_fact_for_the_query(database: Database) -> None:
    def twice(connection: Connection) -> None:
        tenants.create(connection, a_key())
        tenants.create(connection, a_key())

    with pytest.raises(IntegrityError):
        asyncio.run(database.write(twice))
    with database.reading() as connection:
        assert connection.execute(select(API_KEYS)).all() == []


def test_the_folder_of_the_user_is_that_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert data_folder(load_settings({})) == Path("/data/malgil")
    monkeypatch.setenv("XDG_DATA_HOME", "relative, and so ignored")
    monkeypatch.setenv("HOME", "/home/x")
    assert data_folder(load_settings({})) == Path("/home/x/.local/share/malgil")
    assert os.path.isabs(data_folder(load_settings({})))
