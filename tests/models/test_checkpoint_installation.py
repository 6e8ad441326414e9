"""A checkpoint from a hub or a folder becomes an installed model, or leaves nothing behind.

Needs the extra `convert`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from locales.tags import LanguageTag
from models.catalogue import Catalogue
from models.hub import pull
from models.install import Request, install
from models.policy import Policy
from models.public import PublicModel, public_model
from models.refusal import ModelRefused
from models.runtime.load import load_translator
from models.runtime.protocol import SourceNotServed, TranslationInput
from models.store import ModelStore
from tests.models.architectures import (
    checkpoints,
    conversion,
)
from tests.models.hub_server import COMMIT, Hub, serving
from tests.models.tiny_model import tag

# The converter adds no punctuation rules of Moses either.
pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")


def test_model_of_a_hub_is_pulled_converted_and_served(tmp_path: Path) -> None:
    checkpoints.write_m2m100(tmp_path / "original")
    public = msgspec.convert(
        {
            "id": "tiny-m2m",
            "hub": "someone/tiny",
            "licence": "MIT",
            "commercial_use": True,
            "parameters": 10_000,
            "int8_megabytes": 1,
            "architecture": "m2m_100",
            "tokeniser": "sentencepiece",
            "codes": "am en es sw yo ns",
            "tags": {"ns": "nso"},
            "prefix": "both-tags",
            "tag_format": "__{target}__",
            "max_source_tokens": 96,
            "max_target_ratio": 2.0,
            "max_target_extra": 8,
        },
        PublicModel,
    )
    files = {path.name: path.read_bytes() for path in (tmp_path / "original").iterdir()}
    pulled = tmp_path / "models" / "checkpoints" / "tiny-m2m"
    with serving(Hub("someone/tiny", files)) as hub:
        pull("someone/tiny", "main", pulled, mirror=hub.url)
    install(Request(public, pulled, quantization="int8"), tmp_path / "models", Policy())
    entry = Catalogue.load(extra=tmp_path / "models").find(tag("en"), tag("nso"))
    assert entry is not None
    manifest = msgspec.json.decode((tmp_path / "models" / "tiny-m2m" / "manifest.json").read_bytes())
    assert manifest["made_with"]["checkpoint"] == f"someone/tiny@{COMMIT}"
    translator = load_translator(entry, ModelStore(data_root=tmp_path / "models"))
    text = "ሰላም, agua 112"
    answers = translator.translate([TranslationInput(text, tag("nso"), tag(source)) for source in ("en", "am", "es")])
    with pytest.raises(SourceNotServed, match="gl"):
        translator.translate([TranslationInput(text, tag("nso"), tag("gl"))])
    translator.close()
    # Each answer follows the source that was named, and no tag shows in it.
    assert len({answer.text for answer in answers}) > 1
    assert not any("__" in answer.text for answer in answers)


@pytest.mark.parametrize("write", ["write_nllb", "write_marian"])
def test_refused_checkpoint_leaves_no_trace(tmp_path: Path, write: str) -> None:
    """The entry names a language that the tokeniser lacks; of another architecture is the second."""
    getattr(checkpoints, write)(tmp_path / "checkpoint")
    public = msgspec.structs.replace(
        public_model("nllb-200-distilled-600m"), codes="eng_Latn xxx_Latn", tags={"xxx_Latn": LanguageTag("ve")}
    )
    with pytest.raises(ModelRefused, match=r"xxx_Latn|not of the architecture"):
        install(Request(public, tmp_path / "checkpoint", quantization="float32"), tmp_path / "models", Policy((), True))
    assert not (tmp_path / "models").exists() or list((tmp_path / "models").iterdir()) == []


def _cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])


def _spoilt_header(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)


def _parts_missing(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    (folder / "model.safetensors.index.json").write_text("{}", encoding="utf-8")


def _index_without_part(folder: Path) -> None:
    """Every part that the names promise is there, and the index names another."""
    (folder / "model.safetensors").rename(folder / "model-00001-of-00001.safetensors")
    index = {"metadata": {}, "weight_map": {"model.shared.weight": "model-00007-of-00009.safetensors"}}
    (folder / "model.safetensors.index.json").write_bytes(msgspec.json.encode(index))


def _spoilt_tokeniser(folder: Path) -> None:
    (folder / "tokenizer_config.json").write_text("{", encoding="utf-8")


def _tokeniser_of_another_kind(folder: Path) -> None:
    (folder / "tokenizer_config.json").write_text("[]", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_cut, "weights cannot be read"),
        (_spoilt_header, "weights cannot be read"),
        (_parts_missing, "part 2 of 2 is missing"),
        (_index_without_part, "weights cannot be read"),
        (_spoilt_tokeniser, r"tokenizer_config\.json cannot be read"),
        (_tokeniser_of_another_kind, r"tokenizer_config\.json cannot be read"),
    ],
)
def test_damaged_checkpoint_is_refused_and_leaves_nothing(
    tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    checkpoints.write_m2m100(tmp_path / "checkpoint")
    spoil(tmp_path / "checkpoint")
    with pytest.raises(ModelRefused, match=said):
        install(_m2m(tmp_path / "checkpoint"), tmp_path / "models", Policy())
    assert not (tmp_path / "models").exists() or list((tmp_path / "models").iterdir()) == []


def _m2m(folder: Path) -> Request:
    public = msgspec.structs.replace(
        public_model("m2m100-418m"), parameters=10_000, codes="en es sw", tags={}, sources=(), targets=()
    )
    return Request(public, folder, quantization="float32")


def test_code_of_a_checkpoint_is_never_run(tmp_path: Path) -> None:
    folder, trace = tmp_path / "checkpoint", tmp_path / "it ran"
    checkpoints.write_m2m100(folder)
    code = f"open({str(trace)!r}, 'w').close()\n"
    for name in ("modeling_own.py", "tokenization_own.py", "configuration_own.py", "sitecustomize.py"):
        (folder / name).write_text(code, encoding="utf-8")
    own = {
        "AutoConfig": "configuration_own.Own",
        "AutoModelForSeq2SeqLM": "modeling_own.Own",
        "AutoTokenizer": ["tokenization_own.Own", None],
    }
    for name in ("config.json", "tokenizer_config.json"):
        described = msgspec.json.decode((folder / name).read_bytes())
        (folder / name).write_bytes(msgspec.json.encode(described | {"auto_map": own}))
    entry = install(_m2m(folder), tmp_path / "models", Policy())
    assert not trace.exists()
    assert not [path for path in (tmp_path / "models" / entry.id).iterdir() if path.suffix == ".py"]


@pytest.mark.parametrize("named", [True, False], ids=["named", "nobody says"])
def test_mbart_of_25_languages_is_not_served_as_if_it_were_of_50(tmp_path: Path, named: bool) -> None:
    folder = tmp_path / "checkpoint"
    checkpoints.write_mbart25(folder)
    if not named:
        (folder / "tokenizer_config.json").unlink()
    with pytest.raises(ModelRefused, match="mBART-50"):
        conversion.convert(folder, tmp_path / "model", "float32")
    assert not (tmp_path / "model").exists()
