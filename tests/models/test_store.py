from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.catalogue import Catalogue, CatalogueEntry
from models.manifest import MANIFEST, sha256_of
from models.store import BUNDLED_MODELS, ModelDamaged, ModelMissing, ModelStore
from tests.models.tiny_model import tiny_entry, write_tiny_model


@pytest.fixture
def entry(tmp_path: Path) -> CatalogueEntry:
    return write_tiny_model(tmp_path / "tiny")


def test_sound_model_is_handed_on(tmp_path: Path, entry: CatalogueEntry) -> None:
    directory = ModelStore(tmp_path).open(entry)
    assert directory.path == tmp_path / "tiny"
    assert directory.digest == entry.digest


@pytest.mark.parametrize(
    "file", ["model.bin", "config.json", "shared_vocabulary.json", "sentencepiece.model", MANIFEST]
)
def test_one_flipped_bit_is_refused_and_named(tmp_path: Path, entry: CatalogueEntry, file: str) -> None:
    path = tmp_path / "tiny" / file
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelDamaged) as damage:
        ModelStore(tmp_path).open(entry)
    assert damage.value.file == file


def test_cut_file_is_refused(tmp_path: Path, entry: CatalogueEntry) -> None:
    path = tmp_path / "tiny" / "model.bin"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelDamaged, match=r"model\.bin"):
        ModelStore(tmp_path).open(entry)


@pytest.mark.parametrize("file", ["model.bin", MANIFEST])
def test_missing_file_is_refused(tmp_path: Path, entry: CatalogueEntry, file: str) -> None:
    (tmp_path / "tiny" / file).unlink()
    with pytest.raises(ModelDamaged) as damage:
        ModelStore(tmp_path).open(entry)
    assert damage.value.file == file


def test_file_that_is_not_listed_is_refused(tmp_path: Path, entry: CatalogueEntry) -> None:
    (tmp_path / "tiny" / "pytorch_model.pkl").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelDamaged, match=r"pytorch_model\.pkl"):
        ModelStore(tmp_path).open(entry)


def test_folder_inside_a_model_is_refused(tmp_path: Path, entry: CatalogueEntry) -> None:
    (tmp_path / "tiny" / "extra").mkdir()
    with pytest.raises(ModelDamaged, match="extra"):
        ModelStore(tmp_path).open(entry)


@pytest.mark.parametrize("name", ["../outside", "sub/model.bin", "..", ""])
def test_manifest_cannot_point_out_of_its_folder(tmp_path: Path, name: str) -> None:
    write_tiny_model(tmp_path / "tiny")
    (tmp_path / "outside").write_bytes(b"")
    path = tmp_path / "tiny" / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"][name] = {"sha256": sha256_of(tmp_path / "outside"), "bytes": 0}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelDamaged):
        ModelStore(tmp_path).open(tiny_entry(manifest_sha256=sha256_of(path)))


@pytest.mark.parametrize("content", ["[]", "{", '{"files": {}}'])
def test_manifest_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tiny" / MANIFEST
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelDamaged, match=r"manifest\.json"):
        ModelStore(tmp_path).open(tiny_entry(manifest_sha256=sha256_of(path)))


def test_entry_may_list_every_file_itself(tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "tiny")
    (tmp_path / "tiny" / MANIFEST).unlink()
    files = {path.name: sha256_of(path) for path in (tmp_path / "tiny").iterdir()}
    assert ModelStore(tmp_path).open(tiny_entry(files=files)).path.name == "tiny"


def test_model_that_is_not_installed_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        ModelStore(tmp_path).open(tiny_entry())
    with pytest.raises(ModelMissing):
        ModelStore(tmp_path).open(tiny_entry(path="store:tiny"))


def test_data_root_holds_store_models(tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "data" / "tiny")
    sha256 = sha256_of(tmp_path / "data" / "tiny" / MANIFEST)
    entry = tiny_entry(manifest_sha256=sha256, path="store:tiny")
    assert ModelStore(tmp_path, tmp_path / "data").open(entry).path == tmp_path / "data" / "tiny"


@pytest.mark.parametrize("entry", Catalogue.load().entries, ids=lambda entry: entry.id)
def test_shipped_model_is_sound(entry: CatalogueEntry) -> None:
    if not (BUNDLED_MODELS / entry.id / MANIFEST).exists():
        pytest.skip("weights are not in the tree yet")
    assert ModelStore().open(entry).digest == entry.digest
