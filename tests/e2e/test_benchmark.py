from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.bench, pytest.mark.timeout(400)]


def test_the_benchmark_runs_at_its_smallest_and_writes_its_page(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    smallest = ["--rounds", "1", "--sentences", "32", "--many", "2000"]
    command = [sys.executable, "-m", "benchmarks", *smallest, "--write", str(page)]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2])
    text = page.read_text(encoding="utf-8")
    assert (text.count("| ≥ "), text.count("| ≤ ")) == (3, 6)
