"""From a Transformers checkpoint on disk to a CTranslate2 folder. Needs the extra `convert`.

Only safetensors are read (a pickle runs code) and no code of the checkpoint is run. The same checkpoint and program
versions give the same bytes.
"""

from __future__ import annotations

import importlib
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import ctranslate2
import msgspec

from models.catalogue import TokeniserKind
from models.refusal import ModelRefused

WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
CONFIG = "config.json"

Quantization = Literal["int8", "int8_float32", "int8_float16", "int8_bfloat16", "float16", "bfloat16", "float32"]
QUANTIZATIONS: tuple[Quantization, ...] = (
    "int8",
    "int8_float32",
    "int8_float16",
    "int8_bfloat16",
    "float16",
    "bfloat16",
    "float32",
)
BYTES_PER_PARAMETER: Mapping[Quantization, float] = MappingProxyType(
    {name: 1.1 if name.startswith("int8") else 4.1 if name == "float32" else 2.1 for name in QUANTIZATIONS}
)


@dataclass(frozen=True, slots=True)
class Architecture:
    """How a `model_type` of Transformers is read. `tokenisers`: its classes, the first for names nobody knows.

    `files` names the tokeniser files of the checkpoint and what they are called in a model folder. `wide`: activations
    that overflow in float16. `forgotten`: what the converter asks of config.json and newer libraries no longer write.
    """

    tokenisers: tuple[str, ...]
    kind: TokeniserKind
    files: Mapping[str, str]
    needs: tuple[str, ...] = ()
    wide: bool = False
    forgotten: tuple[tuple[str, object], ...] = ()


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

# By device and whether float16 overflows; the first that the device supports. #1074 and #1239 of CTranslate2: T5 gives
# NaN in float16.
_PREFERRED: Mapping[tuple[str, bool], tuple[Quantization, ...]] = MappingProxyType(
    {
        ("cpu", False): ("int8",),
        ("cpu", True): ("int8_float32",),
        ("cuda", False): ("int8_float16", "int8_float32"),
        ("cuda", True): ("bfloat16", "int8_float32"),
    }
)


@dataclass(frozen=True, slots=True)
class Converted:
    """What was made: its parameters as PyTorch counts them, and the programs whose version decides the bytes."""

    parameters: int
    quantization: Quantization
    made_with: dict[str, str]


def architecture_of(checkpoint: Path) -> Architecture:
    """How this checkpoint is read; ModelRefused when it is none that can be converted."""
    config = _config(checkpoint)
    model_type = config.get("model_type")
    if model_type not in ARCHITECTURES:
        raise ModelRefused(
            f"{checkpoint.name} is of the architecture {model_type!r}, which Malgil cannot serve",
            f"Supported are: {', '.join(ARCHITECTURES)}.",
        )
    return ARCHITECTURES[model_type]


def default_quantization(architecture: Architecture, device: str) -> Quantization:
    """The smallest type that keeps the quality of this architecture on this device (`cpu`, `cuda` or `auto`)."""
    if device == "auto":
        device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
    preferred = _PREFERRED[device, architecture.wide]
    supported = ctranslate2.get_supported_compute_types(device)
    return next((name for name in preferred if name in supported), preferred[-1])


def check_checkpoint(checkpoint: Path) -> Architecture:
    """ModelRefused unless the folder holds safetensors, a known architecture and its tokeniser files."""
    if not (checkpoint / CONFIG).is_file():
        raise ModelRefused(f"{checkpoint} holds no {CONFIG}", "Name the folder of a Transformers checkpoint.")
    architecture = architecture_of(checkpoint)
    names = {path.name for path in checkpoint.iterdir()}
    check_weights(checkpoint.name, names)
    check_tokeniser(checkpoint.name, names, architecture)
    return architecture


