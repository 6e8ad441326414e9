from __future__ import annotations

import importlib
import itertools
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sentencepiece

from models.training import recipe
from models.training.alignment import PieceWords
from tests.models.tiny_model import SENTENCES, train_sentencepiece

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def processor() -> Any:
    return sentencepiece.SentencePieceProcessor(model_proto=train_sentencepiece((">>an<<",)))


def stream(work: Path, processor: Any, chosen: recipe.Recipe, count: int) -> list[Any]:
    batches = importlib.import_module("models.training.batches")
    folder = work / "rows"
    folder.mkdir()
    [name] = [corpus.name for corpus in chosen.corpora]
    pairs = itertools.product(SENTENCES[:6], SENTENCES[:6])
    rows = [{"source": f"{first} {second}", "targets": {"es": second}} for first, second in pairs]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    tokens = batches.tokenise(work, name, processor, {"es": batches.NO_TAG}, chosen.schedule)
    words = PieceWords([processor.id_to_piece(number) for number in range(processor.get_piece_size())])
    made = batches.Batches(chosen, {name: tokens}, words, random.Random(1), {}, draw=200)
    return list(itertools.islice(made.stream(), count))


def chosen(**schedule: Any) -> recipe.Recipe:
    found = recipe.load(Path("models/training/es_acts_sum.toml"))
    return replace(found, corpora=(replace(found.corpora[0], rows=1.0),), schedule=replace(found.schedule, **schedule))


def test_no_batch_holds_more_source_or_target_than_the_recipe_allows(tmp_path: Path, processor: Any) -> None:
    for batch in stream(tmp_path, processor, chosen(batch_source_tokens=400, batch_tokens=300), 20):
        assert batch.source.numel() <= 400
        assert batch.labels.shape[0] * (batch.labels.shape[1] - 1) <= 300
        assert batch.aligned is None


def test_a_source_that_is_too_long_is_left_out(tmp_path: Path, processor: Any) -> None:
    batches = stream(tmp_path, processor, chosen(longest_source=60), 5)
    assert all(batch.source.shape[1] <= 61 for batch in batches)


def test_a_summary_is_written_after_the_end_token_without_a_tag(tmp_path: Path, processor: Any) -> None:
    [batch] = stream(tmp_path, processor, chosen(), 1)
    assert set(batch.decoder_input[:, 0].tolist()) == {2}
    assert torch.equal(batch.decoder_input[0, 1], batch.labels[0, 0])
