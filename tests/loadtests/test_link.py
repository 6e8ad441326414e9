"""Link emulation: the line by itself with a clock in hand, then a real one inside namespaces of the test's own."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from loadtests.link import BUFFER_S, Direction, not_permitted
from loadtests.namespace import FAR

BODY = b"x" * 16_000

REQUEST = """
import sys, time, urllib.request
began = time.perf_counter()
body = urllib.request.urlopen(sys.argv[1], timeout=30).read()
print(len(body), time.perf_counter() - began)
"""


def line(latency_s: float = 0.0, jitter_s: float = 0.0, loss: float = 0.0, bits_per_s: float = 8_000) -> Direction:
    return Direction(latency_s, jitter_s, loss, bits_per_s, Random(1))


def test_a_packet_takes_its_time_on_the_line_and_then_travels() -> None:
    assert line(latency_s=0.3).arrival(10.0, 100) == pytest.approx(10.0 + 0.1 + 0.3)


def test_packets_wait_for_those_before_them() -> None:
    way = line()
    assert [way.arrival(0.0, 100) for _ in range(3)] == pytest.approx([0.1, 0.2, 0.3])
    assert way.arrival(5.0, 100) == pytest.approx(5.1)


def test_a_full_buffer_drops_what_comes() -> None:
    way = line()
    arrived = [way.arrival(0.0, 100) for _ in range(20)]
    assert arrived.count(None) > 5
    assert max(filter(None, arrived)) <= BUFFER_S + 0.2


def test_packets_never_overtake_each_other() -> None:
    way = line(latency_s=0.1, jitter_s=0.1, bits_per_s=1e9)
    arrived = [way.arrival(number / 1000, 100) or 0.0 for number in range(500)]
    assert arrived == sorted(arrived)
    assert len(set(arrived)) == 500


def test_losses_come_at_their_rate() -> None:
    way = line(loss=0.1, bits_per_s=1e9)
    lost = [way.arrival(float(number), 100) for number in range(5000)].count(None)
    assert 400 < lost < 600


@pytest.fixture
def port() -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def permitted() -> None:
    if reason := not_permitted():
        pytest.skip(f"links cannot be emulated here: {reason}")


def through_link(folder: Path, port: int, *command: str, **link: float) -> subprocess.CompletedProcess[str]:
    described = folder / "link.json"
    described.write_text(
        json.dumps({"latency_ms": 0, "down_kbit": 100_000, "up_kbit": 100_000, **link}), encoding="utf-8"
    )
    started = [sys.executable, "-P", "-m", "loadtests.link", str(described), "127.0.0.1", str(port), *command]
    return subprocess.run(started, capture_output=True, text=True, timeout=50)


def seconds(folder: Path, port: int, **link: float) -> float:
    ran = through_link(folder, port, sys.executable, "-c", REQUEST, f"http://{FAR}:{port}", **link)
    assert (ran.returncode, ran.stderr) == (0, "")
    size, taken = ran.stdout.split()
    assert int(size) == len(BODY)
    return float(taken)


@pytest.mark.usefixtures("permitted")
def test_a_handshake_and_a_request_take_two_round_trips(tmp_path: Path, port: int) -> None:
    assert seconds(tmp_path, port, latency_ms=200) >= 0.8


@pytest.mark.usefixtures("permitted")
def test_a_body_takes_its_length_over_the_rate(tmp_path: Path, port: int) -> None:
    assert seconds(tmp_path, port, down_kbit=128) >= len(BODY) * 8 / 128_000


@pytest.mark.usefixtures("permitted")
def test_lost_packets_are_sent_again_and_nothing_is_lost_to_the_caller(tmp_path: Path, port: int) -> None:
    assert seconds(tmp_path, port, loss=0.2) > 0


@pytest.mark.usefixtures("permitted")
def test_behind_the_link_there_is_nothing_but_the_service(tmp_path: Path, port: int) -> None:
    code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
    ran = through_link(tmp_path, port, sys.executable, "-c", code)
    assert ran.returncode == 1
    assert "ConnectionRefusedError" in ran.stderr


@pytest.mark.usefixtures("permitted")
def test_the_status_of_the_command_is_the_status_of_the_link(tmp_path: Path, port: int) -> None:
    assert through_link(tmp_path, port, sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_a_machine_that_permits_no_namespaces_says_why() -> None:
    reason = not_permitted()
    assert reason is None or reason.strip()
