"""The secret that keys of the cache and of quotas are made with."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from gateway.logs import log
from gateway.settings import Settings
from gateway.state.folder import data_folder

FILE = "cache-secret"
_BYTES = 32


def cache_secret(settings: Settings) -> str:
    """As the settings say; beside a Redis of its own, which goes with the service, a new one. Beside one that stays,
    the same at every start and in every process of this machine: else quotas would begin anew and nothing be found."""
    if settings.cache_secret:
        return settings.cache_secret.get_secret_value()
    if settings.redis_url is None:
        return secrets.token_hex(_BYTES)
    try:
        kept = _kept(data_folder(settings))
    except OSError as error:
        log().warning("cache_secret_not_kept", error=type(error).__name__, help="set MALGIL_CACHE_SECRET")
        return secrets.token_hex(_BYTES)
    log().info("cache_secret_of_this_machine", help="several machines share cache and quotas with MALGIL_CACHE_SECRET")
    return kept


def _kept(folder: Path) -> str:
    """What the file of the folder holds; the first process makes it, whole, and only this user can read it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii")
    made = folder / f"{FILE}.{secrets.token_hex(8)}"
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):  # another process was faster: its secret counts
            os.link(made, path)
    finally:
        made.unlink()
    return path.read_text(encoding="ascii")
