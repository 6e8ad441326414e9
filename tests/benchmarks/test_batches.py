"""The measure runs on any CTranslate2 folder."""

from pathlib import Path

from benchmarks.batches import SIZES, figures, page
from tests.models.tiny_model import write_tiny_model


def test_every_size_is_measured_in_every_round(tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "tiny")
    seen = figures(tmp_path / "tiny", sentences=8, rounds=2, steps=6)
    assert list(seen) == list(SIZES)
    assert all(len(each) == 2 and min(each) > 0 for each in seen.values())
    assert page(tmp_path / "tiny", sentences=4, rounds=1, steps=4).count("|") > 4 * len(SIZES)
