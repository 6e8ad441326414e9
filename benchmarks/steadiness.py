"""How latency behaves before saturation: arrivals that do not wait for answers, and more and more callers.

Hypothesis: without a fixed batching delay, latency grows only when the workers are busy, and then slowly.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Sequence

from benchmarks.asking import ask, request
from benchmarks.figure import Figure
from benchmarks.load import send
from benchmarks.sentences import spanish
from benchmarks.service import Service

SHARE = 0.7
CALLERS = (1, 2, 4, 8, 16, 32, 64)
_OTHERS = 5_000_000  # sentences no other benchmark asks for


def figures(service: Service, rounds: int, sentences: int) -> list[Figure]:
    tails, growth = [], []
    for number in range(rounds + 1):
        skip = _OTHERS + number * 20 * sentences
        flood = ask(service.port, _requests(sentences, skip), 64)
        tails.append(_tail(service.port, SHARE * sentences / flood.seconds, _requests(sentences, skip + sentences)))
        growth.append(_growth(service.port, sentences // 2, skip + 2 * sentences))
    return [
        Figure(
            "p99 ÷ p50 of latency, Poisson arrivals at 70 % of the throughput of 64 callers", "≤ 4", tuple(tails[1:])
        ),
        Figure("seconds of work per sentence, 64 callers ÷ the least of 1 to 32 callers", "about 1", tuple(growth[1:])),
    ]


def _requests(count: int, skip: int) -> list[bytes]:
    return [request([text], store=False) for text in spanish(count, skip)]


def _tail(port: int, rate: float, requests: Sequence[bytes]) -> float:
    latencies = sorted(asyncio.run(_arrivals(port, rate, requests)))
    return latencies[int(0.99 * (len(latencies) - 1))] / statistics.median(latencies)


async def _arrivals(port: int, rate: float, requests: Sequence[bytes]) -> list[float]:
    """Latencies of requests that arrive at random, `rate` a second, each on a connection of its own."""
    rng = random.Random(len(requests))
    began, at, running = time.perf_counter(), 0.0, []
    for each in requests:
        at += rng.expovariate(rate)
        await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
        running.append(asyncio.create_task(send(port, [each], 1)))
    return [sent.latencies[0] for sent in await asyncio.gather(*running)]


def _growth(port: int, count: int, skip: int) -> float:
    spent = {
        callers: ask(port, _requests(count, skip + place * count), callers).seconds / count
        for place, callers in enumerate(CALLERS)
    }
    return spent[CALLERS[-1]] / min(spent[callers] for callers in CALLERS[:-1])
