from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from models.catalogue import Catalogue, CatalogueEntry
from models.training import recipe

# Those of students; the detector's table says other things.
RECIPES = [
    path
    for path in sorted((Path(__file__).parents[3] / "models" / "training").glob("*.toml"))
    if "architecture" in tomllib.loads(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_draws_all_of_its_rows_from_its_corpora(path: Path) -> None:
    assert sum(corpus.rows for corpus in recipe.load(path).corpora) == pytest.approx(1)


@pytest.mark.parametrize("entry", Catalogue.load().entries, ids=lambda entry: entry.id)
def test_a_bundled_model_serves_only_what_its_recipe_makes(entry: CatalogueEntry) -> None:
    stages = [each for each in map(recipe.load, RECIPES) if each.id == entry.id]
    assert stages
    for made in stages:
        assert set(entry.sources) <= set(made.sources)
        assert set(entry.targets) <= set(made.targets)
