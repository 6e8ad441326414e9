"""How long until `malgil serve` answers, beside importing its heavy parts and loading the same models by hand.

Hypothesis: processes start side by side and nothing is loaded twice, so the service is ready soon after its models.
"""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks.figure import Figure
from benchmarks.service import serving

_BARE = """
import ctranslate2, fastapi, redis
from models.catalogue import Catalogue
from models.store import ModelStore
store = ModelStore()
for entry in Catalogue.load().entries:
    ctranslate2.Translator(str(store.open(entry).path), device="cpu")
"""


def figures(rounds: int) -> list[Figure]:
    ratios = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-P", "-c", _BARE], check=True)
        bare_s = time.perf_counter() - began
        with serving() as service:
            ratios.append(service.ready_s / bare_s)
    name = "start to ready ÷ importing FastAPI, redis and CTranslate2 and loading the same models bare"
    return [Figure(name, "≤ 2", tuple(ratios[1:]))]
