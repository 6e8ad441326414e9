"""Log events: one JSON line each on standard error; never text of people, never a key.

Our own forty lines: a logging library took longer to import than half of what a process needs to start, and longer to
write an event than to answer from the cache.
"""

from __future__ import annotations

import datetime
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Literal

import msgspec

Level = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")

_encode = msgspec.json.Encoder(enc_hook=str).encode
_writing = threading.Lock()


def _to_stderr(event: dict[str, object]) -> None:
    line = _encode(event).decode() + "\n"
    # One write for one line, and standard error as it is now: a logger outlives what a test or a console put there.
    with _writing:
        sys.stderr.write(line)
        sys.stderr.flush()


class Log:
    """Writes events of `least` level and above."""

    def __init__(self, least: Level = "info", write: Callable[[dict[str, object]], None] = _to_stderr) -> None:
        self._rank = LEVELS.index(least)
        self.write = write

    def debug(self, event: str, **fields: object) -> None:
        self._say(0, event, fields)

    def info(self, event: str, **fields: object) -> None:
        self._say(1, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        self._say(2, event, fields)

    def error(self, event: str, **fields: object) -> None:
        self._say(3, event, fields)

    @property
    def level(self) -> Level:
        return LEVELS[self._rank]

    def least(self, level: Level) -> None:
        self._rank = LEVELS.index(level)

    def _say(self, rank: int, event: str, fields: dict[str, object]) -> None:
        if rank < self._rank:
            return
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self.write({"event": event, **fields, "level": LEVELS[rank], "timestamp": now})


_log = Log()


def log() -> Log:
    """One for the process."""
    return _log


class _NoText(logging.Filter):
    """Keeps the level, logger and place of a library's log record; its message and arguments may quote a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args, record.exc_info, record.exc_text, record.stack_info = (
            f"{record.module}:{record.lineno}",
            (),
            None,
            None,
            None,
        )
        return True


def configure_logging(level: Level) -> None:
    """JSON lines on standard error; records of libraries keep their place, not their words."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_NoText())
    handler.setFormatter(
        logging.Formatter('{"event":"library","level":"%(levelname)s","logger":"%(name)s","at":"%(message)s"}')
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log().least(level)


def where(error: BaseException) -> dict[str, str]:
    """What may be logged of an unexpected error: its type and the places it passed, never its words."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return {
        "error": type(error).__name__,
        "at": " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames)),
    }
