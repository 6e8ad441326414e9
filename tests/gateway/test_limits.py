"""Quotas per caller: what they hold, what they tell, and what happens without Redis."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import pytest
import redis
import redis.asyncio
from fastapi import Request

from gateway import keys
from gateway.api_keys import KeyRing
from gateway.cache import SegmentKeys
from gateway.callers import Caller, Callers, Quota
from gateway.errors import RateLimited
from gateway.limits import HEADERS, Level, RedisLimits, headers
from gateway.state.tenants import Tenant
from tests.gateway.running import OwnValkey

NAMES = SegmentKeys(b"secret")
MINUTE = Quota("requests", 10, 60)
DAY = Quota("characters", 86_400, 86_400)  # one a second
PUBLIC = Tenant("public")
ANNA, BERTA = Caller(PUBLIC, "anna"), Caller(PUBLIC, "berta")
ONE_A_MINUTE = Callers(KeyRing(), NAMES, limits={"requests": 1})


class Clock:
    """Tells the time it is set to, in ms."""

    def __init__(self) -> None:
        self.ms = 1_700_000_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Taking:
    """A limiter that each call reaches through a loop of its own."""

    def __init__(self, url: str, clock: Clock | None, *quotas: Quota) -> None:
        self._url, self._clock, self._quotas = url, clock, quotas

    def __call__(self, caller: Caller = ANNA, requests: int = 1, characters: int = 0) -> tuple[int, list[Level]]:
        async def scenario() -> tuple[int, list[Level]]:
            async with redis.asyncio.Redis.from_url(self._url) as client:
                limits = RedisLimits(client, self._clock)
                return await limits.take(
                    replace(caller, quotas=self._quotas), {"requests": requests, "characters": characters}
                )

        return asyncio.run(scenario())


def request(host: str | None) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 1) if host else None})


def asking(host: str) -> Request:
    """A request whose caller is known to have one request a minute."""
    made = request(host)
    made.scope["malgil.caller"] = ONE_A_MINUTE.identify(made)
    return made


def named(host: str | None, names: SegmentKeys = NAMES) -> str:
    return Callers(KeyRing(), names).identify(request(host)).id


def test_a_quota_is_refused_when_used_up_and_fills_evenly(clean_valkey: str, clock: Clock) -> None:
    take = Taking(clean_valkey, clock, MINUTE)
    assert [take()[0] for _ in range(11)] == [0] * 10 + [6_000]
    clock.ms += 5_999
    assert take()[0] == 1
    clock.ms += 1
    assert take() == (0, [Level(MINUTE, 0, 60)])
    clock.ms += 60_000
    assert take() == (0, [Level(MINUTE, 9, 6)])


def test_callers_do_not_share_a_quota(clean_valkey: str, clock: Clock) -> None:
    take = Taking(clean_valkey, clock, Quota("requests", 1, 60))
    assert [take(ANNA)[0], take(ANNA)[0], take(BERTA)[0]] == [0, 60_000, 0]


def test_a_refused_request_takes_nothing_from_any_quota(clean_valkey: str, clock: Clock) -> None:
    take = Taking(clean_valkey, clock, MINUTE, DAY)
    assert take(characters=86_400)[0] == 0
    wait_ms, [minute, day] = take(characters=60)
    assert (wait_ms, minute.left, day.left) == (60_000, 9, 0)
    clock.ms += 60_000
    assert take(characters=60)[0] == 0


def test_a_request_beyond_a_whole_quota_is_admitted_once_and_paid_off(clean_valkey: str, clock: Clock) -> None:
    take = Taking(clean_valkey, clock, DAY)
    assert take(characters=2 * 86_400) == (0, [Level(DAY, 0, 2 * 86_400)])
    assert take(characters=1)[0] == 86_401_000
    clock.ms += 86_401_000
    assert take(characters=1)[0] == 0


def test_a_clock_that_goes_back_neither_fills_nor_empties(clean_valkey: str, clock: Clock) -> None:
    take = Taking(clean_valkey, clock, MINUTE)
    take(requests=5)
    clock.ms -= 3_600_000
    assert take()[1][0].left == 4


def test_twenty_at_once_get_no_more_than_the_quota(clean_valkey: str) -> None:
    async def scenario() -> list[int]:
        async with redis.asyncio.Redis.from_url(clean_valkey) as client:
            limits = RedisLimits(client)
            anna = replace(ANNA, quotas=(MINUTE,))
            taken = await asyncio.gather(*(limits.take(anna, {"requests": 1, "characters": 0}) for _ in range(20)))
            return [wait_ms for wait_ms, _ in taken]

    assert sum(wait_ms == 0 for wait_ms in asyncio.run(scenario())) == 10


def test_buckets_that_are_full_again_leave_redis(clean_valkey: str) -> None:
    Taking(clean_valkey, None, MINUTE)()
    with redis.Redis.from_url(clean_valkey) as client:
        [key] = client.keys("malgil:limit:*")
        assert 5_000 < client.pttl(key) <= 6_000


def test_an_api_keys_quota_is_not_forgotten_when_the_cache_overflows(own_valkey: OwnValkey, clock: Clock) -> None:
    take = Taking(own_valkey.url, clock, DAY)
    by_key = replace(ANNA, api_key="0123456789abcdef")
    assert take(by_key, characters=86_400)[0] == 0
    with redis.Redis.from_url(own_valkey.url) as client:
        pipeline = client.pipeline(transaction=False)
        for number in range(2_000):
            pipeline.set(keys.segment(str(number)), b"x" * 16_000, ex=600)
        pipeline.execute()
        assert len(client.keys("malgil:segment:*")) < 2_000
    assert take(by_key, characters=1)[0] == 1_000


def test_after_a_clock_went_back_a_used_up_quota_fills_on_its_new_time(clean_valkey: str, clock: Clock) -> None:
    take = Taking(clean_valkey, clock, MINUTE)
    take(requests=10)
    clock.ms -= 3_600_000
    assert take()[0] == 6_000
    clock.ms += 6_000
    assert take()[0] == 0


def test_callers_are_known_by_a_hash_never_by_their_address() -> None:
    same = {named(host) for host in ("203.0.113.7", "::ffff:203.0.113.7")}
    network = {named(f"2001:db8:1:2::{end}") for end in ("1", "ffff:2")}
    assert (len(same), len(network)) == (1, 1)
    others = {named(host) for host in ("203.0.113.8", "2001:db8:1:3::1", "testclient", None)}
    assert len(others | network | same) == 6
    assert not any("203" in name or "2001" in name for name in others | network)
    assert named("203.0.113.7", SegmentKeys(b"other")) not in same


def test_headers_follow_the_draft() -> None:
    assert dict(headers([Level(MINUTE, 9, 6), Level(DAY, 100, 86_300)])) == {
        b"ratelimit-policy": b'"requests";q=10;w=60, "characters";q=86400;w=86400;qu="characters"',
        b"ratelimit": b'"requests";r=9;t=6, "characters";r=100;t=86300',
    }


@pytest.fixture
def no_redis() -> str:
    return f"unix:///tmp/no-such-{secrets.token_hex(4)}.sock"


def test_without_redis_nobody_is_refused(no_redis: str) -> None:
    async def scenario() -> Request:
        asked = asking("203.0.113.7")
        async with redis.asyncio.Redis.from_url(no_redis) as client:
            await RedisLimits(client).admit(asked, 10)
        return asked

    assert HEADERS not in asyncio.run(scenario()).scope


def test_who_is_refused_hears_for_how_long(clean_valkey: str) -> None:
    async def scenario() -> tuple[RateLimited, Request]:
        async with redis.asyncio.Redis.from_url(clean_valkey) as client:
            limits = RedisLimits(client)
            await limits.admit(asking("203.0.113.7"), 10)
            again = asking("203.0.113.7")
            with pytest.raises(RateLimited) as raised:
                await limits.admit(again, 10)
            return raised.value, again

    error, again = asyncio.run(scenario())
    assert error.retry_after_s == 60
    assert dict(again.scope[HEADERS])[b"ratelimit"] == b'"requests";r=0;t=60'


def test_characters_that_are_still_paid_off_are_what_is_used_up(clean_valkey: str) -> None:
    callers = Callers(KeyRing(), NAMES, limits={"requests": 10, "characters": 5})

    async def scenario() -> list[str]:
        told = []
        async with redis.asyncio.Redis.from_url(clean_valkey) as client:
            limits = RedisLimits(client)
            made = request("192.0.2.7")
            made.scope["malgil.caller"] = callers.identify(made)
            await limits.admit(made, 0)
            await limits.admit(made, 50, 0)  # more than a whole quota, when that was full
            for characters, requests in ((0, 1), (1, 0)):
                with pytest.raises(RateLimited) as refused:
                    await limits.admit(made, characters, requests)
                told.append(refused.value.unit)
            [of_requests, _] = (await limits.take(made.scope["malgil.caller"], {"requests": 0, "characters": 0}))[1]
            assert of_requests.left == 9
        return told

    assert asyncio.run(scenario()) == ["characters", "characters"]
