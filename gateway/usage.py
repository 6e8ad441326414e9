"""Usage of tenants and keys: counted in memory as requests are admitted, added to the database every few seconds.

A process that is killed loses what it counted in the last FLUSH_S; one that is stopped loses nothing. While the
database is away the counts wait. Only numbers are counted: gateway.state.usage.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from fastapi import Request
from sqlalchemy.exc import IntegrityError

from gateway.callers import Caller, caller_of
from gateway.errors import StateUnavailable
from gateway.limits import Level, Limits
from gateway.logs import log
from gateway.state import usage
from gateway.state.database import Database
from gateway.state.usage import Account, Spent

FLUSH_S = 5.0
_DAY_S = 86_400
_EPOCH = date(1970, 1, 1)

# Tenant, key and day, as days since 1970: a date costs more to make than all the counting.
_Counted = tuple[str, str, int]


class Usage:
    """What this process counted and has not yet written; `clock` tells Unix time in seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._waiting: dict[_Counted, list[int]] = {}

    def count(self, caller: Caller, characters: int, requests: int = 1) -> None:
        if self._database.available:
            self._add((caller.tenant.id, caller.api_key, int(self._clock() // _DAY_S)), requests, characters)

    def today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()

    async def flush(self) -> None:
        """Write what waits; what cannot be written now goes on waiting."""
        taken, self._waiting = self._waiting, {}
        if not taken:
            return
        spent = {
            Account(tenant, api_key, _EPOCH + timedelta(days=day)): Spent(requests, characters)
            for (tenant, api_key, day), (requests, characters) in taken.items()
        }
        try:
            await self._database.write(usage.add, spent)
        except StateUnavailable:
            for counted, (requests, characters) in taken.items():
                self._add(counted, requests, characters)
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

    def _add(self, counted: _Counted, requests: int, characters: int) -> None:
        sums = self._waiting.get(counted)
        if sums is None:
            sums = self._waiting[counted] = [0, 0]
        sums[0] += requests
        sums[1] += characters


class Counted:
    """Limits that count what they admit."""

    def __init__(self, limits: Limits, usage: Usage) -> None:
        self._limits = limits
        self._usage = usage

    async def admit(self, request: Request, characters: int, requests: int = 1) -> None:
        await self._limits.admit(request, characters, requests)
        self._usage.count(caller_of(request), characters, requests)

    async def levels(self, caller: Caller) -> list[Level]:
        return await self._limits.levels(caller)
