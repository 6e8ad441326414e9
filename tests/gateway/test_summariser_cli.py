"""The way of a real (random) summariser through the commands: measured, refused, promoted, asked."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from models.catalogue import CatalogueEntry
from models.gate import thresholds_by_task
from models.install import entry_text
from tests.models.promoted import write_candidate
from tests.models.test_summary_evaluation import ACTS
from tests.models.tiny_model import write_tiny_model

ACT = ACTS[0]["text"]


def malgil(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), input=given)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MALGIL_MODELS_FOLDER", str(tmp_path))
    return tmp_path


@pytest.fixture
def summariser(folder: Path) -> CatalogueEntry:
    made = write_tiny_model(folder / "acts", ("es",), positions=256)
    entry = msgspec.structs.replace(
        made,
        task="summarize",
        prefix="none",
        tag_format="",
        path="store:acts",
        max_source_tokens=200,
        domains=("official-acts",),
    )
    (folder / "acts.toml").write_text(entry_text(entry), encoding="utf-8")
    return entry


@pytest.mark.usefixtures("unpinned")
def test_a_random_summariser_is_measured_and_refused(summariser: CatalogueEntry, folder: Path) -> None:
    with lzma.open(folder / "acts_dev.jsonl.xz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(act) + "\n" for act in ACTS[:3])
    result = malgil("models", "evaluate", summariser.id, "--data", folder, "--write")
    assert result.exit_code == 0, result.output
    assert "| es | InfoLEG acts dev | 3 |" in result.stdout
    assert "The gate would refuse it:" in result.stdout
    assert (folder / "acts.evaluation.json").is_file()
    refused = malgil("models", "promote", summariser.id)
    assert refused.exit_code == 1
    assert "rouge_l" in refused.stderr
    wrong = malgil("models", "evaluate", summariser.id, "--data", folder, "--suite", "standard", "--write")
    assert "the gate asks for the suite summaries" in wrong.stderr
    compared = malgil("models", "compare", summariser.id, "es-ibero", "--data", folder)
    assert "Only translators are compared" in compared.stderr


def test_a_promoted_summariser_writes_for_its_domain_and_its_nonsense_is_not_shown(
    summariser: CatalogueEntry, folder: Path
) -> None:
    write_candidate(summariser, thresholds_by_task()["summarize"], folder)
    assert malgil("models", "promote", summariser.id).exit_code == 0
    listed = malgil("models", "list").stdout
    assert f"{summariser.reference}  es → es  (CC0-1.0, summarize)  serving" in listed
    options = ("summarize", "-", "--from", "es", "--json")
    asked = malgil(*options, "--domain", "official-acts", given=ACT)
    assert asked.exit_code == 0, asked.output
    answer = json.loads(asked.stdout)
    assert "fail" not in answer["checks"].values()
    for sentence in answer["sentences"]:
        assert sentence["method"] == "abstractive" or ACT[slice(*sentence["source_span"])] == sentence["text"]
    for others in ((), ("--domain", "official-acts", "--extractive")):
        plain = json.loads(malgil(*options, *others, given=ACT).stdout)
        assert (plain["method"], plain["summarizer"]) == ("extractive", None)
    translated = malgil("summarize", "-", "--from", "es", "--to", "an", "--domain", "official-acts", given=ACT)
    assert translated.exit_code == 0, translated.output
    assert translated.stdout.strip()
