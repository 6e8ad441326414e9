"""A unique text is sent through every way an answer can end; it must turn up nowhere but in the answer."""

from __future__ import annotations

import signal
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest
import redis

from gateway.embedded import EmbeddedValkey
from tests.e2e.service import running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

CANARY = "Zuruqwexafía"
TEXT = f"La señora {CANARY} vive en la calle Mayor."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_text_of_people_is_in_no_log_metric_key_or_error(tmp_path: Path) -> None:
    port = free_port()
    with running(
        tmp_path, MALGIL_LOG_LEVEL="debug", MALGIL_ADMIN_PORT=str(port), MALGIL_REQUEST_TIMEOUT_MS="4000"
    ) as service:
        errors: list[httpx.Response] = []
        with service.client() as client:
            good = {"text": TEXT, "source": "es", "target": "ast"}
            success = client.post("/v1/translate", json=good)
            assert success.status_code == 200
            for wrong in (
                {**good, "target": CANARY},
                {**good, "source": CANARY},
                {**good, CANARY: "x"},
                {**good, "format": CANARY},
                {"text": {"a": TEXT}, "target": "an"},
                {**good, "target": "sw"},
            ):
                errors.append(client.post("/v1/translate", json=wrong))
            errors.append(client.post("/v1/translate", content=TEXT.encode("latin-1")))
            errors.append(client.get(f"/{CANARY}", params={"q": TEXT}))
            [engine] = service.children("^engine$")
            engine.send_signal(signal.SIGSTOP)
            errors.append(client.post("/v1/translate", json={**good, "text": TEXT + " Dos."}))
            assert errors[-1].status_code == 504
            crashed = threading.Thread(
                target=client.post, args=("/v1/translate",), kwargs={"json": {**good, "text": TEXT + " Tres."}}
            )
            crashed.start()
            time.sleep(0.5)
            engine.send_signal(signal.SIGKILL)
            crashed.join(30)
            for _ in range(100):
                if client.get("/readyz").status_code == 200:
                    break
                time.sleep(0.1)
            assert client.post("/v1/translate", json=good).status_code == 200
        metrics = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        [folder] = tmp_path.glob("malgil-*")
        with redis.Redis.from_url(EmbeddedValkey(folder, 16).url) as store:
            names = b" ".join(store.keys("*")).decode()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir()).decode("latin-1")
    assert "tenants" in kept
    assert "malgil_requests_total" in metrics
    assert "malgil:segment:" in names
    assert [error.status_code for error in errors if error.status_code < 400] == []
    logged = "".join(service.output)
    assert '"event":"request"' in logged
    for place in (logged, metrics, names, kept, *(error.text for error in errors), *(str(e.headers) for e in errors)):
        assert CANARY.lower() not in place.lower()
        assert CANARY.encode("unicode_escape").decode().lower() not in place.lower()
