"""Turn a trained checkpoint into the CTranslate2 folder the gateway serves.

    python -m models.training.export RECIPE.toml WORK OUTPUT_FOLDER --version 0.1.0 [--quantization int8|float32]

Reads WORK/checkpoint.pt (or --weights FILE) and WORK/vocabulary.model; writes model.bin, config.json,
shared_vocabulary.json, sentencepiece.model and manifest.json. The same inputs and program versions give the same bytes.
The hash it prints goes into models/catalogue.toml.
"""

from __future__ import annotations

import argparse
import copy
import shutil
from pathlib import Path

import ctranslate2
import sentencepiece
import torch
import transformers
from ctranslate2.converters.transformers import M2M100Loader
from safetensors.torch import save_file

from models.manifest import sha256_of, write_manifest
from models.training import recipe
from models.training.batches import EOS, PAD
from models.training.student import load_weights, new_model

QUANTIZATIONS = ("int8", "float32")
_WRITTEN = ("config.json", "manifest.json", "model.bin", "sentencepiece.model", "shared_vocabulary.json")


def export(
    model: transformers.M2M100ForConditionalGeneration,
    vocabulary: Path,
    folder: Path,
    *,
    model_id: str,
    version: str,
    quantization: str = "int8",
) -> Path:
    """Write the folder and return its manifest; only files of an earlier export are replaced."""
    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    pieces = [processor.id_to_piece(number) for number in range(processor.get_piece_size())]
    parameters = sum(weights.numel() for weights in model.parameters())
    # A copy: CTranslate2 quantises in place, through memory the spec shares with the model.
    spec = M2M100Loader().get_model_spec(copy.deepcopy(model).eval())
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.unk_token = pieces[processor.unk_id()]
    spec.config.bos_token = spec.config.eos_token = spec.config.decoder_start_token = pieces[EOS]
    # The runtime adds `</s>` to the source itself.
    spec.config.add_source_bos = spec.config.add_source_eos = False
    spec.validate()
    spec.optimize(quantization=quantization)
    _empty(folder)
    spec.save(str(folder))
    shutil.copyfile(vocabulary, folder / "sentencepiece.model")
    return write_manifest(
        folder,
        model=model_id,
        version=version,
        quantization=quantization,
        parameters=parameters,
        made_with={
            "ctranslate2": ctranslate2.__version__,
            "sentencepiece": sentencepiece.__version__,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
    )


def keep_float16(model: transformers.M2M100ForConditionalGeneration, path: Path) -> None:
    """Half-precision weights from which `train --resume` goes on; what is tied to another tensor is left out."""
    kept: dict[int, tuple[str, torch.Tensor]] = {}
    for name, weights in model.state_dict().items():
        kept.setdefault(weights.data_ptr(), (name, weights.half()))
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(dict(kept.values()), path)


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if strange := sorted(path.name for path in folder.iterdir() if path.name not in _WRITTEN):
        raise FileExistsError(f"{folder} holds {strange[0]}, which no export wrote; choose another folder")
    for path in folder.iterdir():
        path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--quantization", choices=QUANTIZATIONS, default="int8")
    parser.add_argument(
        "--weights",
        type=Path,
        nargs="+",
        help="instead of WORK/checkpoint.pt; .pt or .safetensors, of several the mean",
    )
    parser.add_argument("--float16", type=Path, help="also keep the weights to train on from, as .safetensors")
    options = parser.parse_args()
    chosen = recipe.load(options.recipe)
    vocabulary = options.work / "vocabulary.model"
    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    if (processor.pad_id(), processor.eos_id()) != (PAD, EOS):
        raise ValueError(f"{vocabulary} does not number padding {PAD} and end {EOS}")
    model = new_model(chosen.architecture, processor.get_piece_size())
    load_weights(model, *(options.weights or [options.work / "checkpoint.pt"]))
    if options.float16:
        keep_float16(model, options.float16)
    manifest = export(
        model,
        vocabulary,
        options.output,
        model_id=chosen.id,
        version=options.version,
        quantization=options.quantization,
    )
    for path in sorted(options.output.iterdir()):
        print(f"{path.stat().st_size:>12,}  {path.name}")
    print(f"{sum(weights.numel() for weights in model.parameters()):,} parameters")
    print(f'"manifest.json" = "{sha256_of(manifest)}"')


if __name__ == "__main__":
    main()
