"""Clients of Redis, whatever stands behind MALGIL_REDIS_URL: one server, Sentinels or a Cluster (gateway.redis_url).

The three speak the same commands; where a Cluster differs, the difference is here. The rest of the gateway only keeps
to this: the keys of one script lie on one slot, and publications reach every node.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any, cast

import redis
import redis.asyncio
import redis.asyncio.sentinel
import redis.sentinel
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError
from redis.retry import Retry

from gateway.redis_url import RedisUrl, parse

CONNECT_TIMEOUT_S = 2.0

# A Sentinel that does not answer at once is passed over for the next.
_QUICK: dict[str, Any] = {"socket_connect_timeout": CONNECT_TIMEOUT_S, "socket_timeout": CONNECT_TIMEOUT_S}
# This has no types of its own.
_ClusterNode: Any = redis.cluster.ClusterNode

# What a Redis that is away raises: a Cluster without a reachable node says it in a family of its own.
REDIS_ERRORS = (RedisError, RedisClusterException)


def async_client(url: str) -> redis.asyncio.Redis:
    parsed = parse(url)
    options: dict[str, Any] = {"socket_connect_timeout": CONNECT_TIMEOUT_S, "health_check_interval": 0}
    if parsed.kind == "single":
        return redis.asyncio.Redis.from_url(url, **options)
    if parsed.kind == "sentinel":
        quickly = {**_QUICK, "retry": AsyncRetry(NoBackoff(), 0)}
        sentinels = _Sentinels(parsed.nodes, sentinel_kwargs=quickly, **_login(parsed))
        options |= {"redis_class": _BehindSentinels, "db": parsed.database}
        found: _BehindSentinels = sentinels.master_for(parsed.service, **options)
        found.sentinels = sentinels
        return found
    nodes = [redis.asyncio.cluster.ClusterNode(host, port) for host, port in parsed.nodes]
    cluster = redis.asyncio.RedisCluster(startup_nodes=nodes, **options, **_login(parsed))
    return cast(redis.asyncio.Redis, cluster)


def blocking_client(url: str, read_timeout_s: float) -> redis.Redis:
    """`read_timeout_s` must outlast every blocking command. A Cluster is looked for at once and may raise."""
    parsed = parse(url)
    options: dict[str, Any] = {"socket_connect_timeout": CONNECT_TIMEOUT_S, "socket_timeout": read_timeout_s}
    if parsed.kind == "single":
        return redis.Redis.from_url(url, **options)
    if parsed.kind == "sentinel":
        quickly = {**_QUICK, "retry": Retry(NoBackoff(), 0)}
        sentinels = _BlockingSentinels(parsed.nodes, sentinel_kwargs=quickly, **_login(parsed))
        options |= {"redis_class": _BlockingBehindSentinels, "db": parsed.database}
        found = sentinels.master_for(parsed.service, **options)  # type: ignore[no-untyped-call]
        assert isinstance(found, _BlockingBehindSentinels)
        found.sentinels = sentinels
        return found
    nodes = [_ClusterNode(host, port) for host, port in parsed.nodes]
    return cast(redis.Redis, redis.RedisCluster(startup_nodes=nodes, **options, **_login(parsed)))


class _Sentinels(redis.asyncio.sentinel.Sentinel):
    """One question at a time: who gets an answer reorders the list that the others still go through."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]
        self._asking = asyncio.Lock()

    async def discover_master(self, service_name: str) -> Any:
        async with self._asking:
            return await super().discover_master(service_name)


class _BlockingSentinels(redis.sentinel.Sentinel):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]
        self._asking = threading.Lock()

    def discover_master(self, service_name: str) -> Any:
        with self._asking:
            return super().discover_master(service_name)  # type: ignore[no-untyped-call]


class _BehindSentinels(redis.asyncio.Redis):
    """Closes what asks the Sentinels together with itself."""

    sentinels: Any = None

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await super().aclose(close_connection_pool)
        await self.sentinels.aclose()


class _BlockingBehindSentinels(redis.Redis):
    sentinels: Any = None

    def close(self) -> None:
        super().close()
        self.sentinels.close()


async def values(client: redis.asyncio.Redis, names: Sequence[str]) -> list[Any]:
    """The values of keys on any slots: one round trip, to a Cluster one to each of its nodes."""
    if isinstance(client, redis.asyncio.RedisCluster):
        return list(await client.mget_nonatomic(names))
    return list(await client.mget(names))


def _login(parsed: RedisUrl) -> dict[str, Any]:
    return {"username": parsed.username, "password": parsed.password, "ssl": parsed.tls}
