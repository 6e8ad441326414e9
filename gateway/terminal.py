"""What every command of the terminal needs: text and languages as a person gives them, the models that serve."""

from __future__ import annotations

import datetime
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.canary import Plan
from gateway.console import fail, settings_of
from gateway.errors import ERRORS, GatewayError, help_id, named
from gateway.promotions import Promotions
from gateway.settings import PREFIX, Settings, SettingsInvalid
from gateway.telemetry import log
from locales import tags
from locales.messages import LOCALES, message
from locales.negotiation import negotiate
from locales.tags import LanguageTag
from models.catalogue import Catalogue, CatalogueEntry, CatalogueError
from models.gate import ThresholdsInvalid, thresholds_by_task
from models.lifecycle import NothingToRollBack, rollback
from models.policy import Policy
from models.register import LifecycleUnreadable, Register
from models.standing import Served, Trial, served
from models.store import ModelStore

if TYPE_CHECKING:
    from gateway.state.database import Database

__all__ = ["fail", "settings_of"]


def read_text(file: str) -> str:
    """What a UTF-8 file holds, or standard input for `-`."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(localised("body_not_utf8"))


def write_text(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{output}: {error.strerror}")


def language_tag(given: str) -> LanguageTag:
    """What was typed is quoted even when it is no tag at all: only the person who typed it reads this."""
    try:
        return tags.parse(given)
    except tags.UnknownLanguage:
        fail(localised("unknown_language", tag=given))


def locale() -> LanguageTag:
    wanted = os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"  # noqa: TID251 the terminal's locale is no setting
    return negotiate(wanted.split(".")[0].replace("_", "-"), LOCALES, LanguageTag("en"))


def localised(code: str, **values: str | int) -> str:
    """An error in the language of the terminal."""
    reader = locale()
    return f"{message(f'error.{code}.message', reader, **values)} {message(help_id(code, values), reader, **values)}"


def reason(error: GatewayError) -> str:
    """A fact in the language of the terminal, languages by their names in it; what can be chosen also as typed."""
    told = localised(ERRORS[type(error)].code, **named(error, locale()))
    return f"{told} ({', '.join(error.available)})" if error.available else told


def known_models(settings: Settings) -> Catalogue:
    """Every model there is, bundled and then installed, promoted or not; the only place that gathers them."""
    try:
        return Catalogue.load(extra=settings.models_folder)
    except CatalogueError as error:
        fail(str(error), 1)


def store_of(settings: Settings) -> ModelStore:
    return ModelStore(data_root=settings.models_folder)


def database_of(settings: Settings) -> Database:
    """The database of the settings; ends the command when there is none it could keep something in."""
    from gateway.state.folder import data_folder

    database = opened_database(settings)
    if not database.available:
        fail(f"{PREFIX}DATA_FOLDER: {data_folder(settings)} cannot be written. Name a folder that can.", 1)
    return database


def opened_database(settings: Settings) -> Database:
    """The database; on a machine that cannot keep anything, and where nobody asked for it, one that refuses."""
    from gateway.state.database import open_database  # an engine needs none, and starts without it

    try:
        return open_database(settings)
    except SettingsInvalid as error:
        fail(str(error), 1)


def register_of(settings: Settings) -> Register:
    """Records and decisions under the thresholds; which licences an operator's models may have is for him to say."""
    try:
        by_task = {task: replace(each, policy=policy_of(settings)) for task, each in thresholds_by_task().items()}
        return Register(by_task["translate"], installed=settings.models_folder, others=by_task)
    except ThresholdsInvalid as error:
        fail(str(error), 1)


def policy_of(settings: Settings) -> Policy:
    return Policy(tuple(settings.licences.split()), settings.non_commercial_models)


def trials_of(settings: Settings, served: Served) -> Plan:
    """The running trials; one that ends badly is taken back as if by `malgil models rollback`."""
    register = register_of(settings)
    limits = register.thresholds.canary
    if limits is None:
        fail("models/thresholds.toml: no [canary] says when a trial ends.", 1)

    def stop(trial: Trial) -> None:
        try:
            if trial in _served(settings, register).trials:  # else another process was faster, or it has been promoted
                rollback(trial.entry.id, register, datetime.datetime.now(datetime.UTC), trial.since)
        except NothingToRollBack:
            pass
        except (LifecycleUnreadable, CatalogueError, OSError) as error:
            log().error("rollback_not_written", model=trial.entry.reference, error=type(error).__name__)

    return Plan(served.trials, limits, stop)


def served_models(settings: Settings) -> Served:
    """The models that may serve today; every command that translates asks here."""
    try:
        return _served(settings, register_of(settings))
    except (LifecycleUnreadable, CatalogueError) as error:
        fail(str(error), 1)


def promotions_of(settings: Settings) -> Promotions:
    """Tells a running process what may serve when that changes."""
    register = register_of(settings)
    # Also when the day changes: a waiver has a last one.
    return Promotions(lambda: _served(settings, register), lambda: (_today(), register.stamp()))


def _served(settings: Settings, register: Register) -> Served:
    return served(Catalogue.load(extra=settings.models_folder), register, _today())


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def entry_of(settings: Settings, model: str) -> CatalogueEntry:
    try:
        return known_models(settings).entry(model)
    except KeyError:
        fail(f"{model}: no such model. `malgil models list` names them.")
