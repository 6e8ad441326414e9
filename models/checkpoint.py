"""What a Transformers checkpoint on disk is, and whether Malgil can convert it. Standard library and msgspec only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from models.catalogue import TokeniserKind
from models.refusal import ModelRefused

WHOLE = "model.safetensors"
WEIGHTS = (WHOLE, f"{WHOLE}.index.json")
SHARD = re.compile(r"model-(?P<number>\d+)-of-(?P<of>\d+)\.safetensors")
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
CONFIG = "config.json"


@dataclass(frozen=True, slots=True)
class Architecture:
    """How a `model_type` of Transformers is read. `tokenisers`: its classes, the first for names nobody knows.

    `files` names the tokeniser files of the checkpoint and what they are called in a model folder. `wide`: activations
    that overflow in float16. `forgotten`: what the converter asks of config.json and newer libraries no longer write.
    `strangers`: tokenisers of models of the same type that are spoken to in another way.
    """

    tokenisers: tuple[str, ...]
    kind: TokeniserKind
    files: Mapping[str, str]
    needs: tuple[str, ...] = ()
    wide: bool = False
    forgotten: tuple[tuple[str, object], ...] = ()
    strangers: tuple[str, ...] = ()


_BPE = MappingProxyType({"sentencepiece.bpe.model": "sentencepiece.model"})
_SPIECE = MappingProxyType({"spiece.model": "sentencepiece.model"})
_PAIR = MappingProxyType({"source.spm": "source.spm", "target.spm": "target.spm"})
_JSON = MappingProxyType({"tokenizer.json": "tokenizer.json"})

ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        "marian": Architecture(("MarianTokenizer",), "sentencepiece-pair", _PAIR, ("vocab.json",)),
        "m2m_100": Architecture(("M2M100Tokenizer", "NllbTokenizer"), "sentencepiece", _BPE),
        "mbart": Architecture(
            ("MBart50Tokenizer",),
            "sentencepiece",
            _BPE,
            forgotten=(("normalize_before", True), ("normalize_embedding", True)),
            strangers=("MBartTokenizer",),  # of mbart-large-cc25, which has its language behind the text
        ),
        "t5": Architecture(("T5Tokenizer",), "sentencepiece", _SPIECE, wide=True),
        "mt5": Architecture(("T5Tokenizer",), "sentencepiece", _SPIECE, wide=True),
        "umt5": Architecture(("T5Tokenizer",), "sentencepiece", _SPIECE, wide=True),
        "bart": Architecture(
            ("BartTokenizer",),
            "tokenizer-json",
            _JSON,
            forgotten=(("normalize_before", False), ("normalize_embedding", True)),
        ),
        "pegasus": Architecture(
            ("PegasusTokenizer",),
            "sentencepiece",
            _SPIECE,
            forgotten=(("normalize_before", True), ("normalize_embedding", False)),
        ),
        "bert": Architecture(
            ("BertTokenizer",), "tokenizer-json", _JSON, forgotten=(("position_embedding_type", "absolute"),)
        ),
    }
)


def known_architecture(checkpoint: Path) -> Architecture:
    """How this checkpoint is read; ModelRefused when it is none that can be converted."""
    config = _config(checkpoint)
    model_type = str(config.get("model_type"))
    if model_type not in ARCHITECTURES:
        raise ModelRefused(
            f"{checkpoint.name} is of the architecture {model_type!r}, which Malgil cannot serve",
            f"Supported are: {', '.join(ARCHITECTURES)}.",
        )
    return ARCHITECTURES[model_type]


def vocabulary_size(checkpoint: Path) -> int:
    """How many tokens the model has; 0 where its configuration does not say."""
    size = _config(checkpoint).get("vocab_size")
    return size if isinstance(size, int) else 0


def check_checkpoint(checkpoint: Path) -> Architecture:
    """ModelRefused unless the folder holds safetensors, a known architecture and its tokeniser files."""
    if not (checkpoint / CONFIG).is_file():
        raise ModelRefused(f"{checkpoint} holds no {CONFIG}", "Name the folder of a Transformers checkpoint.")
    architecture = known_architecture(checkpoint)
    names = {path.name for path in checkpoint.iterdir()}
    check_weights(checkpoint.name, names)
    check_tokeniser(checkpoint.name, names, architecture)
    return architecture


def check_weights(name: str, files: set[str]) -> None:
    """ModelRefused unless safetensors are among the files, whole or with every shard."""
    if files.isdisjoint(WEIGHTS):
        kind = "only pickled weights, which can run code" if not files.isdisjoint(PICKLES) else "no weights"
        raise ModelRefused(
            f"{name} holds {kind}",
            "Take a revision with model.safetensors (many hubs offer one as a pull request), or convert it on a "
            "machine that may run it and bring the result here with `malgil models add`.",
        )

    if WHOLE not in files:
        shards = [shard for each in files if (shard := SHARD.fullmatch(each))]
        count = max((int(shard["of"]) for shard in shards), default=1)
        numbers = {int(shard["number"]) for shard in shards if int(shard["of"]) == count}
        if missing := sorted(set(range(1, count + 1)) - numbers):
            raise ModelRefused(
                f"{name} names weights in parts, and part {missing[0]} of {count} is missing",
                "Copy the missing files there, or pull the model again.",
            )


def check_tokeniser(name: str, files: set[str], architecture: Architecture) -> None:
    """ModelRefused when a file that the tokeniser needs is not among the files."""
    wanted = {*architecture.files, *architecture.needs}
    # BART and BERT keep theirs in two files as well; the conversion writes tokenizer.json from them.
    if architecture.kind == "tokenizer-json" and not files.isdisjoint({"merges.txt", "vocab.txt"}):
        wanted = set()
    if missing := sorted(wanted - files):
        raise ModelRefused(
            f"{name} has no tokeniser: {', '.join(missing)} is missing",
            "Add the file from the model this one was trained from; another tokeniser would give rubbish.",
        )


def _config(checkpoint: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode((checkpoint / CONFIG).read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ModelRefused(f"{checkpoint.name}/{CONFIG} cannot be read: {error}", "Pull the model again.") from error
