"""`malgil check`: does this installation work, and if not, what is wrong?"""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from accessibility.registry import ADAPTERS
from gateway.embedded import NoServerFound, server_binary
from gateway.engine import run_options
from gateway.settings import Settings, SettingsInvalid
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.runtime.load import load_translator
from models.runtime.protocol import TranslationInput
from models.standing import Served, Standing
from models.store import ModelDamaged, ModelMissing, ModelStore

if TYPE_CHECKING:
    import redis

ANSWER_S = 2.0

_ANY = LanguageTag("en")
_DATABASE = {
    "absent": "none yet; the service makes it when it starts",
    "older": "of an earlier release; the service brings it up to date when it starts",
    "current": "has the tables of this release",
    "refused": "nothing can be written to the data folder: no keys, glossaries, memories or documents",
}


@dataclass(frozen=True, slots=True)
class Examined:
    subject: str
    good: bool
    detail: str


def examine(settings: Settings, served: Served, store: ModelStore) -> list[Examined]:
    return [
        Examined("python", True, f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores"),
        _redis(settings),
        _database(settings),
        *_programs(),
        *(_model(entry, store, settings) for entry in served.loaded),
        *(_not_served(standing) for standing in served.standings if standing.entry not in served.loaded),
    ]


def _redis(settings: Settings) -> Examined:
    if settings.redis_url:
        return _answering(settings.redis_url)
    try:
        binary = server_binary()
        printed = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (NoServerFound, OSError, subprocess.SubprocessError) as error:
        return Examined("valkey", False, str(error))
    return Examined("valkey", True, printed.strip()[:60])


def _answering(url: str) -> Examined:
    from gateway.connections import REDIS_ERRORS, blocking_client

    try:
        with blocking_client(url, ANSWER_S) as client:
            client.ping()
            evicts = _evicts_what_waits(client)
    except REDIS_ERRORS as error:  # its words may hold the address, and that a password
        return Examined("redis", False, f"MALGIL_REDIS_URL does not answer ({type(error).__name__})")
    if evicts:
        return Examined("redis", False, "its maxmemory-policy evicts any key, also queued work: set volatile-lfu")
    return Examined("redis", True, "MALGIL_REDIS_URL answers; `malgil serve` will use it")


def _evicts_what_waits(client: redis.Redis) -> bool:
    """False too where a provider tells nobody its configuration."""
    from redis.exceptions import ResponseError

    try:
        told = client.config_get("maxmemory-policy")
    except ResponseError:
        return False
    return any("allkeys" in str(value) for value in told.values())


def _database(settings: Settings) -> Examined:
    from gateway.state.database import look

    try:
        return Examined("database", True, _DATABASE[look(settings)])
    except SettingsInvalid as error:
        return Examined("database", False, str(error))


def _programs() -> list[Examined]:
    """What runs another program can do without it; the service says so to whoever asks for it."""
    missing = {name: adapter.capability(_ANY).missing_tool for name, adapter in ADAPTERS.items() if adapter.process}
    return [
        Examined(name, True, f"{tool} is not installed: this output is refused" if tool else "its program is installed")
        for name, tool in missing.items()
    ]


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
