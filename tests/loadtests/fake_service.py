"""A stand-in that answers like Malgil as far as a load test asks, and misbehaves as it is told."""

from __future__ import annotations

import http.server
import io
import itertools
import json
import re
import ssl
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

Manner = Literal["answers", "refuses", "limits", "fails", "hangs", "hangs up", "leaves out", "is empty", "drops kept"]
Document = Literal["is translated", "fails", "never ends", "loses a paragraph", "is lost"]
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


def without_a_paragraph(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(written, "w") as other:
        for name in packed.namelist():
            other.writestr(name, re.sub(r"<w:p>.*?</w:p>", "", packed.read(name).decode(), count=1))
    return written.getvalue()


@dataclass(slots=True)
class FakeService:
    """`bodies` are the requests to translate, `patience` their X-Request-Timeout-Ms; `dropped` kept connections.

    `files` are the documents by id, `fetched` and `erased` what became of them; `shown` are the keys of all requests
    that carry something, `named` the hosts that were asked for.
    """

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    patience: set[str | None] = field(default_factory=set)
    dropped: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    shown: set[str | None] = field(default_factory=set)
    named: set[str | None] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Conduct:
    fake: FakeService
    turns: Iterator[Manner]
    closing: threading.Event
    ready: bool
    document: Document
    key: str | None


class _Handler(http.server.BaseHTTPRequestHandler):
    conduct: ClassVar[Conduct]
    protocol_version = "HTTP/1.1"
    served = False

    def do_GET(self) -> None:
        if self.path.startswith("/v1/documents/"):
            self._tell_of_document(*self.path.split("/")[3:])
        else:
            self._answer(503 if self.path == "/readyz" and not self.conduct.ready else 200, _PAGES[self.path])

    def do_DELETE(self) -> None:
        self.conduct.fake.erased.append(self.path.rsplit("/", 1)[1])
        self._answer(204, None)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.conduct.fake.named.add(self.headers["Host"])
        if not self._admitted():
            return
        if self.path == "/v1/documents":
            self._take_document(content)
        elif body := json.loads(content):
            self._translate(body)
        else:
            self._answer(422, {"code": "invalid_request"})

    def _admitted(self) -> bool:
        shown = self.headers["Authorization"]
        self.conduct.fake.shown.add(shown)
        if self.conduct.key is not None and shown != f"Bearer {self.conduct.key}":
            self._answer(401, {"code": "unknown_key" if shown else "key_required"})
            return False
        return True

    def _take_document(self, content: bytes) -> None:
        self.conduct.fake.patience.add(self.headers["X-Request-Timeout-Ms"])
        if next(self.conduct.turns) == "limits":
            return self._answer(429, {"code": "documents_full"})
        name = f"d{len(self.conduct.fake.files)}"
        found = re.search(rb'filename="document\.docx".*?\r\n\r\n(.*)\r\n--', content, re.DOTALL)
        assert found
        assert b'name="target"\r\n\r\nan\r\n' in content
        self.conduct.fake.files[name] = found[1]
        return self._answer(202, {"id": name, "state": "queued"})

    def _tell_of_document(self, name: str, result: str = "") -> None:
        if not self._admitted():
            return None
        if name not in self.conduct.fake.files or (
            self.conduct.document == "is lost" and name in self.conduct.fake.looks
        ):
            self.conduct.fake.looks.setdefault(name, 1)
            return self._answer(404, {"code": "unknown_document"})
        if result:
            self.conduct.fake.fetched.append(name)
            content = self.conduct.fake.files[name]
            return self._send(
                200, content if self.conduct.document != "loses a paragraph" else without_a_paragraph(content)
            )
        self.conduct.fake.looks[name] = self.conduct.fake.looks.get(name, 0) + 1
        if self.conduct.fake.looks[name] == 1:
            return self._answer(503, {"code": "state_unavailable"})
        if self.conduct.fake.looks[name] == 2 or self.conduct.document == "never ends":
            return self._answer(200, {"id": name, "state": "translating"})
        if self.conduct.document == "fails":
            error = {"code": "document_damaged"}
            return self._answer(200, {"id": name, "state": "failed", "error": error})
        return self._answer(200, {"id": name, "state": "done"})

    def _translate(self, body: dict[str, Any]) -> None:
        self.conduct.fake.bodies.append(body)
        self.conduct.fake.patience.add(self.headers["X-Request-Timeout-Ms"])
        texts = body["text"] if isinstance(body["text"], list) else [body["text"]]
        manner = next(self.conduct.turns)
        if manner == "drops kept" and self.served:
            self.conduct.fake.dropped += 1
            self.close_connection = True
        elif manner in _SILENT_S:
            self.conduct.closing.wait(_SILENT_S[manner])
            self.close_connection = True
        else:
            self.served = True
            results = [{"text": text, "lang": target} for text in texts for target in body["target"]]
            self._answer(*_ANSWERS[manner](results))

    def _answer(self, status: int, content: object) -> None:
        self._send(status, b"" if content is None else json.dumps(content).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 503:
            self.send_header("Retry-After", "2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def fake_service(
    *manners: Manner,
    ready: bool = True,
    document: Document = "is translated",
    key: str | None = None,
    certificate: Path | None = None,
) -> Iterator[FakeService]:
    """Requests are treated in the given manners by turns; without any they are answered.

    With a `key` nobody is served without it; with a `certificate` (and its key in one file) it talks TLS.
    """
    fake = FakeService()
    closing = threading.Event()

    class Handler(_Handler):
        conduct = Conduct(fake, itertools.cycle(manners or ("answers",)), closing, ready, document, key)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            fake.url = f"https://localhost:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield fake
        finally:
            closing.set()
            server.shutdown()
            thread.join()
