"""Migrations: they make the tables of the code, all of them or none, once, whoever comes first."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from gateway.settings import Settings, SettingsInvalid
from gateway.state import migration, tenants
from gateway.state.database import Database, open_database
from gateway.state.schema import all_tables


def test_migrations_make_the_tables_of_the_code(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, all_tables()) == []


def test_every_table_but_the_clock_says_whose_a_row_is() -> None:
    owned = {name for name, table in all_tables().tables.items() if "tenant" in table.c}
    assert set(all_tables().tables) - owned == {"key_clock", "tenants"}


def test_a_second_start_changes_nothing(settings: Settings, database: Database) -> None:
    with database.writing() as connection:
        assert tenants.share_cache(connection, "public", True)
    open_database(settings).close()
    with database.reading() as connection:
        assert tenants.tenants(connection) == [tenants.Tenant("public", True)]


def test_five_processes_that_start_at_once_migrate_once(settings: Settings) -> None:
    failed: list[Exception] = []
    together = threading.Barrier(5)

    def start() -> None:
        together.wait()
        try:
            open_database(settings).close()
        except Exception as error:  # noqa: BLE001 told below
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with closing(open_database(settings)) as database, database.reading() as connection:
        assert [each.id for each in tenants.tenants(connection)] == ["public"]


def test_a_migration_that_fails_leaves_nothing_behind(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    run = migration._run

    def broken(connection: object) -> None:
        run(connection)  # type: ignore[arg-type]
        raise OSError("killed at the end")

    monkeypatch.setattr(migration, "_run", broken)
    with pytest.raises(SettingsInvalid):
        open_database(settings)
    monkeypatch.undo()
    with closing(open_database(settings)) as database, database.reading() as connection:
        assert [each.id for each in tenants.tenants(connection)] == ["public"]


def test_a_database_of_a_later_release_is_refused_by_name(settings: Settings, database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('tenants_999')"))
    with pytest.raises(SettingsInvalid, match="later release"):
        open_database(settings)


def test_every_revision_is_named_like_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions").mkdir()
    written = 'revision = "other_1"\ndown_revision = None\ndepends_on = "tenants_1"\n'
    (tmp_path / "versions" / "glossaries_1.py").write_text(written)
    monkeypatch.setattr(migration, "FOLDER", tmp_path)
    with pytest.raises(RuntimeError, match="glossaries_1"):
        migration._before.__wrapped__()
