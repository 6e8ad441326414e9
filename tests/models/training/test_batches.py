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

from models.training import encoded, recipe
from models.training.alignment import PieceWords
from tests.models.tiny_model import SENTENCES, train_sentencepiece

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def processor() -> Any:
    return sentencepiece.SentencePieceProcessor(model_proto=train_sentencepiece((">>an<<",)))


def stream(work: Path, processor: Any, chosen: recipe.Recipe, count: int, rows: list[Any] | None = None) -> list[Any]:
    batches = importlib.import_module("models.training.batches")
    folder = work / "rows"
    folder.mkdir()
    (work / "vocabulary.model").write_bytes(processor.serialized_model_proto())
    [name] = [corpus.name for corpus in chosen.corpora]
    pairs = itertools.product(SENTENCES[:6], SENTENCES[:6])
    rows = rows or [{"source": f"{first} {second}", "targets": {"es": second}} for first, second in pairs]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    tokens = encoded.load(work, name, processor, (*chosen.sources, *chosen.targets))
    words = PieceWords([processor.id_to_piece(number) for number in range(processor.get_piece_size())])
    tags = {target: processor.piece_to_id(f">>{target}<<") for target in chosen.targets if target != "es"}
    made = batches.Batches(chosen, {name: tokens}, words, random.Random(1), {"es": batches.NO_TAG, **tags}, draw=200)
    return list(itertools.islice(made.stream(), count))


def chosen(recipe_name: str = "es_acts_sum", **schedule: Any) -> recipe.Recipe:
    found = recipe.load(Path(f"models/training/{recipe_name}.toml"))
    return replace(found, corpora=(replace(found.corpora[0], rows=1.0),), schedule=replace(found.schedule, **schedule))


def pieces(processor: Any, texts: Any) -> set[tuple[int, ...]]:
    return {tuple(processor.encode(text)) for text in texts}


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


SIDES: dict[str, Any] = {
    "source": SENTENCES[0],
    "targets": {"an": SENTENCES[1], "gl": SENTENCES[2], "eu": SENTENCES[3]},
}


def test_a_row_leads_both_ways(tmp_path: Path, processor: Any) -> None:
    for name in ("es_ibero", "ibero_es"):
        (tmp_path / name).mkdir()
    [out, *_] = stream(tmp_path / "es_ibero", processor, chosen("es_ibero", alignment_share=0.0), 1, [SIDES])
    read = {tuple(ids for ids in row.tolist() if ids not in (1, 2)) for row in out.source}
    assert read == pieces(processor, [SIDES["source"]])
    [into, *_] = stream(tmp_path / "ibero_es", processor, chosen("ibero_es", alignment_share=0.0), 1, [SIDES])
    read = {tuple(ids for ids in row.tolist() if ids not in (1, 2)) for row in into.source}
    assert read == pieces(processor, SIDES["targets"].values())
    assert set(into.decoder_input[:, 0].tolist()) == {2}


def test_half_the_time_a_row_is_read_as_people_type_it(tmp_path: Path, processor: Any) -> None:
    row = {**SIDES, "typed": {"es": SENTENCES[4], "gl": SENTENCES[5]}}
    batches = stream(tmp_path, processor, chosen("es_ibero", alignment_share=0.0), 3, [row])
    read = [tuple(i for i in ids.tolist() if i not in (1, 2)) for batch in batches for ids in batch.source]
    assert set(read) == pieces(processor, (SENTENCES[0], SENTENCES[4]))
    assert 0.3 < sum(ids in pieces(processor, [SENTENCES[4]]) for ids in read) / len(read) < 0.7


def test_only_the_languages_of_the_corpus_are_written(tmp_path: Path, processor: Any) -> None:
    found = chosen("es_ibero", alignment_share=0.0)
    only = replace(found, corpora=(replace(found.corpora[0], languages=("gl",)),))
    [batch] = stream(tmp_path, processor, only, 1, [SIDES])
    written = {tuple(ids for ids in row.tolist() if ids not in (-100, 2)) for row in batch.labels}
    assert written == pieces(processor, [SIDES["targets"]["gl"]])


def test_a_corpus_of_which_nothing_fits_is_named(tmp_path: Path, processor: Any) -> None:
    with pytest.raises(ValueError, match="teacher: none of"):
        stream(tmp_path, processor, chosen("es_ibero"), 1, [{"source": "Sí.", "targets": {"eu": "Bai."}}])
