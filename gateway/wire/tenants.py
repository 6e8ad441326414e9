"""Between the wire types of keys, tenants and usage and the inside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from gateway.callers import SCOPES, Caller
from gateway.errors import KeyRequired
from gateway.parts import Parts
from gateway.schemas.tenants import AccountUsage, DayUsage, KeyInfo, QuotaState, UsageResponse
from gateway.state import usage
from gateway.state.tenants import ApiKey
from gateway.state.usage import NO_KEY, Account, Spent


async def usage_of(caller: Caller, service: Parts, days: int) -> UsageResponse:
    """Raises KeyRequired: the counts of the public are of many people and nobody's to see."""
    if caller.api_key == NO_KEY:
        raise KeyRequired
    await service.usage.flush()
    since = service.usage.today() - timedelta(days=days - 1)
    counted = await service.database.read(usage.spent, since, caller.tenant.id, caller.api_key)
    left = {level.quota: level.left for level in await service.limits.levels(caller)}
    return UsageResponse(
        tenant=caller.tenant.id,
        key=caller.api_key,
        scopes=[scope for scope in SCOPES if scope in caller.scopes],
        expires=moment(caller.expires_s),
        quotas=[
            QuotaState(unit=each.unit, limit=each.quota, window_s=each.window_s, left=left.get(each))
            for each in caller.quotas
        ],
        days=[
            DayUsage(day=account.day, requests=spent.requests, characters=spent.characters)
            for account, spent in counted.items()
        ],
    )


def key_info(key: ApiKey) -> KeyInfo:
    """What may be told of a key: neither the key nor its hash."""
    return KeyInfo(
        id=key.id,
        tenant=key.tenant.id,
        name=key.name,
        scopes=list(key.scopes),
        requests_per_minute=key.requests_per_minute,
        characters_per_day=key.characters_per_day,
        created=datetime.fromtimestamp(key.created_s, UTC),
        expires=moment(key.expires_s),
        revoked=moment(key.revoked_s),
    )


def accounts(counted: Mapping[Account, Spent]) -> list[AccountUsage]:
    return [
        AccountUsage(
            tenant=account.tenant,
            key=account.api_key or None,
            day=account.day,
            requests=spent.requests,
            characters=spent.characters,
        )
        for account, spent in counted.items()
    ]


def moment(unix_s: int | None) -> datetime | None:
    return None if unix_s is None else datetime.fromtimestamp(unix_s, UTC)
