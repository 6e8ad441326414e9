"""Every architecture a public model may have, converted and served by us, answers like Transformers token by token.

Needs the extra `convert`.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy
import pytest

from models.catalogue import CatalogueEntry
from models.refusal import ModelRefused
from models.runtime.protocol import TranslationInput
from models.store import ModelDirectory
from tests.models.architectures import (
    CASES,
    LIMIT,
    TEXTS,
    Case,
    case_of,
    checkpoint,
    checkpoints,
    conversion,
    ct2,
    entry_of,
    marian,
    torch,
    transformers,
)
from tests.models.tiny_model import SENTENCES, tag, tiny_entry

# The converter adds no punctuation rules of Moses either.
pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")


@dataclass(frozen=True)
class Served:
    """One checkpoint three ways: the tokeniser and model of Transformers, and our translator."""

    case: Case
    tokeniser: Any
    model: Any
    translator: Any
    entry: CatalogueEntry
    checkpoint: Path


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module", params=CASES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    case = case_of(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    case.write(folder / "checkpoint")
    architecture = checkpoint.check_checkpoint(folder / "checkpoint")
    conversion.convert(folder / "checkpoint", folder / "model", "float32")
    entry = entry_of(case)
    translator = ct2.CTranslate2Translator(ModelDirectory(folder / "model", ""), entry, device="cpu")
    tokeniser_class = getattr(transformers, _tokeniser_name(folder / "checkpoint"))
    model = getattr(transformers, _model_name(folder / "checkpoint")).from_pretrained(folder / "checkpoint").eval()
    assert architecture.kind == entry.tokeniser
    yield Served(
        case, tokeniser_class.from_pretrained(folder / "checkpoint"), model, translator, entry, folder / "checkpoint"
    )
    translator.close()


def _tokeniser_name(folder: Path) -> str:
    return str(msgspec.json.decode((folder / "tokenizer_config.json").read_bytes())["tokenizer_class"])


def _model_name(folder: Path) -> str:
    return str(msgspec.json.decode((folder / "config.json").read_bytes())["architectures"][0])


def given(served: Served, text: str) -> list[str]:
    """The source tokens as Transformers makes them."""
    if served.case.source_code:
        served.tokeniser.src_lang = served.case.source_code
    ids = served.tokeniser(served.case.prompt + text).input_ids
    tokens: list[str] = served.tokeniser.convert_ids_to_tokens(ids)
    return tokens


def expected(served: Served, text: str) -> list[str]:
    """What Transformers writes, greedily, from the forced first token to the end token or the limit."""
    if served.case.source_code:
        served.tokeniser.src_lang = served.case.source_code
    inputs = served.tokeniser(served.case.prompt + text, return_tensors="pt")
    first = None if served.case.first is None else served.tokeniser.convert_tokens_to_ids(served.case.first)
    with torch.no_grad():
        written = served.model.generate(
            input_ids=inputs.input_ids,
            attention_mask=inputs.attention_mask,
            num_beams=1,
            do_sample=False,
            max_new_tokens=LIMIT + (first is not None),
            forced_bos_token_id=first,
            forced_eos_token_id=None,
            no_repeat_ngram_size=served.entry.no_repeat_ngram,
            suppress_tokens=served.tokeniser.convert_tokens_to_ids(list(served.case.never)),
        )
    tokens: list[str] = served.tokeniser.convert_ids_to_tokens(written[0][1:])
    return tokens


def jobs(served: Served, text: str) -> list[Any]:
    one = TranslationInput(text, tag(served.case.target), tag(served.case.source))
    return list(served.translator._jobs(0, one, served.translator._encode(text)))


def written(served: Served, text: str) -> list[str]:
    [pending] = served.translator._submit(jobs(served, text))
    tokens: list[str] = pending.result().hypotheses[0]
    return tokens


def test_source_tokens_are_those_of_the_original_tokeniser(served: Served) -> None:
    added = [served.translator._config.eos_token] if served.translator._config.add_source_eos else []
    known = {**served.tokeniser.get_vocab(), **getattr(served.tokeniser, "lang_token_to_id", {})}
    for text in TEXTS:
        [job] = jobs(served, text)
        tokens = [token if token in known else served.tokeniser.unk_token for token in [*job.source, *added]]
        assert tokens == given(served, text), text


def test_greedy_answer_is_that_of_transformers(served: Served) -> None:
    answers = [written(served, text) for text in TEXTS]
    assert answers == [expected(served, text) for text in TEXTS]
    # Otherwise equality would say little.
    assert len(set(map(tuple, answers))) > len(TEXTS) // 2
    assert len({token for answer in answers for token in answer}) > 5


def test_hypothesis_is_the_text_without_tags(served: Served) -> None:
    inputs = [TranslationInput(text, tag(served.case.target), tag(served.case.source)) for text in TEXTS]
    for text, hypothesis in zip(TEXTS, served.translator.translate(inputs), strict=True):
        tags = getattr(served.tokeniser, "lang_token_to_id", {})
        tokens = [token for token in written(served, text) if token not in tags]
        ids = served.tokeniser.convert_tokens_to_ids(tokens)
        wanted = served.tokeniser.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        assert hypothesis.text.split() == wanted.split()
        assert hypothesis.target_tokens <= LIMIT


def test_no_text_spells_a_token_that_steers(served: Served) -> None:
    entry = served.entry
    starts = {entry.source_start, entry.target_start} - {""}
    steering = {"</s>", "<s>", "<pad>", *starts, *entry.tags(), served.tokeniser.eos_token}
    for token in sorted(steering):
        for text in (token, f"agua {token} clara", f"{token}{token}"):
            [job] = jobs(served, text)
            before = len(served.translator._tags(TranslationInput("", tag(served.case.target)))[0])
            inner = job.source[before : len(job.source) if job.source[-1] != "</s>" else -1]
            assert not steering & set(inner), text


def test_int8_stays_near_the_full_weights(served: Served, tmp_path: Path) -> None:
    conversion.convert(served.checkpoint, tmp_path / "int8", "int8")
    directory = ModelDirectory(tmp_path / "int8", "")
    small = ct2.CTranslate2Translator(directory, served.entry, device="cpu")
    sources = [jobs(served, text)[0].source for text in TEXTS]
    targets = [[token for token in written(served, text) if token != "</s>"] for text in TEXTS]
    full, quantised = (
        [score for result in each._translator.score_batch(sources, targets) for score in result.log_probs]
        for each in (served.translator, small)
    )
    small.close()
    # Random weights are far more sensitive than trained ones; a wrong scale would move scores by more than they differ.
    error = sum(abs(a - b) for a, b in zip(full, quantised, strict=True)) / len(full)
    assert error < 0.3 * (max(full) - min(full))


def test_every_tag_is_in_the_vocabulary_and_a_wrong_one_is_found(served: Served) -> None:
    folder = served.checkpoint.parent / "model"
    install_module = importlib.import_module("models.install")
    install_module._check_vocabulary(folder, served.entry)
    wrong = msgspec.structs.replace(served.entry, target_start="<no such token>")
    with pytest.raises(ModelRefused, match="no such token"):
        install_module._check_vocabulary(folder, wrong)


def test_conversion_repeats_byte_for_byte(served: Served, tmp_path: Path) -> None:
    made = conversion.convert(served.checkpoint, tmp_path / "again", "float32")
    assert made.parameters == served.model.num_parameters()
    first = {path.name: path.read_bytes() for path in (served.checkpoint.parent / "model").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == first


def test_bert_gives_the_vectors_of_transformers(tmp_path: Path) -> None:
    checkpoints.write_bert(tmp_path / "checkpoint")
    conversion.convert(tmp_path / "checkpoint", tmp_path / "model", "float32")
    original = transformers.BertTokenizer.from_pretrained(tmp_path / "checkpoint")
    model = transformers.BertModel.from_pretrained(tmp_path / "checkpoint").eval()
    rules = tiny_entry(targets=("an",), tokeniser="tokenizer-json", prefix="none", tag_format="")
    tokeniser = importlib.import_module("models.runtime.tokeniser").Tokeniser(tmp_path / "model", rules)
    encoder = importlib.import_module("ctranslate2").Encoder(str(tmp_path / "model"))
    for text in (SENTENCES[0], SENTENCES[8], "[CLS] agua [SEP]"):
        tokens = ["[CLS]", *tokeniser.encode(text), "[SEP]"]
        with torch.no_grad():
            wanted = model(torch.tensor([original.convert_tokens_to_ids(tokens)])).last_hidden_state[0]
        found = torch.tensor(numpy.array(encoder.forward_batch([tokens]).last_hidden_state))
        assert torch.allclose(found[0], wanted, atol=1e-4)
        assert tokens[1:-1].count("[CLS]") == 0
    encoder.unload_model()


@pytest.mark.parametrize("quantization", conversion.QUANTIZATIONS)
def test_every_quantization_converts_and_answers(tmp_path: Path, quantization: str) -> None:
    case = marian()
    case.write(tmp_path / "checkpoint")
    made = conversion.convert(tmp_path / "checkpoint", tmp_path / "model", quantization)
    assert made.quantization == quantization
    # A type that this machine lacks is loaded as the nearest that it has.
    translator = ct2.CTranslate2Translator(ModelDirectory(tmp_path / "model", ""), entry_of(case), device="cpu")
    answers = translator.translate([TranslationInput(text, tag("an")) for text in SENTENCES[:3]])
    translator.close()
    assert len({answer.text for answer in answers}) > 1
