"""Faults in a running service with a real model: what callers see, what is lost, how long recovery takes.

docs/faults.md says the same in words, with figures. One service of two API and two engine processes serves all tests;
each leaves it whole.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
import redis
import redis.asyncio

from gateway import keys
from gateway.batch_queue import Capacity, Entry, Submitter, now_ms
from gateway.cache import CachedSegment, SegmentCache
from gateway.embedded import NoServerFound, server_binary
from gateway.engine import HUNG_STATUS
from gateway.errors import SegmentFailed
from tests.e2e.service import Service, running
from tests.gateway.running import OwnValkey, entries_there, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

HONEST = {200, 503, 504}
# Every Python process of the service tells the time through this, so that a test can let them jump. The clock of
# the store, by which deadlines, signs of life and quotas go, jumps through libfaketime.
JUMPING_CLOCK = """
import os, time
_time, _time_ns = time.time, time.time_ns
def _jump():
    return 3600 if os.path.exists({flag!r}) else 0
time.time = lambda: _time() + _jump()
time.time_ns = lambda: _time_ns() + _jump() * 10**9
"""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Deployment:
    service: Service
    valkey: OwnValkey
    clock_flag: Path
    store_clock: Path
    model: str

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.valkey.url)


def fake_time() -> str | None:
    """The library that tells a program another time, of Debian's package libfaketime."""
    return next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


def jumping(clock: Path) -> dict[str, str] | None:
    """The environment in which a program's clock, but not its monotonic one, is off by what stands in the file."""
    library = fake_time()
    if library is None:
        return None
    told = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return {**os.environ, **told, "LD_PRELOAD": library}  # noqa: TID251


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    try:
        server_binary()
    except NoServerFound as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("faults")
    flag = folder / "jump"
    (folder / "sitecustomize.py").write_text(JUMPING_CLOCK.format(flag=str(flag)), encoding="ascii")
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))  # noqa: TID251
    with tempfile.TemporaryDirectory(prefix="malgil-test-") as short:
        store_clock = folder / "store-clock"
        store_clock.write_text("+0\n", encoding="ascii")
        valkey = OwnValkey(Path(short), environment=jumping(store_clock))
        try:
            with running(
                folder,
                PYTHONPATH=path,
                MALGIL_REDIS_URL=valkey.url,
                MALGIL_API_PROCESSES="2",
                MALGIL_ENGINE_PROCESSES="2",
                MALGIL_ENGINE_THREADS="1",
                MALGIL_SLOW_REQUEST_MS="3000",
            ) as service:
                models = httpx.get(f"{service.url}/readyz").json()["models"]
                [model] = [each for each in models if each.startswith("es-ibero@")]
                yield Deployment(service, valkey, flag, store_clock, model)
        finally:
            valkey.kill()


@pytest.fixture(autouse=True)
def _whole_before_and_after(deployment: Deployment) -> Iterator[None]:
    assert eventually(lambda: whole(deployment), 40)
    yield
    assert eventually(lambda: whole(deployment), 40)


def whole(deployment: Deployment) -> bool:
    """Two engines, two API processes, and the next request is answered."""
    service = deployment.service
    if len(service.children("^engine$")) < 2 or len(service.children("^api$")) < 2:
        return False
    try:
        with deployment.redis() as client:
            # A third one is a dead one that has not been silent for long enough.
            clock = client.time()
            beats = client.zrangebyscore(
                keys.engines(deployment.model), clock[0] * 1000 + clock[1] // 1000 - 1000, "+inf"
            )
        return len(beats) == 2 and ask(service.url).outcome == 200
    except redis.RedisError:
        return False


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: when it began, how long it took, and its status or the name of what the caller's client raised."""

    began: float
    seconds: float
    outcome: int | str
    code: str = ""
    retry_after: str | None = None


def sentence() -> str:
    number = next(_numbers)
    return f"El expediente número {number} se resuelve en la oficina de la calle Mayor antes del día {number % 28 + 1}."


def ask(url: str, patience_ms: int = 20_000, text: str = "") -> Asked:
    body = {"text": text or sentence(), "source": "es", "target": "ast"}
    began = time.monotonic()
    try:
        answer = httpx.post(
            f"{url}/v1/translate", json=body, headers={"X-Request-Timeout-Ms": str(patience_ms)}, timeout=60
        )
    except httpx.TransportError as error:
        return Asked(began, time.monotonic() - began, type(error).__name__)
    code = "" if answer.status_code == 200 else answer.json()["code"]
    return Asked(began, time.monotonic() - began, answer.status_code, code, answer.headers.get("retry-after"))


