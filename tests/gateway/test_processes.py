"""Each process imports what it needs and no more: starting is mostly importing."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "ctranslate2",
    "sentencepiece",
    "fastapi",
    "numpy",
    "langcodes",
    "pydantic_settings",
    "rich",
    "sqlalchemy",
    "redis",
}


@pytest.mark.parametrize(
    ("modules", "needed"),
    [
        ("gateway.service_cli", set()),
        ("gateway.processes, gateway.terminal, gateway.engine", {"ctranslate2", "sentencepiece", "redis"}),
        ("gateway.processes, gateway.terminal, gateway.server", {"fastapi", "redis", "sqlalchemy"}),
    ],
    ids=["supervisor", "engine", "api"],
)
def test_a_process_imports_nothing_heavy_that_it_does_not_need(modules: str, needed: set[str]) -> None:
    code = f"import sys, {modules}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(loaded.split()) & HEAVY == needed


@pytest.mark.parametrize("words", [[], ["engine", "1"], ["api"], ["valkey"]])
def test_a_process_nobody_knows_is_refused(words: list[str]) -> None:
    ended = subprocess.run([sys.executable, "-P", "-m", "gateway.processes", *words], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "engine" in ended.stderr
