from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from models.training.native import TEXTS, Text, gather
from models.training.teacher import chain


def written(folder: Path, name: str, *lines: str) -> None:
    with lzma.open(folder / name, "wt", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


def test_lines_keep_their_other_side_and_long_ones_are_left_out(tmp_path: Path) -> None:
    written(tmp_path, "oc.xz", "Lo pan", "mot " * 41, "", "L'aiga")
    written(tmp_path, "ca.xz", "El pa", "mot " * 41, "Res", "L'aigua")
    text = Text("oc", "oc.xz", 10, ("ca", "ca.xz"))
    assert sorted(gather(tmp_path, text)) == [("L'aiga", "L'aigua"), ("Lo pan", "El pa")]


def test_no_more_lines_than_wanted(tmp_path: Path) -> None:
    written(tmp_path, "gl.xz", *(f"liña {number}" for number in range(50)))
    assert len(gather(tmp_path, Text("gl", "gl.xz", 7))) == 7


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.path)
def test_the_teacher_reads_every_text(text: Text) -> None:
    assert chain(text.read_by_teacher[0] if text.read_by_teacher else text.language, "es")
