"""`malgil check`: does this installation work, and if not, what is wrong?"""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass, replace

from gateway.embedded import NoServerFound, server_binary
from gateway.engine import run_options
from gateway.settings import Settings
from models.catalogue import CatalogueEntry
from models.lifecycle import Served, Standing
from models.runtime.load import load_translator
from models.runtime.protocol import TranslationInput
from models.store import ModelDamaged, ModelMissing, ModelStore


@dataclass(frozen=True, slots=True)
class Examined:
    subject: str
    good: bool
    detail: str


def examine(settings: Settings, served: Served, store: ModelStore) -> list[Examined]:
    return [
        Examined("python", True, f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores"),
        _redis(settings),
        *(_model(entry, store, settings) for entry in served.loaded),
        *(_not_served(standing) for standing in served.standings if standing.entry not in served.loaded),
    ]


def _redis(settings: Settings) -> Examined:
    if settings.redis_url:
        return Examined("redis", True, "MALGIL_REDIS_URL is set; `malgil serve` will use it")
    try:
        binary = server_binary()
        printed = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (NoServerFound, OSError, subprocess.SubprocessError) as error:
        return Examined("valkey", False, str(error))
    return Examined("valkey", True, printed.strip()[:60])


def _model(entry: CatalogueEntry, store: ModelStore, settings: Settings) -> Examined:
    """Loads the model and translates one word into its first target."""
    try:
        translator = load_translator(entry, store, replace(run_options(settings), inter_threads=1))
    except (ModelDamaged, ModelMissing) as error:
        return Examined(entry.reference, False, str(error))
    try:
        [hypothesis] = translator.translate([TranslationInput("Biblioteca", entry.targets[0])])
    finally:
        translator.close()
    good = hypothesis.complete and bool(hypothesis.text)
    return Examined(entry.reference, good, f"files intact, answers in {entry.targets[0]}")


def _not_served(standing: Standing) -> Examined:
    """A candidate waits for its promotion and is no fault; a promoted model that lost its reasons is one."""
    why = "; ".join(standing.blocked)
    return Examined(standing.entry.reference, not why, f"not served: {why or standing.state}")
