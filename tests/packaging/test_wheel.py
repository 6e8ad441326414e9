"""The wheel is what a person installs: five packages, their data and the weights, nothing else; imports stay lean."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        return packed.namelist()


def test_the_wheel_owns_exactly_five_packages(names: list[str]) -> None:
    owned = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert owned == {"gateway", "models", "locales", "accessibility", "loadtests"}


def test_the_wheel_carries_data_and_weights_but_no_checkpoints(names: list[str]) -> None:
    for needed in (
        "gateway/enqueue.lua",
        "gateway/pages/home.css",
        "gateway/pages/home.html",
        "gateway/pages/model_card.html",
        "gateway/state/migrations/env.py",
        "gateway/state/migrations/versions/tenants_1.py",
        "loadtests/budgets.toml",
        "loadtests/profiles/refugee-camp.toml",
        "loadtests/texts/es.toml",
        "locales/profiles/oc-aranes.toml",
        "locales/ngrams.npz",
        "locales/po/eu.po",
        "models/catalogue.toml",
        "models/public_models.toml",
        "models/cards/lifecycle.json",
        "models/thresholds.toml",
        "models/bundled/es-ibero/model.bin",
        "models/bundled/ibero-es/model.bin",
        "models/cards/es-ibero.md",
    ):
        assert needed in names
    assert [name for name in names if "checkpoints" in name] == []


def test_a_database_that_is_up_to_date_is_opened_without_importing_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from gateway.settings import load_settings; from gateway.state.database import open_database; "
        "open_database(load_settings({'MALGIL_DATA_FOLDER': sys.argv[1]})).close(); print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-P", "-c", code, str(tmp_path)]
    printed = [subprocess.run(command, capture_output=True, check=True, text=True).stdout for _ in range(2)]
    assert printed == ["True\n", "False\n"]


@pytest.mark.parametrize("module", ["gateway.app", "gateway.engine", "gateway.cli"])
def test_serving_never_imports_what_only_training_and_load_tests_need(module: str) -> None:
    code = f"import {module}, sys, json; print(json.dumps(sorted(m.split('.')[0] for m in sys.modules)))"
    printed = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True).stdout
    assert not {"torch", "transformers", "sacrebleu", "tokenizers", "huggingface_hub", "locust", "gevent"} & set(
        json.loads(printed)
    )


def test_the_api_process_never_loads_the_engine() -> None:
    engines = "[name for name in ('ctranslate2', 'sentencepiece') if name in sys.modules]"
    code = f"import gateway.app, sys, json; print(json.dumps({engines}))"
    printed = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True).stdout
    assert json.loads(printed) == []
