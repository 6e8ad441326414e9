"""`malgil translate --glossary FILE`: terms of a file, without a server; only words the glossary wants are asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.gateway.test_cli import malgil, plain_environment

__all__ = ["plain_environment"]  # a fixture

TEXT = "La biblioteca abre a las 9.\n\nHoy llueve mucho.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "carta.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "terms.csv").write_text("biblioteca,Casa d'os Libros\n", encoding="utf-8")
    return tmp_path


def test_a_translation_holds_the_terms_of_a_file(folder: Path) -> None:
    result = malgil("translate", folder / "carta.txt", "--to", "an", "--json", "--glossary", folder / "terms.csv")
    assert result.exit_code == 0, result.output
    [answer] = json.loads(result.stdout)
    assert "Casa d'os Libros" in answer["text"]
    assert answer["checks"]["glossary"] == "pass"
    [held] = answer["glossary"]
    assert (held["terms"], held["outcome"]) == (["t1"], "pass")


@pytest.mark.parametrize(
    ("name", "content", "arguments", "said"),
    [
        ("terms.doc", "x", (), "ending"),
        ("missing.csv", None, (), "No such file"),
        ("empty.csv", "", (), "no terms"),
        ("torn.csv", "only one column\n", (), "line 1"),
        ("other.tbx", "<tbx/>", (), "these languages"),
        ("big.csv", "x" * 10_000_001, (), "larger than"),
        ("terms.csv", "a,b\n", ("--to", "ast"), "one target"),
    ],
)
def test_a_file_that_is_no_glossary_is_refused_in_a_sentence(
    folder: Path, name: str, content: str | None, arguments: tuple[str, ...], said: str
) -> None:
    if content is not None:
        (folder / name).write_text(content, encoding="utf-8")
    result = malgil("translate", folder / "carta.txt", "--to", "an", "--glossary", folder / name, *arguments)
    assert result.exit_code != 0
    assert said in result.output
    assert result.stdout == ""
