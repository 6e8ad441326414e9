from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest

from accessibility.registry import ADAPTERS
from accessibility.rendering import (
    AdapterName,
    NoBrailleTable,
    NoVoice,
    RenderingFailed,
    ToolMissing,
    UndefinedCharacters,
)
from tests.accessibility.pages import all_pages, tag


def test_every_name_has_an_adapter_and_every_adapter_a_name() -> None:
    assert tuple(ADAPTERS) == get_args(AdapterName)


@pytest.mark.parametrize("name", ADAPTERS)
@pytest.mark.parametrize("page", all_pages())
def test_every_adapter_answers_every_page_or_says_why_not(name: AdapterName, page: str) -> None:
    adapter, document = ADAPTERS[name], all_pages()[page]
    try:
        rendered = adapter.render(document, adapter.options())
    except RenderingFailed as fact:
        said = str(fact)
        ended = type(fact) in (NoVoice, NoBrailleTable, UndefinedCharacters, ToolMissing)
    else:
        said = ""
        ended = bool(rendered.content) and rendered.lang == document.lang
    assert ended
    assert not any(word in said for word in ("መታወቂያ", "Biblioteca", "کتابتون"))


def test_adapters_start_no_web_framework() -> None:
    code = "import sys, accessibility.registry, accessibility.parse; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"fastapi", "redis", "ctranslate2", "numpy", "markdown_it"} & set(loaded)


def test_capability_is_honest_about_a_language_with_neither_voice_nor_table() -> None:
    said = {name: adapter.capability(tag("yo")).available for name, adapter in ADAPTERS.items()}
    assert said == {
        "html": True, "markdown": True, "plain": True, "ssml": True, "braille": False, "audio": False, "sms": True,
        "ussd": True,
    }  # fmt: skip
