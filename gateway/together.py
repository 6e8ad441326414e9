"""Calls made while another is under way are made as one when it ends: nothing waits when little happens, and much that
happens at once takes few round trips."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Call(Generic[Item, Result]):
    items: Sequence[Item]
    answer: asyncio.Future[Result]


class Together(Generic[Item, Result]):
    """`call` gets the items of one caller or of several, at most `most` items unless one caller has more, and gives a
    result for each caller. What it raises for several is found out caller by caller, except for `everybodys` errors:
    those end all that wait, as each would have met them."""

    def __init__(
        self,
        call: Callable[[Sequence[Sequence[Item]]], Awaitable[Sequence[Result]]],
        most: int,
        everybodys: tuple[type[Exception], ...],
    ) -> None:
        self._call = call
        self._most = most
        self._everybodys = everybodys
        self._waiting: list[_Call[Item, Result]] = []
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, items: Sequence[Item]) -> Result:
        """The result for these items; a caller that is cancelled takes nothing away from the others."""
        call = _Call[Item, Result](items, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await call.answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._answer(self._next())
        finally:
            self._running = None
            for call in self._waiting:  # only when the loop ends under it
                call.answer.cancel()

    def _next(self) -> list[_Call[Item, Result]]:
        count, items = 1, len(self._waiting[0].items)
        while count < len(self._waiting) and items + len(self._waiting[count].items) <= self._most:
            items += len(self._waiting[count].items)
            count += 1
        calls, self._waiting = self._waiting[:count], self._waiting[count:]
        return calls

    async def _answer(self, calls: Sequence[_Call[Item, Result]]) -> None:
        try:
            results = await self._call([call.items for call in calls])
        except self._everybodys as error:
            met, self._waiting = [*calls, *self._waiting], []
            for call in met:
                self._settle(call, error)
            return
        # Whatever it is, it belongs to who asked, not to this loop.
        except Exception as error:  # noqa: BLE001
            if len(calls) == 1:
                self._settle(calls[0], error)
                return
            for call in calls:
                await self._answer([call])
            return
        for call, result in zip(calls, results, strict=True):
            self._settle(call, result)

    @staticmethod
    def _settle(call: _Call[Item, Result], result: Result | Exception) -> None:
        if call.answer.done():
            return
        if isinstance(result, Exception):
            call.answer.set_exception(result)
        else:
            call.answer.set_result(result)
