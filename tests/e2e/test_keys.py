"""Keys in a running service: two API processes, the admin API beside them, restarts and a kill."""

from __future__ import annotations

import signal
import sqlite3
import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.service import Service, running
from tests.gateway.servers import free_ports

pytestmark = pytest.mark.e2e

TOKEN = "a token of the test's own, made of words"
EFFECTIVE_S = 10  # a second of polling, and a busy machine
ASKED = {"text": "ሰላም"}


def settings(port: int, **more: str) -> dict[str, str]:
    return {
        "MALGIL_API_PROCESSES": "2",
        "MALGIL_ANONYMOUS": "false",
        "MALGIL_ADMIN_TOKEN": TOKEN,
        "MALGIL_ADMIN_API_PORT": str(port),
        **more,
    }


def admin(port: int) -> httpx.Client:
    address = f"http://127.0.0.1:{port}/admin/v1"
    return httpx.Client(base_url=address, headers={"authorization": f"Bearer {TOKEN}"}, timeout=60)


def statuses(service: Service, key: str, times: int = 16) -> list[int]:
    """Each on a connection of its own, so that both API processes are asked."""
    headers = {"authorization": f"Bearer {key}"}
    return [
        httpx.post(f"{service.url}/v1/detect", json=ASKED, headers=headers, timeout=60).status_code
        for _ in range(times)
    ]


def until_all(service: Service, key: str, status: int) -> float:
    """Seconds until every process answers so, three rounds long."""
    began = time.monotonic()
    rounds = 0
    while rounds < 3:
        took = time.monotonic() - began
        assert took < EFFECTIVE_S, "not effective in time"
        rounds = rounds + 1 if set(statuses(service, key)) == {status} else 0
    return took


def test_a_key_is_good_and_revoked_in_every_process_within_seconds(tmp_path: Path) -> None:
    [port] = free_ports(1)
    with running(tmp_path, **settings(port)) as service, admin(port) as operator:
        assert len(service.children("api")) == 2
        made = operator.post("/keys", json={"tenant": "udala", "name": "proba"}).json()
        until_all(service, made["key"], 200)
        assert operator.delete(f"/keys/{made['info']['id']}").status_code == 200
        until_all(service, made["key"], 401)
        assert httpx.post(f"{service.url}/v1/detect", json=ASKED).json()["code"] == "key_required"
        # The public port knows nothing of the admin API, and the admin port nothing of the service.
        assert httpx.get(f"{service.url}/admin/v1/keys", headers=operator.headers).status_code == 404
        secret = made["key"].split("_", 2)[2]
        assert not any(secret in line or TOKEN in line for line in service.output)


def test_keys_and_usage_outlive_a_restart_and_a_kill(tmp_path: Path) -> None:
    [port] = free_ports(1)
    with running(tmp_path, **settings(port)) as service, admin(port) as operator:
        key = operator.post("/keys", json={"tenant": "udala", "name": "proba"}).json()["key"]
        until_all(service, key, 200)
        for process in (*service.children("api"), *service.children("admin")):
            process.kill()
        _until_answering(service)
        until_all(service, key, 200)
    with running(tmp_path, **settings(port)) as service, admin(port) as operator:
        counted = sum(row["requests"] for row in operator.get("/usage").json()["usage"])
        assert counted >= 3 * 16  # what was asked after the kill was written down when the service stopped
        assert set(statuses(service, key)) == {200}
        for process in psutil.Process(service.process.pid).children():
            process.send_signal(signal.SIGKILL)
        service.process.kill()
        service.process.wait()
    with sqlite3.connect(tmp_path / "data" / "state.sqlite3") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("SELECT tenant FROM api_keys").fetchall() == [("udala",)]
    file.close()


def test_without_a_folder_to_write_to_everyone_is_still_served(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with running(tmp_path, MALGIL_DATA_FOLDER="", XDG_DATA_HOME=str(tmp_path / "file")) as service:
        with service.client() as client:
            answer = client.post("/v1/translate", json={"text": "El agua está fría.", "source": "es", "target": "an"})
            assert answer.status_code == 200
            assert client.get("/v1/usage").json()["code"] == "key_required"
            assert client.get("/v1/usage", headers={"X-API-Key": "x"}).json()["code"] == "unknown_key"
        assert any("state_off" in line for line in service.output)


def _until_answering(service: Service) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(f"{service.url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("the service did not come back")
