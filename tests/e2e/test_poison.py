"""A text that makes CTranslate2 raise, among others in the same batches of a running service."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import msgspec
import pytest

from models.gate import Thresholds
from tests.e2e.service import malgil_models, running
from tests.models.promoted import write_candidate
from tests.models.tiny_model import write_tiny_model

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

# Said to take texts three times as long as its weights can: the runtime does not cut them, CTranslate2 raises.
POSITIONS, OVERSTATED = 64, 192
POISON = "La vecina de la calle Mayor llama a la farmacia más cercana, " * 4 + "y espera."


def test_a_poisoned_text_among_31_good_ones_fails_alone_and_the_service_goes_on(tmp_path: Path) -> None:
    models = tmp_path / "models"
    made = write_tiny_model(models / "fragile", ("an",), positions=POSITIONS, max_source_tokens=OVERSTATED)
    write_candidate(msgspec.structs.replace(made, path="store:fragile"), Thresholds.load(), models)
    malgil_models(models, "promote", "fragile")
    texts = [f"Puerta número {number}." for number in range(31)]
    texts.insert(20, POISON)
    with running(tmp_path, MALGIL_MODELS_FOLDER=str(models), MALGIL_LOG_LEVEL="warning") as service:

        def ask(text: str | list[str]) -> httpx.Response:
            body = {"text": text, "source": "es", "target": "an"}
            return httpx.post(f"{service.url}/v1/translate", json=body, timeout=60)

        with ThreadPoolExecutor(len(texts)) as pool:
            answers = list(pool.map(ask, texts))
        together = ask(texts)
        again = ask(texts[:20])
    assert [place for place, answer in enumerate(answers) if answer.status_code != httpx.codes.OK] == [20]
    for failed in (answers[20], together):
        assert (failed.status_code, failed.json()["code"]) == (500, "translation_failed")
        assert "farmacia" not in failed.text
    assert {each["model"] for each in again.json()["results"]} == {made.reference}
    assert "farmacia" not in "".join(service.output)
    assert "child_died" not in "".join(service.output)
