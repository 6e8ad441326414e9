"""Short Spanish inputs for the teacher: frequent words, labels and clauses cut from running text.

    python -m models.training.phrases OUTPUT TEXT.xz [TEXT.xz ...]

A student that saw only whole sentences answers a form label with an invented sentence.
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
from collections import Counter
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]{2,}")
_CLAUSE = re.compile(r"[^,;:.!?¿¡()«»\"“”\n]+")


def collect(paths: list[Path], words: int, clauses: int, seed: int = 1) -> list[str]:
    """The `words` most frequent words, each in its most frequent casing, then `clauses` clauses of 2 to 7 words."""
    rng = random.Random(seed)
    casing: dict[str, Counter[str]] = {}
    found: set[str] = set()
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % 3:
                    continue
                for word in _WORD.findall(line):
                    casing.setdefault(word.lower(), Counter())[word] += 1
                if rng.random() < 0.2:
                    pieces = [piece.strip() for piece in _CLAUSE.findall(line)]
                    found.update(piece for piece in pieces if 2 <= len(piece.split()) <= 7 and not piece[0].isdigit())
    ranked = sorted(casing.items(), key=lambda item: -item[1].total())[:words]
    chosen = rng.sample(sorted(found), min(clauses, len(found)))
    return [counts.most_common(1)[0][0] for _, counts in ranked] + chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--words", type=int, default=60_000)
    parser.add_argument("--clauses", type=int, default=70_000)
    options = parser.parse_args()
    lines = collect(options.texts, options.words, options.clauses)
    options.output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
