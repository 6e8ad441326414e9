"""Does a GPU write the same sentences as the processor, and how fast is it?

    python -m benchmarks.devices [--model models/bundled/es-ibero] [--copies 64]

Bare CTranslate2, greedy, three short Spanish sentences into the first three targets of the model, many times. For each
type that the GPU may compute in: how many sentences are letter by letter those of the processor (int8), and sentences
per second there.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import ctranslate2
import sentencepiece

from models.catalogue import Catalogue

SENTENCES = (
    "La biblioteca abre a las nueve de la mañana.",
    "No pague más de 25,50 euros antes del 3 de mayo.",
    "Debe presentar la solicitud en el ayuntamiento.",
)
TYPES = ("float32", "int8_float32", "int8_float16", "float16")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("models/bundled/es-ibero"))
    parser.add_argument("--copies", type=int, default=64)
    options = parser.parse_args()
    targets = Catalogue.load().entry(options.model.name).targets[: len(SENTENCES)]
    processor = sentencepiece.SentencePieceProcessor(model_file=str(options.model / "sentencepiece.model"))
    sources = [[*processor.encode(text, out_type=str), "</s>"] for text in SENTENCES] * options.copies
    tags = [[f">>{target}<<"] for target in targets] * options.copies

    def texts(translator: ctranslate2.Translator) -> list[str]:
        results = translator.translate_batch(
            sources, target_prefix=tags, beam_size=1, max_batch_size=2048, batch_type="tokens"
        )
        return [processor.decode(result.hypotheses[0][1:]) for result in results]

    expected = texts(ctranslate2.Translator(str(options.model), device="cpu", compute_type="int8", intra_threads=2))
    for text in expected[: len(SENTENCES)]:
        print(text)
    if not ctranslate2.get_cuda_device_count():
        raise SystemExit("no CUDA device: nothing to compare with")
    for kind in TYPES:
        translator = ctranslate2.Translator(str(options.model), device="cuda", compute_type=kind)
        texts(translator)
        began = time.perf_counter()
        found = texts(translator)
        rate = len(found) / (time.perf_counter() - began)
        same = sum(a == b for a, b in zip(expected, found, strict=True))
        print(f"{kind}: {same} of {len(found)} as on the processor, {rate:.0f} sentences/s")


if __name__ == "__main__":
    main()
