"""Why a model is not pulled, converted or installed: one fact, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

FreeBytes = Callable[[Path], int]


class ModelRefused(RuntimeError):
    """Nothing was installed and nothing is left behind; `fact` says why, `fix` what to do."""

    def __init__(self, fact: str, fix: str) -> None:
        super().__init__(f"{fact}. {fix}")
        self.fact = fact
        self.fix = fix


def free_bytes(folder: Path) -> int:
    """Free space, in bytes, of the file system that holds `folder`."""
    return shutil.disk_usage(folder).free


def require_space(folder: Path, needed: int, free: FreeBytes = free_bytes) -> None:
    """ModelRefused when `folder` has less than `needed` bytes left."""
    left = free(folder)
    if left < needed:
        raise ModelRefused(
            f"{folder} has {megabytes(left)} free and {megabytes(needed)} are needed",
            "Free some space, or name a folder on a larger disk in MALGIL_MODELS_FOLDER.",
        )


def megabytes(count: int) -> str:
    """A size for people: decimal megabytes, rounded up."""
    return f"{-(-count // 1_000_000):,} MB"
