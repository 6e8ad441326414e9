"""Every speed figure of Malgil in one run, beside its baseline.

    python -m benchmarks [--rounds 5] [--sentences 256] [--many 1000000] [--libretranslate PYTHON] [--write FILE]

`--libretranslate` names the Python of an environment that LibreTranslate is installed in (docs/howto/benchmarks.md);
without it that comparison is left out and the page says so.
"""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path

import ctranslate2

from benchmarks import documents, growth, libretranslate, start, steadiness, throughput
from benchmarks.figure import table
from benchmarks.service import serving
from models.catalogue import Catalogue
from models.runtime.load import RunOptions, load_translator
from models.store import ModelStore


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=256)
    parser.add_argument("--many", type=int, default=growth.MANY, help="cached segments of a full cache")
    parser.add_argument("--libretranslate", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    entry = Catalogue.load().entries[0]
    store = ModelStore()
    translator = load_translator(entry, store, RunOptions(device="cpu"))
    with serving() as service:
        speed = throughput.figures(service, translator, options.rounds, options.sentences)
        steady = steadiness.figures(service, options.rounds, options.sentences)
        beside = documents.figures(service, options.rounds)
        rival = (
            libretranslate.figures(
                options.libretranslate, service, entry, store, options.rounds, options.sentences // 4
            )
            if options.libretranslate
            else ()
        )
        memory = {role: service.resident_mb(role) for role in ("engine", "api")}
    translator.close()
    page = PAGE.format(
        rounds=options.rounds,
        sentences=options.sentences,
        speed=table(speed),
        steady=table(
            [
                *steady,
                *beside,
                *growth.figures(options.rounds, options.sentences, options.many),
                *start.figures(options.rounds),
            ]
        ),
        rival=table(rival) + "\n\n" + libretranslate.NOTE
        if rival
        else "Not measured in this run: no `--libretranslate`.",
        engine=memory["engine"],
        api=memory["api"],
        beam=entry.beam_size,
        model=f"{entry.reference} (digest {entry.digest})",
        machine=f"{os.cpu_count()} cores, {platform.machine()}",
        python=platform.python_version(),
        engine_version=ctranslate2.__version__,
    )
    print(page)
    if options.write:
        options.write.write_text(page, encoding="utf-8")


PAGE = """# Benchmarks

Written by `make bench`. Ratios of one run, n = {rounds} rounds of {sentences} sentences (about 20 words each),
es → ast, beam {beam}; client, gateway, Valkey and engine share the machine.

{speed}

## Steadiness and growth

{steady}

| memory, resident | goal | measured |
|---|---|---|
| engine with the bundled models | ≤ 400 MB | {engine:.0f} MB |
| API process | ≤ 200 MB | {api:.0f} MB |

## Beside LibreTranslate, with the same weights

{rival}

## How it was measured

Model {model}; its quality stands in its card; the last row of the first table shows how
far the gateway changes it (batches of another shape may round differently in int8).
Machine: {machine}; Python {python}, CTranslate2 {engine_version}.
Bare CTranslate2: the same weights, threads and beam, all sentences of a round in one call, with tokenisation.
Excluded: starting and loading, but for the row that is about them. One warm-up round is thrown away.
"""


if __name__ == "__main__":
    main()
