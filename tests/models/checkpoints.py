"""Tiny random checkpoints in the layout of a model hub: real architectures, tokenisers trained here, safetensors.

Importing this module needs torch and transformers.
"""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sentencepiece

from tests.models.tiny_model import SENTENCES

# Their types differ from version to version, and the machine that checks types may have none of them.
tokenizers: Any = importlib.import_module("tokenizers")
torch: Any = importlib.import_module("torch")
transformers: Any = importlib.import_module("transformers")

WIDTH = 16
POSITIONS = 192  # as many as a text of 64 tokens may have in its answer, and more
_LAYERS = {
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "d_model": WIDTH,
    "max_position_embeddings": POSITIONS,
}
_T5 = {"d_model": WIDTH, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 2}


def write_marian(folder: Path, tags: Sequence[str] = ()) -> None:
    """`tags` are tokens like `>>xho<<`, which stand in the vocabulary and in neither SentencePiece model."""
    source = _sentencepiece(folder / "source.spm", SENTENCES[:7])
    target = _sentencepiece(folder / "target.spm", SENTENCES[7:])
    pieces = dict.fromkeys(["</s>", "<unk>", *source[3:], *target[3:], *tags, "<pad>"])
    _write_json(folder / "vocab.json", {piece: number for number, piece in enumerate(pieces)})
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "MarianTokenizer"})
    pad = len(pieces) - 1
    config = transformers.MarianConfig(
        **_LAYERS,
        vocab_size=len(pieces),
        pad_token_id=pad,
        eos_token_id=0,
        decoder_start_token_id=pad,
        forced_eos_token_id=None,
        scale_embedding=True,
        activation_function="swish",
    )
    _save(transformers.MarianMTModel, config, folder)


def write_m2m100(folder: Path, *, listed: bool = True) -> None:
    """Also the layout of SMaLL-100, whose own tokeniser is not run. `listed`: a file names the language tokens."""
    pieces = _sentencepiece(folder / "sentencepiece.bpe.model", model_type="bpe")
    named = ["<s>", "<pad>", "</s>", "<unk>", *pieces[3:]]
    _write_json(folder / "vocab.json", {piece: number for number, piece in enumerate(named)})
    languages = importlib.import_module("transformers.models.m2m_100.tokenization_m2m_100").FAIRSEQ_LANGUAGE_CODES
    tags = [f"__{code}__" for code in languages["m2m100"]]
    described = {"tokenizer_class": "M2M100Tokenizer"} | ({"additional_special_tokens": tags} if listed else {})
    _write_json(folder / "tokenizer_config.json", described)
    made_up = 8
    config = transformers.M2M100Config(**_LAYERS, vocab_size=len(named) + len(tags) + made_up, scale_embedding=True)
    _save(transformers.M2M100ForConditionalGeneration, config, folder, unused=made_up)


def write_nllb(folder: Path) -> None:
    _sentencepiece(folder / "sentencepiece.bpe.model", model_type="bpe")
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "NllbTokenizer"})
    languages = importlib.import_module("transformers.models.nllb.tokenization_nllb").FAIRSEQ_LANGUAGE_CODES
    tokeniser = transformers.NllbTokenizer.from_pretrained(str(folder))
    tokeniser.add_special_tokens({"extra_special_tokens": languages})
    tokeniser.save_pretrained(str(folder))
    config = transformers.M2M100Config(
        **_LAYERS, vocab_size=len(tokeniser), scale_embedding=True, tokenizer_class="NllbTokenizer"
    )
    _save(transformers.M2M100ForConditionalGeneration, config, folder)


def write_mbart50(folder: Path) -> None:
    _sentencepiece(folder / "sentencepiece.bpe.model")
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "MBart50Tokenizer"})
    tokeniser = transformers.MBart50Tokenizer.from_pretrained(str(folder))
    config = transformers.MBartConfig(
        **_LAYERS,
        vocab_size=len(tokeniser),
        tokenizer_class="MBart50Tokenizer",
        decoder_start_token_id=2,
        forced_eos_token_id=None,
        scale_embedding=True,
    )
    _save(transformers.MBartForConditionalGeneration, config, folder)


def write_mbart25(folder: Path) -> None:
    """The layout of mbart-large-cc25: 25 language tokens instead of 52, and in another place of the text."""
    write_mbart50(folder)
    fewer = 27
    config = transformers.MBartConfig.from_pretrained(str(folder))
    config.vocab_size -= fewer
    for path in folder.iterdir():
        if path.name != "sentencepiece.bpe.model":
            path.unlink()
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "MBartTokenizer"})
    _save(transformers.MBartForConditionalGeneration, config, folder)


