"""Brings a database to the tables of this release, all steps or none, one process at a time."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

FOLDER = Path(__file__).parent / "migrations"
# Any number, as long as it is ours: PostgreSQL keys advisory locks by it.
_LOCK = 0x6D616C67
_FIELD = r'^{} = (?:"(\w+)"|None)$'
_NAMES = ("revision", "down_revision", "depends_on")


class Newer(Exception):
    """The database was written by a later release."""

    def __init__(self) -> None:
        super().__init__("the database was written by a later release of Malgil; use that one, or another database.")


def upgrade(engine: Engine) -> None:
    """Raises Newer, or DBAPIError when the database is away. One transaction: a kill leaves nothing half done."""
    with engine.connect() as connection, connection.begin():
        if is_current(connection):
            return  # without importing Alembic, which takes longer than the rest of a start of this package
    with engine.connect().execution_options(malgil_write=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if not is_current(connection):  # else another process was faster
            _run(connection)


def is_current(connection: Connection) -> bool:
    """Whether it has all tables of this release; raises Newer."""
    before = _before()
    if not inspect(connection).has_table("alembic_version"):
        return False
    done = set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    if done - before.keys():
        raise Newer
    waiting = list(done)
    while waiting:
        found = before[waiting.pop()] - done
        done |= found
        waiting += found
    return done == before.keys()


@cache
def _before() -> dict[str, frozenset[str]]:
    """Each revision and those that must be there before it, read from the files."""
    found = {}
    for file in sorted((FOLDER / "versions").glob("[!_]*.py")):
        written = file.read_text(encoding="utf-8")
        fields = [field for name in _NAMES if (field := re.search(_FIELD.format(name), written, re.MULTILINE))]
        if len(fields) < len(_NAMES) or fields[0][1] != file.stem:
            raise RuntimeError(f'{file.name}: `revision` must be the file\'s name; the others a name in "…" or None')
        found[file.stem] = frozenset(field[1] for field in fields[1:] if field[1])
    return found


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")