def check_weights(name: str, files: set[str]) -> None:
    """ModelRefused unless safetensors are among the files."""
    if files.isdisjoint(WEIGHTS):
        kind = "only pickled weights, which can run code" if not files.isdisjoint(PICKLES) else "no weights"
        raise ModelRefused(
            f"{name} holds {kind}",
            "Take a revision with model.safetensors (many hubs offer one as a pull request), or convert it on a machine "
            "that may run it and bring the result here with `malgil models add`.",
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


def convert(checkpoint: Path, folder: Path, quantization: Quantization) -> Converted:
    """Write model.bin, config.json, vocabularies and tokeniser files to `folder`, which must not exist.

    `checkpoint` must have passed `check_checkpoint`. ModelRefused when the extra `convert` is missing or the converter
    cannot read the checkpoint.
    """
    architecture = architecture_of(checkpoint)
    transformers = _transformers()
    tokeniser = _tokeniser_class(checkpoint, architecture, transformers)
    converters = importlib.import_module("ctranslate2.converters")
    parameters: list[int] = []

    class Converter(converters.TransformersConverter):  # type: ignore[name-defined,misc]
        def load_model(self, model_class: Any, model_name_or_path: str, **options: Any) -> Any:
            model = model_class.from_pretrained(
                model_name_or_path, **options, use_safetensors=True, local_files_only=True
            ).eval()
            parameters.append(model.num_parameters())
            # The loader of mBART asks for it, and not every version of Transformers keeps it in the configuration.
            model.config.tokenizer_class = type(tokeniser).__name__
            for name, value in architecture.forgotten:
                if not hasattr(model.config, name):
                    setattr(model.config, name, value)
            return model

        def load_tokenizer(self, tokenizer_class: Any, model_name_or_path: str, **options: Any) -> Any:  # noqa: ARG002
            return tokeniser

    with _quiet(transformers):
        try:
            Converter(str(checkpoint)).convert(str(folder), quantization=quantization)
        except (ValueError, KeyError, AttributeError, NotImplementedError, RuntimeError) as error:
            raise ModelRefused(
                f"{checkpoint.name} cannot be converted: {error}",
                "The checkpoint and its config.json do not agree, or the converter does not know this variant.",
            ) from error
        for given, name in architecture.files.items():
            if (checkpoint / given).is_file():
                shutil.copyfile(checkpoint / given, folder / name)
            else:
                (folder / name).write_text(tokeniser.backend_tokenizer.to_str(), encoding="utf-8")
    programs = ("ctranslate2", "transformers", "torch", "safetensors")
    return Converted(parameters[0], quantization, {name: version(name) for name in programs})


def _tokeniser_class(checkpoint: Path, architecture: Architecture, transformers: Any) -> Any:
    path = checkpoint / "tokenizer_config.json"
    described = msgspec.json.decode(path.read_bytes()) if path.is_file() else {}
    wanted = str(described.get("tokenizer_class", "")).removesuffix("Fast")
    name = wanted if wanted in architecture.tokenisers else architecture.tokenisers[0]
    with _quiet(transformers):
        try:
            tokeniser = getattr(transformers, name).from_pretrained(str(checkpoint), local_files_only=True)
        except Exception as error:  # noqa: BLE001 whatever the library raises, the tokeniser cannot be read
            raise ModelRefused(
                f"{checkpoint.name}: its tokeniser cannot be read as {name}: {error}",
                "Take the tokeniser files of the model this one was trained from.",
            ) from error
    # Some tokenisers of Transformers 5 forget it when no file names it, and the engine reads null as a fault.
    if tokeniser.bos_token is None and "<s>" in tokeniser.get_vocab():
        tokeniser.bos_token = "<s>"
    return tokeniser


def _config(checkpoint: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode((checkpoint / CONFIG).read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ModelRefused(f"{checkpoint.name}/{CONFIG} cannot be read: {error}", "Pull the model again.") from error


def _transformers() -> Any:
    try:
        importlib.import_module("torch")
        importlib.import_module("safetensors")
        return importlib.import_module("transformers")
    except ModuleNotFoundError as error:
        raise ModelRefused(
            f"Converting needs the library {error.name}",
            "pip install 'malgil[convert]', or convert on another machine and use `malgil models add`.",
        ) from None


@contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Without the library's own bars and advice: what matters is said by ModelRefused."""
    logging = transformers.utils.logging
    level = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        logging.enable_progress_bar()
