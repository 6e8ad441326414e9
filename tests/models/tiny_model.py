"""A real CTranslate2 model, small and random, with a real SentencePiece vocabulary: milliseconds to write, no torch."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import ctranslate2
import msgspec
import numpy as np
import sentencepiece
from ctranslate2.specs import TransformerSpec

from locales.tags import LanguageTag, parse
from models.catalogue import CatalogueEntry
from models.manifest import MANIFEST, sha256_of, write_manifest
from models.runtime.tokeniser import SENTENCEPIECE_MODEL

WIDTH = 16
SENTENCES = (
    "La biblioteca abre a las nueve de la mañana.",
    "¿Dónde está la farmacia más cercana?",
    "El agua de la fuente no es potable.",
    "Llame al 112 en caso de emergencia.",
    "Los vecinos de la calle Mayor pueden recoger la tarjeta en el ayuntamiento.",
    "A biblioteca ye ubierta dende as nueu d'o maitín.",
    "La biblioteca abre a les nueve de la mañana.",
    "La bibliotèca dubrís a nòu oras del matin.",
    "ቤተ መጻሕፍቱ ከጠዋቱ ሦስት ሰዓት ይከፈታል።",
    "ውሃው ለመጠጥ አይሆንም።",
    "تفتح المكتبة أبوابها في التاسعة صباحًا.",
    "این کتاب‌خانه صبح‌ها باز می‌شود.",
    "បណ្ណាល័យ\u200bបើក\u200bនៅ\u200bម៉ោង\u200bប្រាំបួន\u200bព្រឹក។",
    "पुस्तकालय सुबह नौ बजे खुलता है।",
    "Ilé ìkàwé náà máa ń ṣí ní aago mẹ́sàn-án.",
    "Η βιβλιοθήκη ανοίγει στις εννέα.",
    "Библиотека открывается в девять часов.",
    "도서관은 아홉 시에 문을 엽니다.",
)


def train_sentencepiece(
    tags: Sequence[str] = (),
    *,
    vocabulary_size: int = 480,
    user_defined: Sequence[str] = (),
    byte_fallback: bool = True,
    sentences: Sequence[str] = SENTENCES,
) -> bytes:
    """A joint unigram vocabulary with the layout of our students: unk 0, pad 1, eos 2, then the tags."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=model,
        vocab_size=vocabulary_size,
        hard_vocab_limit=False,
        model_type="unigram",
        normalization_rule_name="identity",
        byte_fallback=byte_fallback,
        split_digits=True,
        character_coverage=1.0,
        control_symbols=list(tags),
        user_defined_symbols=list(user_defined),
        unk_id=0,
        pad_id=1,
        bos_id=-1,
        eos_id=2,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


@lru_cache(maxsize=8)
def _vocabulary(tags: tuple[str, ...]) -> bytes:
    return train_sentencepiece(tags)


def write_tiny_model(
    folder: Path,
    targets: Sequence[str] = ("an", "ast", "oc-aranes"),
    *,
    seed: int = 1,
    max_source_tokens: int = 24,
    positions: int = 128,
    vocabulary: bytes | None = None,
) -> CatalogueEntry:
    """Write model, tokeniser and manifest to `folder`; the parent is the `bundled_root` of a store that opens it.

    The same arguments give the same model. A window longer than `positions` makes CTranslate2 raise: that is how a test
    makes one input fail.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tags = tuple(f">>{target}<<" for target in targets)
    sentencepiece_model = _vocabulary(tags) if vocabulary is None else vocabulary
    (folder / SENTENCEPIECE_MODEL).write_bytes(sentencepiece_model)
    processor = sentencepiece.SentencePieceProcessor(model_proto=sentencepiece_model)
    pieces = [processor.id_to_piece(number) for number in range(processor.get_piece_size())]
    parameters = _write_weights(folder, pieces, positions, seed)
    manifest = write_manifest(
        folder,
        model=folder.name,
        version="0.0.1",
        quantization="float32",
        parameters=parameters,
        made_with={"ctranslate2": ctranslate2.__version__},
    )
    return tiny_entry(folder.name, targets, sha256_of(manifest), max_source_tokens=max_source_tokens)


def tiny_entry(
    name: str = "tiny",
    targets: Sequence[str] = ("an", "ast", "oc-aranes"),
    manifest_sha256: str = "0" * 64,
    **changes: object,
) -> CatalogueEntry:
    """A catalogue entry for a tiny model; `changes` replace fields."""
    fields: dict[str, object] = {
        "id": name,
        "version": "0.0.1",
        "sources": ("es",),
        "targets": tuple(parse(target) for target in targets),
        "licence": "CC0-1.0",
        "commercial_use": True,
        "parameters": 1,
        "path": f"bundled:{name}",
        "tokeniser": "sentencepiece",
        "prefix": "decoder-tag",
        "tag_format": ">>{target}<<",
        "max_source_tokens": 24,
        "max_target_ratio": 1.5,
        "max_target_extra": 8,
        "beam_size": 1,
        "card": f"{name}.md",
        "files": {MANIFEST: manifest_sha256},
    }
    return msgspec.convert(fields | changes, CatalogueEntry)


def tag(text: str) -> LanguageTag:
    return parse(text)


def _write_weights(folder: Path, pieces: list[str], positions: int, seed: int) -> int:
    rng = np.random.default_rng(seed)

    def matrix(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return rng.normal(0, 0.3, shape).astype(np.float32)

    spec = TransformerSpec.from_config((1, 1), 2, pre_norm=True)
    for side in (spec.encoder, spec.decoder):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = matrix(len(pieces), WIDTH)
        side.position_encodings.encodings = matrix(positions, WIDTH)
        _norm(side.layer_norm)
        layer = side.layer[0]
        attentions = [layer.self_attention, *([layer.attention] if hasattr(layer, "attention") else [])]
        for attention in attentions:
            _norm(attention.layer_norm)
            fused = (3 * WIDTH, WIDTH) if attention is layer.self_attention else (WIDTH, 2 * WIDTH, WIDTH)
            for linear, rows in zip(attention.linear, fused, strict=True):
                linear.weight, linear.bias = matrix(rows, WIDTH), np.zeros(rows, np.float32)
        _norm(layer.ffn.layer_norm)
        layer.ffn.linear_0.weight, layer.ffn.linear_0.bias = matrix(32, WIDTH), np.zeros(32, np.float32)
        layer.ffn.linear_1.weight, layer.ffn.linear_1.bias = matrix(WIDTH, 32), np.zeros(WIDTH, np.float32)
    spec.decoder.projection.weight = matrix(len(pieces), WIDTH)
    # The end is a little likelier than any one piece, so that most texts end and some are cut.
    bias = np.zeros(len(pieces), np.float32)
    bias[2] = 2.0
    spec.decoder.projection.bias = bias
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.bos_token = spec.config.eos_token = spec.config.decoder_start_token = "</s>"
    spec.validate()
    spec.optimize()
    parameters: int = sum(value.numpy().size for value in spec.variables().values() if not isinstance(value, str))
    spec.save(str(folder))
    return parameters


def _norm(layer_norm: object) -> None:
    vars(layer_norm).update(gamma=np.ones(WIDTH, np.float32), beta=np.zeros(WIDTH, np.float32))
