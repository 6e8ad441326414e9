"""Translation memories: what somebody translated before, looked up by the whole of a segment.

One unit for each source text and pair: the newest stands, but what nobody reviewed never takes the place of what
somebody did. A unit is found by a hash of its source, so that the look-up reads no long text. Each change gives the
tenant's memory its next revision; a process that remembers revisions knows without a query who has a memory at all.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    select,
)

from accessibility.terms.memory import Kept, Pair, Unit
from gateway.state.schema import METADATA, insert, tenant_column
from locales.tags import LanguageTag

MEMORY = Table(
    "memory_units",
    METADATA,
    tenant_column(primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("source_lang", String(35), nullable=False),
    Column("target_lang", String(35), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("reviewed", Boolean(create_constraint=False), nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("reviewer_key", String(16), nullable=False),
    Column("created_s", BigInteger, nullable=False),
    Index("uq_memory_units_source", "tenant", "source_lang", "target_lang", "hash", unique=True),
)
REVISIONS = Table(
    "memory_revisions",
    METADATA,
    tenant_column(primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Revision:
    revision: int
    units: int


class Full(Exception):
    """A tenant has as many units as it may: nothing was added."""


def put(
    connection: Connection,
    tenant: str,
    pair: Pair,
    units: Iterable[Unit],
    most: int,
    now_s: int,
    reviewer_key: str = "",
) -> int:
    """How many were taken up; raises Full before anything beyond `most` is. A unit with a reviewer is reviewed."""
    taken, rest = 0, iter(units)
    while part := list(islice(rest, _AT_ONCE)):
        rows = {found["hash"]: found for found in (_new(tenant, pair, unit, now_s, reviewer_key) for unit in part)}
        row = insert(connection, MEMORY).values(list(rows.values()))
        newer = {
            name: row.excluded[name] for name in ("id", "target", "reviewed", "reviewer", "reviewer_key", "created_s")
        }
        done = connection.execute(
            row.on_conflict_do_update(
                index_elements=["tenant", "source_lang", "target_lang", "hash"],
                set_=newer,
                where=row.excluded.reviewed | ~MEMORY.c.reviewed,
            ).returning(MEMORY.c.id)
        )
        taken += len(done.all())
        if _count(connection, tenant) > most:
            raise Full
    _revised(connection, tenant)
    return taken


def look_up(connection: Connection, tenant: str, pair: Pair, sources: Sequence[str]) -> dict[str, Kept]:
    """The units of these source texts, by text: normalised, without white space around them."""
    wanted = {_hash(source): source for source in sources}
    found: dict[str, Kept] = {}
    hashes = iter(wanted)
    while part := list(islice(hashes, _AT_ONCE)):
        for row in connection.execute(select(MEMORY).where(*_whose(tenant, pair), MEMORY.c.hash.in_(part))):
            if row.source == wanted[row.hash]:
                found[row.source] = _kept(row)
    return found


def page(
    connection: Connection, tenant: str, pair: Pair, after: str = "", most: int = _AT_ONCE, *, reviewed: bool = False
) -> list[Kept]:
    """Units in the order of their ids, from behind one of them."""
    rows = select(MEMORY).where(*_whose(tenant, pair), MEMORY.c.id > after).order_by(MEMORY.c.id).limit(most)
    if reviewed:
        rows = rows.where(MEMORY.c.reviewed)
    return [_kept(row) for row in connection.execute(rows)]


def export(connection: Connection, tenant: str, pair: Pair, *, reviewed: bool = False) -> Iterator[Kept]:
    """All units of a pair, read page by page."""
    after = ""
    while found := page(connection, tenant, pair, after, reviewed=reviewed):
        yield from found
        after = found[-1].id


def pairs(connection: Connection, tenant: str) -> dict[Pair, int]:
    """How many units there are of each pair."""
    languages = (MEMORY.c.source_lang, MEMORY.c.target_lang)
    rows = select(*languages, func.count()).where(MEMORY.c.tenant == tenant).group_by(*languages).order_by(*languages)
    return {Pair(LanguageTag(source), LanguageTag(target)): count for source, target, count in connection.execute(rows)}


def remove(connection: Connection, tenant: str, unit_id: str) -> bool:
    """Whether there was such a unit."""
    done = connection.execute(delete(MEMORY).where(MEMORY.c.tenant == tenant, MEMORY.c.id == unit_id)).rowcount
    if done:
        _revised(connection, tenant)
    return bool(done)


def clear(connection: Connection, tenant: str, pair: Pair) -> int:
    """How many units of a pair there were; none are left."""
    done = connection.execute(delete(MEMORY).where(*_whose(tenant, pair))).rowcount
    if done:
        _revised(connection, tenant)
    return done


def revisions(connection: Connection) -> dict[str, Revision]:
    """Of every tenant that ever had a memory."""
    return {row.tenant: Revision(row.revision, row.units) for row in connection.execute(select(REVISIONS))}


def _new(tenant: str, pair: Pair, unit: Unit, now_s: int, reviewer_key: str) -> dict[str, Any]:
    reviewed = bool(unit.reviewer)
    at = round(unit.reviewed_at.timestamp()) if reviewed and unit.reviewed_at else now_s
    return {
        "tenant": tenant,
        "id": secrets.token_hex(12),
        "source_lang": pair.source,
        "target_lang": pair.target,
        "hash": _hash(unit.source),
        "source": unit.source,
        "target": unit.target,
        "reviewed": reviewed,
        "reviewer": unit.reviewer,
        "reviewer_key": reviewer_key if reviewed else "",
        "created_s": at,
    }


def _revised(connection: Connection, tenant: str) -> None:
    row = insert(connection, REVISIONS).values(tenant=tenant, revision=1, units=_count(connection, tenant))
    changed = {"revision": REVISIONS.c.revision + 1, "units": row.excluded.units}
    connection.execute(row.on_conflict_do_update(index_elements=["tenant"], set_=changed))


def _count(connection: Connection, tenant: str) -> int:
    return connection.execute(select(func.count()).where(MEMORY.c.tenant == tenant)).scalar_one()


def _whose(tenant: str, pair: Pair) -> tuple[Any, Any, Any]:
    return MEMORY.c.tenant == tenant, MEMORY.c.source_lang == pair.source, MEMORY.c.target_lang == pair.target


def _hash(source: str) -> bytes:
    return hashlib.blake2b(source.encode(), digest_size=16).digest()


def _kept(row: Row[Any]) -> Kept:
    pair = Pair(LanguageTag(row.source_lang), LanguageTag(row.target_lang))
    return Kept(row.id, pair, row.source, row.target, row.reviewed, row.reviewer, row.created_s)
