from __future__ import annotations

from pathlib import Path

import pytest

from models.runtime.threads import ThreadLayout, thread_layout, usable_cores


def machine(folder: Path, siblings: list[str], quota: str = "max 100000") -> Path:
    for cpu, group in enumerate(siblings):
        path = folder / f"devices/system/cpu/cpu{cpu}/topology"
        path.mkdir(parents=True)
        (path / "thread_siblings_list").write_text(f"{group}\n", encoding="ascii")
    (folder / "fs/cgroup").mkdir(parents=True)
    (folder / "fs/cgroup/cpu.max").write_text(f"{quota}\n", encoding="ascii")
    return folder


def test_workers_not_openmp_threads_fill_the_cores() -> None:
    assert thread_layout(4) == ThreadLayout(inter_threads=4, intra_threads=1)
    assert thread_layout().inter_threads == usable_cores()


@pytest.mark.parametrize(
    ("siblings", "quota", "cores"),
    [
        (["0", "1"], "max 100000", 2),
        (["0,2", "1,3", "0,2", "1,3"], "max 100000", 2),
        (["0", "1", "2", "3"], "150000 100000", 1),
        (["0", "1", "2", "3"], "50000 100000", 1),
        (["0", "1", "2", "3"], "300000 100000", 3),
    ],
)
def test_hyperthreads_and_container_quota_are_not_cores(
    tmp_path: Path, siblings: list[str], quota: str, cores: int
) -> None:
    system = machine(tmp_path, siblings, quota)
    assert usable_cores(set(range(len(siblings))), system) == cores


def test_unknown_system_counts_every_cpu(tmp_path: Path) -> None:
    assert usable_cores({0, 1, 2}, tmp_path) == 3
