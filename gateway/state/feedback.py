"""Suggestions of readers, until a reviewer decides; what nobody may keep is only counted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, Boolean, Column, Connection, Row, String, Table, Text, func, insert, select, update

from gateway.state.memory import Pair
from gateway.state.schema import METADATA, tenant_column
from locales.tags import LanguageTag

State = Literal["received", "accepted", "rejected"]

FEEDBACK = Table(
    "feedback",
    METADATA,
    tenant_column(primary_key=True),
    Column("ticket", String(32), primary_key=True),
    Column("source_lang", String(35), nullable=False),
    Column("target_lang", String(35), nullable=False),
    Column("source", Text, nullable=False),
    Column("suggested", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("publish", Boolean(create_constraint=False), nullable=False),
    Column("licence", String(64), nullable=False),
    Column("created_s", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("reviewer_key", String(16), nullable=False),
    Column("decided_s", BigInteger),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a reader would have written. Without `store` in the reader's consent there is no text in it."""

    pair: Pair
    source: str
    suggested: str
    kind: str
    publish: bool = False
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    ticket: str
    suggestion: Suggestion
    created_s: int
    state: State
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what; `reviewer_key` is the id of the API key it was decided with."""

    state: State
    reviewer: str
    reviewer_key: str
    reason: str = ""


class Full(Exception):
    """A tenant has as many undecided suggestions as it may."""


def put(connection: Connection, tenant: str, given: Suggestion, most: int, now_s: int) -> Ticket:
    """Raises Full where `most` suggestions of the tenant wait."""
    waiting = select(func.count()).where(FEEDBACK.c.tenant == tenant, FEEDBACK.c.state == "received")
    if connection.execute(waiting).scalar_one() >= most:
        raise Full
    made = Ticket(secrets.token_hex(16), given, now_s, "received")
    connection.execute(
        insert(FEEDBACK).values(
            tenant=tenant,
            ticket=made.ticket,
            source_lang=given.pair.source,
            target_lang=given.pair.target,
            source=given.source,
            suggested=given.suggested,
            kind=given.kind,
            publish=given.publish,
            licence=given.licence,
            created_s=now_s,
            state=made.state,
            reason="",
            reviewer="",
            reviewer_key="",
        )
    )
    return made


def read(connection: Connection, tenant: str, ticket: str) -> Ticket | None:
    row = connection.execute(select(FEEDBACK).where(*_whose(tenant, ticket))).first()
    return None if row is None else _ticket(row)


def waiting(connection: Connection, tenant: str, most: int) -> list[Ticket]:
    """Undecided suggestions with their text, oldest first."""
    rows = select(FEEDBACK).where(
        FEEDBACK.c.tenant == tenant, FEEDBACK.c.state == "received", FEEDBACK.c.suggested != ""
    )
    return [
        _ticket(row) for row in connection.execute(rows.order_by(FEEDBACK.c.created_s, FEEDBACK.c.ticket).limit(most))
    ]


def decide(connection: Connection, tenant: str, ticket: str, decision: Decision, now_s: int) -> bool:
    """False where it was decided before: the first decision stands. What was rejected loses its text."""
    gone = {"source": "", "suggested": ""} if decision.state == "rejected" else {}
    changed = update(FEEDBACK).where(*_whose(tenant, ticket), FEEDBACK.c.state == "received")
    done = connection.execute(
        changed.values(
            state=decision.state,
            reason=decision.reason,
            reviewer=decision.reviewer,
            reviewer_key=decision.reviewer_key,
            decided_s=now_s,
            **gone,
        )
    )
    return bool(done.rowcount)


def _whose(tenant: str, ticket: str) -> tuple[Any, Any]:
    return FEEDBACK.c.tenant == tenant, FEEDBACK.c.ticket == ticket


def _ticket(row: Row[Any]) -> Ticket:
    pair = Pair(LanguageTag(row.source_lang), LanguageTag(row.target_lang))
    suggestion = Suggestion(pair, row.source, row.suggested, row.kind, row.publish, row.licence)
    return Ticket(row.ticket, suggestion, row.created_s, row.state, row.reason)
