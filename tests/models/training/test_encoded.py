from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece

from models.training import encoded
from tests.models.tiny_model import SENTENCES, train_sentencepiece

ROWS = [
    {"source": SENTENCES[0], "targets": {"an": SENTENCES[1], "gl": SENTENCES[2]}},
    {"source": SENTENCES[3], "targets": {"gl": SENTENCES[4], "xx": "?"}, "typed": {"es": "hola", "gl": "ola"}},
]


@pytest.fixture(scope="module")
def processor() -> Any:
    return sentencepiece.SentencePieceProcessor(model_proto=train_sentencepiece(()))


@pytest.fixture
def work(tmp_path: Path, processor: Any) -> Path:
    (tmp_path / "rows").mkdir()
    (tmp_path / "vocabulary.model").write_bytes(processor.serialized_model_proto())
    (tmp_path / "rows" / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return tmp_path


def texts(processor: Any, found: dict[str, np.ndarray]) -> dict[str, str]:
    return {language: processor.decode(ids.tolist()) for language, ids in found.items()}


def test_rows_come_back_as_they_were(work: Path, processor: Any) -> None:
    rows = encoded.load(work, "x", processor, ("an", "gl"))
    assert len(rows) == 2
    assert processor.decode(rows[0].source.tolist()) == SENTENCES[0]
    assert texts(processor, rows[0].targets) == ROWS[0]["targets"]
    assert texts(processor, rows[1].targets) == {"gl": SENTENCES[4]}
    assert texts(processor, rows[1].typed) == ROWS[1]["typed"]


def test_a_summary_is_in_the_language_of_its_source(work: Path, processor: Any) -> None:
    row = {"source": SENTENCES[0], "targets": {"es": SENTENCES[1]}}
    (work / "rows" / "x.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert texts(processor, encoded.load(work, "x", processor, ("es",))[0].targets) == {"es": SENTENCES[1]}


def test_arrays_are_made_anew_only_when_the_rows_are_newer(work: Path, processor: Any) -> None:
    encoded.load(work, "x", processor, ("an", "gl"))
    made = work / "encoded" / "x.ids.npy"
    (work / "rows" / "x.jsonl").write_text(json.dumps(ROWS[0]) + "\n", encoding="utf-8")
    later = made.stat().st_mtime - 5
    os.utime(work / "rows" / "x.jsonl", (later, later))
    assert len(encoded.load(work, "x", processor, ("an", "gl"))) == 2
    os.utime(work / "rows" / "x.jsonl")
    os.utime(made, (later, later))
    assert len(encoded.load(work, "x", processor, ("an", "gl"))) == 1
