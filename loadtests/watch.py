"""Looks at the service from outside while a run goes on: its metrics once a second, and the memory of its processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
from prometheus_client.parser import text_string_to_metric_families

from loadtests.refusal import LoadTestRefused
from loadtests.service import Address, fetch

EVERY_S = 1.0
TIMEOUT_S = 2.0
DEFAULT_PORTS = (8080, 8081)

# What is read of the metrics: our name → (sample name, labels it must have).
_READ: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "cached": ("malgil_segments_total", {"origin": "cache"}),
    "computed": ("malgil_segments_total", {"origin": "engine"}),
    "batches": ("malgil_batch_seconds_count", {}),
    "batch_seconds": ("malgil_batch_seconds_sum", {}),
    "waits": ("malgil_queue_seconds_count", {}),
    "wait_seconds": ("malgil_queue_seconds_sum", {}),
    "queued": ("malgil_queue_entries", {}),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `metrics` sums all models; `memory_mb` is the resident memory by role; empty: not to be seen."""

    at_s: float
    metrics: Mapping[str, float]
    memory_mb: Mapping[str, float]


@dataclass(slots=True)
class Watch:
    """`without` says what could not be seen, and why."""

    looks: list[Look] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    @property
    def most_memory_mb(self) -> float | None:
        return max((sum(look.memory_mb.values()) for look in self.looks if look.memory_mb), default=None)


def metrics_address(service: Address, given: str | None) -> str | None:
    """What the operator named; else the port beside 8080, which could be another service's beside any other port."""
    if given is not None:
        return given
    api, metrics = DEFAULT_PORTS
    host = f"[{service.host}]" if ":" in service.host else service.host
    return f"http://{host}:{metrics}/metrics" if service.port == api else None


@contextmanager
def watching(service: Address, metrics_url: str | None) -> Iterator[Watch]:
    """Looks until the block ends; what cannot be seen is said once, never guessed."""
    watch = Watch()
    if metrics_url is None:
        watch.without.append("Metrics: the address is not known; name it with --metrics.")
    elif not _answers(metrics_url):
        watch.without.append(f"Metrics: {metrics_url} does not answer.")
        metrics_url = None
    processes = family(service)
    if not processes:
        watch.without.append("Memory: the processes of the service are not on this machine or belong to someone else.")
    stop = threading.Event()
    thread = threading.Thread(target=_look_on, args=(watch, service, metrics_url, processes, stop), name="watch")
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def _look_on(
    watch: Watch,
    service: Address,
    metrics_url: str | None,
    processes: list[psutil.Process],
    stop: threading.Event,
) -> None:
    began = time.perf_counter()
    while True:
        at_s = time.perf_counter() - began
        watch.looks.append(Look(at_s, _metrics(service, metrics_url), _memory(processes)))
        if stop.wait(max(0.0, EVERY_S - (time.perf_counter() - began - at_s))):
            return


def _answers(metrics_url: str) -> bool:
    try:
        status, _ = fetch(metrics_url, timeout_s=TIMEOUT_S)
    except LoadTestRefused:
        return False
    return status == 200


def _metrics(service: Address, metrics_url: str | None) -> Mapping[str, float]:
    if metrics_url is None:
        return {}
    try:
        # The length of the queue is taken when somebody asks whether the service is ready.
        fetch(f"{service.url}/readyz", timeout_s=TIMEOUT_S)
        status, body = fetch(metrics_url, timeout_s=TIMEOUT_S)
    except LoadTestRefused:
        return {}
    return read_metrics(body.decode()) if status == 200 else {}


def read_metrics(exposition: str) -> dict[str, float]:
    """Our names → values, all models together; what the service has not counted yet is 0."""
    found = dict.fromkeys(_READ, 0.0)
    for family_ in text_string_to_metric_families(exposition):
        for sample in family_.samples:
            for name, (wanted, labels) in _READ.items():
                if sample.name == wanted and labels.items() <= sample.labels.items():
                    found[name] += sample.value
    return found


def family(service: Address) -> list[psutil.Process]:
    """The processes of the service where they run on this machine: who listens, its supervisor, and their children."""
    if not service.loopback:
        return []
    try:
        listening = [
            each.pid
            for each in psutil.net_connections("tcp")
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == service.port and each.pid
        ]
        if not listening:
            return []
        root = psutil.Process(listening[0])
        if not _is_malgil(root, "api", "serve"):
            return []  # a tunnel or a proxy: what it holds is not the service's
        while (parent := root.parent()) is not None and _is_malgil(parent, "serve"):
            root = parent
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _is_malgil(process: psutil.Process, *commands: str) -> bool:
    words = process.cmdline()
    named = any("gateway" in word or "malgil" in word for word in words)
    return named and any(command in words for command in commands)


def _memory(processes: list[psutil.Process]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for process in processes:
        try:
            role, used = _role(process), process.memory_info().rss / 2**20
        except psutil.Error:
            continue
        found[role] = found.get(role, 0.0) + used
    return found


def _role(process: psutil.Process) -> str:
    words = process.cmdline()
    for role in ("serve", "api", "engine"):
        if role in words:
            return {"serve": "supervisor"}.get(role, role)
    return "store" if any("valkey" in word or "redis" in word for word in words[:1]) else "other"
