"""The API key that callers of a load test show: given by the environment or a file, kept out of all that is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from loadtests.refusal import LoadTestRefused

VARIABLE = "LOADTEST_API_KEY"
"""Not `MALGIL_…`: these are settings of the service, which refuses to start with one that it does not know."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a request carries to be served; without a key nothing. Its `repr` is safe to print."""

    key: str = field(default="", repr=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


NO_KEY = Access()


def access(variable: str | None, file: Path | None) -> Access:
    """The key of the file, else that of the environment variable. Raises LoadTestRefused, never with the key in it."""
    where = VARIABLE if file is None else str(file)
    try:
        given = (variable or "") if file is None else file.read_text(encoding="utf-8")
    except OSError as error:
        raise LoadTestRefused(f"{where}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise LoadTestRefused(f"{where}: no API key, which is one word of ASCII characters") from None
    key = given.strip()
    if (file is not None or key) and not re.fullmatch(r"[!-~]+", key):
        raise LoadTestRefused(f"{where}: no API key, which is one word of ASCII characters")
    return Access(key)
