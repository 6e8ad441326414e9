"""Metrics and log events; never text of people, never a key.

Metrics of all processes of one machine are gathered in `PROMETHEUS_MULTIPROC_DIR` by prometheus-client and served on
the admin port (gateway.supervisor).
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from gateway.logs import log, where
from gateway.settings import PREFIX, Settings, SettingsInvalid

__all__ = ["log", "where"]

_LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter("malgil_requests", "Answered requests.", ["route", "status"])
REQUEST_SECONDS = Histogram("malgil_request_seconds", "Time to answer a request.", ["route"], buckets=_LATENCY_S)
SEGMENTS = Counter("malgil_segments", "Segments by where their translation came from.", ["model", "origin"])
FINDINGS = Counter("malgil_findings", "Failed checks by code.", ["model", "code"])
BATCH_ENTRIES = Histogram(
    "malgil_batch_entries", "Entries of a batch.", ["model"], buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)
BATCH_SECONDS = Histogram("malgil_batch_seconds", "Inference time of a batch.", ["model"], buckets=_LATENCY_S)
ENTRIES = Counter(
    "malgil_entries", "Entries an engine took out of the queue, by lane and outcome.", ["model", "lane", "outcome"]
)
QUEUE_SECONDS = Histogram(
    "malgil_queue_seconds", "Time an entry waited for an engine.", ["model", "lane"], buckets=_LATENCY_S
)
ABANDONED = Counter("malgil_abandoned", "Entries that left the queue: nobody waited any more.", ["model"])
REFUSED = Counter("malgil_quota_refused", "Requests beyond their caller's quota.")
UNCOUNTED = Counter("malgil_quota_uncounted", "Requests admitted because Redis did not count them.")
REPORTS = Counter("malgil_reports", "Problems that readers of the web page reported.", ["model", "kind"])
HANDED_BACK = Counter("malgil_handed_back", "Entries an engine that stopped had not begun.", ["model"])
RECLAIMED = Counter("malgil_reclaimed", "Entries taken over from an engine that fell silent.", ["model"])
QUEUE_LENGTH = Gauge(
    "malgil_queue_entries",
    "Entries that wait, by lane; lane `running`: those that engines have in hand.",
    ["model", "lane"],
    multiprocess_mode="mostrecent",
)


def serve_metrics(settings: Settings, registry: CollectorRegistry = REGISTRY) -> tuple[str | None, Callable[[], None]]:
    """Where metrics are and how to stop serving them. A busy port is an error only when somebody chose it."""
    if not settings.admin_port:
        return None, lambda: None
    try:
        server, thread = start_http_server(settings.admin_port, settings.host, registry)
    except OSError as error:
        if "admin_port" in settings.model_fields_set:
            raise SettingsInvalid(
                f"{PREFIX}ADMIN_PORT: cannot listen on {settings.admin_port} ({error.strerror}). Choose another one."
            ) from None
        log().warning("metrics_off", port=settings.admin_port, why="the port is taken")
        return None, lambda: None

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.admin_port}/metrics", stop
