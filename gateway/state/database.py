"""The database of a process: where it is, its transactions, and what is raised when it is away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway.errors import StateUnavailable
from gateway.logs import log
from gateway.settings import PREFIX, Settings, SettingsInvalid
from gateway.state import migration
from gateway.state.folder import data_folder

FILE = "state.sqlite3"
# How long a writer waits for another one, and a caller for a connection.
BUSY_S = 5
CONNECT_S = 5

P = ParamSpec("P")
T = TypeVar("T")
Query = Callable[Concatenate[Connection, P], T]


class Database:
    """Transactions on one engine; without one, as on a machine that cannot keep anything, all of them are refused."""

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine

    @property
    def available(self) -> bool:
        return self._engine is not None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database; raises StateUnavailable."""
        with self._begin(write=False) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is done whole or not at all; it waits for other writers of a SQLite file."""
        with self._begin(write=True) as connection:
            yield connection

    async def read(self, query: Query[P, T], *args: P.args, **named: P.kwargs) -> T:
        def run() -> T:
            with self.reading() as connection:
                return query(connection, *args, **named)

        return await asyncio.to_thread(run)

    async def write(self, query: Query[P, T], *args: P.args, **named: P.kwargs) -> T:
        def run() -> T:
            with self.writing() as connection:
                return query(connection, *args, **named)

        return await asyncio.to_thread(run)

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()

    @contextlib.contextmanager
    def _begin(self, *, write: bool) -> Iterator[Connection]:
        if self._engine is None:
            raise StateUnavailable
        try:
            with self._engine.connect().execution_options(malgil_write=write) as connection, connection.begin():
                yield connection
        except sqlalchemy.exc.IntegrityError:
            raise  # a fact about what was asked, for the query to tell
        except (DBAPIError, PoolTimeout) as error:
            # Its words hold the statement and its values, so only its kind is told.
            log().error("state_unavailable", error=type(getattr(error, "orig", None) or error).__name__)
            raise StateUnavailable from None


def open_database(settings: Settings) -> Database:
    """The database with all migrations applied.

    Raises SettingsInvalid when one that somebody chose cannot be used. Where nobody chose one and none can be
    written, as on a read-only medium, the service runs without: everything but anonymous work is refused."""
    chosen = bool(settings.database_url or settings.data_folder) or not settings.anonymous
    try:
        return Database(_migrated(settings))
    except migration.Newer as error:
        raise SettingsInvalid(f"{_setting(settings)}: {error}") from None
    except (OSError, DBAPIError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        if chosen:
            raise SettingsInvalid(f"{_setting(settings)}: the database cannot be used ({kind}).") from None
        log().warning("state_off", why="nothing can be written to the data folder", error=kind)
        return Database(None)


def look(settings: Settings) -> Literal["absent", "older", "current", "refused"]:
    """What `open_database` would find, left as it is: `refused` is a place where nobody asked for one and none can be
    written. Raises SettingsInvalid for one that somebody chose and that cannot be used."""
    url = _url(settings)
    if settings.database_url is None and not Path(str(url.database)).exists():
        if _writable(Path(str(url.database)).parent):
            return "absent"
        if settings.data_folder or not settings.anonymous:
            raise SettingsInvalid(f"{_setting(settings)}: nothing can be written to the folder.")
        return "refused"
    engine = connect(url)
    try:
        with engine.connect() as connection, connection.begin():
            return "current" if migration.is_current(connection) else "older"
    except migration.Newer as error:
        raise SettingsInvalid(f"{_setting(settings)}: {error}") from None
    except (OSError, DBAPIError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise SettingsInvalid(f"{_setting(settings)}: the database cannot be used ({kind}).") from None
    finally:
        engine.dispose()


def _writable(folder: Path) -> bool:
    """Whether it can be written to, or made."""
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _migrated(settings: Settings) -> Engine:
    url = _url(settings)
    if settings.database_url is None:
        _make_private(Path(str(url.database)).parent)
    engine = connect(url)
    try:
        migration.upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _setting(settings: Settings) -> str:
    return f"{PREFIX}{'DATABASE_URL' if settings.database_url else 'DATA_FOLDER'}"


def connect(url: URL) -> Engine:
    """An engine whose transactions begin when they are said to; raises SettingsInvalid for what cannot be read."""
    sqlite = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {} if sqlite else {"connect_args": {"connect_timeout": CONNECT_S}, "pool_pre_ping": True}
    try:
        engine = sqlalchemy.create_engine(url, hide_parameters=True, pool_timeout=CONNECT_S, **options)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise SettingsInvalid(
            f"{PREFIX}DATABASE_URL: no driver for `{url.drivername}`. For PostgreSQL install malgil[postgresql]."
        ) from None
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def database_url(written: str) -> URL:
    """A URL as SQLAlchemy reads it; `postgresql://` and `postgres://` mean the driver of the extra."""
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        raise SettingsInvalid(
            f"{PREFIX}DATABASE_URL: cannot be read. Write postgresql://user@host/name or sqlite:///path."
        ) from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _url(settings: Settings) -> URL:
    if settings.database_url is not None:
        return database_url(settings.database_url.get_secret_value())
    return URL.create("sqlite", database=str(data_folder(settings) / FILE))


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Created by us, so that nobody else may read it from its first moment on.
    os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver begins no transactions of its own
    connection.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")  # what was said to be kept is kept when the power fails
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: Any) -> None:
    """Of several who open a new file at once all but one find it locked; here SQLite does not wait as elsewhere."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A reader that becomes a writer can fail whatever it waits: a writer says so first.
    writes = connection.get_execution_options().get("malgil_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
