"""What was logged inside a block, of whatever level."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.logs import Level, log


@contextmanager
def capture_logs(level: Level = "debug") -> Iterator[list[dict[str, object]]]:
    events: list[dict[str, object]] = []
    written, least = log().write, log().level
    log().write = events.append
    log().least(level)
    try:
        yield events
    finally:
        log().write = written
        log().least(least)
