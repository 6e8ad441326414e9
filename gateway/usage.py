"""Usage of tenants and keys: counted in memory as requests are admitted, added to the database every few seconds.

A process that is killed loses what it counted in the last FLUSH_S; one that is stopped loses nothing. While the
database is away the counts wait. Only numbers are counted: gateway.state.usage.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from fastapi import Request
from sqlalchemy.exc import IntegrityError

from gateway.callers import Caller, caller_of
from gateway.errors import StateUnavailable
from gateway.limits import Level, Limits
from gateway.state import usage
from gateway.state.database import Database
from gateway.state.usage import Account, Spent
from gateway.telemetry import log

FLUSH_S = 5.0


class Usage:
    """What this process counted and has not yet written; `clock` tells Unix time in seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._waiting: dict[Account, Spent] = {}

    def count(self, caller: Caller, characters: int) -> None:
        if self._database.available:
            self._add({Account(caller.tenant.id, caller.api_key, self.today()): Spent(1, characters)})

    def today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()

    async def flush(self) -> None:
        """Write what waits; what cannot be written now goes on waiting."""
        taken, self._waiting = self._waiting, {}
        if not taken:
            return
        try:
            await self._database.write(usage.add, taken)
        except StateUnavailable:
            self._add(taken)
        except IntegrityError:  # a tenant is gone: the database was exchanged for an older one
            log().error("usage_dropped", accounts=len(taken))

    async def follow(self) -> None:
        """Write every few seconds, and once more when the process stops."""
        try:
            while True:
                await asyncio.sleep(FLUSH_S)
                await self.flush()
        finally:
            await self.flush()

    def _add(self, more: Mapping[Account, Spent]) -> None:
        for account, spent in more.items():
            before = self._waiting.get(account, Spent(0, 0))
            self._waiting[account] = Spent(before.requests + spent.requests, before.characters + spent.characters)


class Counted:
    """Limits that count what they admit."""

    def __init__(self, limits: Limits, usage: Usage) -> None:
        self._limits = limits
        self._usage = usage

    async def admit(self, request: Request, characters: int) -> None:
        await self._limits.admit(request, characters)
        self._usage.count(caller_of(request), characters)

    async def levels(self, caller: Caller) -> list[Level]:
        return await self._limits.levels(caller)
