"""A stand-in that answers like Malgil as far as a load test asks, and misbehaves as it is told."""

from __future__ import annotations

import http.server
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Manner = Literal["answers", "refuses", "limits", "fails", "hangs", "hangs up", "leaves out", "is empty", "drops kept"]
Results = list[dict[str, str]]

HANG_UP_S = 2.3

_PAGES: Mapping[str, object] = {
    "/readyz": {"status": "ready"},
    "/v1/languages": {"languages": [{"lang": "es", "targets": [{"lang": "an"}, {"lang": "ast"}]}]},
    "/v1/models": {"models": [{"id": "fake", "version": "1", "state": "serving"}]},
    "/openapi.json": {"info": {"version": "0.0.1"}},
}
_ANSWERS: Mapping[Manner, Callable[[Results], tuple[int, object]]] = {
    "answers": lambda results: (200, {"results": results}),
    "drops kept": lambda results: (200, {"results": results}),
    "refuses": lambda _: (503, {"code": "overloaded"}),
    "limits": lambda _: (429, {"code": "too_many_requests"}),
    "fails": lambda _: (500, {"code": "translation_failed"}),
    "leaves out": lambda results: (200, {"results": results[:-1]}),
    "is empty": lambda results: (200, {"results": [{**result, "text": ""} for result in results]}),
}
_SILENT_S: Mapping[Manner, float] = {"hangs": 20, "hangs up": HANG_UP_S}


@dataclass(slots=True)
class FakeService:
    """`bodies` are the requests to translate, `patience` their X-Request-Timeout-Ms; `dropped` kept connections."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    patience: set[str | None] = field(default_factory=set)
    dropped: int = 0


@contextmanager
def fake_service(*manners: Manner, ready: bool = True) -> Iterator[FakeService]:
    """Requests are treated in the given manners by turns; without any they are answered."""
    turns = itertools.cycle(manners or ("answers",))
    closing = threading.Event()
    fake = FakeService()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        served = False

        def do_GET(self) -> None:
            self._answer(503 if self.path == "/readyz" and not ready else 200, _PAGES[self.path])

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.bodies.append(body)
            fake.patience.add(self.headers["X-Request-Timeout-Ms"])
            texts = body["text"] if isinstance(body["text"], list) else [body["text"]]
            manner = next(turns)
            if manner == "drops kept" and self.served:
                fake.dropped += 1
                self.close_connection = True
            elif manner in _SILENT_S:
                closing.wait(_SILENT_S[manner])
                self.close_connection = True
            else:
                self.served = True
                results = [{"text": text, "lang": target} for text in texts for target in body["target"]]
                self._answer(*_ANSWERS[manner](results))

        def _answer(self, status: int, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            if status == 503:
                self.send_header("Retry-After", "2")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield fake
        finally:
            closing.set()
            server.shutdown()
            thread.join()
