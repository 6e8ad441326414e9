"""The machine a figure was taken on, and the code that took it."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Machine:
    """`load` is the mean of runnable processes over the minute before the run: beyond the cores, others were busy."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    load: float

    @property
    def busy(self) -> bool:
        return self.load > self.cores * 0.3


def this_machine() -> Machine:
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=psutil.virtual_memory().total / 1e9,
        system=f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        load=psutil.getloadavg()[0],
    )


def code_version() -> str:
    """Version of the package, with the commit when it runs from a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        found = ""
    return f"{version('malgil')} ({found})" if found else version("malgil")


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
