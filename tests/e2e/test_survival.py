"""What dies is replaced, what waits is answered, what stops leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.service import Service, running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def sentence(number: int) -> str:
    return f"El trámite número {number} se presenta en la oficina de la calle Mayor antes del día {number % 28 + 1}."


def ask(service: Service, number: int) -> httpx.Response:
    with service.client() as client:
        return client.post("/v1/translate", json={"text": sentence(number), "source": "es", "target": "ast"})


def eventually(claim: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if claim():
            return True
        time.sleep(0.1)
    return False


def ready(service: Service) -> bool:
    try:
        with service.client() as client:
            return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_killing_the_engine_under_load_loses_no_request(own_service: Service) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = [pool.submit(ask, own_service, number) for number in range(160)]
        time.sleep(0.7)
        [engine] = own_service.children("^engine$")
        engine.send_signal(signal.SIGKILL)
        finished = [answer.result() for answer in answers]
    assert [answer.status_code for answer in finished] == [200] * 160
    for number, answer in enumerate(finished):
        assert answer.json()["results"][0]["text"] != sentence(number)
    assert eventually(lambda: ready(own_service))


def test_killing_the_store_means_errors_not_hangs_and_then_recovery(own_service: Service) -> None:
    assert ask(own_service, 1).status_code == 200
    [valkey] = own_service.children("valkey-server|redis-server")
    valkey.send_signal(signal.SIGKILL)
    began = time.monotonic()
    answer = ask(own_service, 2)
    assert answer.status_code in (200, 503)
    assert time.monotonic() - began < 15
    if answer.status_code == 503:
        assert answer.json()["code"] == "queue_unavailable"
        assert answer.headers["retry-after"]
    assert eventually(lambda: ready(own_service))
    assert ask(own_service, 3).status_code == 200


def test_a_crashed_api_process_is_replaced(own_service: Service) -> None:
    [api] = own_service.children("^api$")
    api.send_signal(signal.SIGKILL)
    assert eventually(lambda: ready(own_service) and own_service.children("^api$") != [])
    assert ask(own_service, 4).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_signal_ends_everything_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as service:
        family = psutil.Process(service.process.pid).children(recursive=True)
        assert len(family) >= 3
        service.process.send_signal(number)
        assert service.process.wait(30) == 0
        assert eventually(lambda: not any(child.is_running() for child in family), 5)
        assert [each.name for each in tmp_path.iterdir()] == ["data"]
        assert [each.name for each in (tmp_path / "data").iterdir()] == ["state.sqlite3"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="the kernel ends orphans on Linux only")
def test_killing_the_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        family = psutil.Process(service.process.pid).children(recursive=True)
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait(10)
        assert eventually(lambda: not any(child.is_running() for child in family), 20)


def test_two_api_processes_share_one_queue(tmp_path: Path) -> None:
    with running(tmp_path, MALGIL_API_PROCESSES="2", MALGIL_ENGINE_PROCESSES="2") as service:
        assert len(service.children("^api$")) == 2
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda number: ask(service, number % 5), range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["results"][0]["text"] for answer in answers}) == 5


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MALGIL_PORT": "eighty"}, "MALGIL_PORT"),
        ({"MALGIL_DEVICE": "abacus"}, "MALGIL_DEVICE"),
        ({"MALGIL_PROT": "1"}, "MALGIL_PORT"),
        ({"MALGIL_HOST": "203.0.113.9"}, "MALGIL_PORT"),
    ],
)
def test_wrong_settings_stop_the_start_and_name_the_setting(
    tmp_path: Path, settings: dict[str, str], named: str
) -> None:

    environment = {**os.environ, "MALGIL_PORT": "0", "MALGIL_ADMIN_PORT": "0", **settings}  # noqa: TID251
    finished = subprocess.run(
        [sys.executable, "-P", "-m", "gateway", "serve"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert finished.returncode == 2
    assert named in finished.stderr
    assert "Traceback" not in finished.stderr
