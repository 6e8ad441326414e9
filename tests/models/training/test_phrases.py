from __future__ import annotations

import lzma
from pathlib import Path

from models.training.phrases import collect


def test_frequent_words_come_first_in_their_usual_casing(tmp_path: Path) -> None:
    path = tmp_path / "text.xz"
    with lzma.open(path, "wt", encoding="utf-8") as out:
        out.write("la casa de Ana, la casa grande de la plaza\n" * 30)
    lines = collect([path], words=3, clauses=5)
    assert lines[:3] == ["la", "casa", "de"]
    assert "la casa de Ana" in lines[3:]
    assert all(2 <= len(line.split()) <= 7 for line in lines[3:])
