"""From a Transformers checkpoint on disk to a CTranslate2 folder. Needs the extra `convert`.

Only safetensors are read (a pickle runs code) and no code of the checkpoint is run. The same checkpoint and program
versions give the same bytes.
"""

from __future__ import annotations

import importlib
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import ctranslate2
import msgspec

from models.checkpoint import Architecture, known_architecture, vocabulary_size
from models.refusal import ModelRefused
from models.runtime.devices import device_at_hand

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


def default_quantization(architecture: Architecture, device: str) -> Quantization:
    """The smallest type that keeps the quality of this architecture on this device (`cpu`, `cuda` or `auto`)."""
    chosen = device_at_hand(device)
    preferred = _PREFERRED[chosen, architecture.wide]
    if chosen == "cuda" and device_at_hand() == "cpu":
        return preferred[0]  # for a GPU elsewhere, of which nothing is known
    supported = ctranslate2.get_supported_compute_types(chosen)
    return next((name for name in preferred if name in supported), preferred[-1])


def convert(checkpoint: Path, folder: Path, quantization: Quantization) -> Converted:
    """Write model.bin, config.json, vocabularies and tokeniser files to `folder`, which must not exist.

    `checkpoint` must have passed `check_checkpoint`. ModelRefused when the extra `convert` is missing or the converter
    cannot read the checkpoint.
    """
    architecture = known_architecture(checkpoint)
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
        with _refusals(checkpoint, read=lambda: bool(parameters)):
            Converter(str(checkpoint)).convert(str(folder), quantization=quantization)
        for given, name in architecture.files.items():
            if (checkpoint / given).is_file():
                shutil.copyfile(checkpoint / given, folder / name)
            else:
                (folder / name).write_text(tokeniser.backend_tokenizer.to_str(), encoding="utf-8")
    programs = ("ctranslate2", "transformers", "torch", "safetensors")
    return Converted(parameters[0], quantization, {name: version(name) for name in programs})


@contextmanager
def _refusals(checkpoint: Path, read: Callable[[], bool]) -> Iterator[None]:
    """What the converter raises as ModelRefused; `read` says whether it has the weights already."""
    try:
        yield
    # SafetensorError is an Exception and nothing more.
    except (OSError, importlib.import_module("safetensors").SafetensorError) as error:
        if isinstance(error, OSError) and read():
            raise  # of the models folder, to which it writes
        raise ModelRefused(
            f"{checkpoint.name}: its weights cannot be read: {error}",
            "A file is missing, cut or damaged; pull or copy the checkpoint again.",
        ) from error
    except MemoryError as error:
        raise ModelRefused(
            f"{checkpoint.name} does not fit into the memory of this machine",
            "Convert it on a larger one and bring the result here with `malgil models add`.",
        ) from error
    except (ValueError, KeyError, AttributeError, NotImplementedError, RuntimeError) as error:
        raise ModelRefused(
            f"{checkpoint.name} cannot be converted: {error}",
            "The checkpoint and its config.json do not agree, or the converter does not know this variant.",
        ) from error


def _tokeniser_class(checkpoint: Path, architecture: Architecture, transformers: Any) -> Any:
    wanted = _tokeniser_named(checkpoint)
    if wanted in architecture.strangers:
        raise _spoken_differently(checkpoint, wanted)
    name = wanted if wanted in architecture.tokenisers else architecture.tokenisers[0]
    with _quiet(transformers):
        try:
            tokeniser = getattr(transformers, name).from_pretrained(str(checkpoint), local_files_only=True)
        except Exception as error:
            raise ModelRefused(
                f"{checkpoint.name}: its tokeniser cannot be read as {name}: {error}",
                "Take the tokeniser files of the model this one was trained from.",
            ) from error
    if architecture.strangers and len(tokeniser) > (size := vocabulary_size(checkpoint)) > 0:
        # Nothing named it: the model has fewer tokens than a tokeniser of the kind that we speak to would write.
        raise _spoken_differently(checkpoint, f"one of {size} tokens")
    # Tokenisers of Transformers 5 forget what no file names: M2M-100 its languages, mBART its `<s>`, and the engine
    # reads null as a fault.
    known = tokeniser.get_vocab()
    if languages := [token for token in getattr(tokeniser, "lang_token_to_id", ()) if token not in known]:
        tokeniser.add_tokens(languages, special_tokens=True)
    if tokeniser.bos_token is None and "<s>" in known:
        tokeniser.bos_token = "<s>"
    return tokeniser


def _tokeniser_named(checkpoint: Path) -> str:
    """The class that the checkpoint names, without the mark of its faster twin; empty where it names none."""
    path = checkpoint / "tokenizer_config.json"
    try:
        described = msgspec.json.decode(path.read_bytes(), type=dict[str, Any]) if path.is_file() else {}
    except (OSError, msgspec.DecodeError) as error:
        raise ModelRefused(f"{checkpoint.name}/{path.name} cannot be read: {error}", "Pull the model again.") from error
    return str(described.get("tokenizer_class", "")).removesuffix("Fast")


def _spoken_differently(checkpoint: Path, found: str) -> ModelRefused:
    return ModelRefused(
        f"{checkpoint.name} has another tokeniser ({found}) than the models of its type that Malgil serves",
        "It would answer in the wrong language, so it is not converted. Of mBART, take mBART-50.",
    )


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
