"""The gateway against bare CTranslate2 and a bare route.

Hypothesis: queue, cache and HTTP together cost little beside inference, and nothing when the cache answers.
Every round measures the baseline and the gateway one after the other on sentences no round saw before; one warm-up
round is thrown away.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence

from benchmarks.asking import as_input, ask, request, texts_of, timed, timed_bare
from benchmarks.figure import Figure
from benchmarks.sentences import spanish
from benchmarks.service import Service, bare_route, serving
from models.runtime.protocol import Translator

GOALS = {
    "throughput, 64 callers, single sentences, nothing cached ÷ bare CTranslate2": "≥ 0.85",
    "the same, every inference batch one or two sentences (`MALGIL_MAX_BATCH_TOKENS=64`)": "–",
    "throughput, 8 callers, arrays of 32 sentences, nothing cached ÷ bare CTranslate2": "≥ 0.95",
    "throughput, 64 callers, the same request again and again ÷ bare FastAPI route": "≥ 0.5",
    "the same, known sentences in company they never had before (segment cache alone)": "–",
    "throughput, 64 callers, a stream where few sentences are frequent (Zipf, s = 1) ÷ bare CTranslate2 for all": "–",
    "latency p50, one caller, uncached sentence ÷ bare CTranslate2 in a thread": "≤ 1.15",
    "answers equal to those of bare CTranslate2": "–",
}


def figures(service: Service, translator: Translator, rounds: int, sentences: int) -> list[Figure]:
    with serving(MALGIL_MAX_BATCH_TOKENS="64") as unbatched:
        measured = [
            _round(service, unbatched, translator, sentences, skip=number * 10 * sentences)
            for number in range(rounds + 1)
        ][1:]
    return [
        Figure(name, goal, tuple(each[number] for each in measured))
        for number, (name, goal) in enumerate(GOALS.items())
    ]


def _round(service: Service, unbatched: Service, translator: Translator, count: int, skip: int) -> tuple[float, ...]:
    """The values in the order of GOALS; each measure gets sentences of its own."""
    single, arrays, alone, frequent = (spanish(count, skip + part * count) for part in range(4))
    bare_s, bare_texts = timed_bare(translator, single)
    requests = [request([text], store=False) for text in single]
    sent = ask(service.port, requests, 64)
    one_by_one = ask(unbatched.port, requests, 64)
    arrays_bare_s, _ = timed_bare(translator, arrays)
    parts = [arrays[start : start + 32] for start in range(0, count, 32)]
    arrays_sent = ask(service.port, [request(part, store=False) for part in parts], 8)
    return (
        bare_s / sent.seconds,
        bare_s / one_by_one.seconds,
        arrays_bare_s / arrays_sent.seconds,
        *_cached(service.port, single, count),
        _zipf(service.port, translator, frequent, count, seed=skip),
        _latency(service.port, translator, alone[:40]),
        sum(a == b for a, b in zip(bare_texts, texts_of(sent), strict=True)) / count,
    )


def _cached(port: int, known: Sequence[str], count: int) -> tuple[float, float]:
    """The same request, and pairs of known sentences, against a route that answers the bytes of the first of each."""
    same = [request([known[0]], store=True)] * (4 * count)
    pairs = [request([" ".join(pair)], store=True) for pair in _pairs(known, 2 * count)]
    ask(port, [request([text], store=True) for text in known], 16)
    ratios = []
    for requests in (same, pairs):
        answer = ask(port, requests[:1], 1).bodies[0]
        ours = ask(port, requests, 64).seconds
        with bare_route(answer) as bare_port:
            ratios.append(ask(bare_port, requests, 64).seconds / ours)
    return ratios[0], ratios[1]


def _pairs(known: Sequence[str], count: int) -> list[tuple[str, str]]:
    rng = random.Random(len(known))
    return [(rng.choice(known), rng.choice(known)) for _ in range(count)]


def _zipf(port: int, translator: Translator, texts: Sequence[str], count: int, seed: int) -> float:
    weights = [1 / rank for rank in range(1, len(texts) + 1)]
    stream = random.Random(seed).choices(texts, weights, k=2 * count)
    bare_s, _ = timed_bare(translator, stream)
    return bare_s / ask(port, [request([text], store=True) for text in stream], 64).seconds


def _latency(port: int, translator: Translator, texts: Sequence[str]) -> float:
    sent = ask(port, [request([text], store=False) for text in texts], 1)
    bare = [timed(lambda text=text: translator.translate([as_input(text)])) for text in texts]
    return statistics.median(sent.latencies) / statistics.median(bare)
