"""Which thread layout translates most: one worker per core, or one worker with all cores?

    python -m benchmarks.threads [--rounds 5] [--write docs/reference/threads.md]

Hypothesis: `inter_threads` beats `intra_threads` on small machines, because OpenMP barriers cost milliseconds on
virtual ones. Figures are ratios to one worker with one thread in the same round.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.sentences import spanish
from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.runtime.load import RunOptions, load_translator
from models.runtime.protocol import TranslationInput, Translator
from models.runtime.threads import usable_cores
from models.store import ModelStore

BATCH = 32
BATCHES = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    cores = usable_cores()
    layouts = {(1, 1): "one worker, one thread", (1, cores): "one worker, all cores", (cores, 1): "one worker per core"}
    entry = Catalogue.load().entries[0]
    loaded = {
        layout: load_translator(entry, ModelStore(), RunOptions(inter_threads=layout[0], intra_threads=layout[1]))
        for layout in layouts
    }
    seen: dict[tuple[int, int], list[tuple[float, float]]] = {layout: [] for layout in layouts}
    for number in range(options.rounds + 1):
        timed = {layout: (batches_s(each, layout[0]), single_s(each)) for layout, each in loaded.items()}
        base = timed[1, 1]
        for layout, (batch, single) in timed.items():
            if number:
                seen[layout].append((base[0] / batch, single / base[1]))
    for each in loaded.values():
        each.close()
    rows = "\n".join(row(name, layout, seen[layout]) for layout, name in layouts.items())
    page = f"""# Thread layout

Written by `python -m benchmarks.threads --write docs/reference/threads.md`; n = {options.rounds},
median (lowest – highest), ratios to one worker with one thread in the same round.
Machine: {os.cpu_count()} cores, {platform.machine()}.

| layout (inter × intra) | throughput, {BATCHES} batches of {BATCH} | latency of a single sentence |
|---|---|---|
{rows}
"""
    print(page)
    if options.write:
        options.write.write_text(page, encoding="utf-8")


def row(name: str, layout: tuple[int, int], seen: list[tuple[float, float]]) -> str:
    throughput, latency = (spread([each[column] for each in seen]) for column in (0, 1))
    return f"| {name} ({layout[0]} × {layout[1]}) | {throughput} | {latency} |"


def batches_s(translator: Translator, callers: int) -> float:
    inputs = [TranslationInput(text, LanguageTag("ast")) for text in spanish(BATCH * BATCHES)]
    parts = [inputs[start : start + BATCH] for start in range(0, len(inputs), BATCH)]
    began = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(translator.translate, parts))
    return time.perf_counter() - began


def single_s(translator: Translator) -> float:
    spent = []
    for text in spanish(12):
        began = time.perf_counter()
        translator.translate([TranslationInput(text, LanguageTag("ast"))])
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def spread(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} – {max(ratios):.2f})"


if __name__ == "__main__":
    main()
