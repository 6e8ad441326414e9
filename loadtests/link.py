"""Runs a command behind an emulated link: `python -m loadtests.link LINK.json HOST PORT COMMAND…`.

For the command the service is at FAR:PORT. Its packets wait for their turn on a line of limited rate, travel for
as long as the latency says, and are lost at random, in each direction by itself. TCP is the kernel's own, so
handshakes, retransmissions and windows are real. At the far end a plain relay hands the bytes to HOST:PORT.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec

from loadtests.profiles import Link

BUFFER_S = 1.0
"""A packet that would wait longer than this for its turn is dropped: the buffer of the modem."""

_PACKET = 65_536


def not_permitted() -> str | None:
    """Why links cannot be emulated on this machine, or None."""
    if sys.platform != "linux":
        return "it needs Linux"
    probe = subprocess.run(
        [sys.executable, "-P", "-m", "loadtests.namespace", "--probe"], capture_output=True, text=True
    )
    return probe.stderr.strip().splitlines()[-1] if probe.returncode else None


@dataclass(slots=True)
class Direction:
    """One way of a link. Times in seconds on any clock; packets never overtake each other."""

    latency_s: float
    jitter_s: float
    loss: float
    bits_per_s: float
    random: Random
    _free_at: float = field(default=0.0, init=False)
    _last_out: float = field(default=0.0, init=False)

    def arrival(self, now: float, size: int) -> float | None:
        """When a packet of `size` bytes comes out; None: it is lost."""
        begins = max(now, self._free_at)
        if begins - now > BUFFER_S:
            return None
        self._free_at = begins + size * 8 / self.bits_per_s
        if self.random.random() < self.loss:
            return None
        travelled = self._free_at + max(0.0, self.latency_s + self.random.uniform(-self.jitter_s, self.jitter_s))
        self._last_out = max(travelled, self._last_out + 1e-6)
        return self._last_out


def direction(link: Link, kbit: float, seed: int) -> Direction:
    return Direction(link.latency_ms / 1000, link.jitter_ms / 1000, link.loss, kbit * 1000, Random(seed))


def carry(loop: asyncio.AbstractEventLoop, source: int, sink: int, way: Direction) -> None:
    """Take every IPv4 packet from one device and put it into the other when its time has come."""

    def take() -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                packet = os.read(source, _PACKET)
                at = way.arrival(loop.time(), len(packet)) if packet[0] >> 4 == 4 else None
                if at is not None:
                    loop.call_at(at, put, packet)

    def put(packet: bytes) -> None:
        # A device whose queue is full loses the packet, as any network does.
        with contextlib.suppress(OSError):
            os.write(sink, packet)

    loop.add_reader(source, take)


class Relay:
    """Hands the bytes of every connection on to HOST:PORT and back; `close` ends those that are left."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection(self._host, self._port)
            try:
                await asyncio.gather(_hand_on(reader, inner_writer), _hand_on(inner_reader, writer))
            finally:
                inner_writer.close()
        except OSError:
            pass  # the caller sees a closed connection
        finally:
            writer.close()


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bytes as they come, then the end of the stream."""
    with contextlib.suppress(OSError):
        while data := await reader.read(_PACKET):
            writer.write(data)
            await writer.drain()
        writer.write_eof()


async def run(link: Link, host: str, port: int, command: list[str]) -> int:
    """Returns the exit status of the command."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "loadtests.namespace", str(theirs.fileno()), str(port), *command),
                pass_fds=(theirs.fileno(),),
            )
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, child.terminate)
        _, descriptors, _, _ = await asyncio.to_thread(socket.recv_fds, ours, 16, 3)
        if not descriptors:
            return await child.wait()
        near, far, listening = descriptors
        relay = Relay(host, port)
        carry(loop, near, far, direction(link, link.up_kbit, 1))
        carry(loop, far, near, direction(link, link.down_kbit, 2))
        async with await asyncio.start_server(relay.take, sock=socket.socket(fileno=listening)):
            ours.send(b"g")
            status = await child.wait()
            await relay.close()
        for device in (near, far):
            loop.remove_reader(device)
            os.close(device)
        return status


def main() -> None:
    link = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Link)
    sys.exit(asyncio.run(run(link, sys.argv[2], int(sys.argv[3]), sys.argv[4:])))


if __name__ == "__main__":
    main()
