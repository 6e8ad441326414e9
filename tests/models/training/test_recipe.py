from __future__ import annotations

from pathlib import Path

import pytest

from models.catalogue import Catalogue
from models.training import recipe

RECIPES = sorted((Path(__file__).parents[3] / "models" / "training").glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_makes_what_the_catalogue_serves(path: Path) -> None:
    made = recipe.load(path)
    entry = Catalogue.load().entry(made.id)
    assert (entry.sources, entry.targets) == ((made.source,), made.targets)
    assert sum(corpus.rows for corpus in made.corpora) == pytest.approx(1)
