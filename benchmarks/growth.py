"""Whether the segment cache stays as fast when it is full.

Hypothesis: a lookup costs the same among a thousand cached segments and among a million. The stores inside the process
are switched off, so every request asks Valkey.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import redis

from benchmarks.asking import ask, request
from benchmarks.figure import Figure
from benchmarks.sentences import spanish
from benchmarks.service import serving
from gateway import keys
from gateway.cache import CachedSegment, encode
from gateway.embedded import EmbeddedValkey

FEW, MANY = 1_000, 1_000_000
_MEMORY_MB = 1_500
_PIPELINE = 10_000


def figures(rounds: int, sentences: int, many: int = MANY) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        valkey = EmbeddedValkey(Path(folder), _MEMORY_MB)
        process = subprocess.Popen(valkey.command(), stdout=subprocess.DEVNULL)
        try:
            return [_growth(valkey.url, rounds, sentences, many)]
        finally:
            process.terminate()
            process.wait(10)


def _growth(url: str, rounds: int, sentences: int, many: int) -> Figure:
    known = [request([text], store=True) for text in spanish(sentences)]
    with (
        redis.Redis.from_url(url) as client,
        serving(MALGIL_REDIS_URL=url, MALGIL_LOCAL_CACHE_SEGMENTS="0", MALGIL_KEPT_RESPONSE_BYTES="0") as service,
    ):
        ask(service.port, known, 16)
        among = []
        for size in (FEW, many):
            _fill(client, size)
            ask(service.port, known, 64)
            among.append([ask(service.port, known * 4, 64).seconds for _ in range(rounds)])
        if client.dbsize() < many:
            print(f"only {client.dbsize()} segments fitted", file=sys.stderr)
    name = f"throughput from Valkey among {many:,} cached segments ÷ among {FEW:,}"
    return Figure(name, "about 1", tuple(few / much for few, much in zip(*among, strict=True)))


def _fill(client: redis.Redis, size: int) -> None:
    value = encode(CachedSegment("La biblioteca abre a les nueve de la mañana y cierra a les ocho de la tarde.", True))
    while (missing := size - int(client.dbsize())) > 0:
        pipeline = client.pipeline(transaction=False)
        for _ in range(min(missing, _PIPELINE)):
            pipeline.set(keys.segment(secrets.token_hex(16)), value, ex=86_400)
        pipeline.execute()
