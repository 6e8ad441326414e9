"""The requests of the benchmarks, and bare CTranslate2 to hold the answers against."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence

from benchmarks.load import Sent, post, send
from locales.tags import LanguageTag
from models.runtime.protocol import TranslationInput, Translator

SOURCE, TARGET = "es", "ast"


def request(texts: Sequence[str], *, store: bool) -> bytes:
    text = texts[0] if len(texts) == 1 else list(texts)
    return post("/v1/translate", {"text": text, "source": SOURCE, "target": TARGET}, store=store)


def ask(port: int, requests: Sequence[bytes], callers: int) -> Sent:
    return asyncio.run(send(port, requests, callers))


def texts_of(sent: Sent) -> list[str]:
    return [json.loads(answer)["results"][0]["text"] for answer in sent.bodies]


def as_input(text: str) -> TranslationInput:
    return TranslationInput(text, LanguageTag(TARGET))


def timed_bare(translator: Translator, texts: Sequence[str]) -> tuple[float, list[str]]:
    """Our own thin wrapper of CTranslate2: tokenise, one `translate_batch` over everything, detokenise."""
    began = time.perf_counter()
    hypotheses = translator.translate([as_input(text) for text in texts])
    return time.perf_counter() - began, [hypothesis.text for hypothesis in hypotheses]


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
