"""Who visits: one locust user class for each kind of visit. Importing this patches the standard library (gevent)."""

from __future__ import annotations

import json
import re
import secrets
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, ClassVar, Protocol

import gevent
import msgspec
from gevent.pool import Group
from geventhttpclient.client import HTTPClientPool
from locust import task
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment
from locust.exception import StopUser
from msgspec import Struct

from loadtests import papers
from loadtests.access import NO_KEY, Access
from loadtests.measured import Result, Sample
from loadtests.plan import Ask
from loadtests.profiles import KindName

ROUTE = "/v1/translate"
DOCUMENTS = "/v1/documents"
POLL_S = 1.0
"""How often somebody who handed in a document asks how far it is."""

REFUSALS = (429, 503)
UNFINISHED = ("queued", "translating")
CLOSED = ("HTTPConnectionClosed", "ConnectionResetError", "BrokenPipeError")
CLOSED_WITHIN_S = 2.0
"""A kept connection that breaks this soon (a round trip on the longest link) was closed before the request arrived: RFC
9110 §9.2.2 lets a client whose request changes nothing send it again, and browsers do."""

MOST_KEPT = 10
"""So many connections in a row may turn out to be closed."""

_CODE = re.compile(rb'"code":\s*"([a-z_]{1,40})"')


@cache
def _verified() -> ssl.SSLContext:
    return ssl.create_default_context()


def trusted(cafile: str | None = None) -> ssl.SSLContext:  # noqa: ARG001 the client names its own authorities
    """Trusts whom the machine trusts, as the look at the service before the run does; made once, for it takes long."""
    return _verified()


def kept_connections() -> HTTPClientPool:
    """For programs, which keep their connections and share them."""
    return HTTPClientPool(concurrency=1_000, insecure=False, ssl_context_factory=trusted)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 and an error when nothing did."""

    status: int
    content: bytes
    error: BaseException | None
    retry_after: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a request. `closed`: the connection broke at once, so the request may never have arrived."""

    result: Result
    status: int = 0
    why: str = ""
    retry_after: bool = False
    resent: bool = False
    closed: bool = False
    polls: int = 0


class Desk(Protocol):
    """Where visitors look at the clock, are let in, and leave what they measured."""

    patience_s: float
    document_patience_s: float

    def now(self) -> float: ...

    def enter(self) -> bool: ...

    def leave(self, sample: Sample, entered: bool) -> None: ...


class Visitor(FastHttpUser):
    """Comes once, asks at the times of its plan whether or not it was answered, and goes."""

    abstract = True
    insecure = False
    max_redirects = 0
    """Nobody takes the load elsewhere, or the key."""

    ssl_context_factory = staticmethod(trusted)
    access: ClassVar[Access] = NO_KEY
    kind: ClassVar[KindName]

    def __init__(self, environment: Environment, asks: Sequence[Ask], desk: Desk) -> None:
        super().__init__(environment)
        self._asks = asks
        self._desk = desk
        self._answered = False
        self._afterwards = Group()

    @task
    def visit(self) -> None:
        under_way = Group()
        for ask in self._asks:
            gevent.sleep(max(0.0, ask.at_s - self._desk.now()))
            under_way.spawn(self._ask, ask)
        under_way.join()
        self._afterwards.join()
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
                polls=came.polls,
            ),
            entered,
        )

    @property
    def _patience_s(self) -> float:
        return self._desk.patience_s

    def _asked(self, ask: Ask, text: str | list[str]) -> Came:
        kept = self.client_pool is not None or self._answered
        try:
            with gevent.Timeout(self._patience_s):
                came, again = self._sent(ask, text), 0
                while kept and came.closed and again < MOST_KEPT:
                    came, again = replace(self._sent(ask, text), resent=True), again + 1
                self._answered = self._answered or came.result == "answered"
                return came
        except gevent.Timeout:
            return Came("failed", why="time-out")

    def _sent(self, ask: Ask, text: str | list[str]) -> Came:
        body = json.dumps({"text": text, "source": ask.source, "target": ask.targets})
        answer = self._exchange("POST", ROUTE, "application/json", body.encode())
        return _judged(answer, partial(_complete, ask.results(text)))

    def _exchange(self, method: str, path: str, media_type: str = "", body: Any = None) -> Answer:
        began = self._desk.now()
        headers = {**self.access.headers, "X-Request-Timeout-Ms": str(round(self._desk.patience_s * 1000))}
        if media_type:
            headers["Content-Type"] = media_type
        with self.client.request(
            method, path, data=body, headers=headers, name=self.kind, catch_response=True
        ) as response:
            response.success()  # judged here, not in the statistics of locust
            return Answer(
                response.status_code or 0,
                response.content or b"",
                getattr(response, "error", None),
                "retry-after" in (response.headers or ()),
                self._desk.now() - began,
            )


