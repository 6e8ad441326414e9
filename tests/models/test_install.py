"""Installing a converted folder; checkpoints of every architecture are installed in test_checkpoint_installation.py."""

from __future__ import annotations

import datetime
import errno
import json
import os
from pathlib import Path

import ctranslate2
import msgspec
import pytest

from models.catalogue import Catalogue, CatalogueEntry, CatalogueError
from models.checkpoint import ARCHITECTURES
from models.gate import Thresholds
from models.hub import PULLED, Pulled
from models.install import Request, entry_text, install
from models.lifecycle import promote
from models.manifest import sha256_of
from models.policy import Policy
from models.public import PublicModel
from models.record import write_record
from models.refusal import ModelRefused
from models.register import Register
from models.runtime.conversion import default_quantization
from models.runtime.devices import device_at_hand
from models.runtime.load import load_translator
from models.runtime.protocol import TranslationInput
from models.standing import served
from models.store import ModelStore
from tests.models.promoted import passing_record
from tests.models.tiny_model import SENTENCES, tag, tiny_entry, write_tiny_model

OPEN = Policy(non_commercial=True)
NOW = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
TODAY = NOW.date()


def tiny_public(**changes: object) -> PublicModel:
    fields: dict[str, object] = {
        "id": "tiny",
        "licence": "CC0-1.0",
        "commercial_use": True,
        "parameters": 1000,
        "int8_megabytes": 1,
        "architecture": "m2m_100",
        "tokeniser": "sentencepiece",
        "codes": "es an ast oc-aranes",
        "sources": ["es"],
        "targets": ["an", "ast", "oc-aranes"],
        "prefix": "decoder-tag",
        "tag_format": ">>{target}<<",
        "max_source_tokens": 24,
        "max_target_ratio": 1.5,
        "max_target_extra": 8,
        "limits": ["random weights"],
    }
    return msgspec.convert(fields | changes, PublicModel)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    write_tiny_model(tmp_path / "given")
    (tmp_path / "given" / "notes.txt").write_text("not part of the model", encoding="utf-8")
    return tmp_path / "given"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def state(root: Path) -> dict[str, bytes]:
    if not root.is_dir():
        return {}
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def serving(root: Path) -> tuple[CatalogueEntry, ...]:
    return served(Catalogue.load(extra=root), Register(Thresholds.load(), installed=root), TODAY).catalogue.entries


def neighbour(root: Path, folder: Path) -> CatalogueEntry:
    """Another model in the operator's folder, promoted and serving."""
    write_tiny_model(folder, seed=9)
    entry = install(Request(tiny_public(), folder, name="neighbour"), root, OPEN)
    write_record(passing_record(entry, Thresholds.load()), entry, root)
    promote(entry, Catalogue.load(extra=root), Register(Thresholds.load(), installed=root), NOW)
    assert entry in serving(root)
    return entry


def refused(request: Request, root: Path, policy: Policy = OPEN, **options: object) -> str:
    """The message; nothing may have changed in the folder, and the promoted neighbour in it serves as before."""
    beside = neighbour(root, root.parent / "beside") if root.is_dir() and not (root / "neighbour").exists() else None
    before, serves = state(root), serving(root)
    assert beside is None or beside in serves
    with pytest.raises(ModelRefused) as refusal:
        install(request, root, policy, **options)  # type: ignore[arg-type]
    assert state(root) == before
    assert serving(root) == serves
    assert not root.is_dir() or not [path for path in root.iterdir() if path.name.endswith(".part")]
    return str(refusal.value)


def test_installed_model_is_listed_verified_and_answers(given: Path, root: Path) -> None:
    entry = install(Request(tiny_public(), given), root, OPEN)
    catalogue = Catalogue.load(extra=root)
    assert catalogue.entry("tiny") == entry
    assert catalogue.entries[-1].id == "tiny"
    translator = load_translator(catalogue.entry("tiny"), ModelStore(data_root=root))
    answers = translator.translate([TranslationInput(text, tag("ast")) for text in SENTENCES])
    translator.close()
    assert len(answers) == len(SENTENCES)
    assert "notes.txt" not in {path.name for path in (root / "tiny").iterdir()}
    assert "candidate" in (root / "tiny.md").read_text(encoding="utf-8")


def test_bundled_models_come_first(given: Path, root: Path) -> None:
    install(Request(tiny_public(), given), root, OPEN)
    found = Catalogue.load(extra=root).find(tag("es"), tag("an"))
    assert found is not None
    assert found.id == "es-ibero"


