"""Fetching from a hub over real HTTP and from a folder. The first needs the extra `convert`."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.hub import PULLED, ConnectionLost, check_pulled, is_commit, pull, pull_folder, pulled_from
from models.refusal import ModelRefused
from tests.models.hub_server import COMMIT, Hub, serving

NAME = "someone/tiny"
WEIGHTS = bytes(range(256)) * 100_000  # the client writes blocks of 10 MB, and half of this must hold one
FILES = {
    "config.json": b'{"model_type": "m2m_100"}',
    "model.safetensors": WEIGHTS,
    "sentencepiece.bpe.model": b"\x00pieces" * 100,
    "vocab.json": '{"ሰላም": 0}'.encode(),
    "README.md": b"# tiny",
    "modeling_tiny.py": b"import os",
    "pytorch_model.bin": b"\x80\x04.",
}
FETCHED = {"config.json", "model.safetensors", "sentencepiece.bpe.model", "vocab.json"}


@pytest.fixture
def library() -> None:
    if "CI" in os.environ:  # noqa: TID251 .ci/run installs the extra; there a skip would hide a failure
        importlib.import_module("huggingface_hub")
    else:
        pytest.importorskip("huggingface_hub", reason="needs the extra convert")


@pytest.fixture
def hub(library: None) -> Iterator[Hub]:  # noqa: ARG001
    with serving(Hub(NAME, dict(FILES))) as started:
        yield started


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints" / "tiny"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_safetensors_configuration_and_tokeniser_come_and_nothing_else(hub: Hub, target: Path) -> None:
    pulled = pull(NAME, "main", target, mirror=hub.url)
    assert names(target) == FETCHED | {PULLED}
    assert all((target / name).read_bytes() == FILES[name] for name in FETCHED)
    assert pulled.revision == COMMIT
    assert pulled_from(target) == f"{NAME}@{COMMIT}"
    assert names(target.parent) == {"tiny"}


def test_pull_request_with_safetensors_may_be_named(hub: Hub, target: Path) -> None:
    assert pull(NAME, "refs/pr/3", target, mirror=hub.url).revision == COMMIT


def test_progress_ends_at_the_size_of_every_file(hub: Hub, target: Path) -> None:
    heard: dict[str, list[tuple[int, int]]] = {}

    def hear(name: str, done: int, size: int) -> None:
        heard.setdefault(name, []).append((done, size))

    pull(NAME, COMMIT, target, mirror=hub.url, progress=hear)
    assert {name: steps[-1] for name, steps in heard.items()} == {
        name: (len(FILES[name]), len(FILES[name])) for name in FETCHED
    }


def test_cut_transfer_goes_on_where_it_broke_off(hub: Hub, target: Path) -> None:
    hub.cut = "model.safetensors"
    with pytest.raises(ConnectionLost, match="again"):
        pull(NAME, COMMIT, target, mirror=hub.url)
    assert not target.exists()
    there = (target.parent / "tiny.part" / "model.safetensors").stat().st_size
    assert 0 < there < len(WEIGHTS)
    hub.mend()
    hub.asked.clear()
    pull(NAME, COMMIT, target, mirror=hub.url)
    assert ("model.safetensors", f"bytes={there}-") in hub.asked
    assert (target / "model.safetensors").read_bytes() == WEIGHTS
    assert names(target.parent) == {"tiny"}


def test_other_revision_does_not_go_on_with_the_old_files(hub: Hub, target: Path) -> None:
    part = target.parent / "tiny.part"
    part.mkdir(parents=True)
    (part / ".origin").write_text(f"{NAME}@{'6' * 40}", encoding="utf-8")
    (part / "model.safetensors").write_bytes(b"old")
    pull(NAME, COMMIT, target, mirror=hub.url)
    assert (target / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.json", "config.json"])
def test_file_that_is_not_what_its_hash_says_is_refused(hub: Hub, target: Path, name: str) -> None:
    changed = bytearray(FILES[name])
    changed[-2] ^= 1
    hub.wrong = {name: bytes(changed)}
    with pytest.raises(ModelRefused, match=name):
        pull(NAME, COMMIT, target, mirror=hub.url)
    assert names(target.parent) == set()


def test_disk_without_room_is_known_before_the_transfer(hub: Hub, target: Path) -> None:
    with pytest.raises(ModelRefused, match="MB free"):
        pull(NAME, COMMIT, target, mirror=hub.url, free=lambda _: 1_000_000)
    assert hub.asked == []
    assert names(target.parent) == set()


def test_pickled_weights_are_refused_with_the_way_out(hub: Hub, target: Path) -> None:
    del hub.files["model.safetensors"]
    with pytest.raises(ModelRefused, match=r"pickled.*model\.safetensors.*malgil models add"):
        pull(NAME, COMMIT, target, mirror=hub.url)
    assert hub.asked == []


def test_missing_tokeniser_is_refused_before_the_weights_come(hub: Hub, target: Path) -> None:
    del hub.files["sentencepiece.bpe.model"]
    with pytest.raises(ModelRefused, match=r"sentencepiece\.bpe\.model is missing"):
        pull(NAME, COMMIT, target, mirror=hub.url)
    assert [name for name, _ in hub.asked] == ["config.json"]
    assert names(target.parent) == set()


def test_unknown_architecture_is_refused_before_the_weights_come(hub: Hub, target: Path) -> None:
    hub.files["config.json"] = b'{"model_type": "indictrans", "auto_map": {"AutoModel": "modeling_tiny.Tiny"}}'
    with pytest.raises(ModelRefused, match="'indictrans'"):
        pull(NAME, COMMIT, target, mirror=hub.url)
    assert [name for name, _ in hub.asked] == ["config.json"]


def test_shards_come_together_with_their_index(hub: Hub, target: Path) -> None:
    del hub.files["model.safetensors"]
    shards = {f"model-0000{n}-of-00002.safetensors": b"%d" % n * 5000 for n in (1, 2)}
    hub.files |= shards | {"model.safetensors.index.json": b"{}"}
    pull(NAME, COMMIT, target, mirror=hub.url)
    assert shards.keys() <= names(target)


@pytest.mark.parametrize(("name", "revision"), [("someone/other", "main"), (NAME, "no-such-branch")])
def test_model_or_revision_that_is_not_there_is_said(hub: Hub, target: Path, name: str, revision: str) -> None:
    with pytest.raises(ModelRefused, match="no such model, revision or file"):
        pull(name, revision, target, mirror=hub.url)
    assert not target.parent.exists() or names(target.parent) == set()


@pytest.mark.usefixtures("library")
def test_hub_that_is_away_is_said(target: Path) -> None:
    with pytest.raises(ConnectionLost, match="mirror"):
        pull(NAME, COMMIT, target, mirror="http://127.0.0.1:9")


def test_checkpoint_that_is_there_is_left_alone(hub: Hub, target: Path) -> None:
    pull(NAME, COMMIT, target, mirror=hub.url)
    with pytest.raises(ModelRefused, match="exists"):
        pull(NAME, COMMIT, target, mirror=hub.url)


def written(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_folder_serves_where_no_network_is(tmp_path: Path, target: Path) -> None:
    pulled = pull_folder(written(tmp_path / "medium", FILES), target)
    assert names(target) == FETCHED | {PULLED}
    assert pulled.hub == ""
    assert pulled_from(target) == ""


def test_folder_of_an_earlier_pull_keeps_its_origin_and_is_checked(hub: Hub, tmp_path: Path, target: Path) -> None:
    medium = tmp_path / "medium"
    pull(NAME, COMMIT, medium, mirror=hub.url)
    pull_folder(medium, target)
    assert pulled_from(target) == f"{NAME}@{COMMIT}"
    (medium / "vocab.json").write_bytes(b"{}")
    with pytest.raises(ModelRefused, match=r"vocab\.json"):
        pull_folder(medium, target.with_name("again"))
    assert names(target.parent) == {"tiny"}


def test_folder_with_pickled_weights_is_refused(tmp_path: Path, target: Path) -> None:
    files = {name: content for name, content in FILES.items() if name != "model.safetensors"}
    with pytest.raises(ModelRefused, match="pickled"):
        pull_folder(written(tmp_path / "medium", files), target)


def test_folder_with_spoilt_configuration_is_refused(tmp_path: Path, target: Path) -> None:
    with pytest.raises(ModelRefused, match=r"config\.json cannot be read"):
        pull_folder(written(tmp_path / "medium", FILES | {"config.json": b"{"}), target)


def test_branch_moves_and_commit_does_not() -> None:
    assert is_commit(COMMIT)
    assert not is_commit("main")


def test_record_of_a_pull_can_be_read_by_people(hub: Hub, target: Path) -> None:
    pull(NAME, COMMIT, target, mirror=hub.url)
    record = json.loads((target / PULLED).read_text(encoding="utf-8"))
    assert record["hub"] == NAME
    assert record["files"].keys() == FETCHED


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_disk_that_fills_up_during_a_transfer_is_said_and_nothing_stays(hub: Hub, target: Path) -> None:
    part = target.parent / "tiny.part"
    part.mkdir(parents=True)
    (part / ".origin").write_text(f"{NAME}@{COMMIT}", encoding="utf-8")
    (part / "model.safetensors").symlink_to("/dev/full")
    with pytest.raises(ModelRefused, match="is full") as refusal:
        pull(NAME, COMMIT, target, mirror=hub.url)
    assert not isinstance(refusal.value, ConnectionLost)
    assert names(target.parent) == set()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_disk_that_is_full_from_the_first_byte_is_said(hub: Hub, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        with open("/dev/full", "wb", buffering=0) as disk:
            return disk.write(b"origin")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ModelRefused, match="is full"):
        pull(NAME, COMMIT, target, mirror=hub.url)
    assert names(target.parent) == set()


def test_file_beyond_a_limit_of_the_system_is_a_fault_of_the_folder_and_not_of_the_hub(hub: Hub, target: Path) -> None:
    resource = pytest.importorskip("resource", reason="not on Windows")
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, former[1]))
    try:
        with pytest.raises(ModelRefused, match="File too large") as refusal:
            pull(NAME, COMMIT, target, mirror=hub.url)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert not isinstance(refusal.value, ConnectionLost)
    assert str(target.parent) in str(refusal.value)
    assert names(target.parent) == set()


def test_target_below_a_file_is_a_fault_of_the_folder(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ModelRefused, match="Mend it"):
        pull(NAME, COMMIT, tmp_path / "file" / "tiny", mirror=hub.url)


@pytest.mark.parametrize("shards", [[], [2], [1, 3]])
def test_index_without_all_of_its_shards_is_refused(hub: Hub, target: Path, shards: list[int]) -> None:
    del hub.files["model.safetensors"]
    hub.files |= {f"model-0000{number}-of-00003.safetensors": b"part" for number in shards}
    hub.files["model.safetensors.index.json"] = b"{}"
    with pytest.raises(ModelRefused, match=r"part \d of \d is missing"):
        pull(NAME, COMMIT, target, mirror=hub.url)
    assert hub.asked == []


def test_checkpoint_that_is_no_longer_what_was_pulled_is_known(hub: Hub, target: Path) -> None:
    pull(NAME, COMMIT, target, mirror=hub.url)
    check_pulled(target)
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    check_pulled(target)
    (target / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelRefused, match=r"tokenizer\.json of tiny is not the file that was pulled"):
        check_pulled(target)
    (target / "tokenizer.json").unlink()
    (target / "model.safetensors").write_bytes(WEIGHTS[:-1])
    with pytest.raises(ModelRefused, match=r"model\.safetensors"):
        check_pulled(target)
    (target / PULLED).unlink()
    check_pulled(target)
