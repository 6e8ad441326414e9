"""One API process, or the admin API: uvicorn around an application, on an address or a socket the supervisor opened."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from gateway.admin import create_admin
from gateway.app import create_app
from gateway.connections import async_client
from gateway.settings import PREFIX, Settings, SettingsInvalid
from gateway.slow_clients import impatient
from gateway.state.database import Database
from gateway.succession import Offer
from gateway.telemetry import log

MOST_FILES = 65_536
# Longer than the minute after which balancers and clients close a connection themselves: no request of theirs then
# meets one that was closed here a moment before.
KEEP_ALIVE_S = 75


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
    _run(app, settings, listening)
    log().info("api_stopped")


def serve_admin(settings: Settings, descriptor: int | None, database: Database) -> None:
    """Blocks until SIGTERM or SIGINT. Raises SettingsInvalid when no token was set."""
    if settings.admin_token is None:
        raise SettingsInvalid(f"{PREFIX}ADMIN_TOKEN: not set. The admin API needs a token of its own.")
    host, port = settings.admin_api_host, settings.admin_api_port
    listening = socket.socket(fileno=descriptor) if descriptor is not None else listen(host, port, "ADMIN_API_")
    log().info("admin_starting", port=listening.getsockname()[1])
    _run(create_admin(settings, database), settings, listening)
    log().info("admin_stopped")


def _run(app: FastAPI, settings: Settings, listening: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        http=impatient(settings.slow_request_ms / 1000),
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=max(1, settings.drain_ms // 1000),
    )
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn takes the signals over while it serves and raises them again when it has finished: that must not kill us.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    asyncio.run(server.serve(sockets=[listening]))


def _allow_many_connections() -> None:
    """Every connection is an open file, and the usual limit of 1,024 is soon used up by clients that only wait."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def listen(host: str, port: int, setting: str = "") -> socket.socket:
    """A listening socket; raises SettingsInvalid when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        where = f"{host}:{port} ({error.strerror})"
        raise SettingsInvalid(
            f"{PREFIX}{setting}HOST, {PREFIX}{setting}PORT: cannot listen on {where}. Choose others."
        ) from None
    return listening
