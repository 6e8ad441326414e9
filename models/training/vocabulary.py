"""Train the joint SentencePiece vocabulary of a recipe on its rows.

    python -m models.training.vocabulary RECIPE.toml WORK_FOLDER

The target tags are *control* symbols: no text a user sends can ever be encoded as one. Normalisation is the identity,
so ZWNJ, ZWJ and ZWSP survive (`nmt_nfkc` turns them into spaces); digits are split, so numbers are copied one by one;
unknown characters fall back to bytes, so nothing is lost.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import sentencepiece

from models.training import recipe


def control_symbol(target: str) -> str:
    return f">>{target}<<"


def sample(work: Path, names: list[str], count: int, seed: int = 3) -> Iterator[str]:
    """Every source once and one random target of each row, until `count` lines."""
    rng = random.Random(seed)
    lines: list[str] = []
    for name in names:
        with (work / "rows" / f"{name}.jsonl").open(encoding="utf-8") as rows:
            for line in rows:
                row = json.loads(line)
                lines.append(row["source"])
                lines.extend(rng.sample(list(row["targets"].values()), k=min(3, len(row["targets"]))))
    rng.shuffle(lines)
    yield from lines[:count]


def train(chosen: recipe.Recipe, work: Path) -> Path:
    prefix = work / "vocabulary"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=sample(work, [corpus.name for corpus in chosen.corpora], chosen.vocabulary.sentences),
        model_prefix=str(prefix),
        vocab_size=chosen.vocabulary.size,
        model_type="unigram",
        normalization_rule_name="identity",
        byte_fallback=True,
        split_digits=True,
        character_coverage=0.9998,
        max_sentence_length=2000,
        input_sentence_size=chosen.vocabulary.sentences,
        control_symbols=[control_symbol(target) for target in chosen.targets],
        unk_id=0,
        pad_id=1,
        bos_id=-1,
        eos_id=2,
        num_threads=2,
        minloglevel=1,
    )
    return prefix.with_suffix(".model")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    print(train(recipe.load(options.recipe), options.work))


if __name__ == "__main__":
    main()
