"""`malgil serve`: starts the embedded Valkey, the engines and the API processes, restarts what dies, stops it all."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.cache_secret import cache_secret
from gateway.embedded import EmbeddedValkey
from gateway.listening import listen
from gateway.logs import log
from gateway.processes import UNUSABLE
from gateway.settings import PREFIX, Settings
from gateway.spawning import METRICS, PROCESS, Preparation, Prepared, start

RESTART_LEAST_S = 0.2
RESTART_MOST_S = 10.0
SETTLED_S = 10.0
KILL_AFTER_S = 5.0
LOOK_S = 0.02


class Unusable(RuntimeError):
    """A process cannot begin, now or on the next try; it has said why."""


@dataclass(slots=True)
class Child:
    """One supervised process; `due` is when it may start next. One `prepared` for it is its first."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    descriptors: tuple[int, ...] = ()
    quiet: bool = False
    prepared: Prepared | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = RESTART_LEAST_S
    due: float = field(default=0.0)
    status: int | None = None

    def start(self) -> None:
        self.started = time.monotonic()
        prepared, self.prepared = self.prepared, None
        words = self.command[len(PROCESS) :]
        if prepared and prepared.order(words, self.environment, self.descriptors):
            self.process = prepared.process
        else:
            self.process = start(self.command, self.environment, self.descriptors, quiet=self.quiet)

    def watch(self, now: float) -> None:
        """Start it when due; after a crash wait a little longer each time it dies young."""
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        if self.process.poll() is None:
            return
        self.status = self.process.returncode
        log().error("child_died", child=self.name, pid=self.process.pid, status=self.status)
        metrics = self.environment.get(METRICS)
        if metrics:
            from prometheus_client.multiprocess import mark_process_dead

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


def serve(
    settings: Settings,
    environment: Mapping[str, str],
    preparation: Preparation,
    started: Callable[[], None],
    announce: Callable[[Ready], None],
) -> None:
    """Blocks until SIGTERM or SIGINT; `started` is called once, while the processes start, and `announce` when the
    service is ready. Raises Unusable when it can never be."""
    began = time.monotonic()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with _listening(settings) as listening, _listening_for_admin(settings) as admin:
        children = _children(settings, environment, preparation, listening, admin)
        host, port = listening.getsockname()[:2]
        announced = False
        with contextlib.ExitStack() as ending:
            # Callers first, then the engines that finish their batches, then the store they answer through.
            for child in children:
                ending.callback(child.stop, settings.drain_ms / 1000 + KILL_AFTER_S)
            # The one that takes longest first: none needs another before it can answer.
            for child in reversed(children):
                child.start()
            # All that the children do not wait for comes after their start.
            metrics_url, stop_metrics = _metrics(settings, preparation.metrics)
            ending.callback(stop_metrics)
            started()
            while not stop.wait(LOOK_S):
                now = time.monotonic()
                for child in children:
                    child.watch(now)
                if announced:
                    continue
                if any(child.status == UNUSABLE for child in children):
                    raise Unusable
                if _ready(host, port):
                    announced = True
                    took_ms = round((time.monotonic() - began) * 1000)
                    announce(Ready(_url(listening), metrics_url, took_ms, _url(admin) if admin else None))


def _metrics(settings: Settings, metrics: Path) -> tuple[str | None, Callable[[], None]]:
    """The metrics of all processes, served here."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    from gateway.telemetry import serve_metrics

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(metrics))  # type: ignore[no-untyped-call]
    return serve_metrics(settings, registry)


def _children(
    settings: Settings,
    environment: Mapping[str, str],
    preparation: Preparation,
    listening: socket.socket,
    admin: socket.socket | None = None,
) -> list[Child]:
    """In the order of their dependence: store, engines, API."""
    valkey = EmbeddedValkey(preparation.folder, settings.embedded_memory_mb)
    url = settings.redis_url or valkey.url
    shared = {
        **environment,
        f"{PREFIX}REDIS_URL": url,
        f"{PREFIX}CACHE_SECRET": cache_secret(settings),
        METRICS: str(preparation.metrics),
    }
    waiting = preparation.waiting
    descriptor = listening.fileno()
    children = [] if settings.redis_url else [Child("valkey", valkey.command(), environment, quiet=True)]
    children += [
        Child(f"engine-{n}", [*PROCESS, "engine"], shared, prepared=waiting.pop("engine", None))
        for n in range(settings.engine_processes)
    ]
    children += [
        Child(
            f"api-{n}",
            [*PROCESS, "api", str(descriptor)],
            shared,
            (descriptor,),
            prepared=waiting.pop("api", None),
        )
        for n in range(settings.api_processes)
    ]
    if admin is not None:
        inherited = admin.fileno()
        children.append(Child("admin", [*PROCESS, "admin", str(inherited)], shared, (inherited,)))
    return children


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