def test_same_folder_gives_the_same_entry(given: Path, tmp_path: Path) -> None:
    first = install(Request(tiny_public(), given), tmp_path / "a", OPEN)
    second = install(Request(tiny_public(), given), tmp_path / "b", OPEN)
    assert first == second
    assert state(tmp_path / "a") == state(tmp_path / "b")


def test_other_weights_under_the_same_name_are_another_version(given: Path, tmp_path: Path) -> None:
    first = install(Request(tiny_public(), given), tmp_path / "a", OPEN)
    write_tiny_model(tmp_path / "changed", seed=2)
    second = install(Request(tiny_public(), tmp_path / "changed"), tmp_path / "b", OPEN)
    assert first.id == second.id
    assert first.reference != second.reference


def test_one_model_may_be_installed_under_two_names(given: Path, root: Path) -> None:
    install(Request(tiny_public(), given), root, OPEN)
    install(Request(tiny_public(), given, name="tiny-two"), root, OPEN)
    assert {"tiny", "tiny-two"} <= {entry.id for entry in Catalogue.load(extra=root).entries}


@pytest.mark.parametrize("name", ["tiny", "es-ibero"])
def test_name_that_is_taken_is_refused(given: Path, root: Path, name: str) -> None:
    install(Request(tiny_public(), given), root, OPEN)
    assert "--id" in refused(Request(tiny_public(), given, name=name), root)


@pytest.mark.parametrize("name", ["../up", "Tiny", "a b", "a.", "x" * 49, ".hidden", "con/sub"])
def test_name_that_is_no_folder_name_is_refused(given: Path, root: Path, name: str) -> None:
    assert "cannot be the name" in refused(Request(tiny_public(), given, name=name), root)


def test_folder_that_cannot_be_written_is_said(given: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ModelRefused, match="Mend it"):
        install(Request(tiny_public(), given), tmp_path / "file" / "models", OPEN)


def test_install_that_stops_half_way_takes_all_of_it_back(given: Path, root: Path) -> None:
    (root / "tiny.md").mkdir(parents=True)  # a card cannot take the place of a folder
    assert "Mend it" in refused(Request(tiny_public(), given), root)
    assert not (root / "tiny").exists()


def test_licence_decides_before_any_work(given: Path, root: Path) -> None:
    closed = tiny_public(licence="CC-BY-NC-4.0", commercial_use=False)
    assert "MALGIL_NON_COMMERCIAL_MODELS" in refused(Request(closed, given), root, Policy())
    listed = Policy(licences=("Apache-2.0", "MIT"))
    assert "MALGIL_LICENCES" in refused(Request(tiny_public(), given), root, listed)
    assert install(Request(closed, given), root, OPEN).commercial_use is False
    assert Catalogue.load(extra=root).entry("tiny").commercial_use is False


def test_full_disk_is_known_beforehand(given: Path, root: Path) -> None:
    assert "MB free" in refused(Request(tiny_public(), given), root, free=lambda _: 1000)


def test_disk_that_fills_up_meanwhile_leaves_nothing(given: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    neighbour(root, root.parent / "beside")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("models.install.write_manifest", full)
    assert "is full" in refused(Request(tiny_public(), given), root)


def test_missing_tokeniser_is_refused(given: Path, root: Path) -> None:
    (given / "sentencepiece.model").unlink()
    assert "sentencepiece.model is missing" in refused(Request(tiny_public(), given), root)


def test_missing_vocabulary_is_refused(given: Path, root: Path) -> None:
    (given / "shared_vocabulary.json").unlink()
    assert "no vocabulary" in refused(Request(tiny_public(), given), root)


def test_language_the_vocabulary_lacks_is_refused(given: Path, root: Path) -> None:
    wide = tiny_public(codes="es an yo ha", targets=["an", "yo", "ha"])
    assert ">>ha<<, >>yo<<" in refused(Request(wide, given), root)


def test_weights_that_do_not_load_are_refused(given: Path, root: Path) -> None:
    (given / "model.bin").write_bytes(b"\x06\x00\x00\x00nothing")
    assert "does not run" in refused(Request(tiny_public(), given), root)


def test_architecture_nobody_knows_is_refused(tmp_path: Path, root: Path) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "config.json").write_text('{"model_type": "mamba"}', encoding="utf-8")
    message = refused(Request(tiny_public(), tmp_path / "odd"), root)
    assert "'mamba'" in message
    assert "marian" in message


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["pytorch_model.bin", "sentencepiece.bpe.model"], "pickled"),
        (["sentencepiece.bpe.model"], "no weights"),
        (["model.safetensors"], "sentencepiece.bpe.model is missing"),
    ],
)
def test_checkpoint_that_is_not_whole_is_refused(tmp_path: Path, root: Path, files: list[str], said: str) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "m2m_100"}', encoding="utf-8")
    for name in files:
        (folder / name).write_bytes(b"")
    assert said in refused(Request(tiny_public(), folder), root)


