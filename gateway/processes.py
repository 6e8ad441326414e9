"""The kinds of process that `malgil serve` starts: `python -m gateway.processes api|engine|admin`."""

from __future__ import annotations

import gc
import os
import sys

from gateway.console import fail, say, settings_of
from gateway.settings import PREFIX, Settings, SettingsInvalid

# Status of a process whose models or database cannot be used, now or on the next try: EX_CONFIG of sysexits.h.
UNUSABLE = 78


def api(descriptor: int | None = None, unusable: int = 1) -> None:
    """Serve the REST API until told to stop; ends with the status `unusable` when its database cannot be used."""
    from gateway import server
    from gateway.succession import Offer
    from gateway.terminal import opened_database, promotions_of, served_models, trials_of
    from models.lifecycle import Served

    settings = settings_of()
    redis_url = _redis_url(settings)
    _serve_metrics(settings)
    promotions = promotions_of(settings)
    database = opened_database(settings, unusable)

    def offer(served: Served) -> Offer:
        return Offer(served.catalogue, served.standings, trials_of(settings, served))

    def news() -> Offer | None:
        changed = promotions.changed()
        return offer(changed) if changed else None

    _begun()
    try:
        server.serve(settings, offer(served_models(settings)), redis_url, descriptor, news, database)
    except SettingsInvalid as error:
        fail(str(error))


def admin(descriptor: int | None = None, unusable: int = 1) -> None:
    """Serve the admin API until told to stop."""
    from gateway import admin as admin_api
    from gateway.terminal import database_of

    settings = settings_of()
    try:
        admin_api.serve(settings, descriptor, database_of(settings, unusable))
    except SettingsInvalid as error:
        fail(str(error))


def engine(unusable: int = 1) -> None:
    """Serve the batch queues until told to stop; ends with the status `unusable` when a model cannot be loaded."""
    from redis.exceptions import RedisClusterException

    from gateway import engine as engine_process
    from gateway.terminal import promotions_of, served_models, store_of
    from models.store import ModelDamaged, ModelMissing

    settings = settings_of()
    redis_url = _redis_url(settings)
    _serve_metrics(settings)
    promotions = promotions_of(settings)
    _begun()
    try:
        engine_process.serve(settings, served_models(settings), store_of(settings), redis_url, promotions)
    except (ModelDamaged, ModelMissing) as error:
        fail(str(error), unusable)
    except RedisClusterException:
        fail(f"{PREFIX}REDIS_URL: no node of the Cluster answers. Is it up, and may this machine reach it?", 1)


def _serve_metrics(settings: Settings) -> None:
    """A process without a supervisor serves its own metrics."""
    from gateway.telemetry import serve_metrics

    if settings.admin_port and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # noqa: TID251 set by the supervisor
        try:
            serve_metrics(settings)
        except SettingsInvalid as error:
            fail(str(error))


def _begun() -> None:
    """What was imported stays for ever: no collection of garbage need look at it again."""
    gc.freeze()
    gc.enable()


def _redis_url(settings: Settings) -> str:
    if settings.redis_url is None:
        fail(f"{PREFIX}REDIS_URL: not set. Name the Redis or Valkey of the deployment, or use `malgil serve`.")
    return settings.redis_url


def main(words: list[str]) -> None:
    gc.disable()  # until all is imported: nothing of that is garbage
    match words:
        case ["api", descriptor]:
            api(int(descriptor), UNUSABLE)
        case ["engine"]:
            engine(UNUSABLE)
        case ["admin", descriptor]:
            admin(int(descriptor), UNUSABLE)
        case _:
            say("python -m gateway.processes api DESCRIPTOR | engine | admin DESCRIPTOR")
            raise SystemExit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
