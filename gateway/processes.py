"""The processes that `malgil serve` starts beside the store: `python -m gateway.processes api|engine|admin`.

`unusable` is the status with which one ends that cannot begin, now or on the next try: its supervisor gives up then.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from importlib import import_module

from gateway.console import fail, say, settings_of
from gateway.settings import PREFIX, Settings, SettingsInvalid
from gateway.spawning import METRICS, orders

UNUSABLE = 78  # EX_CONFIG of sysexits.h
_NEEDED = {
    "api": ("gateway.server", "gateway.succession", "gateway.terminal"),
    "engine": ("gateway.engine", "gateway.terminal", "models.runtime.ct2"),
}


def api(descriptor: int | None = None, unusable: int = 1) -> None:
    """Serve the REST API until told to stop."""
    from gateway import server
    from gateway.succession import Offer
    from gateway.terminal import opened_database, promotions_of, served_models, trials_of
    from models.standing import Served

    settings = settings_of()
    redis_url = _redis_url(settings)
    _serve_metrics(settings)
    promotions = promotions_of(settings)

    def offer(served: Served) -> Offer:
        return Offer(served.catalogue, served.standings, trials_of(settings, served))

    def news() -> Offer | None:
        changed = promotions.changed()
        return offer(changed) if changed else None

    with _or_ends(unusable):
        database = opened_database(settings)
        first = offer(served_models(settings))
    _begun()
    try:
        server.serve(settings, first, redis_url, descriptor, news, database)
    except SettingsInvalid as error:
        fail(str(error))


def engine(unusable: int = 1) -> None:
    """Serve the batch queues until told to stop."""
    from redis.exceptions import RedisClusterException

    from gateway import engine as engine_process
    from gateway.terminal import promotions_of, served_models, store_of
    from models.store import ModelDamaged, ModelMissing

    settings = settings_of()
    redis_url = _redis_url(settings)
    _serve_metrics(settings)
    promotions = promotions_of(settings)
    with _or_ends(unusable):
        first = served_models(settings)
    _begun()
    try:
        engine_process.serve(settings, first, store_of(settings), redis_url, promotions)
    except (ModelDamaged, ModelMissing) as error:
        fail(str(error), unusable)
    except RedisClusterException:
        fail(f"{PREFIX}REDIS_URL: no node of the Cluster answers. Is it up, and may this machine reach it?", 1)


def admin(descriptor: int | None = None, unusable: int = 1) -> None:
    """Serve the admin API until told to stop."""
    from gateway import admin as admin_api
    from gateway.terminal import database_of

    settings = settings_of()
    with _or_ends(unusable):
        database = database_of(settings)
    _begun()
    try:
        admin_api.serve(settings, descriptor, database)
    except SettingsInvalid as error:
        fail(str(error))


@contextlib.contextmanager
def _or_ends(status: int) -> Iterator[None]:
    """With another status, where a message was written and the process would end."""
    try:
        yield
    except SystemExit:
        raise SystemExit(status) from None


def _serve_metrics(settings: Settings) -> None:
    """A process without a supervisor serves its own metrics."""
    from gateway.telemetry import serve_metrics

    if settings.admin_port and METRICS not in os.environ:  # noqa: TID251 set by the supervisor
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


def prepared(role: str, descriptor: int) -> None:
    """Import what the role needs, then do what the supervisor says."""
    for module in _NEEDED.get(role, ()):
        import_module(module)
    told = orders(descriptor)
    if told is None:
        return
    words, environment, descriptors = told
    os.environ.clear()  # noqa: TID251 as if it had been started with this one
    os.environ.update(environment)  # noqa: TID251
    main([*words[:1], *map(str, descriptors)])


def main(words: list[str]) -> None:
    gc.disable()  # until all is imported: nothing of that is garbage
    match words:
        case [role, "prepared", descriptor]:
            prepared(role, int(descriptor))
        case ["api", descriptor]:
            api(int(descriptor), UNUSABLE)
        case ["admin", descriptor]:
            admin(int(descriptor), UNUSABLE)
        case ["engine"]:
            engine(UNUSABLE)
        case _:
            say("python -m gateway.processes api DESCRIPTOR | admin DESCRIPTOR | engine")
            raise SystemExit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