def test_entry_survives_the_way_through_toml(tmp_path: Path) -> None:
    entry = tiny_entry(
        targets=("om", "zh-Hant"),
        commercial_use=False,
        codes={"om": "gaz_Latn", "zh-Hant": "zho_Hant"},
        instruction='say "so": ',
        no_repeat_ngram=3,
        max_target_extra=0,
    )
    (tmp_path / "tiny.toml").write_text(entry_text(entry), encoding="utf-8")
    assert Catalogue.load(tmp_path / "tiny.toml").entries == (entry,)


def test_entry_that_was_spoilt_by_hand_is_named(given: Path, root: Path) -> None:
    install(Request(tiny_public(), given), root, OPEN)
    path = root / "tiny.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("beam_size = 1", "beam_size = 0"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"tiny\.toml.*beam_size"):
        Catalogue.load(extra=root)


@pytest.mark.parametrize(
    ("architecture", "quantization"),
    [("marian", "int8"), ("m2m_100", "int8"), ("t5", "int8_float32"), ("mt5", "int8_float32")],
)
def test_quantization_on_a_processor(architecture: str, quantization: str) -> None:
    assert default_quantization(ARCHITECTURES[architecture], "cpu") == quantization


NEW_GPU = {"int8", "int8_float32", "int8_float16", "int8_bfloat16", "float16", "bfloat16", "float32"}
OLD_GPU = {"int8", "int8_float32", "int8_float16", "float16", "float32"}
WITHOUT_HALVES = {"int8", "int8_float32", "float32"}


@pytest.mark.parametrize(
    ("supported", "architecture", "device", "quantization"),
    [
        (None, "bart", "auto", "int8"),
        (None, "t5", "auto", "int8_float32"),
        (None, "bart", "cuda", "int8_float16"),  # for a GPU elsewhere
        (None, "t5", "cuda", "bfloat16"),
        (NEW_GPU, "bart", "auto", "int8_float16"),
        (NEW_GPU, "t5", "auto", "bfloat16"),
        (NEW_GPU, "t5", "cuda", "bfloat16"),
        (NEW_GPU, "bart", "cpu", "int8"),
        (OLD_GPU, "bart", "auto", "int8_float16"),
        (OLD_GPU, "t5", "auto", "int8_float32"),
        (WITHOUT_HALVES, "bart", "cuda", "int8_float32"),
    ],
)
def test_quantization_is_chosen_by_what_the_device_can(
    monkeypatch: pytest.MonkeyPatch, supported: set[str] | None, architecture: str, device: str, quantization: str
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0 if supported is None else 1)
    types = {"cuda": supported or set(), "cpu": {"int8", "int8_float32", "float32"}}
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda name, *_: types[name])
    assert default_quantization(ARCHITECTURES[architecture], device) == quantization


@pytest.mark.parametrize(
    ("device", "gpus", "resolved"),
    [("auto", 0, "cpu"), ("auto", 2, "cuda"), ("cpu", 2, "cpu"), ("cuda", 0, "cuda"), ("cuda", 1, "cuda")],
)
def test_device_is_a_gpu_only_where_one_is_or_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, device: str, gpus: int, resolved: str
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: gpus)
    assert device_at_hand(device) == resolved


def test_model_that_does_not_fit_into_memory_is_refused(
    given: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour(root, root.parent / "beside")

    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("models.install.load_folder", full)
    assert "does not fit into the memory" in refused(Request(tiny_public(), given), root)


def test_checkpoint_changed_since_it_was_pulled_is_refused(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "m2m_100"}', encoding="utf-8")
    for name in ("model.safetensors", "sentencepiece.bpe.model"):
        (folder / name).write_bytes(b"as it came")
    pulled = Pulled("someone/tiny", "5" * 40, {path.name: sha256_of(path) for path in folder.iterdir()})
    (folder / PULLED).write_bytes(msgspec.json.encode(pulled))
    (folder / "model.safetensors").write_bytes(b"changed since")
    assert "model.safetensors of checkpoint is not the file that was pulled" in refused(
        Request(tiny_public(), folder), root
    )


def test_manifest_says_how_the_weights_came_here(given: Path, root: Path) -> None:
    install(Request(tiny_public(), given), root, OPEN)
    manifest = json.loads((root / "tiny" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["quantization"] == "as given"
    assert manifest["made_with"] == {"converter": "unknown"}
