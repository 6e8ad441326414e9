"""How many CTranslate2 workers to run, and with how many threads each."""

from __future__ import annotations

import os
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

_SYSTEM = Path("/sys")


@dataclass(frozen=True, slots=True)
class ThreadLayout:
    """CTranslate2's words: workers that each run a batch, and OpenMP threads inside one worker."""

    inter_threads: int
    intra_threads: int


def thread_layout(cores: int = 0) -> ThreadLayout:
    """One single-threaded worker per core; 0 means every core this process may use.

    Workers share one copy of the weights, and two OpenMP threads wait for each other at a barrier that costs
    milliseconds on a virtual machine: more workers won every measurement on small machines.
    """
    return ThreadLayout(inter_threads=cores or usable_cores(), intra_threads=1)


def usable_cores(cpus: Set[int] | None = None, system: Path = _SYSTEM) -> int:
    """Physical cores this process may run on, within the CPU quota of its container; at least one."""
    allowed = _allowed_cpus() if cpus is None else cpus
    # Two hyperthreads share the units that matrix products need, so siblings count once.
    cores = {
        _read(system / f"devices/system/cpu/cpu{cpu}/topology/thread_siblings_list") or str(cpu) for cpu in allowed
    }
    quota, _, period = _read(system / "fs/cgroup/cpu.max").partition(" ")
    limit = int(quota) // int(period) if quota.isdigit() and period.isdigit() else len(cores)
    return max(1, min(len(cores), limit))


def _allowed_cpus() -> Set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
