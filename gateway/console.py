"""What a process needs before it can begin: its settings, and an end with a clear message."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from gateway.logs import configure_logging
from gateway.settings import PREFIX, Settings, SettingsInvalid, load_settings


def fail(text: str, status: int = 2) -> NoReturn:
    say(text)
    raise SystemExit(status)


def say(text: str) -> None:
    """To the person at the terminal, beside the output."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def settings_of(**given: object) -> Settings:
    """Settings of the environment, with the options of the command line on top."""
    options = {f"{PREFIX}{name.upper()}": str(value) for name, value in given.items() if value is not None}
    try:
        settings = load_settings({**os.environ, **options})  # noqa: TID251 handed to load_settings, read there
    except SettingsInvalid as error:
        fail(str(error))
    configure_logging(settings.log_level)
    return settings
