"""A model hub on this machine: the endpoints that huggingface_hub asks, over real HTTP, with faults on request."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "5" * 40
LARGE = (".safetensors", ".bin", ".model", ".spm")


@dataclass
class Hub:
    """`cut`: the file whose transfer breaks off once, half way; then the hub is away (503) until `mend`.

    `asked` holds path and Range of every file request, in order.
    """

    name: str
    files: dict[str, bytes]
    url: str = ""
    cut: str = ""
    away: bool = False
    wrong: Mapping[str, bytes] = field(default_factory=dict)
    commit: str = COMMIT
    asked: list[tuple[str, str]] = field(default_factory=list)

    def mend(self) -> None:
        self.cut, self.away = "", False

    def listing(self) -> dict[str, object]:
        return {"id": self.name, "sha": self.commit, "siblings": [_listed(*file) for file in self.files.items()]}


def _listed(name: str, content: bytes) -> dict[str, object]:
    listed: dict[str, object] = {"rfilename": name, "size": len(content)}
    if name.endswith(LARGE):
        listed["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
    return listed | {"blobId": hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()}


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """The hub at `hub.url` until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        if self.path.startswith(f"/api/models/{self.hub.name}/revision/"):
            self._listing(self.path.partition("/revision/")[2].partition("?")[0])
        elif self.path.startswith(f"/{self.hub.name}/resolve/{self.hub.commit}/") and name.endswith(LARGE):
            self._send(302, b"", {"Location": f"{self.hub.url}/large/{name}"})
        elif self.path.startswith((f"/{self.hub.name}/resolve/{self.hub.commit}/", "/large/")):
            self._file(name)
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _listing(self, revision: str) -> None:
        if revision in ("main", "refs%2Fpr%2F3", self.hub.commit):
            self._send(200, json.dumps(self.hub.listing()).encode(), {"Content-Type": "application/json"})
        else:
            self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})

    def _file(self, name: str) -> None:
        asked = self.headers.get("Range", "")
        self.hub.asked.append((name, asked))
        content = self.hub.wrong.get(name, self.hub.files[name])
        start = int(asked.removeprefix("bytes=").partition("-")[0] or 0)
        if self.hub.away:
            self._send(503, b"", {})
        elif name == self.hub.cut:
            self.hub.away = True
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
        else:
            span = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
            tag = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": self.hub.commit}
            self._send(206 if start else 200, content[start:], tag | span)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the requests are in `hub.asked`."""