@dataclass(slots=True)
class Load:
    """What callers saw who asked without pause, one request each at a time."""

    seen: list[Asked] = field(default_factory=list)

    def outcomes(self) -> set[int | str]:
        return {each.outcome for each in self.seen}

    def slowest_s(self) -> float:
        return max(each.seconds for each in self.seen)

    def recovery_s(self, since: float) -> float:
        """From the fault until the last request that was refused, lost, or slower than a second had its end."""
        hurt = [each for each in self.seen if each.outcome != 200 or each.seconds > 1]
        return max([0.0, *(each.began + each.seconds - since for each in hurt)])


@contextmanager
def load(deployment: Deployment, callers: int = 6, patience_ms: int = 20_000) -> Iterator[Load]:
    seen, stop = Load(), threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            seen.seen.append(ask(deployment.service.url, patience_ms))

    with ThreadPoolExecutor(callers) as pool:
        for _ in range(callers):
            pool.submit(keep_asking)
        assert eventually(lambda: len(seen.seen) >= callers)
        try:
            yield seen
        finally:
            stop.set()


@contextmanager
def paused(*processes: psutil.Process) -> Iterator[None]:
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            if process.is_running():
                process.send_signal(signal.SIGCONT)


Note = Callable[[str, object], None]


def test_engines_killed_in_the_middle_of_a_batch_lose_no_request(deployment: Deployment, record_property: Note) -> None:
    with load(deployment) as seen, deployment.redis() as client:
        engines, in_hand = deployment.service.children("^engine$"), 0
        while not in_hand:
            with paused(*engines):
                in_hand = client.xlen(keys.queue(deployment.model))
                if in_hand:
                    began = time.monotonic()
                    for engine in engines:
                        engine.kill()
            time.sleep(0.01)
        # All callers wait until somebody takes over.
        answered = len(seen.seen)
        assert eventually(lambda: len(seen.seen) > answered + 12, 30)
    record_property("recovery_s", seen.recovery_s(began))
    assert seen.outcomes() == {200}
    assert seen.recovery_s(began) < 15


@pytest.mark.parametrize("role", ["engine", "api"])
def test_a_process_that_is_told_to_stop_under_load_finishes_and_exits_with_0(deployment: Deployment, role: str) -> None:
    before = len(deployment.service.output)
    with load(deployment) as seen:
        told = deployment.service.children(f"^{role}$")[0]
        told.terminate()
        time.sleep(2)
    assert seen.outcomes() == {200}
    [died] = [line for line in deployment.service.output[before:] if "child_died" in line]
    assert (json.loads(died)["status"], json.loads(died)["pid"]) == (0, told.pid)
    assert json.loads(died)["child"].startswith(f"{role}-")


def test_an_engine_that_is_paused_is_one_that_died_until_it_goes_on(
    deployment: Deployment, record_property: Note
) -> None:
    with load(deployment) as seen:
        began = time.monotonic()
        with paused(deployment.service.children("^engine$")[0]):
            time.sleep(4)
        time.sleep(0.5)
    record_property("recovery_s", seen.recovery_s(began))
    assert seen.outcomes() == {200}
    assert seen.slowest_s() < 15


def test_an_engine_whose_batch_outlasts_its_bound_ends_itself_and_is_replaced(
    tmp_path: Path, record_property: Note
) -> None:
    """Stopped with a batch in hand for longer than the bound: when it goes on, it finds that batch overdue."""
    with tempfile.TemporaryDirectory(prefix="malgil-test-") as short:
        valkey = OwnValkey(Path(short))
        settings = {"MALGIL_ENGINE_PROCESSES": "2", "MALGIL_ENGINE_THREADS": "1", "MALGIL_ENGINE_HUNG_MS": "3000"}
        try:
            with running(tmp_path, MALGIL_REDIS_URL=valkey.url, **settings) as service:
                alone = Deployment(service, valkey, tmp_path, tmp_path, "")

                def said(event: str) -> list[dict[str, object]]:
                    lines = [json.loads(line) for line in service.output if f'"{event}"' in line]
                    return [line for line in lines if line["event"] == event]

                with load(alone) as seen:
                    tries = 0
                    while not said("engine_hung"):
                        tries += 1
                        assert tries <= 5, "no batch was in hand"
                        with paused(service.children("^engine$")[0]):
                            time.sleep(4)
                        eventually(lambda: said("engine_hung"), 1)
                    began = time.monotonic()
                    assert eventually(lambda: said("child_died"), 10)
                    assert eventually(lambda: len(service.children("^engine$")) == 2, 20)
                    time.sleep(1)
                record_property("recovery_s", seen.recovery_s(began))
                [died] = said("child_died")
        finally:
            valkey.kill()
    assert died["status"] == HUNG_STATUS
    assert seen.outcomes() == {200}


