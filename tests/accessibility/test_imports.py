"""`accessibility` is imported by every command and every process: it brings nothing that takes long to load."""

import subprocess
import sys

import pytest

HEAVY = {"ctranslate2", "fastapi", "numpy", "pandas", "prometheus_client", "py3langid", "pydantic", "redis", "scipy",
         "sentencepiece", "simplemma", "starlette", "torch", "transformers"}  # fmt: skip
_ASK = (
    "import sys, time; begin = time.process_time(); import {name}; took = time.process_time() - begin; "
    "print(took, *sorted({{module.partition('.')[0] for module in sys.modules}}))"
)


def imported(name: str) -> tuple[float, set[str]]:
    told = subprocess.run([sys.executable, "-P", "-c", _ASK.format(name=name)], capture_output=True, check=True)
    seconds, *modules = told.stdout.decode().split()
    return float(seconds), set(modules)


@pytest.mark.parametrize("name", ["accessibility", "accessibility.registry", "accessibility.simple.simplification"])
def test_nothing_heavy_is_imported(name: str) -> None:
    _, modules = imported(name)
    assert modules & HEAVY == set()


def test_the_import_of_every_adapter_takes_little_processor_time() -> None:
    # 150 ms is the goal where nothing else runs; a busy machine with cold caches takes a few times as long.
    assert min(imported("accessibility.registry")[0] for _ in range(3)) < 0.6
