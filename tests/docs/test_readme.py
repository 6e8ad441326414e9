"""What the documentation says is true: commands run, links lead somewhere, tables name every setting and error."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from gateway.errors import ERRORS
from gateway.settings import PREFIX, Settings
from models.catalogue import Catalogue
from tests.e2e.service import Service, running

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("models/cards/*.md")])


@pytest.mark.e2e
@pytest.mark.timeout(120)
@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's example needs curl")
def test_the_readme_example_answers_what_the_readme_shows(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^curl .*$", readme, re.MULTILINE)
    assert found is not None
    with running(tmp_path) as service:
        command = shlex.split(found[0].replace("localhost:8080", service.url.removeprefix("http://")))
        answer = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    shown = json.loads((ROOT / "docs/reference/first-answer.json").read_text(encoding="utf-8"))
    assert answer == shown


@pytest.mark.e2e
@pytest.mark.timeout(120)
def test_the_api_description_is_the_committed_one(service: Service) -> None:
    with service.client() as client:
        described = client.get("/openapi.json").json()
    committed = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
    assert described == committed, "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_setting_and_error_is_documented() -> None:
    settings = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    errors = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"{PREFIX}{name.upper()}" not in settings] == []
    assert [each.code for each in ERRORS.values() if f"`{each.code}`" not in errors] == []


def test_every_model_has_a_card() -> None:
    for entry in Catalogue.load().entries:
        card = (ROOT / "models/cards" / entry.card).read_text(encoding="utf-8")
        for heading in ("Made from", "Licence", "Limits", "Quality"):
            assert f"## {heading}" in card


def test_changelog_and_package_name_the_same_version() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == package


def test_make_lists_its_targets() -> None:
    printed = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, check=True, text=True).stdout
    for target in ("serve", "test", "check", "bench", "docs"):
        assert f"make {target}" in printed
