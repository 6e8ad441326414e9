"""What all tables share: one MetaData with named constraints, and the column that says whose a row is."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, MetaData, String, Table

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The modules that hold tables.
MODULES = ("documents", "feedback", "glossaries", "memory", "tenants", "usage")


def tenant_column(*, primary_key: bool = False) -> Column[str]:
    """Whose a row is. A tenant is never deleted while something of it is left."""
    whose = ForeignKey("tenants.id")
    return Column("tenant", String(64), whose, primary_key=primary_key, nullable=False, index=not primary_key)


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT that can say what to do when the row is there, in the words of this database. Only its own dialect is
    imported: the other one costs every process of the service its time to start."""
    name = "postgresql" if connection.dialect.name == "postgresql" else "sqlite"
    return import_module(f"sqlalchemy.dialects.{name}").insert(table)


def all_tables() -> MetaData:
    """The MetaData with every table of the package in it."""
    for module in MODULES:
        import_module(f"gateway.state.{module}")
    return METADATA
