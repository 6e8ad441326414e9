"""`accessibility` is imported by every command and every process: it brings nothing that takes long to load."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"ctranslate2", "fastapi", "numpy", "pandas", "prometheus_client", "py3langid", "pydantic", "redis", "scipy",
         "sentencepiece", "simplemma", "starlette", "torch", "transformers"}  # fmt: skip
_ASK = (
    "import sys, time; sys.dont_write_bytecode = False; begin = time.process_time(); import {name}; "
    "took = time.process_time() - begin; print(took, *sorted({{module.partition('.')[0] for module in sys.modules}}))"
)


def imported(name: str, compiled: Path) -> tuple[float, set[str]]:
    asked = [sys.executable, "-P", "-X", f"pycache_prefix={compiled}", "-c", _ASK.format(name=name)]
    told = subprocess.run(asked, capture_output=True, check=True)
    seconds, *modules = told.stdout.decode().split()
    return float(seconds), set(modules)


@pytest.mark.parametrize("name", ["accessibility", "accessibility.registry", "accessibility.simple.simplification"])
def test_nothing_heavy_is_imported(name: str, tmp_path: Path) -> None:
    assert imported(name, tmp_path)[1] & HEAVY == set()


def test_the_import_of_every_adapter_takes_little_processor_time(tmp_path: Path) -> None:
    # 150 ms is the goal where nothing else runs; a busy machine takes a few times as long. The first run compiles.
    assert min(imported("accessibility.registry", tmp_path)[0] for _ in range(4)) < 0.45
