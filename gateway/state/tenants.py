"""Tenants and their API keys. A key itself is never here, only what it is recognised by (gateway.api_keys).

Every change of a key or tenant takes the next number of one clock, so a process that remembers the last number it saw
asks for what is newer and gets the rest of the table never again. The row of the clock is the lock: numbers become
visible in their order.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from gateway.batch_queue import PUBLIC
from gateway.state.schema import METADATA

# It becomes part of keys in Redis, where a colon separates; and it is typed on command lines.
TENANT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

CLOCK = Table(
    "key_clock",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("changes", BigInteger, nullable=False),
)
TENANTS = Table(
    "tenants",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("created_s", BigInteger, nullable=False),
    Column("shares_cache", Boolean(create_constraint=False), nullable=False),
)
API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("tenant", String(64), ForeignKey("tenants.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("requests_per_minute", Integer),
    Column("characters_per_day", BigInteger),
    Column("created_s", BigInteger, nullable=False),
    Column("expires_s", BigInteger),
    Column("revoked_s", BigInteger),
    Column("changed", BigInteger, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation: what one of them keeps no other sees. One that shares its cache translates for everyone."""

    id: str
    shares_cache: bool = False

    @property
    def cache(self) -> str:
        """The tenant whose cached segments it reads and writes."""
        return PUBLIC if self.shares_cache else self.id


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key. Without scopes it may do everything; a limit of None is that of the settings, 0 none."""

    id: str
    tenant: Tenant
    name: str
    hash: bytes
    scopes: tuple[str, ...]
    requests_per_minute: int | None
    characters_per_day: int | None
    created_s: int
    expires_s: int | None
    revoked_s: int | None
    changed: int = 0


_KEYS = select(API_KEYS, TENANTS.c.shares_cache).join(TENANTS)


def create(connection: Connection, key: ApiKey) -> None:
    """Keep a key, and its tenant with the first of its keys; what a known tenant shares stays as it is."""
    changed = _tick(connection)  # first: from here on no other makes the same tenant
    if connection.execute(select(TENANTS.c.id).where(TENANTS.c.id == key.tenant.id)).first() is None:
        tenant = {"id": key.tenant.id, "created_s": key.created_s, "shares_cache": key.tenant.shares_cache}
        connection.execute(insert(TENANTS).values(tenant))
    connection.execute(
        insert(API_KEYS).values(
            id=key.id,
            tenant=key.tenant.id,
            name=key.name,
            hash=key.hash,
            scopes=" ".join(key.scopes),
            requests_per_minute=key.requests_per_minute,
            characters_per_day=key.characters_per_day,
            created_s=key.created_s,
            expires_s=key.expires_s,
            changed=changed,
        )
    )


def revoke(connection: Connection, key_id: str, now_s: int | None = None) -> ApiKey | None:
    """The key, from now on refused; None when there is none. One that was revoked before keeps its time."""
    wanted = API_KEYS.c.id == key_id
    when = round(time.time()) if now_s is None else now_s
    changed = {"revoked_s": when, "changed": _tick(connection)}
    connection.execute(update(API_KEYS).where(wanted, API_KEYS.c.revoked_s.is_(None)).values(changed))
    return next(iter(_read(connection, wanted)), None)


def share_cache(connection: Connection, tenant: str, shares: bool) -> Tenant | None:
    """The tenant, which from now on shares its cache with the public or not; None when there is none."""
    done = connection.execute(update(TENANTS).where(TENANTS.c.id == tenant).values(shares_cache=shares))
    if not done.rowcount:
        return None
    connection.execute(update(API_KEYS).where(API_KEYS.c.tenant == tenant).values(changed=_tick(connection)))
    return Tenant(tenant, shares)


def keys(connection: Connection, tenant: str | None = None) -> list[ApiKey]:
    """Every key, or those of one tenant, oldest first."""
    return _read(connection, *([] if tenant is None else [API_KEYS.c.tenant == tenant]))


def changed_keys(connection: Connection, since: int) -> list[ApiKey]:
    """The keys that changed after the clock showed `since`."""
    return _read(connection, API_KEYS.c.changed > since)


def tenants(connection: Connection) -> list[Tenant]:
    return [Tenant(row.id, row.shares_cache) for row in connection.execute(select(TENANTS).order_by(TENANTS.c.id))]


def _tick(connection: Connection) -> int:
    number = connection.execute(update(CLOCK).values(changes=CLOCK.c.changes + 1).returning(CLOCK.c.changes))
    return int(number.scalar_one())


def _read(connection: Connection, *wanted: object) -> list[ApiKey]:
    rows = connection.execute(_KEYS.where(*wanted).order_by(API_KEYS.c.created_s, API_KEYS.c.changed))  # type: ignore[arg-type]
    return [
        ApiKey(
            id=row.id,
            tenant=Tenant(row.tenant, row.shares_cache),
            name=row.name,
            hash=row.hash,
            scopes=tuple(row.scopes.split()),
            requests_per_minute=row.requests_per_minute,
            characters_per_day=row.characters_per_day,
            created_s=row.created_s,
            expires_s=row.expires_s,
            revoked_s=row.revoked_s,
            changed=row.changed,
        )
        for row in rows
    ]
