"""What each architecture is served by, beside what Transformers is told for the same answer.

Importing this module needs the extra `convert`; without it the module that does is skipped.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from models.catalogue import CatalogueEntry
from tests.models.tiny_model import SENTENCES, tiny_entry

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


def case_of(name: str) -> Case:
    return CASES[name]()


def marian() -> Case:
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
    "marian": marian,
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


def entry_of(case: Case) -> CatalogueEntry:
    limits: dict[str, Any] = {"max_source_tokens": 96, "max_target_ratio": 0.01, "max_target_extra": LIMIT - 1}
    rules: dict[str, Any] = {"tokeniser": "sentencepiece", "sources": (case.source,), **case.rules}
    return tiny_entry("tiny", case.targets, **limits, **rules)
