"""Glossaries: every version of each, whole, as it was given. A version never changes; deleting takes all of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from accessibility.terms.glossary import Glossary, Term
from gateway.state.schema import METADATA, tenant_column
from locales.tags import LanguageTag

GLOSSARIES = Table(
    "glossaries",
    METADATA,
    tenant_column(primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("source", String(35), nullable=False),
    Column("target", String(35), nullable=False),
    Column("term_count", Integer, nullable=False),
    Column("terms", LargeBinary, nullable=False),
    Column("created_s", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A version of a glossary without its terms."""

    id: str
    version: int
    name: str
    source: LanguageTag
    target: LanguageTag
    count: int
    created_s: int


@dataclass(frozen=True, slots=True)
class NewGlossary:
    """What a caller gives for a glossary, or for the next version of one."""

    name: str
    source: LanguageTag
    target: LanguageTag
    terms: tuple[Term, ...]


class Full(Exception):
    """A tenant has as many glossaries as it may, or a glossary as many versions."""


_COLUMNS = [column for column in GLOSSARIES.c if column.name not in ("tenant", "terms")]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[Term, ...]).decode


def create(connection: Connection, tenant: str, given: NewGlossary, most: int, now_s: int) -> Glossary:
    """The first version of a new glossary; raises Full where the tenant has `most` already."""
    there = select(func.count(GLOSSARIES.c.id.distinct())).where(GLOSSARIES.c.tenant == tenant)
    if connection.execute(there).scalar_one() >= most:
        raise Full
    return _put(connection, tenant, f"g{secrets.token_hex(8)}", 1, given, now_s)


def revise(
    connection: Connection,
    tenant: str,
    glossary_id: str,
    change: Callable[[Glossary], NewGlossary],
    most: int,
    now_s: int,
) -> Glossary | None:
    """The next version, made of the newest; None where there is no such glossary. The oldest beyond `most` go."""
    newest = read(connection, tenant, glossary_id)
    if newest is None:
        return None
    made = _put(connection, tenant, glossary_id, newest.version + 1, change(newest), now_s)
    old = GLOSSARIES.c.version <= made.version - most
    connection.execute(delete(GLOSSARIES).where(*_whose(tenant, glossary_id), old))
    return made


def read(connection: Connection, tenant: str, glossary_id: str, version: int | None = None) -> Glossary | None:
    """One version, or the newest."""
    row = _row(connection, [*_COLUMNS, GLOSSARIES.c.terms], tenant, glossary_id, version)
    return None if row is None else Glossary(row.id, row.version, row.name, row.source, row.target, _decode(row.terms))


def look(connection: Connection, tenant: str, glossary_id: str, version: int | None = None) -> Listed | None:
    """The same without the terms, for which it needs not read them."""
    row = _row(connection, _COLUMNS, tenant, glossary_id, version)
    return None if row is None else _listed(row)


def listed(connection: Connection, tenant: str) -> list[Listed]:
    """The newest version of each glossary of a tenant, oldest glossary first."""
    newest: dict[str, Listed] = {}
    rows = select(*_COLUMNS).where(GLOSSARIES.c.tenant == tenant).order_by(GLOSSARIES.c.version)
    for row in connection.execute(rows):
        newest[row.id] = _listed(row)
    return sorted(newest.values(), key=lambda each: (each.created_s, each.id))


def versions(connection: Connection, tenant: str, glossary_id: str) -> list[int]:
    """The versions that are kept, newest first."""
    rows = select(GLOSSARIES.c.version).where(*_whose(tenant, glossary_id)).order_by(GLOSSARIES.c.version.desc())
    return list(connection.execute(rows).scalars())


def remove(connection: Connection, tenant: str, glossary_id: str) -> bool:
    """Whether there was such a glossary; all its versions are gone."""
    return bool(connection.execute(delete(GLOSSARIES).where(*_whose(tenant, glossary_id))).rowcount)


def _put(
    connection: Connection, tenant: str, glossary_id: str, version: int, given: NewGlossary, now_s: int
) -> Glossary:
    connection.execute(
        insert(GLOSSARIES).values(
            tenant=tenant,
            id=glossary_id,
            version=version,
            name=given.name,
            source=given.source,
            target=given.target,
            term_count=len(given.terms),
            terms=_encode(given.terms),
            created_s=now_s,
        )
    )
    return Glossary(glossary_id, version, given.name, given.source, given.target, given.terms)


def _row(
    connection: Connection, columns: Sequence[Column[object]], tenant: str, glossary_id: str, version: int | None
) -> Any:
    wanted = select(*columns).where(*_whose(tenant, glossary_id))
    if version is not None:
        wanted = wanted.where(GLOSSARIES.c.version == version)
    return connection.execute(wanted.order_by(GLOSSARIES.c.version.desc()).limit(1)).first()


def _listed(row: Any) -> Listed:
    return Listed(row.id, row.version, row.name, row.source, row.target, row.term_count, row.created_s)


def _whose(tenant: str, glossary_id: str) -> tuple[Any, Any]:
    return GLOSSARIES.c.tenant == tenant, GLOSSARIES.c.id == glossary_id
