from __future__ import annotations

import sys
from pathlib import Path

import pytest

from models.footprint import footprint
from models.runtime.load import RunOptions
from models.runtime.protocol import TranslationInput
from models.store import ModelDirectory
from tests.models.tiny_model import SENTENCES, tag, write_tiny_model

OPTIONS = RunOptions(device="cpu", inter_threads=1)


def test_a_model_is_weighed_in_a_process_of_its_own(tmp_path: Path) -> None:
    entry = write_tiny_model(tmp_path / "tiny")
    inputs = [TranslationInput(text, tag("an")) for text in SENTENCES]
    hoard = [b"x" * 2**20 for _ in range(64)]
    hoard.clear()  # freed memory of this process, which would hide what a model takes
    found = footprint(entry, ModelDirectory(tmp_path / "tiny", entry.digest), OPTIONS, inputs)
    assert 0 < found.load_s < 60
    if sys.platform == "linux":
        assert found.resident_mib is not None
        assert 0 < found.resident_mib < 400


def test_what_a_model_raises_when_it_is_loaded_comes_back(tmp_path: Path) -> None:
    entry = write_tiny_model(tmp_path / "tiny")
    (tmp_path / "tiny" / "model.bin").write_bytes(b"nothing")
    with pytest.raises(RuntimeError):
        footprint(entry, ModelDirectory(tmp_path / "tiny", entry.digest), OPTIONS, [])
