"""Valkey servers on loopback that belong to a test: one, a Cluster of three, a master with replica and Sentinel."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from gateway.embedded import server_binary
from tests.gateway.running import eventually

HOST = "127.0.0.1"
SLOTS = 16_384


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def client(self) -> redis.Redis:
        return redis.Redis(HOST, self.port, socket_timeout=5)


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        listening = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in listening]


@contextlib.contextmanager
def server(folder: Path, port: int, *words: str) -> Iterator[Server]:
    own = folder / str(port)
    own.mkdir()
    command = [server_binary(), "--port", str(port), "--bind", HOST, "--dir", str(own), "--save", "", *words]
    with _process([*command, "--loglevel", "warning"]) as process:
        started = Server(port, process)
        with started.client() as client:
            assert eventually(lambda: _answers(client)), "valkey did not start"
        yield started


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[list[Server]]:
    """Three masters that share the slots."""
    ports = free_ports(6)
    with contextlib.ExitStack() as stack:
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
        nodes = [
            stack.enter_context(server(folder, port, *options, "--cluster-port", str(bus)))
            for port, bus in zip(ports[:3], ports[3:], strict=True)
        ]
        clients = [stack.enter_context(node.client()) for node in nodes]
        bounds = [SLOTS * part // 3 for part in range(4)]
        for number, client in enumerate(clients):
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", bounds[number], bounds[number + 1] - 1)
            client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for port, bus in zip(ports[1:3], ports[4:], strict=True):
            clients[0].execute_command("CLUSTER", "MEET", HOST, port, bus)
        assert eventually(lambda: all("'cluster_state': 'ok'" in _info(client) for client in clients)), "no cluster"
        assert eventually(lambda: all("'cluster_known_nodes': '3'" in _info(client) for client in clients))
        yield nodes


@contextlib.contextmanager
def replica_of(master: Server, folder: Path) -> Iterator[Server]:
    """One more node of the Cluster, with all that a master of it holds."""
    port, bus = free_ports(2)
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--cluster-port", str(bus))
    quick = ("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1")
    with (
        server(folder, port, *options, *quick) as started,
        started.client() as client,
        master.client() as known,
    ):
        client.execute_command("CLUSTER", "MEET", HOST, master.port, _bus(known))
        assert eventually(lambda: "'cluster_known_nodes': '4'" in _info(client)), "not met"
        client.execute_command("CLUSTER", "REPLICATE", known.execute_command("CLUSTER", "MYID"))
        assert eventually(lambda: client.info("replication").get("master_link_status") == "up"), "no replica"
        yield started


def _bus(client: redis.Redis) -> str:
    return str(client.config_get("cluster-port")["cluster-port"])


@dataclass(frozen=True, slots=True)
class Watched:
    """A master, its replica, and a Sentinel that watches them as `malgil`."""

    master: Server
    replica: Server
    sentinel_port: int


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    first, second, sentinel_port = free_ports(3)
    options = ("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1")
    with (
        server(folder, first, *options) as master,
        server(folder, second, "--replicaof", HOST, str(first), *options) as replica,
        replica.client() as client,
    ):
        assert eventually(lambda: client.info("replication").get("master_link_status") == "up"), "no replica"
        configuration = folder / "sentinel.conf"
        configuration.write_text(
            f"port {sentinel_port}\nbind {HOST}\ndir {folder}\nsentinel monitor malgil {HOST} {first} 1\n"
            "sentinel down-after-milliseconds malgil 500\nsentinel failover-timeout malgil 2000\nloglevel warning\n",
            encoding="ascii",
        )
        with _process([server_binary(), str(configuration), "--sentinel"]), redis.Redis(HOST, sentinel_port) as asked:
            assert eventually(lambda: _answers(asked) and len(asked.sentinel_slaves("malgil")) == 1), "no Sentinel"
            yield Watched(master, replica, sentinel_port)


@contextlib.contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def _info(client: redis.Redis) -> str:
    ask: Any = client.execute_command
    return str(ask("CLUSTER INFO"))
