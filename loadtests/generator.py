"""The process that makes the load: `python -m loadtests.generator`, the order at standard input.

A process of its own, because locust patches the standard library for gevent when it is imported. It writes one line of
`Progress` to standard output twice a second and one `Sample` a line into the file of the order.
"""

from __future__ import annotations

import locust  # noqa: F401  first of all: it patches the standard library

# isort: split
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, BinaryIO

import gevent
import gevent.socket
import msgspec
from gevent.pool import Group
from locust.env import Environment

from loadtests.access import Access
from loadtests.measured import Result, Sample
from loadtests.order import Order, Progress
from loadtests.plan import Directions, Visit, asks, visits
from loadtests.profiles import Profile, load_profile
from loadtests.users import VISITORS

TELL_S = 0.5
GRACE_S = 5.0


class Reception:
    """Counts who is in, lets no more than `most` in at once, and writes down what they measured."""

    def __init__(self, profile: Profile, most: int, file: BinaryIO) -> None:
        self.patience_s = profile.patience_s
        self.document_patience_s = profile.document_patience_s
        self.in_flight = 0
        self.counted: Counter[Result] = Counter()
        self._most = most
        self._file = file
        self._began = time.perf_counter()

    def start(self) -> None:
        self._began = time.perf_counter()

    def now(self) -> float:
        return time.perf_counter() - self._began

    def enter(self) -> bool:
        free = self.in_flight < self._most
        self.in_flight += free
        return free

    def leave(self, sample: Sample, entered: bool) -> None:
        self.in_flight -= entered
        self.counted[sample.result] += 1
        self._file.write(msgspec.json.encode(sample) + b"\n")


class FarEnd:
    """Resolves every name to the far end of the emulated link: so the service hears its own name, and TLS checks it."""

    def __init__(self, address: str) -> None:
        self._address = address

    def getaddrinfo(self, _: object, port: int, *__: object) -> list[tuple[Any, ...]]:
        return [
            (gevent.socket.AF_INET, gevent.socket.SOCK_STREAM, gevent.socket.IPPROTO_TCP, "", (self._address, port))
        ]

    def close(self) -> None: ...


def run(order: Order, profile: Profile, file: BinaryIO) -> None:
    directions: Directions = {(source, target): weight for source, target, weight in order.directions}
    environment = Environment(user_classes=list(VISITORS.values()), host=order.url)
    planned = visits(profile, order.load)
    reception = Reception(profile, order.max_in_flight, file)
    people = Group()
    for visitor in VISITORS.values():
        visitor.host = order.url
        visitor.access = Access(order.key)

    def come(visit: Visit) -> None:
        asked = asks(visit, directions, order.load.duration_s)
        if asked:
            VISITORS[visit.kind](environment, asked, reception).start(people)

    # Those under way are made before the clock starts; none of them runs before this function first waits.
    for visit in (visit for visit in planned if visit.at_s < 0):
        come(visit)
    reception.start()
    telling = gevent.spawn(_tell_always, reception)
    for visit in (visit for visit in planned if visit.at_s >= 0):
        gevent.sleep(max(0.0, visit.at_s - reception.now()))
        come(visit)
    gevent.sleep(max(0.0, order.load.duration_s - reception.now()))
    people.join(timeout=max(profile.patience_s, profile.document_patience_s) + GRACE_S)
    telling.kill()
    file.flush()
    _tell(reception, done=True)


def _tell_always(reception: Reception) -> None:
    while True:
        try:
            _tell(reception)
        except BrokenPipeError:
            # Whoever ordered the load is gone; nobody may go on asking in their name.
            os._exit(1)
        gevent.sleep(TELL_S)


def _tell(reception: Reception, *, done: bool = False) -> None:
    counted = reception.counted
    progress = Progress(
        at_s=round(reception.now(), 2),
        in_flight=reception.in_flight,
        answered=counted["answered"],
        refused=counted["refused"],
        failed=counted["failed"],
        unsent=counted["unsent"],
        done=done,
    )
    sys.stdout.write(msgspec.json.encode(progress).decode() + "\n")
    sys.stdout.flush()


def main() -> None:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    if order.far:
        gevent.get_hub().resolver = FarEnd(order.far)
    with Path(order.samples).open("wb") as file:
        run(order, load_profile(Path(order.profile)), file)


if __name__ == "__main__":
    main()
