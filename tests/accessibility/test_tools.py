"""Programs end when they must, and leave nothing behind."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from accessibility import tools
from accessibility.rendering import ToolFailed, ToolMissing, ToolTimedOut


def test_a_program_reads_and_writes() -> None:
    assert tools.run(("cat",), "አማርኛ".encode(), 10) == "አማርኛ".encode()
    assert tools.installed("cat")


def test_a_program_that_is_not_there_is_a_fact() -> None:
    assert not tools.installed("espeak-of-nowhere")
    with pytest.raises(ToolMissing) as fact:
        tools.run(("espeak-of-nowhere",), b"", 10)
    assert fact.value.tool == "espeak-of-nowhere"


def test_a_program_that_fails_is_a_fact() -> None:
    with pytest.raises(ToolFailed) as fact:
        tools.run(("false",), b"", 10)
    assert fact.value.tool == "false"


def test_a_program_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    began = time.monotonic()
    child = tmp_path / "child"
    with pytest.raises(ToolTimedOut) as fact:
        tools.run(("sh", "-c", f"sleep 60 & echo $! > {child}; cat >/dev/null; sleep 60"), b"x" * 1_000_000, 1)
    assert (fact.value.tool, fact.value.seconds) == ("sh", 1)
    assert time.monotonic() - began < 20
    assert ended(int(child.read_text()))


def ended(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        psutil.wait_procs([process], timeout=5)
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_program_never_sees_the_environment_of_the_service() -> None:
    written = tools.run(("env",), b"", 10).decode()
    assert {line.partition("=")[0] for line in written.splitlines()} == {"LC_ALL", "PATH"}