def _judged(answer: Answer, complete: Callable[[bytes], bool]) -> Came:
    if answer.status == 200:
        return Came("answered", 200) if complete(answer.content) else Came("failed", 200, "incomplete answer")
    found = _CODE.search(answer.content)
    why = found[1].decode() if found else _named(answer.error) if answer.error and not answer.status else ""
    result: Result = "refused" if answer.status in REFUSALS else "failed"
    closed = why in CLOSED and answer.seconds < CLOSED_WITHIN_S
    return Came(result, answer.status, why, answer.retry_after, closed=closed)


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


class _Error(Struct):
    code: str


class _Job(Struct):
    id: str
    state: str
    error: _Error | None = None


def _job(answer: Answer) -> _Job:
    """What a service that says otherwise than it should is told apart by: a state that nobody knows."""
    try:
        return msgspec.json.decode(answer.content, type=_Job)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Job("unknown", "unknown")


class Sentences(Visitor):
    """A person who types one sentence after the other; a connection of their own."""

    kind = "sentence"


class Forms(Visitor):
    """A person who opens a form, and perhaps its second page."""

    kind = "form"


class Letters(Visitor):
    """An office that sends a letter from its own program: connections are kept."""

    kind = "letter"
    client_pool = kept_connections()


class Documents(Visitor):
    """An office that hands in a document, asks how far it is, fetches the translation and has the service forget it."""

    kind = "document"
    client_pool = kept_connections()

    @property
    def _patience_s(self) -> float:
        return self._desk.document_patience_s

    def _sent(self, ask: Ask, text: str | list[str]) -> Came:
        assert isinstance(text, str)
        boundary = secrets.token_hex(16)
        fields = {"source": ask.source, "target": ask.targets[0]}
        form = papers.form(papers.document(text), fields, boundary)
        handed_in = self._exchange("POST", DOCUMENTS, f"multipart/form-data; boundary={boundary}", form)
        if handed_in.status != 202:
            return _judged(handed_in, lambda _: False)
        path = f"{DOCUMENTS}/{_job(handed_in).id}"
        polls = 0
        try:
            while True:
                gevent.sleep(POLL_S)
                polls += 1
                asked = self._exchange("GET", path)
                if asked.status == 200 and (job := _job(asked)).state not in UNFINISHED:
                    break
                # Refused or not even heard, it asks again, as long as it has patience.
                if asked.status not in (0, 200, *REFUSALS):
                    return replace(_judged(asked, lambda _: False), polls=polls)
            if job.state != "done":
                return Came("failed", 200, job.error.code if job.error else "", polls=polls)
            fetched = self._exchange("GET", f"{path}/result")
            return replace(_judged(fetched, lambda content: papers.complete(content, text)), polls=polls)
        except gevent.Timeout:
            return Came("failed", why="time-out", polls=polls)
        finally:
            self._afterwards.spawn(self._forget, path)

    def _forget(self, path: str) -> None:
        with gevent.Timeout(self._desk.patience_s, False):
            self._exchange("DELETE", path)


class Notices(Visitor):
    """A portal that shows what many read."""

    kind = "notice"
    client_pool = kept_connections()


class Broadcasts(Visitor):
    """A warning system: one alert into every target at once."""

    kind = "broadcast"
    client_pool = kept_connections()


VISITORS: dict[KindName, type[Visitor]] = {
    each.kind: each for each in (Sentences, Forms, Letters, Documents, Notices, Broadcasts)
}
