"""Who visits: one locust user class for each kind of visit. Importing this patches the standard library (gevent)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import gevent
from gevent.pool import Group
from geventhttpclient.client import HTTPClientPool
from locust import task
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment
from locust.exception import StopUser

from loadtests.measured import Result, Sample
from loadtests.plan import Ask
from loadtests.profiles import KindName

ROUTE = "/v1/translate"
REFUSALS = (429, 503)
CLOSED = ("HTTPConnectionClosed", "ConnectionResetError", "BrokenPipeError")
CLOSED_WITHIN_S = 2.0
"""A kept connection that breaks this soon (a round trip on the longest link) was closed before the request arrived: RFC
9110 §9.2.2 lets a client whose request changes nothing send it again, and browsers do."""

MOST_KEPT = 10
"""So many connections in a row may turn out to be closed."""

_CODE = re.compile(rb'"code":\s*"([a-z_]{1,40})"')


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a request. `closed`: the connection broke at once, so the request may never have arrived."""

    result: Result
    status: int = 0
    why: str = ""
    retry_after: bool = False
    resent: bool = False
    closed: bool = False


class Desk(Protocol):
    """Where visitors look at the clock, are let in, and leave what they measured."""

    patience_s: float

    def now(self) -> float: ...

    def enter(self) -> bool: ...

    def leave(self, sample: Sample, entered: bool) -> None: ...


class Visitor(FastHttpUser):
    """Comes once, asks at the times of its plan whether or not it was answered, and goes."""

    abstract = True
    kind: ClassVar[KindName]

    def __init__(self, environment: Environment, asks: Sequence[Ask], desk: Desk) -> None:
        super().__init__(environment)
        self._asks = asks
        self._desk = desk
        self._answered = False

    @task
    def visit(self) -> None:
        under_way = Group()
        for ask in self._asks:
            gevent.sleep(max(0.0, ask.at_s - self._desk.now()))
            under_way.spawn(self._ask, ask)
        under_way.join()
        raise StopUser

    def on_stop(self) -> None:
        if self.client_pool is None:
            self.client.client.clientpool.close()

    def _ask(self, ask: Ask) -> None:
        late_s = self._desk.now() - ask.at_s
        text = ask.text()
        entered = self._desk.enter()
        came = self._asked(ask, text) if entered else Came("unsent", why="too many in flight")
        self._desk.leave(
            Sample(
                at_s=round(ask.at_s, 3),
                kind=self.kind,
                ms=round((self._desk.now() - ask.at_s) * 1000, 1),
                late_ms=round(late_s * 1000, 1),
                chars=len(text) if isinstance(text, str) else sum(map(len, text)),
                results=ask.results(text),
                status=came.status,
                result=came.result,
                why=came.why,
                retry_after=came.retry_after,
                resent=came.resent,
            ),
            entered,
        )

    def _asked(self, ask: Ask, text: str | list[str]) -> Came:
        body = json.dumps({"text": text, "source": ask.source, "target": ask.targets})
        results = ask.results(text)
        headers = {
            "Content-Type": "application/json",
            "X-Request-Timeout-Ms": str(round(self._desk.patience_s * 1000)),
        }
        kept = self.client_pool is not None or self._answered
        try:
            with gevent.Timeout(self._desk.patience_s):
                came, again = self._sent(results, body, headers), 0
                while kept and came.closed and again < MOST_KEPT:
                    came, again = replace(self._sent(results, body, headers), resent=True), again + 1
                self._answered = self._answered or came.result == "answered"
                return came
        except gevent.Timeout:
            return Came("failed", why="time-out")

    def _sent(self, results: int, body: str, headers: dict[str, str]) -> Came:
        began = self._desk.now()
        with self.client.post(ROUTE, data=body, headers=headers, name=self.kind, catch_response=True) as response:
            status, content = response.status_code or 0, response.content or b""
            result, why = _judged(results, status, content, getattr(response, "error", None))
            if result == "answered":
                response.success()
            else:
                response.failure(why)
            closed = why in CLOSED and self._desk.now() - began < CLOSED_WITHIN_S
            return Came(result, status, why, "retry-after" in (response.headers or ()), closed=closed)


def _judged(results: int, status: int, content: bytes, error: BaseException | None) -> tuple[Result, str]:
    if status == 200:
        return ("answered", "") if _complete(results, content) else ("failed", "incomplete answer")
    found = _CODE.search(content)
    why = found[1].decode() if found else _named(error) if error and not status else ""
    return ("refused" if status in REFUSALS else "failed"), why


def _named(error: BaseException) -> str:
    """The error's own name; the client wraps those that it thinks worth another try."""
    cause = getattr(error, "original", None) or error
    return "time-out" if isinstance(cause, gevent.Timeout | TimeoutError) else type(cause).__name__


def _complete(results: int, content: bytes) -> bool:
    """Every text has its result in every target, and none is empty."""
    try:
        found: list[Any] = json.loads(content)["results"]
        return len(found) == results and all(result["text"] for result in found)
    except (ValueError, KeyError, TypeError):
        return False


class Sentences(Visitor):
    """A person who types one sentence after the other; a connection of their own."""

    kind = "sentence"


class Forms(Visitor):
    """A person who opens a form, and perhaps its second page."""

    kind = "form"


class Letters(Visitor):
    """An office that sends a letter from its own program: connections are kept."""

    kind = "letter"
    client_pool = HTTPClientPool(concurrency=1_000)


class Documents(Visitor):
    """An office that hands in a long text."""

    kind = "document"
    client_pool = HTTPClientPool(concurrency=1_000)


class Notices(Visitor):
    """A portal that shows what many read."""

    kind = "notice"
    client_pool = HTTPClientPool(concurrency=1_000)


class Broadcasts(Visitor):
    """A warning system: one alert into every target at once."""

    kind = "broadcast"
    client_pool = HTTPClientPool(concurrency=1_000)


VISITORS: dict[KindName, type[Visitor]] = {
    each.kind: each for each in (Sentences, Forms, Letters, Documents, Notices, Broadcasts)
}
