"""Programs that tests of adapters need: absent, a skip with its reason on a laptop and a failure in CI."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(*programs: str) -> None:
    """Call it first in a test, or at the top of a module."""
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    reason = f"not installed: {', '.join(missing)}"
    if "CI" in os.environ:  # noqa: TID251 there a skip would hide a failure
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)