def test_an_api_process_that_is_killed_takes_only_its_own_connections_along(
    deployment: Deployment, record_property: Note
) -> None:
    with load(deployment) as seen:
        began = time.monotonic()
        deployment.service.children("^api$")[0].kill()
        time.sleep(3)
    lost = [each for each in seen.seen if each.outcome != 200]
    record_property("recovery_s", seen.recovery_s(began))
    record_property("connections_lost", len(lost))
    assert {type(each.outcome) for each in lost} <= {str}
    assert len(lost) <= 6 + 2  # what it had in hand, and what had just connected to it


def test_entries_of_clients_that_left_cost_no_inference(deployment: Deployment, record_property: Note) -> None:
    address = urlsplit(deployment.service.url)
    with deployment.redis() as client, paused(*deployment.service.children("^engine$")):
        time.sleep(0.2)  # a batch that was pulled just before stays in hand
        before = entries_there(client, deployment.model)
        with socket.create_connection((str(address.hostname), int(address.port or 80))) as leaving:
            body = b'{"text": ["Una.", "Dos.", "Tres."], "source": "es", "target": "gl", "priority": "bulk"}'
            leaving.sendall(b"POST /v1/translate HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            assert eventually(lambda: entries_there(client, deployment.model) == before + 3)
        began = time.monotonic()
        assert eventually(lambda: entries_there(client, deployment.model) == before)
        record_property("dropped_after_s", time.monotonic() - began)


def test_an_engine_that_wakes_beside_the_one_that_answered_for_it_does_no_harm(deployment: Deployment) -> None:
    queue = keys.queue(deployment.model)

    def waiting() -> set[bytes]:
        return {each["message_id"] for each in client.xpending_range(queue, keys.GROUP, "-", "+", 100)}

    with load(deployment) as seen, deployment.redis() as client:
        engines, held = deployment.service.children("^engine$"), set[bytes]()
        while not held:
            slept = next(engine for engine in engines if engine.is_running())
            with paused(slept):
                time.sleep(0.5)  # the other one answers what it has itself
                held = waiting()
                if held:
                    assert eventually(lambda: not held & waiting(), 10)  # noqa: B023 at once; answered by the other
                    answered = len(seen.seen)
        assert eventually(lambda: len(seen.seen) > answered + 12, 30)  # and the sleeper answers the same entries again
    assert seen.outcomes() == {200}
    assert deployment.service.children("^engine$") == engines
    with deployment.redis() as client:
        assert eventually(lambda: entries_there(client, deployment.model) == 0)


def test_a_poisoned_segment_fails_alone_among_31_good_ones(deployment: Deployment) -> None:
    """A target the model does not know makes the runtime raise for the whole batch; the API would not let it in."""

    async def scenario() -> list[CachedSegment | BaseException]:
        async with redis.asyncio.Redis.from_url(deployment.valkey.url) as client:
            submitter = Submitter(client, SegmentCache(client, 0), deployment.model, Capacity(1000, 1000))
            listening = asyncio.create_task(submitter.run())
            await asyncio.sleep(0.2)
            targets = ["ca"] * 20 + ["tlh"] + ["ca"] * 11
            entries = [
                Entry(f"poison-{n}", f"Puerta número {n}.", target, now_ms() + 30_000, 60)
                for n, target in enumerate(targets)
            ]
            ended = await asyncio.gather(*await submitter.submit(entries), return_exceptions=True)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            return ended

    ended = asyncio.run(scenario())
    assert [place for place, each in enumerate(ended) if isinstance(each, SegmentFailed)] == [20]
    assert sum(isinstance(each, CachedSegment) for each in ended) == 31


@pytest.mark.parametrize("jump_s", [3600, -3600])
def test_a_clock_of_the_store_that_jumps_an_hour_and_back(
    deployment: Deployment, record_property: Note, jump_s: int
) -> None:
    if fake_time() is None:
        if "CI" in os.environ:  # noqa: TID251 there a skip would hide a failure
            pytest.fail("libfaketime is not installed")
        pytest.skip("no libfaketime here")
    with deployment.redis() as client, load(deployment) as seen:
        for offset in (jump_s, 0):
            deployment.store_clock.write_text(f"{offset:+d}\n", encoding="ascii")
            began = time.monotonic()
            assert eventually(lambda: abs(int(client.time()[0]) - offset - time.time()) < 5, 15)  # noqa: B023 at once
            time.sleep(2.5)
            record_property(f"recovery_s_{offset}", seen.recovery_s(began))
            record_property(f"outcomes_{offset}", str(seen.outcomes()))
            record_property(f"slowest_s_{offset}", seen.slowest_s())
        answered = len(seen.seen)
        assert eventually(lambda: len(seen.seen) > answered + 12, 30)
    assert seen.outcomes() <= HONEST
    assert ask(deployment.service.url).outcome == 200


def test_clocks_of_the_processes_that_jump_an_hour_and_back_cost_no_request(deployment: Deployment) -> None:
    with load(deployment) as seen:
        deployment.clock_flag.touch()
        time.sleep(1.5)
        deployment.clock_flag.unlink()
        time.sleep(1)
    assert seen.outcomes() == {200}


def test_a_full_redis_refuses_new_work_and_serves_again_when_there_is_room(
    deployment: Deployment, record_property: Note
) -> None:
    with deployment.redis() as client, load(deployment) as seen:
        room = client.config_get("maxmemory")["maxmemory"]
        # Junk without a lifetime first: cached segments give way. Then no room at all.
        junk = [f"junk:{number}" for number in range(20)]
        try:
            for key in junk:
                client.set(key, b"x" * 500_000)
            time.sleep(0.5)
            client.config_set("maxmemory", 1_000_000)
            time.sleep(0.5)
            refused = ask(deployment.service.url)
            readiness = httpx.get(f"{deployment.service.url}/readyz").status_code
        finally:
            client.config_set("maxmemory", room)
            client.delete(*junk)
        began = time.monotonic()
        time.sleep(1)
    record_property("recovery_s", seen.recovery_s(began))
    assert (refused.outcome, refused.code, bool(refused.retry_after)) == (503, "overloaded", True)
    assert readiness == 200
    assert seen.outcomes() <= HONEST
    assert ask(deployment.service.url).outcome == 200


def test_a_redis_that_is_killed_means_refusals_at_once_and_recovery_with_its_return(
    deployment: Deployment, record_property: Note
) -> None:
    with load(deployment) as seen:
        deployment.valkey.kill()
        time.sleep(1)
        away = ask(deployment.service.url)
        deployment.valkey.restart()
        began = time.monotonic()
        time.sleep(2)
    record_property("recovery_s", seen.recovery_s(began))
    record_property("refused_after_s", away.seconds)
    assert (away.outcome, away.code, bool(away.retry_after)) == (503, "queue_unavailable", True)
    assert away.seconds < 10
    assert seen.outcomes() <= HONEST


def test_a_redis_paused_for_ten_seconds_hangs_nobody_beyond_the_deadline(
    deployment: Deployment, record_property: Note
) -> None:
    server = psutil.Process(deployment.valkey.process.pid)
    with load(deployment, patience_ms=3_000) as seen:
        with paused(server):
            time.sleep(10)
        began = time.monotonic()
        time.sleep(3)
    record_property("recovery_s", seen.recovery_s(began))
    record_property("slowest_s", seen.slowest_s())
    assert seen.outcomes() <= HONEST
    assert seen.slowest_s() < 3 + 3


def test_a_thousand_clients_that_send_a_byte_a_second_keep_nobody_from_being_served(
    deployment: Deployment, record_property: Note
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096) if soft < 4096 else soft, hard))
    address = urlsplit(deployment.service.url)
    connected, gone = threading.Event(), []

    async def drip() -> None:
        """Connect, then a byte of a header each second until the server has had enough."""
        opened = [await asyncio.open_connection(address.hostname, address.port) for _ in range(1000)]
        connected.set()
        began = time.monotonic()

        async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            closed = asyncio.create_task(reader.read())
            for byte in b"POST /v1/translate HTTP/1.1\r\n":
                writer.write(bytes([byte]))
                done, _ = await asyncio.wait([closed], timeout=1)
                if done:
                    gone.append(time.monotonic() - began)
                    break
            closed.cancel()
            writer.close()

        await asyncio.gather(*(one(*streams) for streams in opened))

    with ThreadPoolExecutor(1) as pool:
        dripping = pool.submit(asyncio.run, drip())
        assert connected.wait(30)
        served = [ask(deployment.service.url) for _ in range(10)]
        dripping.result(60)
    record_property("slowest_s", max(each.seconds for each in served))
    record_property("last_sent_away_s", max(gone))
    assert {each.outcome for each in served} == {200}
    assert len(gone) == 1000
    assert max(gone) < 15
