"""Starting the processes of the service, some of them before it is known what they shall do.

Starting is mostly importing. A prepared process imports its part while `malgil serve` still reads its settings, then
gets its orders over a socket: the words of its command line, its environment, and the sockets it shall serve. It ends
when its supervisor goes away instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROCESS = (sys.executable, "-P", "-m", "gateway.processes")
PREPARED = "prepared"
ROLES = ("api", "engine")
# Where the processes of a service write what they measured; asked for when the library that writes it is imported.
METRICS = "PROMETHEUS_MULTIPROC_DIR"

_LENGTH_BYTES = 8
_MOST_DESCRIPTORS = 8


def start(
    command: Sequence[str], environment: Mapping[str, str], descriptors: Sequence[int] = (), *, quiet: bool = False
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        env=dict(environment),
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else None,
        start_new_session=True,
        preexec_fn=_dying_with(os.getpid()) if sys.platform == "linux" else None,
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A process that waits for its orders at the other end of `line`."""

    process: subprocess.Popen[bytes]
    line: socket.socket

    def order(self, words: Sequence[str], environment: Mapping[str, str], descriptors: Sequence[int]) -> bool:
        """Whether it is alive and was told. It sees the descriptors under numbers of its own."""
        message = json.dumps([list(words), dict(environment)]).encode()
        try:
            socket.send_fds(self.line, [len(message).to_bytes(_LENGTH_BYTES)], descriptors)
            self.line.sendall(message)
        except OSError:
            return False
        finally:
            self.line.close()
        return self.process.poll() is None


@dataclass(frozen=True, slots=True)
class Preparation:
    """The private folder of a service, and the processes prepared for it by their role."""

    folder: Path
    waiting: dict[str, Prepared] = field(default_factory=dict)

    @property
    def metrics(self) -> Path:
        return self.folder / "metrics"


@contextlib.contextmanager
def preparation(roles: Sequence[str] = ()) -> Iterator[Preparation]:
    """What nobody gave orders to ends with it, and the folder goes."""
    folder = Path(tempfile.mkdtemp(prefix="malgil-"))
    prepared = Preparation(folder)
    try:
        prepared.metrics.mkdir()
        for role in roles:
            prepared.waiting[role] = _prepare(role, prepared.metrics)
        yield prepared
    finally:
        for each in prepared.waiting.values():
            each.line.close()
            each.process.kill()
            each.process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(role: str, metrics: Path) -> Prepared:
    ours, theirs = socket.socketpair()
    with theirs:
        command = [*PROCESS, role, PREPARED, str(theirs.fileno())]
        return Prepared(start(command, {**os.environ, METRICS: str(metrics)}, (theirs.fileno(),)), ours)  # noqa: TID251 handed on


def orders(descriptor: int) -> tuple[list[str], dict[str, str], list[int]] | None:
    """What a prepared process shall do, waited for; None when its supervisor has gone."""
    with socket.socket(fileno=descriptor) as line:
        head, descriptors, _, _ = socket.recv_fds(line, _LENGTH_BYTES, _MOST_DESCRIPTORS)
        if len(head) < _LENGTH_BYTES:
            return None
        with line.makefile("rb") as stream:
            message = stream.read(int.from_bytes(head))
    words, environment = json.loads(message)
    return words, environment, descriptors


def _dying_with(parent: int) -> Callable[[], None]:
    """Linux: no orphan stays behind even when the supervisor is killed outright (prctl PR_SET_PDEATHSIG, SIGTERM)."""
    prctl = ctypes.CDLL(None).prctl

    def arrange() -> None:
        prctl(1, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return arrange
