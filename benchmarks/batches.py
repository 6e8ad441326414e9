"""What a sentence costs by how many are given to CTranslate2 at once.

    python -m benchmarks.batches [--model FOLDER] [--sentences 128] [--rounds 5] [--steps 25]

Hypothesis: weights that stay in a processor's cache are read anew at no cost, so short batches cost hardly more than
long ones; of larger weights every step of a short batch reads as much memory as a step of a long one. Tokens are drawn
by chance and every sentence is decoded for so many steps, so that any folder of CTranslate2 can be measured; one
thread more than workers gives the batches, as in an engine (docs/decisions/0030).
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ctranslate2

from models.runtime.threads import thread_layout
from models.store import BUNDLED_MODELS

SIZES = (1, 4, 8, 16, 32, 64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=BUNDLED_MODELS / "es-ibero")
    parser.add_argument("--sentences", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=25)
    options = parser.parse_args()
    print(page(options.model, options.sentences, options.rounds, options.steps))


def page(model: Path, sentences: int, rounds: int, steps: int) -> str:
    seen = figures(model, sentences, rounds, steps)
    rows = "\n".join(
        f"| {size} | {statistics.median(each):.1f} | {min(each):.1f} – {max(each):.1f} |" for size, each in seen.items()
    )
    weights = (model / "model.bin").stat().st_size / 2**20
    return f"Weights: {weights:.0f} MiB.\n\n| at once | ms for a sentence | lowest – highest |\n|---|---|---|\n{rows}"


def figures(model: Path, sentences: int, rounds: int, steps: int) -> dict[int, list[float]]:
    """Milliseconds for a sentence in each round, by how many were given at once."""
    layout = thread_layout()
    workers = layout.inter_threads
    translator = ctranslate2.Translator(str(model), device="cpu", inter_threads=workers, intra_threads=1)
    vocabulary = _vocabulary(model)
    seen: dict[int, list[float]] = {size: [] for size in SIZES}
    for number in range(rounds):
        rng = random.Random(number)
        drawn = [
            [*rng.choices(vocabulary, k=rng.randint(steps - steps // 3, steps + steps // 3)), "</s>"]
            for _ in range(sentences)
        ]
        for size in rng.sample(SIZES, len(SIZES)):
            batches = [drawn[start : start + size] for start in range(0, sentences, size)]

            def decode(batch: Sequence[list[str]]) -> None:
                translator.translate_batch(
                    batch, beam_size=1, min_decoding_length=steps, max_decoding_length=steps, max_input_length=0
                )

            began = time.perf_counter()
            with ThreadPoolExecutor(workers + 1) as pool:
                list(pool.map(decode, batches))
            seen[size].append(1000 * (time.perf_counter() - began) / sentences)
    translator.unload_model()
    return seen


def _vocabulary(model: Path) -> list[str]:
    """Pieces of running text: what stands first are signs and tags."""
    file = next(model.glob("*vocabulary.json"))
    words: list[str] = json.loads(file.read_text(encoding="utf-8"))
    return words[len(words) // 10 :]


if __name__ == "__main__":
    main()
