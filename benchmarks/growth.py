"""Whether the segment cache stays as fast when it is full.

Hypothesis: a lookup costs the same among a thousand cached segments and among a million. The stores inside the process
are switched off, so every request asks Valkey.
"""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import redis

from benchmarks.asking import ask, request
from benchmarks.figure import Figure
from benchmarks.sentences import spanish
from benchmarks.service import Service, serving
from gateway import keys
from gateway.cache import CachedSegment, encode
from gateway.embedded import EmbeddedValkey

FEW, MANY = 1_000, 1_000_000
_MEMORY_MB = 1_500
_PIPELINE = 10_000


def figures(rounds: int, sentences: int, many: int = MANY) -> list[Figure]:
    """Two services, each with a Valkey of its own, asked in turn: a machine whose speed changes is as fast for both."""
    known = [request([text], store=True) for text in spanish(sentences)]
    with _filled(FEW, known) as few, _filled(many, known) as full:
        ratios = []
        for _ in range(rounds):
            beside = ask(few.port, known * 4, 64).seconds
            ratios.append(beside / ask(full.port, known * 4, 64).seconds)
    return [Figure(f"throughput from Valkey among {many:,} cached segments ÷ among {FEW:,}", "about 1", tuple(ratios))]


@contextlib.contextmanager
def _filled(size: int, known: Sequence[bytes]) -> Iterator[Service]:
    """A service that has answered the known requests, among so many other segments."""
    with tempfile.TemporaryDirectory() as folder:
        valkey = EmbeddedValkey(Path(folder), _MEMORY_MB)
        process = subprocess.Popen(valkey.command(), stdout=subprocess.DEVNULL)
        try:
            stores = {"MALGIL_LOCAL_CACHE_SEGMENTS": "0", "MALGIL_KEPT_RESPONSE_BYTES": "0"}
            with redis.Redis.from_url(valkey.url) as client, serving(MALGIL_REDIS_URL=valkey.url, **stores) as service:
                ask(service.port, known, 16)
                _fill(client, size)
                if client.dbsize() < size:
                    print(f"only {client.dbsize()} of {size} segments fitted", file=sys.stderr)
                ask(service.port, known, 64)
                yield service
        finally:
            process.terminate()
            process.wait(10)


def _fill(client: redis.Redis, size: int) -> None:
    value = encode(CachedSegment("La biblioteca abre a les nueve de la mañana y cierra a les ocho de la tarde.", True))
    while (missing := size - int(client.dbsize())) > 0:
        pipeline = client.pipeline(transaction=False)
        for _ in range(min(missing, _PIPELINE)):
            pipeline.set(keys.segment(secrets.token_hex(16)), value, ex=86_400)
        pipeline.execute()
