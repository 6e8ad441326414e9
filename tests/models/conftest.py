from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.synthetic import Bench, bench


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same intervals, wider: no test asserts how narrow they are."""
    monkeypatch.setattr("models.evaluation.RESAMPLES", 40)
    monkeypatch.setattr("models.comparison.RESAMPLES", 100)


@pytest.fixture
def made(tmp_path: Path) -> Bench:
    return bench(tmp_path)
