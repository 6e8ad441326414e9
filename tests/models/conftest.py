from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same intervals, wider: no test asserts how narrow they are."""
    monkeypatch.setattr("models.evaluation.RESAMPLES", 40)
    monkeypatch.setattr("models.comparison.RESAMPLES", 100)
