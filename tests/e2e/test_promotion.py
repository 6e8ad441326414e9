"""Two real models under `malgil serve` and light load: promoted, tried, rolled back, and no request fails."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import pytest

from models.catalogue import Catalogue
from models.gate import Thresholds
from models.register import LIFECYCLE
from models.store import BUNDLED_MODELS
from tests.e2e.service import Service, malgil_models, running
from tests.models.promoted import write_candidate
from tests.models.tiny_model import write_tiny_model

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

WAIT_S = 120
BUNDLED = Catalogue.load().entry("es-ibero")


@dataclass
class Load:
    """One caller that asks without a pause, each time for something new."""

    service: Service
    models: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    last: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        with self.service.client() as client:
            number = 0
            while not self.stop.is_set():
                number += 1
                texts = [f"La calle número {number} {each} está cerrada." for each in "ABCDEFGH"]
                answer = client.post("/v1/translate", json={"text": texts, "source": "es", "target": "an"})
                if answer.status_code != httpx.codes.OK:
                    self.bad.append(answer.text)
                    continue
                found = [result["model"] for result in answer.json()["results"]]
                self.models.update(found)
                self.last = found[-1]

    def until(self, claim: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_S
        while not claim():
            assert time.monotonic() < end, (self.models, self.last, self.service.output[-5:])
            assert not self.bad, self.bad[0]
            time.sleep(0.1)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(WAIT_S)


def decided(folder: Path, model: str) -> str:
    path = folder / LIFECYCLE
    found = json.loads(path.read_text())["decisions"] if path.is_file() else []
    return next((each["state"] for each in found if each["model"].startswith(f"{model}@")), "")


def test_promotions_a_trial_and_a_rollback_take_effect_under_load_without_a_failed_request(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    thresholds = Thresholds.load()
    shutil.copytree(BUNDLED_MODELS / "es-ibero", models / "again")
    again = msgspec.structs.replace(BUNDLED, id="again", version="0.9.0", path="store:again", card="again.md")
    write_candidate(again, thresholds, models)
    made = write_tiny_model(models / "nonsense", max_source_tokens=64, positions=160)
    nonsense = msgspec.structs.replace(made, path="store:nonsense")
    write_candidate(nonsense, thresholds, models)
    settings = {"MALGIL_MODELS_FOLDER": str(models), "MALGIL_REQUEST_TIMEOUT_MS": "20000"}
    with running(tmp_path, **settings) as service, Load(service) as load:
        load.until(lambda: load.models[BUNDLED.reference] > 0)

        malgil_models(models, "promote", "again")
        load.until(lambda: load.last == again.reference)

        malgil_models(models, "promote", "nonsense", "--canary", "0.5")
        load.until(lambda: load.models[nonsense.reference] > 0)
        load.until(lambda: decided(models, "nonsense") == "retired")
        tried = load.models[nonsense.reference]
        answered = load.models[again.reference]
        load.until(lambda: load.models[again.reference] > answered + 100)
        assert load.models[nonsense.reference] <= tried + 16  # what was under way

        malgil_models(models, "rollback", "again")
        load.until(lambda: load.last == BUNDLED.reference)
        with service.client() as client:
            states = {each["id"]: each["state"] for each in client.get("/v1/models").json()["models"]}
            ready = client.get("/readyz").json()
    assert load.bad == []
    assert states == {"ibero-es": "serving", BUNDLED.id: "serving", "again": "retired", "nonsense": "retired"}
    assert set(ready["models"]) == {BUNDLED.reference, Catalogue.load().entry("ibero-es").reference}
    assert "canary_rolled_back" in "".join(service.output)