def write_t5(folder: Path) -> None:
    _write_t5_like(folder, transformers.T5Config, transformers.T5ForConditionalGeneration, feed_forward_proj="relu")


def write_mt5(folder: Path) -> None:
    _write_t5_like(folder, transformers.MT5Config, transformers.MT5ForConditionalGeneration)


def write_umt5(folder: Path) -> None:
    """Like mT5, with position biases of each layer's own."""
    _write_t5_like(folder, transformers.UMT5Config, transformers.UMT5ForConditionalGeneration)


def write_madlad(folder: Path, tags: Sequence[str]) -> None:
    """T5 whose SentencePiece model holds the language tags (`<2sw>`) as user-defined symbols."""
    _write_t5_like(
        folder,
        transformers.T5Config,
        transformers.T5ForConditionalGeneration,
        user_defined=tags,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )


def write_pegasus(folder: Path) -> None:
    _sentencepiece(folder / "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PegasusTokenizer"})
    tokeniser = transformers.PegasusTokenizer.from_pretrained(str(folder))
    config = transformers.PegasusConfig(
        **_LAYERS,
        vocab_size=len(tokeniser),
        pad_token_id=tokeniser.pad_token_id,
        eos_token_id=tokeniser.eos_token_id,
        decoder_start_token_id=tokeniser.pad_token_id,
        forced_eos_token_id=None,
        scale_embedding=True,
    )
    _save(transformers.PegasusForConditionalGeneration, config, folder)


def write_bart(folder: Path) -> None:
    trained = tokenizers.ByteLevelBPETokenizer()
    trained.train_from_iterator(
        SENTENCES, vocab_size=400, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"], show_progress=False
    )
    folder.mkdir(parents=True, exist_ok=True)
    trained.save_model(str(folder))
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BartTokenizer"})
    config = transformers.BartConfig(
        **_LAYERS,
        vocab_size=trained.get_vocab_size(),
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_bos_token_id=0,
        forced_eos_token_id=None,
    )
    _save(transformers.BartForConditionalGeneration, config, folder)


def write_bert(folder: Path) -> None:
    trained = tokenizers.BertWordPieceTokenizer(lowercase=False)
    trained.train_from_iterator(SENTENCES, vocab_size=300, show_progress=False)
    folder.mkdir(parents=True, exist_ok=True)
    trained.save_model(str(folder))
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "do_lower_case": False})
    config = transformers.BertConfig(
        vocab_size=trained.get_vocab_size(),
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=POSITIONS,
    )
    _save(transformers.BertModel, config, folder)


def _write_t5_like(
    folder: Path, config_class: Any, model_class: Any, user_defined: Sequence[str] = (), **fields: object
) -> None:
    pieces = _sentencepiece(folder / "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1, user_defined=user_defined)
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "T5Tokenizer"})
    sentinels = 100
    _save(
        model_class,
        config_class(**_T5, vocab_size=len(pieces) + sentinels, decoder_start_token_id=0, **fields),
        folder,
        layers=1.5,
        embeddings=1.5,
    )


def _sentencepiece(
    path: Path,
    sentences: Sequence[str] = SENTENCES,
    *,
    model_type: str = "unigram",
    user_defined: Sequence[str] = (),
    **ids: Any,
) -> list[str]:
    """Train a vocabulary in the default layout of the library (unk 0, bos 1, eos 2) unless `ids` say otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*sentences] * 3),
        model_writer=model,
        vocab_size=360 if model_type == "bpe" else 320,
        hard_vocab_limit=False,
        model_type=model_type,
        normalization_rule_name="nmt_nfkc",
        character_coverage=1.0,
        user_defined_symbols=list(user_defined),
        num_threads=1,
        minloglevel=2,
        **ids,
    )
    path.write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.id_to_piece(number) for number in range(processor.get_piece_size())]


def _save(
    model_class: Callable[..., Any],
    config: Any,
    folder: Path,
    layers: float = 80.0,
    embeddings: float = 8.0,
    unused: int = 0,
) -> None:
    torch.manual_seed(7)
    model = model_class(config).eval()
    # A fresh model repeats one token, since tied embeddings see themselves. Larger layers make each position matter.
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.dim() == 2:
                weights.mul_(layers if "layer" in name or "block" in name else embeddings)
            if "shared" in name and unused:
                weights[-unused:] = 0
    model.save_pretrained(str(folder), safe_serialization=True)


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
