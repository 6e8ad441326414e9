"""The gateway against bare CTranslate2 and a bare route, in one run.

    python -m benchmarks.throughput [--rounds 5] [--sentences 256] [--write docs/benchmarks.md]

Hypothesis: queue, cache and HTTP together cost little beside inference, and nothing when the cache answers.
Every round measures the baseline and the gateway one after the other on sentences no round saw before; figures are the
ratios of a round, reported as median and spread. One warm-up round is thrown away. Excluded: starting, loading models.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import psutil

from benchmarks.load import Sent, post, send
from benchmarks.sentences import spanish
from locales.tags import LanguageTag
from models.catalogue import Catalogue, CatalogueEntry
from models.runtime.load import RunOptions, load_translator
from models.runtime.protocol import TranslationInput, Translator
from models.store import ModelStore

SOURCE, TARGET = "es", "ast"


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    goal: str
    ratios: tuple[float, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=256)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    entry = Catalogue.load().entries[0]
    translator = load_translator(entry, ModelStore(), RunOptions(device="cpu"))
    with serving() as (port, family):
        rounds = [
            measure(port, translator, options.sentences, skip=number * 10 * options.sentences)
            for number in range(options.rounds + 1)
        ][1:]
        memory = {name: resident_mb(family, name) for name in ("engine", "api")}
    translator.close()
    figures = [Figure(name, GOALS[name], tuple(each[name] for each in rounds)) for name in GOALS]
    report = table(figures, memory, entry, options)
    print(report)
    if options.write:
        options.write.write_text(report, encoding="utf-8")


GOALS = {
    "throughput, 64 callers, single sentences, nothing cached ÷ bare CTranslate2": "≥ 0.85",
    "throughput, 8 callers, arrays of 32 sentences, nothing cached ÷ bare CTranslate2": "≥ 0.95",
    "throughput, 64 callers, everything cached ÷ bare FastAPI route": "≥ 0.5",
    "latency p50, one caller, uncached sentence ÷ bare CTranslate2 in a thread": "≤ 1.15",
    "answers equal to those of bare CTranslate2": "–",
}


def measure(port: int, translator: Translator, count: int, skip: int) -> dict[str, float]:
    """One round; each measure gets sentences of its own."""
    names = iter(GOALS)
    single, arrays, alone = (spanish(count, skip + part * count) for part in range(3))

    bare_s, bare_texts = timed_bare(translator, single)
    sent = asyncio.run(send(port, [post("/v1/translate", body([text]), store=False) for text in single], 64))
    result = {next(names): bare_s / sent.seconds}
    equal = sum(a == b for a, b in zip(bare_texts, texts_of(sent), strict=True)) / count

    bare_s, _ = timed_bare(translator, arrays)
    parts = [arrays[start : start + 32] for start in range(0, count, 32)]
    sent = asyncio.run(send(port, [post("/v1/translate", body(part), store=False) for part in parts], 8))
    result[next(names)] = bare_s / sent.seconds

    result[next(names)] = cached_ratio(port, single[0], count * 4)

    alone = alone[:40]
    sent = asyncio.run(send(port, [post("/v1/translate", body([text]), store=False) for text in alone], 1))
    bare = [timed(lambda text=text: translator.translate([as_input(text)])) for text in alone]
    result[next(names)] = statistics.median(sent.latencies) / statistics.median(bare)
    result[next(names)] = equal
    return result


def cached_ratio(port: int, text: str, count: int) -> float:
    request = post("/v1/translate", body([text]), store=True)
    answer = asyncio.run(send(port, [request], 1)).bodies[0]
    ours = asyncio.run(send(port, [request] * count, 64)).seconds
    with bare_route(answer) as bare_port:
        theirs = asyncio.run(send(bare_port, [request] * count, 64)).seconds
    return theirs / ours


def body(texts: Sequence[str]) -> dict[str, object]:
    return {"text": texts[0] if len(texts) == 1 else list(texts), "source": SOURCE, "target": TARGET}


def as_input(text: str) -> TranslationInput:
    return TranslationInput(text, LanguageTag(TARGET))


def timed_bare(translator: Translator, texts: Sequence[str]) -> tuple[float, list[str]]:
    """Our own thin wrapper of CTranslate2: tokenise, one `translate_batch` over everything, detokenise."""
    began = time.perf_counter()
    hypotheses = translator.translate([as_input(text) for text in texts])
    return time.perf_counter() - began, [hypothesis.text for hypothesis in hypotheses]


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def texts_of(sent: Sent) -> list[str]:
    return [json.loads(answer)["results"][0]["text"] for answer in sent.bodies]


@contextmanager
def serving() -> Iterator[tuple[int, psutil.Process]]:
    settings = {"MALGIL_PORT": "0", "MALGIL_ADMIN_PORT": "0", "MALGIL_LOG_LEVEL": "error"}
    environment = {**os.environ, **settings}  # noqa: TID251
    command = [sys.executable, "-P", "-m", "gateway", "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = next(int(found[1]) for line in process.stdout if (found := re.match(r"ready +http://[^:]+:(\d+)", line)))
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def bare_route(answer: bytes) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.json"
        path.write_bytes(answer)
        process = subprocess.Popen([sys.executable, "-P", "-m", "benchmarks.bare_route", str(path), str(port)])
        try:
            _until_listening(port)
            yield port
        finally:
            process.terminate()
            process.wait(10)


def _until_listening(port: int) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the bare route did not start")


def resident_mb(family: psutil.Process, name: str) -> float:
    found = [child for child in family.children() if name in child.cmdline()]
    return max(child.memory_info().rss for child in found) / 2**20


def table(
    figures: Sequence[Figure], memory: dict[str, float], entry: CatalogueEntry, options: argparse.Namespace
) -> str:
    rows = "\n".join(
        f"| {figure.name} | {figure.goal} | {statistics.median(figure.ratios):.2f} |"
        f" {min(figure.ratios):.2f} – {max(figure.ratios):.2f} |"
        for figure in figures
    )
    return PAGE.format(
        rounds=options.rounds,
        sentences=options.sentences,
        pair=f"{SOURCE} → {TARGET}",
        beam=entry.beam_size,
        rows=rows,
        engine=memory["engine"],
        api=memory["api"],
        model=f"{entry.reference} (digest {entry.digest})",
        machine=f"{os.cpu_count()} cores, {platform.machine()}",
        python=platform.python_version(),
        engine_version=ctranslate2.__version__,
    )


PAGE = """# Benchmarks

Written by `make bench`. Ratios of one run, n = {rounds} rounds of {sentences} sentences (about 20 words each),
{pair}, beam {beam}; client, gateway, Valkey and engine share the machine.

| what | goal | median | lowest – highest |
|---|---|---|---|
{rows}

| memory, resident | goal | measured |
|---|---|---|
| engine with the bundled model | ≤ 400 MB | {engine:.0f} MB |
| API process | ≤ 200 MB | {api:.0f} MB |

Model {model}; its quality stands in its card; the last row of the first table shows how
far the gateway changes it (batches of another shape may round differently in int8).
Machine: {machine}; Python {python}, CTranslate2 {engine_version}.
Bare CTranslate2: the same weights, threads and beam, all sentences of a round in one call, with tokenisation.
Excluded: starting and loading. One warm-up round is thrown away.
"""


if __name__ == "__main__":
    main()
