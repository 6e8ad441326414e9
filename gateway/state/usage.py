"""How much was asked for, by tenant, key and day: counts, never text. Of callers without a key only the sum is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Column, Connection, Date, String, Table, select

from gateway.state.schema import METADATA, insert, tenant_column

# The key of those who have none.
NO_KEY = ""

USAGE = Table(
    "usage",
    METADATA,
    tenant_column(primary_key=True),
    Column("api_key", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("characters", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose work of which day (UTC) is counted."""

    tenant: str
    api_key: str
    day: date


@dataclass(frozen=True, slots=True)
class Spent:
    requests: int
    characters: int


def add(connection: Connection, spent: Mapping[Account, Spent]) -> None:
    """Add to what was counted before; one order for all processes, so that none waits for another in a circle."""
    for account in sorted(spent, key=lambda each: (each.tenant, each.api_key, each.day)):
        more = spent[account]
        row = insert(connection, USAGE).values(
            tenant=account.tenant,
            api_key=account.api_key,
            day=account.day,
            requests=more.requests,
            characters=more.characters,
        )
        connection.execute(
            row.on_conflict_do_update(
                index_elements=list(USAGE.primary_key),
                set_={
                    "requests": USAGE.c.requests + row.excluded.requests,
                    "characters": USAGE.c.characters + row.excluded.characters,
                },
            )
        )


def spent(
    connection: Connection, since: date, tenant: str | None = None, api_key: str | None = None
) -> dict[Account, Spent]:
    """What was counted from a day on, of all or of one tenant or key of it, newest first."""
    rows = select(USAGE).where(USAGE.c.day >= since).order_by(USAGE.c.day.desc(), USAGE.c.tenant, USAGE.c.api_key)
    if tenant is not None:
        rows = rows.where(USAGE.c.tenant == tenant)
    if api_key is not None:
        rows = rows.where(USAGE.c.api_key == api_key)
    return {
        Account(row.tenant, row.api_key, row.day): Spent(row.requests, row.characters)
        for row in connection.execute(rows)
    }
