"""Whether a task was told to stop, also when the order got lost on its way."""

from __future__ import annotations

import asyncio


def is_cancelled() -> bool:
    """A cancellation can be hidden by an error raised while a connection is closed, by Python 3.11's `wait_for`, which
    answers with the result instead when what it waited for is done at the same moment, and by a group of tasks that
    ends by a fault of its own at that moment. So loops that never end ask."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
