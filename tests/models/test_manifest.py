from __future__ import annotations

import hashlib
import json
from pathlib import Path

from models.manifest import sha256_of, write_manifest


def describe(folder: Path) -> Path:
    return write_manifest(
        folder, model="m", version="1.0.0", quantization="int8", parameters=1, made_with={"b": "2", "a": "1"}
    )


def test_hash_is_that_of_the_whole_file(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    (tmp_path / "f").write_bytes(data)
    assert sha256_of(tmp_path / "f") == hashlib.sha256(data).hexdigest()


def test_manifest_lists_everything_but_itself_and_repeats_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    first = describe(tmp_path).read_bytes()
    assert describe(tmp_path).read_bytes() == first
    assert list(json.loads(first)["files"]) == ["model.bin"]
    assert json.loads(first)["files"]["model.bin"]["bytes"] == 7
