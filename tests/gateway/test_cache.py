from __future__ import annotations

import asyncio

import redis.asyncio
from hypothesis import given
from hypothesis import strategies as st

from gateway import keys
from gateway.cache import CachedSegment, SegmentCache, SegmentKeys, encode

_fields = st.lists(st.text(), min_size=1, max_size=4)


@given(_fields, _fields)
def test_different_fields_never_share_a_key(first: list[str], second: list[str]) -> None:
    made = SegmentKeys(b"secret")
    assert (made.key(*first) == made.key(*second)) == (first == second)


def test_the_secret_changes_the_key() -> None:
    assert SegmentKeys(b"a").key("текст") != SegmentKeys(b"b").key("текст")


def test_shared_segments_come_back_and_stay_local(clean_valkey: str) -> None:
    async def scenario() -> None:
        async with redis.asyncio.Redis.from_url(clean_valkey) as client:
            cache = SegmentCache(client, 10)
            segment = CachedSegment("ጤና ይስጥልኝ", True)
            await client.set(keys.segment("a"), encode(segment))
            await client.set(keys.segment("damaged"), b"\x00nonsense")
            assert await cache.get_shared(["a", "damaged", "absent"]) == {"a": segment}
            assert cache.get_local("a") == segment
            assert await cache.get_shared([]) == {}

    asyncio.run(scenario())


def test_the_least_recently_used_segment_leaves_first() -> None:
    cache = SegmentCache(redis.asyncio.Redis(), 2)
    for key in "ab":
        cache.put_local(key, CachedSegment(key, True))
    cache.get_local("a")
    cache.put_local("c", CachedSegment("c", True))
    assert [cache.get_local(key) is not None for key in "abc"] == [True, False, True]


def test_a_cache_of_no_size_keeps_nothing() -> None:
    cache = SegmentCache(redis.asyncio.Redis(), 0)
    cache.put_local("a", CachedSegment("a", True))
    assert cache.get_local("a") is None
