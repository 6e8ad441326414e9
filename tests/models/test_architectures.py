"""Every architecture a public model may have, converted and served by us, answers like Transformers token by token.

Needs the extra `convert`.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy
import pytest

from locales.tags import LanguageTag
from models.catalogue import Catalogue, CatalogueEntry
from models.hub import pull
from models.install import Request, install
from models.policy import Policy
from models.public import PublicModel, public_model
from models.refusal import ModelRefused
from models.runtime.load import load_translator
from models.runtime.protocol import SourceNotServed, TranslationInput
from models.store import ModelDirectory, ModelStore
from tests.models.hub_server import COMMIT, Hub, serving
from tests.models.tiny_model import SENTENCES, tag, tiny_entry

if "CI" in os.environ:  # noqa: TID251 .ci/run installs the extra; there a skip would hide a failure
    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
else:
    torch = pytest.importorskip("torch", reason="needs the extra convert")
    transformers = pytest.importorskip("transformers", reason="needs the extra convert")

checkpoints: Any = importlib.import_module("tests.models.checkpoints")
checkpoint: Any = importlib.import_module("models.checkpoint")
conversion: Any = importlib.import_module("models.runtime.conversion")
ct2: Any = importlib.import_module("models.runtime.ct2")

# The converter adds no punctuation rules of Moses either.
pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

LIMIT = 24
TEXTS = (*SENTENCES[:4], SENTENCES[8], SENTENCES[10], SENTENCES[13], SENTENCES[16], "Hola 🙂", "a  b", "112")


@dataclass(frozen=True)
class Case:
    """A checkpoint, the entry that serves it, and what Transformers is told for the same answer."""

    write: Callable[[Path], None]
    rules: Mapping[str, object]
    target: str = "an"
    source: str = "es"
    source_code: str | None = None
    prompt: str = ""
    first: str | None = None
    never: tuple[str, ...] = ("<unk>",)
    targets: tuple[str, ...] = field(default=("an",))


def _case(name: str) -> Case:
    return CASES[name]()


def _marian() -> Case:
    return Case(
        checkpoints.write_marian,
        {"tokeniser": "sentencepiece-pair", "prefix": "none", "tag_format": ""},
        never=("<unk>", "<pad>"),
    )


def _marian_many() -> Case:
    return Case(
        lambda folder: checkpoints.write_marian(folder, (">>xho<<", ">>zul<<")),
        {
            "tokeniser": "sentencepiece-pair",
            "prefix": "encoder-tag",
            "tag_format": ">>{target}<<",
            "codes": {"xh": "xho", "zu": "zul"},
        },
        target="zu",
        targets=("xh", "zu"),
        prompt=">>zul<<",
        never=("<unk>", "<pad>"),
    )


def _m2m100() -> Case:
    rules = {"prefix": "both-tags", "tag_format": "__{target}__"}
    return Case(checkpoints.write_m2m100, rules, target="sw", targets=("sw", "ha"), source_code="es", first="__sw__")


def _small100() -> Case:
    rules = {"prefix": "encoder-tag", "tag_format": "__{target}__"}
    write = partial(checkpoints.write_m2m100, listed=False)
    return Case(write, rules, target="sw", targets=("sw", "ha"), source_code="sw")


def _nllb() -> Case:
    codes = {"es": "spa_Latn", "sw": "swh_Latn", "om": "gaz_Latn"}
    rules = {"prefix": "both-tags", "tag_format": "{target}", "codes": codes}
    return Case(
        checkpoints.write_nllb, rules, target="om", targets=("sw", "om"), source_code="spa_Latn", first="gaz_Latn"
    )


def _mbart50() -> Case:
    rules = {"prefix": "both-tags", "tag_format": "{target}", "codes": {"es": "es_XX", "sw": "sw_KE", "xh": "xh_ZA"}}
    return Case(checkpoints.write_mbart50, rules, target="xh", targets=("sw", "xh"), source_code="es_XX", first="xh_ZA")


def _t5() -> Case:
    rules = {"prefix": "none", "tag_format": "", "instruction": "summarize: ", "task": "summarize"}
    return Case(checkpoints.write_t5, rules, target="es", targets=("es",), prompt="summarize: ")


def _mt5() -> Case:
    rules = {"prefix": "none", "tag_format": "", "task": "summarize", "no_repeat_ngram": 2}
    return Case(checkpoints.write_mt5, rules, target="es", targets=("es",))


def _umt5() -> Case:
    rules = {"prefix": "none", "tag_format": "", "task": "summarize"}
    return Case(checkpoints.write_umt5, rules, target="es", targets=("es",))


def _madlad() -> Case:
    rules = {"prefix": "encoder-tag", "tag_format": "<2{target}>"}
    return Case(
        lambda folder: checkpoints.write_madlad(folder, ("<2sw>", "<2ha>")),
        rules,
        target="sw",
        targets=("sw", "ha"),
        prompt="<2sw> ",
    )


def _bart() -> Case:
    rules = {
        "tokeniser": "tokenizer-json",
        "prefix": "none",
        "tag_format": "",
        "source_start": "<s>",
        "target_start": "<s>",
        "task": "summarize",
        "no_repeat_ngram": 3,
    }
    return Case(checkpoints.write_bart, rules, target="es", targets=("es",), first="<s>")


def _pegasus() -> Case:
    rules = {"prefix": "none", "tag_format": "", "task": "summarize"}
    return Case(checkpoints.write_pegasus, rules, target="es", targets=("es",))


CASES = {
    "marian": _marian,
    "marian-many": _marian_many,
    "m2m100": _m2m100,
    "small100": _small100,
    "nllb": _nllb,
    "mbart50": _mbart50,
    "t5": _t5,
    "mt5": _mt5,
    "umt5": _umt5,
    "madlad": _madlad,
    "bart": _bart,
    "pegasus": _pegasus,
}


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
    case = _case(request.param)
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


def entry_of(case: Case) -> CatalogueEntry:
    limits: dict[str, Any] = {"max_source_tokens": 96, "max_target_ratio": 0.01, "max_target_extra": LIMIT - 1}
    rules: dict[str, Any] = {"tokeniser": "sentencepiece", "sources": (case.source,), **case.rules}
    return tiny_entry("tiny", case.targets, **limits, **rules)


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
    case = _marian()
    case.write(tmp_path / "checkpoint")
    made = conversion.convert(tmp_path / "checkpoint", tmp_path / "model", quantization)
    assert made.quantization == quantization
    # A type that this machine lacks is loaded as the nearest that it has.
    translator = ct2.CTranslate2Translator(ModelDirectory(tmp_path / "model", ""), entry_of(case), device="cpu")
    answers = translator.translate([TranslationInput(text, tag("an")) for text in SENTENCES[:3]])
    translator.close()
    assert len({answer.text for answer in answers}) > 1


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
