"""Quotas per caller: token buckets in Redis, one step for all of them, on the clock of Redis (limits.lua).

A bucket holds the quota of its window and fills evenly; a request takes one of `requests` and its characters, times
its target languages, of `characters`. Refused requests take nothing. A request larger than a whole quota is admitted
when the bucket is full, and then paid off.

When Redis is away nobody is refused (fail open): translating needs Redis too and answers 503 by itself, what the
process still has in its own cache costs next to nothing, and a public service must not lock people out for its own
fault. Callers are known by a keyed hash; no address is kept or logged, no API key either. Keys: gateway.keys.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import redis.asyncio
from fastapi import Request

from gateway import keys
from gateway.batch_queue import script
from gateway.callers import Caller, Quota, Unit, caller_of
from gateway.connections import REDIS_ERRORS
from gateway.errors import RateLimited
from gateway.state.usage import NO_KEY
from gateway.telemetry import REFUSED, UNCOUNTED

HEADERS = "malgil.headers"
_COUNTING_S = 0.5


@dataclass(frozen=True, slots=True)
class Level:
    """What is left of a quota, and in how many seconds it is whole again."""

    quota: Quota
    left: int
    whole_s: int


class Limits(Protocol):
    async def admit(self, request: Request, characters: int, requests: int = 1) -> None:
        """RateLimited when the caller's quotas do not hold the request; tells the caller what is left of them. What has
        its characters counted later is asked for a second time, with no `requests`."""
        ...

    async def levels(self, caller: Caller) -> list[Level]:
        """What is left of the caller's quotas; nothing while Redis does not tell."""
        ...


class NoLimits:
    async def admit(self, request: Request, characters: int, requests: int = 1) -> None:  # noqa: ARG002 nothing is counted
        return

    async def levels(self, caller: Caller) -> list[Level]:  # noqa: ARG002 there are none
        return []


class RedisLimits:
    """`clock` gives Unix time in ms; without it Redis tells the time."""

    def __init__(
        self,
        client: redis.asyncio.Redis,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self._take = client.register_script(script("limits.lua"))
        self._clock = clock

    async def admit(self, request: Request, characters: int, requests: int = 1) -> None:
        caller = caller_of(request)
        if not caller.quotas:
            return
        costs: dict[Unit, int] = {"requests": requests, "characters": characters}
        try:
            async with asyncio.timeout(_COUNTING_S):
                wait_ms, levels = await self.take(caller, costs)
        except (*REDIS_ERRORS, TimeoutError):
            UNCOUNTED.inc()
            return
        request.scope[HEADERS] = headers(levels)
        if wait_ms:
            REFUSED.inc()
            raise RateLimited(math.ceil(wait_ms / 1000), _short(levels, costs))

    async def levels(self, caller: Caller) -> list[Level]:
        if not caller.quotas:
            return []
        try:
            async with asyncio.timeout(_COUNTING_S):
                _, levels = await self.take(caller, {"requests": 0, "characters": 0})
        except (*REDIS_ERRORS, TimeoutError):
            return []
        return levels

    async def take(self, caller: Caller, costs: Mapping[Unit, int]) -> tuple[int, list[Level]]:
        """Take the costs from the caller's quotas; else how many ms to wait before asking again, at least one."""
        args: list[str | int] = [self._clock() if self._clock else "", int(caller.api_key != NO_KEY)]
        for quota in caller.quotas:
            args += [quota.unit, quota.quota, quota.window_s * 1000, costs[quota.unit]]
        wait_ms, *rows = await self._take(keys=[keys.limit(caller.id)], args=args)
        levels = [
            Level(quota, left, math.ceil(whole_ms / 1000))
            for quota, (left, whole_ms) in zip(caller.quotas, rows, strict=True)
        ]
        return int(wait_ms), levels


def refuse_exhausted(levels: Sequence[Level], request: Request) -> None:
    """RateLimited where nothing at all is left of a quota; for what costs to receive, before its cost is known."""
    used_up = next((level for level in levels if level.left < 1), None)
    if used_up is not None:
        quota = used_up.quota
        request.scope[HEADERS] = headers(levels)
        REFUSED.inc()
        wait_s = used_up.whole_s - (quota.quota - 1) * quota.window_s / quota.quota
        raise RateLimited(max(1, math.ceil(wait_s)), quota.unit)


def _short(levels: Sequence[Level], costs: Mapping[Unit, int]) -> Unit:
    """The quota that does not hold a request: that of characters where both do not, or where it is still paid off."""
    of_requests = next((each for each in levels if each.quota.unit == "requests"), None)
    of_characters = next((each for each in levels if each.quota.unit == "characters"), None)
    if of_requests is None or of_requests.left >= min(costs["requests"], of_requests.quota.quota):
        return "characters"
    held = of_characters is None or of_characters.left >= min(costs["characters"], of_characters.quota.quota)
    return "requests" if held else "characters"


def headers(levels: Sequence[Level]) -> tuple[tuple[bytes, bytes], ...]:
    """`RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10."""
    policies = ", ".join(_policy(level.quota) for level in levels)
    left = ", ".join(f'"{level.quota.unit}";r={level.left};t={level.whole_s}' for level in levels)
    return (b"ratelimit-policy", policies.encode()), (b"ratelimit", left.encode())


def _policy(quota: Quota) -> str:
    unit = "" if quota.unit == "requests" else f';qu="{quota.unit}"'
    return f'"{quota.unit}";q={quota.quota};w={quota.window_s}{unit}'
