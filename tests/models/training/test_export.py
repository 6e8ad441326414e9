"""The exported folder answers exactly like the model that was trained. Needs the extra `train`."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import Any

import ctranslate2
import pytest
import sentencepiece

from models.manifest import MANIFEST, sha256_of
from models.training import recipe

if "CI" in os.environ:  # noqa: TID251 .ci/run installs the extra; there a skip would hide a failure
    torch: Any = importlib.import_module("torch")
else:
    torch = pytest.importorskip("torch", reason="needs the extra train")
pytest.importorskip("transformers", reason="needs the extra train")

TAGS = (">>an<<", ">>ast<<", ">>oc-aranes<<")
TEXTS = ("La biblioteca abre a las nueve.", "Hola", "Llame al 112. " * 5, "🙂 ሰላም")
STEPS = 24


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.models.tiny_model import train_sentencepiece

    path = tmp_path_factory.mktemp("vocabulary") / "vocabulary.model"
    path.write_bytes(train_sentencepiece(TAGS))
    return path


@pytest.fixture(scope="module")
def model(vocabulary: Path) -> Any:
    student = importlib.import_module("models.training.student")
    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    torch.manual_seed(4)
    made = student.new_model(recipe.Architecture(32, 4, 2, 64, 2, 64), processor.get_piece_size())
    # A fresh model repeats its input: tied embeddings see themselves. Larger layers make each position matter.
    with torch.no_grad():
        for name, weights in made.named_parameters():
            if "layers" in name and weights.dim() == 2:
                weights.mul_(3)
    return made.eval()


def export(model: Any, vocabulary: Path, folder: Path, quantization: str = "float32") -> Path:
    module = importlib.import_module("models.training.export")
    path: Path = module.export(model, vocabulary, folder, model_id="tiny", version="0.0.1", quantization=quantization)
    return path


def greedy(model: Any, processor: Any, text: str, tag: str) -> list[str]:
    source = torch.tensor([[*processor.encode(text), 2]])
    written = [2, processor.piece_to_id(tag)]
    with torch.no_grad():
        while len(written) < STEPS + 2 and (len(written) == 2 or written[-1] != 2):
            logits = model(input_ids=source, decoder_input_ids=torch.tensor([written])).logits
            written.append(int(logits[0, -1].argmax()))
    return [processor.id_to_piece(number) for number in written[1:]]


def test_mixed_targets_answer_like_the_trained_model(model: Any, vocabulary: Path, tmp_path: Path) -> None:
    export(model, vocabulary, tmp_path)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    pairs = [(text, tag) for text in TEXTS for tag in TAGS]
    pending = ctranslate2.Translator(str(tmp_path), inter_threads=1, intra_threads=1).translate_batch(
        [[*processor.encode(text, out_type=str), "</s>"] for text, _ in pairs],
        [[tag] for _, tag in pairs],
        asynchronous=True,
        beam_size=1,
        max_decoding_length=STEPS + 1,
        return_end_token=True,
    )
    answers = [each.result().hypotheses[0] for each in pending]
    assert answers == [greedy(model, processor, text, tag) for text, tag in pairs]
    assert len({tuple(answer[1:]) for answer in answers}) > len(TEXTS)


@pytest.mark.parametrize("quantization", ["float32", "int8"])
def test_export_repeats_byte_for_byte_and_leaves_the_model_alone(
    model: Any, vocabulary: Path, tmp_path: Path, quantization: str
) -> None:
    before = {name: weights.clone() for name, weights in model.state_dict().items()}
    first = export(model, vocabulary, tmp_path / "first", quantization)
    second = export(model, vocabulary, tmp_path / "second", quantization)
    assert first.read_bytes() == second.read_bytes()
    assert all(torch.equal(weights, before[name]) for name, weights in model.state_dict().items())


def test_manifest_describes_the_folder(model: Any, vocabulary: Path, tmp_path: Path) -> None:
    manifest = json.loads(export(model, vocabulary, tmp_path, "int8").read_text(encoding="utf-8"))
    assert manifest["quantization"] == "int8"
    assert set(manifest["files"]) == {path.name for path in tmp_path.iterdir()} - {MANIFEST}
    assert manifest["files"]["model.bin"]["sha256"] == sha256_of(tmp_path / "model.bin")
    assert {"ctranslate2", "transformers"} <= manifest["made_with"].keys()


def test_folder_with_strange_files_is_left_alone(model: Any, vocabulary: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_bytes(b"")
    with pytest.raises(FileExistsError, match=r"thesis\.odt"):
        export(model, vocabulary, tmp_path)
    assert (tmp_path / "thesis.odt").exists()


def test_of_several_weights_the_mean_is_taken(model: Any, vocabulary: Path, tmp_path: Path) -> None:
    student = importlib.import_module("models.training.student")
    keep = importlib.import_module("models.training.export").keep_float16
    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    shape = recipe.Architecture(32, 4, 2, 64, 2, 64), processor.get_piece_size()
    other, mean = student.new_model(*shape), student.new_model(*shape)
    keep(model, tmp_path / "one.safetensors")
    student.save(other, tmp_path / "other.pt")
    student.load_weights(mean, tmp_path / "one.safetensors", tmp_path / "other.pt")
    assert mean.lm_head.weight.data_ptr() == mean.model.shared.weight.data_ptr()
    for name, weights in mean.state_dict().items():
        expected = (model.state_dict()[name] + other.state_dict()[name]) / 2
        assert torch.allclose(weights, expected, atol=2e-3, rtol=1e-3), name


def test_training_goes_on_from_the_float16_weights(model: Any, vocabulary: Path, tmp_path: Path) -> None:
    path = tmp_path / "checkpoints" / "tiny.safetensors"
    importlib.import_module("models.training.export").keep_float16(model, path)
    student = importlib.import_module("models.training.student")
    processor = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    resumed = student.new_model(recipe.Architecture(32, 4, 2, 64, 2, 64), processor.get_piece_size())
    student.load_weights(resumed, path)
    assert resumed.lm_head.weight.data_ptr() == resumed.model.shared.weight.data_ptr()
    for name, weights in model.state_dict().items():
        assert torch.allclose(weights, resumed.state_dict()[name], atol=2e-3, rtol=1e-3), name
