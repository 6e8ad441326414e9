"""`malgil serve`: starts the embedded Valkey, the engines and the API processes, restarts what dies, stops it all."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from gateway.embedded import EmbeddedValkey
from gateway.server import listen
from gateway.settings import PREFIX, Settings
from gateway.telemetry import log, serve_metrics

RESTART_LEAST_S = 0.2
RESTART_MOST_S = 10.0
SETTLED_S = 10.0
KILL_AFTER_S = 5.0


@dataclass(slots=True)
class Child:
    """One supervised process; `due` is when it may start next."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    descriptors: tuple[int, ...] = ()
    quiet: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = RESTART_LEAST_S
    due: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            pass_fds=self.descriptors,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.quiet else None,
            start_new_session=True,
            preexec_fn=_dying_with(os.getpid()) if sys.platform == "linux" else None,
        )
        self.started = time.monotonic()

    def watch(self, now: float) -> None:
        """Start it when due; after a crash wait a little longer each time it dies young."""
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        if self.process.poll() is None:
            return
        log().error("child_died", child=self.name, status=self.process.returncode)
        metrics = self.environment.get("PROMETHEUS_MULTIPROC_DIR")
        if metrics:
            mark_process_dead(self.process.pid, metrics)  # type: ignore[no-untyped-call]
        young = now - self.started < SETTLED_S
        self.pause_s = min(RESTART_MOST_S, self.pause_s * 2) if young else RESTART_LEAST_S
        self.process, self.due = None, now + self.pause_s

    def stop(self, grace_s: float) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(grace_s)
        except subprocess.TimeoutExpired:
            log().error("child_killed", child=self.name)
            self.process.kill()
            self.process.wait()


@dataclass(frozen=True, slots=True)
class Ready:
    """What the person who started the service wants to know; `metrics_url` and `admin_url` are None
    when nothing serves them."""

    url: str
    metrics_url: str | None
    milliseconds: int
    admin_url: str | None = None


def serve(settings: Settings, environment: Mapping[str, str], announce: Callable[[Ready], None]) -> None:
    """Blocks until SIGTERM or SIGINT; `announce` is called once, when the service is ready."""
    began = time.monotonic()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with _private_folder() as folder, _listening(settings) as listening, _listening_for_admin(settings) as admin:
        children = _children(settings, environment, folder, listening, admin)
        host, port = listening.getsockname()[:2]
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(folder / "metrics"))  # type: ignore[no-untyped-call]
        metrics_url, stop_metrics = serve_metrics(settings, registry)
        announced = False
        try:
            while not stop.wait(0.05):
                now = time.monotonic()
                for child in children:
                    child.watch(now)
                if not announced and _ready(host, port):
                    announced = True
                    took_ms = round((now - began) * 1000)
                    announce(Ready(_url(listening), metrics_url, took_ms, _url(admin) if admin else None))
        finally:
            # Callers first, then the engines that finish their batches, then the store they answer through.
            for child in reversed(children):
                child.stop(settings.drain_ms / 1000 + KILL_AFTER_S)
            stop_metrics()


def _children(
    settings: Settings,
    environment: Mapping[str, str],
    folder: Path,
    listening: socket.socket,
    admin: socket.socket | None = None,
) -> list[Child]:
    """In the order of their dependence: store, engines, API."""
    metrics = folder / "metrics"
    metrics.mkdir()
    valkey = EmbeddedValkey(folder, settings.embedded_memory_mb)
    url = settings.redis_url or valkey.url
    secret = settings.cache_secret.get_secret_value() if settings.cache_secret else secrets.token_hex(32)
    shared = {
        **environment,
        f"{PREFIX}REDIS_URL": url,
        f"{PREFIX}CACHE_SECRET": secret,
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    malgil = [sys.executable, "-P", "-m", "gateway"]
    descriptor = listening.fileno()
    children = [] if settings.redis_url else [Child("valkey", valkey.command(), environment, quiet=True)]
    children += [Child(f"engine-{n}", [*malgil, "engine"], shared) for n in range(settings.engine_processes)]
    children += [
        Child(f"api-{n}", [*malgil, "api", "--descriptor", str(descriptor)], shared, (descriptor,))
        for n in range(settings.api_processes)
    ]
    if admin is not None:
        inherited = admin.fileno()
        children.append(Child("admin", [*malgil, "admin", "--descriptor", str(inherited)], shared, (inherited,)))
    return children


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="malgil-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    listening = listen(settings.host, settings.port)
    try:
        yield listening
    finally:
        listening.close()


@contextlib.contextmanager
def _listening_for_admin(settings: Settings) -> Iterator[socket.socket | None]:
    """No token, no admin API."""
    if settings.admin_token is None:
        yield None
        return
    with listen(settings.admin_api_host, settings.admin_api_port, "ADMIN_API_") as listening:
        yield listening


def _ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_reached(host), port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _reached(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _dying_with(parent: int) -> Callable[[], None]:
    """Linux: no orphan stays behind even when the supervisor is killed outright (prctl PR_SET_PDEATHSIG, SIGTERM)."""
    prctl = ctypes.CDLL(None).prctl

    def arrange() -> None:
        prctl(1, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return arrange
