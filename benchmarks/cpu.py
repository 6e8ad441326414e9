"""Where the microseconds of a sentence go: processor time by process, and by step of the way.

    python -m benchmarks.cpu [--rounds 5] [--sentences 512] [--write docs/profile.md]

Hypothesis: inference takes nearly all of it, so little is left to save. Processor time, not time on the clock: a busy
machine changes it little. Rounds go through the loads turn by turn; figures are medians. Beside the service stands bare
CTranslate2, which tokenises and translates the same sentences in one call.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from accessibility.checks import check
from accessibility.masking import mask
from benchmarks.asking import as_input, ask, request
from benchmarks.sentences import spanish
from benchmarks.service import Service, serving
from gateway.batch_queue import Answer, Entry, encode
from gateway.cache import CachedSegment, SegmentKeys
from gateway.schemas.translation import TranslateRequest
from locales.detection import detect
from locales.normalisation import has_letters, normalise, suspicious
from locales.segmentation import split
from locales.tags import LanguageTag
from models.catalogue import Catalogue, CatalogueEntry
from models.runtime.load import RunOptions, load_translator
from models.runtime.tokeniser import Tokeniser
from models.store import ModelStore

ROLES = ("engine", "api", "valkey")
ES, AST = LanguageTag("es"), LanguageTag("ast")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=512)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    entry, store = Catalogue.load().entries[0], ModelStore()
    translator = load_translator(entry, store, RunOptions(device="cpu"))
    bare: list[float] = []
    rounds: list[dict[str, dict[str, float]]] = []
    with serving() as service:
        for number in range(options.rounds + 1):
            texts = spanish(4 * options.sentences, number * 4 * options.sentences)
            bare.append(_own_cpu_us(lambda texts=texts: translator.translate([as_input(t) for t in texts]), len(texts)))
            rounds.append(_loads(service, texts, options.sentences))
    translator.close()
    page = PAGE.format(
        entry=entry.reference,
        rounds=options.rounds,
        sentences=options.sentences,
        bare=statistics.median(bare[1:]),
        processes=_by_process(rounds[1:], statistics.median(bare[1:])),
        steps=_by_step(entry, store),
    )
    print(page)
    if options.write:
        options.write.write_text(page, encoding="utf-8")


def _loads(service: Service, texts: Sequence[str], count: int) -> dict[str, dict[str, float]]:
    """Microseconds of each process for each sentence, by load; every load but the last two has new sentences."""
    single, arrays, kept, alone = (texts[part * count : (part + 1) * count] for part in range(4))
    in_arrays = [request(arrays[start : start + 32], store=False) for start in range(0, count, 32)]
    ask(service.port, [request([text], store=True) for text in kept], 16)
    pairs = [request([f"{a} {b}"], store=True) for a, b in zip(kept, kept[7:] + kept[:7], strict=True)]
    again = [request([kept[0]], store=True)] * count
    return {
        "64 callers, single sentences": _spent(service, [request([t], store=False) for t in single], 64, count),
        "8 callers, arrays of 32": _spent(service, in_arrays, 8, count),
        "1 caller, single sentences": _spent(service, [request([t], store=False) for t in alone[:64]], 1, 64),
        "64 callers, pairs from the segment cache, per request": _spent(service, pairs, 64, count),
        "64 callers, the same request again": _spent(service, again * 2, 64, 2 * count),
    }


def _spent(service: Service, requests: Sequence[bytes], callers: int, sentences: int) -> dict[str, float]:
    before = _by_role(service)
    client = time.process_time()
    ask(service.port, requests, callers)
    client = time.process_time() - client
    after = _by_role(service)
    spent = {role: 1e6 * (after[role] - before[role]) / sentences for role in ROLES}
    return {**spent, "client": 1e6 * client / sentences}


def _by_role(service: Service) -> dict[str, float]:
    found = dict.fromkeys(ROLES, 0.0)
    for child in service.family.children():
        words = " ".join(child.cmdline())
        role = next(role for role in ("valkey", "engine", "api") if role in words.rsplit("/", 1)[-1] or role in words)
        times = child.cpu_times()
        found[role] += times.user + times.system
    return found


def _own_cpu_us(call: Callable[[], object], count: int) -> float:
    began = time.process_time()
    call()
    return 1e6 * (time.process_time() - began) / count


def _by_process(rounds: Sequence[dict[str, dict[str, float]]], bare: float) -> str:
    """The last column is the throughput that could be had at most, were every core busy all the time."""
    lines = ["| load | engine | API | Valkey | the load itself | bare ÷ all |", "|---|---|---|---|---|---|"]
    for load in rounds[0]:
        middle = {role: statistics.median(each[load][role] for each in rounds) for role in (*ROLES, "client")}
        limit = f"{bare / sum(middle.values()):.2f}" if middle["engine"] > bare / 2 else "–"
        cells = [f"{middle[role]:,.0f}" for role in (*ROLES, "client")]
        lines.append(f"| {load} | " + " | ".join([*cells, limit]) + " |")
    return "\n".join(lines)


def _by_step(entry: CatalogueEntry, store: ModelStore) -> str:
    """Every step of Python on the way, alone, over sentences it has not seen."""
    folder = store.open(entry)
    tokeniser = Tokeniser(folder.path, entry)
    texts = spanish(400, 5_000_000)
    pieces = [tokeniser.encode(text) for text in texts]
    keys = SegmentKeys(b"secret")
    bodies = [json.dumps({"text": text, "source": "es", "target": "ast"}).encode() for text in texts]
    entries = [Entry(keys.key("", text), text, "ast", 1, 0) for text in texts]
    read_body = TranslateRequest.model_validate_json
    steps: dict[str, Callable[[int], object]] = {
        "API: body read and validated": lambda n: read_body(bodies[n]),
        "API: normalised": lambda n: (normalise(texts[n]), suspicious(texts[n])),
        "API: cut into segments": lambda n: split(texts[n], ES),
        "API: letters found": lambda n: has_letters(texts[n]),
        "API: language detected, where it is not named": lambda n: detect(texts[n]),
        "API: key of the cache": lambda n: keys.key("public", entry.digest, "1", "", "ast", texts[n], ""),
        "API: entry written for the queue": lambda n: encode(entries[n]),
        "engine: links and addresses masked": lambda n: mask(texts[n]),
        "engine: tokenised": lambda n: tokeniser.encode(texts[n]),
        "engine: detokenised": lambda n: tokeniser.decode(pieces[n]),
        "engine and API: meaning checked": lambda n: check(texts[n], texts[n - 1], AST, complete=True),
        "engine: answer written": lambda n: encode((Answer("k", "done", CachedSegment(texts[n], True)),)),
    }
    lines = ["| step | µs |", "|---|---|"]
    for name, step in steps.items():
        step(0)
        best = min(_own_cpu_us(lambda step=step: [step(n) for n in range(len(texts))], len(texts)) for _ in range(5))
        lines.append(f"| {name} | {best:,.0f} |")
    return "\n".join(lines)


PAGE = """# Where the microseconds go

Written by `python -m benchmarks.cpu --write docs/profile.md`. Processor time in µs for one sentence of about 20 words,
{entry}, medians of {rounds} rounds of {sentences} sentences.

Bare CTranslate2, tokenisation included: {bare:,.0f} µs.

{processes}

"bare ÷ all" is what throughput beside bare CTranslate2 could be at most with these costs, every core busy all the time;
the rest to 1 is what is left to save. An engine that gets single sentences from 64 callers makes smaller batches than
one call over all of them, and a batch of one costs more for a sentence than a full one, with or without the gateway:
that part of the engine's time is inference too.

## Steps in Python

The least of five runs over 400 sentences. What is checked costs once in the engine, to look for a better hypothesis,
and its report goes to the API with the answer.

{steps}
"""


if __name__ == "__main__":
    main()
