"""One API process: the application with all it needs, on an address or on a socket the supervisor opened."""

from __future__ import annotations

import resource
import socket
from collections.abc import Callable

from gateway.app import create_app
from gateway.connections import async_client
from gateway.listening import listen
from gateway.logs import log
from gateway.serving import run
from gateway.settings import Settings
from gateway.state.database import Database
from gateway.succession import Offer

MOST_FILES = 65_536


def serve(
    settings: Settings,
    offer: Offer,
    redis_url: str,
    descriptor: int | None,
    news: Callable[[], Offer | None],
    database: Database,
) -> None:
    """Blocks until SIGTERM or SIGINT; running requests get `drain_ms` to finish. `news` tells of other models."""
    _allow_many_connections()
    listening = socket.socket(fileno=descriptor) if descriptor is not None else listen(settings.host, settings.port)
    app = create_app(settings, offer.catalogue, async_client(redis_url), offer.standings, offer.plan, news, database)
    log().info("api_starting", port=listening.getsockname()[1])
    run(app, settings, listening)
    log().info("api_stopped")


def _allow_many_connections() -> None:
    """Every connection is an open file, and the usual limit of 1,024 is soon used up by clients that only wait."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
