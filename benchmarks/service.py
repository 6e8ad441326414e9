"""Processes a benchmark measures: the real service as `malgil serve` starts it, and the bare route beside it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

_QUIET = {"MALGIL_PORT": "0", "MALGIL_ADMIN_PORT": "0", "MALGIL_LOG_LEVEL": "error"}


@dataclass(frozen=True, slots=True)
class Service:
    port: int
    family: psutil.Process
    ready_s: float

    def resident_mb(self, role: str) -> float:
        found = [child for child in self.family.children() if role in child.cmdline()]
        return float(max(child.memory_info().rss for child in found)) / 2**20


@cache
def _data_folder() -> tempfile.TemporaryDirectory[str]:
    """One for all services of a run: nothing of the person's own, and its database is made by the first."""
    return tempfile.TemporaryDirectory(prefix="malgil-benchmark-")


@contextmanager
def serving(**settings: str) -> Iterator[Service]:
    """`malgil serve` on a free port; `ready_s` is the time until it said so."""
    environment = {**os.environ, **_QUIET, "MALGIL_DATA_FOLDER": _data_folder().name, **settings}  # noqa: TID251
    began = time.perf_counter()
    command = [sys.executable, "-P", "-m", "gateway", "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = next(int(found[1]) for line in process.stdout if (found := re.match(r"ready +http://[^:]+:(\d+)", line)))
        yield Service(port, psutil.Process(process.pid), time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def bare_route(answer: bytes) -> Iterator[int]:
    """The port of a route that validates the same body and answers `answer`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.json"
        path.write_bytes(answer)
        port = free_port()
        with listening([sys.executable, "-P", "-m", "benchmarks.bare_route", str(path), str(port)], port):
            yield port


@contextmanager
def listening(command: Sequence[str], port: int, patience_s: float = 20, **settings: str) -> Iterator[psutil.Process]:
    """A server process, from when its port answers until the block ends."""
    environment = {**os.environ, **settings}  # noqa: TID251
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + patience_s
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.05)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
