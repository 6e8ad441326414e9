"""Starts and stops the real service, as a person would, and talks to it over HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import IO

import httpx
import psutil

START_S = 60


@dataclass(frozen=True, slots=True)
class Service:
    url: str
    admin_url: str | None
    process: subprocess.Popen[str]
    output: list[str]

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, **options)  # type: ignore[arg-type]

    def children(self, name: str) -> list[psutil.Process]:
        """Child processes by role: valkey, engine, api."""
        found = psutil.Process(self.process.pid).children()
        return [child for child in found if any(re.search(name, word) for word in child.cmdline()[:5])]


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Service]:
    """`malgil serve` on a free port; whatever happens, nothing of it is left when the block ends."""
    given = {key: value for key, value in os.environ.items() if not key.startswith("MALGIL_")}  # noqa: TID251
    kept = {"TMPDIR": str(folder), "MALGIL_DATA_FOLDER": str(folder / "data")}
    environment = {**given, **kept, "MALGIL_PORT": "0", "MALGIL_ADMIN_PORT": "0", **settings}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "gateway", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
    )
    output: list[str] = []
    ready: Queue[str] = Queue()
    assert process.stdout is not None
    threading.Thread(target=_follow, args=(process.stdout, output, ready), daemon=True).start()
    family = psutil.Process(process.pid)
    try:
        url = ready.get(timeout=START_S)
        admin = settings.get("MALGIL_ADMIN_PORT")
        yield Service(url, f"http://127.0.0.1:{admin}" if admin else None, process, output)
    finally:
        children = family.children(recursive=True) if process.poll() is None else []
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in children:
            if child.is_running():
                child.kill()


def _follow(stream: IO[str], output: list[str], ready: Queue[str]) -> None:
    with stream:
        for line in stream:
            output.append(line)
            found = re.match(r"ready +(http://\S+)", line)
            if found:
                ready.put(found[1])


def malgil_models(folder: Path, *words: str) -> None:
    """`malgil models …` on a folder of installed models."""
    given = {key: value for key, value in os.environ.items() if not key.startswith("MALGIL_")}  # noqa: TID251
    environment = {**given, "MALGIL_MODELS_FOLDER": str(folder)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "gateway", "models", *words],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
