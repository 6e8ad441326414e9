"""Where the service keeps what must outlast it."""

from __future__ import annotations

import os
from pathlib import Path

from gateway.settings import Settings


def data_folder(settings: Settings) -> Path:
    return settings.data_folder or _home() / "malgil"


def _home() -> Path:
    """Where programs of a user keep their data (XDG Base Directory Specification)."""
    given = os.environ.get("XDG_DATA_HOME", "")  # noqa: TID251 not ours to name
    return Path(given) if Path(given).is_absolute() else Path(os.path.expanduser("~")) / ".local" / "share"
