from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.together import Together


class Away(Exception):
    """Nobody is served."""


class Recorder:
    """Doubles numbers, one call after the other as long as `gate` is open; keeps what each call was given."""

    def __init__(self) -> None:
        self.calls: list[list[list[int]]] = []
        self.gate = asyncio.Event()
        self.away = False

    async def __call__(self, callers: Sequence[Sequence[int]]) -> list[list[int]]:
        self.calls.append([list(items) for items in callers])
        await self.gate.wait()
        if self.away:
            raise Away
        if any(0 in items for items in callers):
            raise ValueError("zero")
        return [[2 * item for item in items] for items in callers]


async def asked(together: Together[int, list[int]], *callers: list[int]) -> list[asyncio.Task[list[int]]]:
    tasks = [asyncio.create_task(together(items)) for items in callers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


def run(scenario: Any) -> Any:
    async def whole() -> Any:
        recorder = Recorder()
        return await asyncio.wait_for(scenario(recorder, Together(recorder, 4, (Away,))), 5)

    return asyncio.run(whole())


def test_what_is_asked_while_a_call_is_under_way_is_asked_together() -> None:
    async def scenario(recorder: Recorder, together: Together[int, list[int]]) -> None:
        first = await asked(together, [1])
        others = await asked(together, [2, 3], [4])
        recorder.gate.set()
        assert await asyncio.gather(*first, *others) == [[2], [4, 6], [8]]
        assert recorder.calls == [[[1]], [[2, 3], [4]]]

    run(scenario)


def test_one_call_takes_no_more_than_its_measure_unless_one_caller_has_more() -> None:
    async def scenario(recorder: Recorder, together: Together[int, list[int]]) -> None:
        first = await asked(together, [9])
        others = await asked(together, [1, 2, 3], [4, 5], [6] * 7, [8])
        recorder.gate.set()
        await asyncio.gather(*first, *others)
        assert recorder.calls[1:] == [[[1, 2, 3]], [[4, 5]], [[6] * 7], [[8]]]

    run(scenario)


def test_the_mistake_of_one_caller_is_not_the_others() -> None:
    async def scenario(recorder: Recorder, together: Together[int, list[int]]) -> None:
        first = await asked(together, [1])
        good, bad = await asked(together, [2], [0])
        recorder.gate.set()
        await asyncio.gather(*first)
        assert await good == [4]
        with pytest.raises(ValueError, match="zero"):
            await bad

    run(scenario)


def test_what_meets_everybody_ends_all_that_wait_and_nobody_after() -> None:
    async def scenario(recorder: Recorder, together: Together[int, list[int]]) -> None:
        tasks = await asked(together, [1]) + await asked(together, [2], [3])
        recorder.away = True
        recorder.gate.set()
        assert [type(each) for each in await asyncio.gather(*tasks, return_exceptions=True)] == [Away] * 3
        assert len(recorder.calls) == 1
        recorder.away = False
        assert await together([4]) == [8]

    run(scenario)


def test_a_caller_that_leaves_takes_nothing_away_from_the_others() -> None:
    async def scenario(recorder: Recorder, together: Together[int, list[int]]) -> None:
        [leaving] = await asked(together, [1])
        [staying] = await asked(together, [2])
        leaving.cancel()
        recorder.gate.set()
        assert await staying == [4]
        assert leaving.cancelled()

    run(scenario)
