"""The examples of the page on changing one URL run, each in its own language, against the real service."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.service import Service

PAGE = (Path(__file__).parents[2] / "docs/howto/change-one-url.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(sh|python|js|php)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
RUNTIMES: Mapping[str, tuple[str, ...]] = {
    "sh": ("curl", "sh"),
    "python": (sys.executable,),
    "js": ("node", "--input-type=module"),
    "php": ("php",),
}


def test_both_services_are_shown_in_every_language() -> None:
    assert [language for language, _ in EXAMPLES] == [*RUNTIMES, *RUNTIMES]


@pytest.mark.e2e
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("language", "code"), EXAMPLES, ids=[f"{n}-{example[0]}" for n, example in enumerate(EXAMPLES)]
)
def test_an_example_runs_and_prints_a_translation(service: Service, language: str, code: str) -> None:
    needed, *command = RUNTIMES[language]
    if shutil.which(needed) is None:
        pytest.skip(f"no {needed} here")
    started = [command[0]] if language == "sh" else [needed, *command]
    run = subprocess.run(
        started, input=code.replace("http://localhost:8080", service.url), capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert "biblioteca" in run.stdout.lower() or "bibliotèca" in run.stdout.lower()
    assert "La biblioteca abre a las nueve." not in run.stdout
    assert '"error"' not in run.stdout
