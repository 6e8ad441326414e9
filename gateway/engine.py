"""The engine process: pulls entries from the batch queues, translates them, answers them.

One thread per CTranslate2 worker pulls the moment it is free, so an idle system adds no delay and a busy one makes
large batches. A watch thread keeps the sign of life, takes over the entries of dead engines and notices a stop signal.
Whoever takes an entry answers it: `_answer` ends in `settle`, whatever the translator does.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from queue import Empty, SimpleQueue

import redis

from gateway import keys
from gateway.batch_queue import Answer, Entry
from gateway.connections import REDIS_ERRORS, blocking_client
from gateway.fleet import Fleet
from gateway.guard import guard_of
from gateway.judgement import segment_of
from gateway.promotions import POLL_S, Promotions
from gateway.receiver import ENGINE_BEAT_MS, MAX_DELIVERIES, Budget, Delivered, Receiver
from gateway.settings import Settings
from gateway.telemetry import (
    BATCH_ENTRIES,
    BATCH_SECONDS,
    ENTRIES,
    HANDED_BACK,
    QUEUE_SECONDS,
    RECLAIMED,
    log,
    where,
)
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.runtime.devices import Device, device_at_hand
from models.runtime.load import RunOptions, load_translator
from models.runtime.protocol import Hypothesis, NBestInput, TranslationFailed, TranslationInput, Translator
from models.runtime.residency import Residency
from models.runtime.threads import thread_layout
from models.standing import Served
from models.store import ModelStore

# What one pull brings by default: some 40 sentences, or as many labels as keep padding low.
PULL = Budget(entries=128, characters=4096)
# Weights up to so many bytes stay in a processor's cache, so a batch of ten costs hardly more a sentence than one of
# forty. Short batches keep every worker at work and their callers waiting less.
IN_CACHE = 48 * 2**20
PULL_WAIT_MS = 500
SPARE_REST_S = 0.005
# A thread that checks a batch hands over so soon: Python's own 5 ms, a few times over, take as long as a sentence.
SWITCH_S = 0.0005
HUNG_STATUS = 70
# It must outlast the wait for entries.
READ_TIMEOUT_S = 5 + PULL_WAIT_MS / 1000


def _end_process() -> None:
    """At once and without cleaning up: a thread that hangs cannot be ended otherwise. Who supervises starts another."""
    os._exit(HUNG_STATUS)


class Engine:
    """Serves one translator from one queue with `threads` threads until `stop` is set."""

    def __init__(
        self,
        translator: Translator,
        client: redis.Redis,
        threads: int,
        stop: threading.Event,
        *,
        budget: Budget = PULL,
        hung_s: float = 120.0,
        end: Callable[[], object] = _end_process,
    ) -> None:
        self._translator = translator
        self._model = translator.reference
        self._receiver = Receiver(client, self._model, f"{socket.gethostname()}-{secrets.token_hex(4)}")
        self._threads = threads
        self._stop = stop
        self._budget = budget
        self._hung_s = hung_s
        self._end = end
        self._at_hand: set[bytes] = set()
        self._reclaimed: SimpleQueue[Delivered] = SimpleQueue()
        self._began: dict[str, float] = {}

    def run(self) -> None:
        """Blocks until the stop event; then finishes the batches at hand, hands back the others, leaves the queue."""
        self._once(self._receiver.beat)
        # Of several threads one takes what bulk there is; the others keep free for people while those ask.
        workers = [threading.Thread(target=self._pull, args=(n > 0,), name=f"worker-{n}") for n in range(self._threads)]
        for worker in workers:
            worker.start()
        while not self._stop.wait(ENGINE_BEAT_MS / 1000):
            self._going_on(self._watch)
        while any(worker.is_alive() for worker in workers):
            # Still alive: nobody else may take what it finishes.
            self._once(self._receiver.beat)
            workers[0].join(ENGINE_BEAT_MS / 1000)
            workers = [worker for worker in workers if worker.is_alive()]
        self._once(self._receiver.leave)

    def _watch(self) -> None:
        now = time.monotonic()
        if any(now - began > self._hung_s for began in list(self._began.values())):
            log().error("engine_hung", model=self._model, seconds=self._hung_s)
            self._end()
        try:
            reclaimed = self._receiver.reclaim(self._receiver.beat(), self._at_hand)
        except REDIS_ERRORS:
            return
        for item in reclaimed:
            RECLAIMED.labels(self._model).inc()
            if item.deliveries > MAX_DELIVERIES:
                log().error("entry_given_up", model=self._model, deliveries=item.deliveries)
                self._once(partial(self._receiver.give_up, item))
            else:
                self._at_hand.add(item.id)
                self._reclaimed.put(item)

    def _pull(self, spare: bool) -> None:
        while not self._stop.is_set():
            self._going_on(partial(self._pull_once, spare=spare))

    def _pull_once(self, *, spare: bool) -> None:
        try:
            # Alone: if one entry killed the last engine, its neighbours must not die with it again.
            self._work([self._reclaimed.get_nowait()])
            return
        except Empty:
            pass
        try:
            delivered = self._receiver.pull(self._budget, PULL_WAIT_MS, spare=spare)
        except REDIS_ERRORS:
            self._stop.wait(0.2)
            return
        if spare and not delivered:
            self._stop.wait(SPARE_REST_S)  # leaves the bell to one who takes bulk
        elif delivered and self._stop.is_set():
            HANDED_BACK.labels(self._model).inc(len(delivered))
            self._once(partial(self._receiver.hand_back, delivered))
        elif delivered:
            for item in delivered:
                QUEUE_SECONDS.labels(self._model, item.entry.lane).observe(item.waited_ms / 1000)
            self._work(delivered)

    def _going_on(self, work: Callable[[], None]) -> None:
        """A mistake of ours, loudly, and without the end of the thread: an engine that lives must work."""
        try:
            work()
        # Whatever was raised, the entries at hand are in the stream and will be taken again.
        except Exception as error:  # noqa: BLE001
            log().error("engine_failed", model=self._model, **where(error))
            self._stop.wait(0.2)

    def _work(self, delivered: Sequence[Delivered]) -> None:
        ids, worker = [item.id for item in delivered], threading.current_thread().name
        self._at_hand.update(ids)
        self._began[worker] = time.monotonic()
        try:
            self._answer(delivered)
        finally:
            del self._began[worker]
            self._at_hand.difference_update(ids)

    def _answer(self, delivered: Sequence[Delivered]) -> None:
        due: list[Delivered] = []
        late: list[Delivered] = []
        for item in delivered:
            (due if self._receiver.in_time(item) else late).append(item)
        answers = [Answer(item.entry.key, "expired") for item in late] + self._translate(due)
        for item, answer in zip([*late, *due], answers, strict=True):
            ENTRIES.labels(self._model, item.entry.lane, answer.outcome).inc()
        self._once(lambda: self._receiver.settle([*late, *due], answers))

    def _translate(self, due: Sequence[Delivered]) -> list[Answer]:
        if not due:
            return []
        inputs = [_input(item.entry) for item in due]
        began = time.perf_counter()
        hypotheses = self._hypotheses(inputs)
        BATCH_SECONDS.labels(self._model).observe(time.perf_counter() - began)
        BATCH_ENTRIES.labels(self._model).observe(len(due))
        return [
            Answer(item.entry.key, "failed")
            if hypothesis is None
            else Answer(item.entry.key, "done", segment_of(hypothesis))
            for item, hypothesis in zip(due, hypotheses, strict=True)
        ]

    def _hypotheses(self, inputs: Sequence[TranslationInput]) -> Sequence[Hypothesis | None]:
        try:
            return self._translator.translate(inputs)
        except TranslationFailed as failure:
            log().error("segments_failed", model=self._model, failed=len(failure.failed), size=len(inputs))
            return failure.results
        # The loop that must answer its batch: whatever the runtime raises, every caller hears of it, and only the
        # entry that it raises for fails.
        except Exception as error:  # noqa: BLE001
            log().error("batch_failed", model=self._model, size=len(inputs), **where(error))
            if len(inputs) == 1:
                return [None]
            middle = len(inputs) // 2
            return [*self._hypotheses(inputs[:middle]), *self._hypotheses(inputs[middle:])]

    def _once(self, call: Callable[[], object]) -> None:
        try:
            call()
        except REDIS_ERRORS as error:
            # The entries stay in the stream until `_watch` takes them again, or Redis lost them: the API queues them.
            log().warning("redis_lost", model=self._model, **where(error))


def _input(entry: Entry) -> TranslationInput:
    fields = entry.text, LanguageTag(entry.target), LanguageTag(entry.source) if entry.source else None
    aside = entry.lane == "bulk"
    return NBestInput(*fields, entry.others, aside=aside) if entry.others else TranslationInput(*fields, aside=aside)


def run_options(settings: Settings) -> RunOptions:
    layout = thread_layout(settings.engine_threads)
    return RunOptions(
        device=settings.device,
        compute_type=settings.compute_type,
        inter_threads=layout.inter_threads,
        intra_threads=layout.intra_threads,
        max_batch_tokens=settings.max_batch_tokens,
        scores=settings.quality_bands,
    )


def pull_budget(batch_tokens: int, weights: int, device: Device) -> Budget:
    """For weights of so many bytes. Characters are counted at some four to a token: half of an inference batch, or an
    eighth where short batches lose nothing. While people ask, a batch of bulk is short, so that a lone worker is soon
    free again."""
    short = device == "cpu" and weights <= IN_CACHE
    return Budget(PULL.entries, batch_tokens // 2 if short else 2 * batch_tokens, batch_tokens // 4)


def serve(settings: Settings, served: Served, store: ModelStore, redis_url: str, promotions: Promotions) -> None:
    """Load every promoted model, then serve all queues until SIGTERM or SIGINT, whatever is promoted meanwhile."""
    sys.setswitchinterval(SWITCH_S)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    options = run_options(settings)
    residency = Residency(
        lambda entry: load_translator(entry, store, options, guard_of(entry)),
        budget_bytes=settings.model_memory_mb * 2**20,
        idle_s=settings.model_idle_s,
        heard=lambda event, model: log().info(f"model_{event}", model=model),
    )
    # One thread more than workers: while they compute, it reads and tokenises what comes next or writes answers.
    count = options.inter_threads + 1

    bytes_of: dict[str, int] = {}

    def load(entry: CatalogueEntry) -> Translator:
        bytes_of[entry.reference] = store.open(entry).bytes
        return residency.translator(entry, bytes_of[entry.reference])

    def work(translator: Translator, ended: threading.Event) -> Callable[[], object]:
        budget = pull_budget(options.max_batch_tokens, bytes_of[translator.reference], device_at_hand(options.device))
        client = blocking_client(redis_url, READ_TIMEOUT_S)
        return Engine(translator, client, count, ended, budget=budget, hung_s=settings.engine_hung_ms / 1000).run

    client = blocking_client(redis_url, READ_TIMEOUT_S)
    fleet = Fleet(load, work, partial(_awaited, client))
    fleet.start(served.loaded)
    log().info("engine_ready", models=fleet.models, threads=options.inter_threads)
    while not stop.wait(POLL_S):
        if changed := promotions.changed():
            fleet.follow(changed.loaded)
        fleet.sweep()
        residency.sweep()
    fleet.close()
    client.close()
    log().info("engine_stopped")


def _awaited(client: redis.Redis, model: str) -> bool:
    """Whether an API process may still ask for a model; when in doubt it may."""
    try:
        return bool(client.exists(keys.awaited(model)))
    except REDIS_ERRORS:
        return True
