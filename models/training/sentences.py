"""Spanish sentences of mixed domains for the teacher, in chunks of which each holds the same mixture.

    python -m models.training.sentences OUTPUT_FOLDER --data SHARED_DATA --without es.txt [es.txt ...]

OUTPUT_FOLDER gets `00/es.txt`, `01/es.txt`, …; whatever chunks the teacher has time for are a sound corpus.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.training.corpus import read_lines

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[¿¡«\"“A-ZÁÉÍÓÚÑ])")
_LETTERS = re.compile(r"[^\W\d_]")
_SHORTEST_WORDS, _LONGEST_WORDS = 2, 40


@dataclass(frozen=True, slots=True)
class Text:
    """`most`: how many of its sentences are drawn."""

    path: str
    most: int


TEXTS = (
    Text("mono/es/tatoeba.txt.xz", 80_000),
    Text("mono/es/commonvoice_es.txt.xz", 12_000),
    Text("mono/es/openstax_es.txt.xz", 60_000),
    Text("mono/es/opensource_guide.txt.xz", 2_000),
    Text("mono/es/cligs_novels.txt.xz", 60_000),
    Text("mono/es/parlamint_es.txt.xz", 90_000),
    Text("mono/es/legal_uy.txt.xz", 30_000),
    Text("mono/es/legal_ar.txt.xz", 30_000),
    Text("mono/es/libreoffice_help_es.txt.xz", 10_000),
)


def sentences(lines: Iterable[str]) -> Iterator[str]:
    """The sentences of 2 to 40 words that hold more letters than anything else."""
    for line in lines:
        for sentence in _SENTENCE_END.split(line):
            text = " ".join(sentence.split())
            if _SHORTEST_WORDS <= len(text.split()) <= _LONGEST_WORDS and 2 * len(_LETTERS.findall(text)) > len(text):
                yield text


def draw(pools: Iterable[tuple[list[str], int]], known: set[str], seed: int = 4) -> list[str]:
    """At most so many sentences of each pool, none twice and none that is known, mixed."""
    rng = random.Random(seed)
    drawn: dict[str, None] = {}
    for pool, most in pools:
        fresh = sorted(set(pool) - known - drawn.keys())
        drawn.update(dict.fromkeys(rng.sample(fresh, min(most, len(fresh)))))
    mixed = list(drawn)
    rng.shuffle(mixed)
    return mixed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="lines that the teacher has read already")
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="further Spanish lines to mix in, all of them")
    parser.add_argument("--chunk", type=int, default=20_000)
    options = parser.parse_args()
    known = {line for path in options.without for line in read_lines(path)}
    pools = [(list(sentences(read_lines(options.data / text.path))), text.most) for text in TEXTS]
    pools += [(list(sentences(read_lines(path))), 10**9) for path in options.also]
    lines = draw(pools, known)
    for number, start in enumerate(range(0, len(lines), options.chunk)):
        folder = options.output / f"{number:02}"
        folder.mkdir(parents=True, exist_ok=True)
        chunk = lines[start : start + options.chunk]
        (folder / "es.txt").write_text("".join(f"{line}\n" for line in chunk), encoding="utf-8")
    print(len(lines), "sentences")


if __name__ == "__main__":
    main()
